"""The law of one direction: dsl knows nothing of evaluator, and no module imports one that comes after it."""

from __future__ import annotations

import ast
from pathlib import Path

import dsl

LAYERS = (
    ("source", "units", "order", "parser_table", "page", "document"),
    ("excerpt", "syntax", "words"),
    ("diagnostics", "signatures", "wrapping"),
    ("messages", "linked", "columns"),
    ("library", "meaning", "tables"),
    ("build_expressions", "wording"),
    ("build",),
    ("parse",),
    ("overlay", "format"),
    ("load", "program", "align"),
    ("compare",),
    ("shown", "warn", "scope"),
    ("conflicts", "causes"),
    ("calls",),
    ("lower",),
    ("clauses", "contradictions"),
    ("stretches",),
    ("declare", "worlds"),
    ("examples",),
    ("check", "settings"),
)
"""From what knows least to what knows most; a module imports from rows above its own."""
FOLDER = Path(dsl.__file__).parent


def imported(path: Path) -> set[str]:
    """Every module that a file imports, anywhere in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}: write imports in full"
            module = node.module or ""
            found |= {f"dsl.{a.name}" for a in node.names} if module == "dsl" else {module}
    return found


def test_dsl_knows_nothing_of_the_evaluator() -> None:
    for path in FOLDER.glob("*.py"):
        roots = {name.split(".")[0] for name in imported(path)}
        assert "evaluator" not in roots, path.name
        assert not roots & {"yaml", "pydantic", "networkx", "jinja2", "click"}, path.name


def test_no_arrow_runs_back() -> None:
    row = {name: n for n, names in enumerate(LAYERS) for name in names}
    files = {p.stem for p in FOLDER.glob("*.py")} - {"__init__"}
    assert files <= set(row), "a new module: give it a place in LAYERS"
    for name in files:
        for other in imported(FOLDER / f"{name}.py"):
            if other.startswith("dsl."):
                assert row[other.removeprefix("dsl.")] < row[name], f"{name} must not import {other}"


def test_modules_are_short_and_say_what_they_do() -> None:
    for path in FOLDER.glob("*.py"):
        text = path.read_text("utf-8")
        assert len(text.splitlines()) <= 500, path.name
        assert ast.get_docstring(ast.parse(text)), path.name
