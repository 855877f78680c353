"""The law of the house: folders stand in one order, and nothing imports what comes after it.

Inside a folder there is no circle, there are at most 15 modules, and each is short and says what it does.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import networkx as nx
import pytest

from tests.paths import ROOT

FLOORS = (
    "dsl/text",
    "dsl/types",
    "dsl/syntax",
    "dsl/link",
    "dsl/layout",
    "dsl/program",
    "dsl/lowering",
    "dsl/uncertain",
    "dsl/check",
    "dsl/workspace",
    "dsl/ide",
    "evaluator/codes",
    "evaluator/schema",
    "evaluator/values",
    "evaluator/facts",
    "evaluator/known",
    "evaluator/engine/functions",
    "evaluator/engine",
    "evaluator/past",
    "evaluator/prepared",
    "evaluator/proofs/encoding",
    "evaluator/proofs",
    "evaluator/explore",
    "evaluator/draws",
    "evaluator/readers",
    "evaluator/readers/layouts",
    "evaluator/readers/filings",
    "evaluator/readers/tables",
    "evaluator/readers/files",
    "evaluator/readers/columns",
    "evaluator/report/memo",
    "evaluator/report",
    "evaluator/ledger",
    "evaluator/checkup",
    "evaluator/examples",
    "evaluator/session",
    "evaluator/outlook",
    "evaluator/across",
    "evaluator/screening",
    "evaluator/columnar/algebra",
    "evaluator/columnar",
    "evaluator/blocks",
    "evaluator/universe",
    "evaluator/spark",
    "evaluator/render/languages",
    "evaluator/render/templating",
    "evaluator/render",
    "evaluator/render/outlook",
    "evaluator/render/memo",
    "evaluator/render/documents",
    "evaluator/editing",
    "evaluator/servers/lsp",
    "evaluator/servers/watch",
    "thesis",
    "evaluator/commands",
    "evaluator/commands/outlook",
    "evaluator/commands/reports",
    "evaluator/commands/rules",
    "evaluator/commands/facts",
    "evaluator/entry",
)
"""From what knows least to what knows most: a module imports from its own folder and from folders above it in this list."""
PACKAGES = tuple(sorted({floor.partition("/")[0] for floor in FLOORS}))
NOT_IN_THE_LANGUAGE = {"yaml", "pydantic", "networkx", "jinja2", "click"}
MODULES = 15
LINES = 500


def modules() -> dict[str, Path]:
    """Every module of the project by its dotted name."""
    found = (path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    return {".".join(p.relative_to(ROOT).with_suffix("").parts): p for p in found if p.name != "__init__.py"}


KNOWN = modules()


def imported(path: Path) -> Iterator[str]:
    """Each module of the project that a file imports, anywhere in it, also for types alone."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}: write imports in full"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        for name in names:
            if name.partition(".")[0] in PACKAGES:
                yield name if name in KNOWN else name.rpartition(".")[0]


def floor(module: str) -> str:
    """The folder in which a module stands."""
    return module.rpartition(".")[0].replace(".", "/")


def test_every_module_stands_in_a_folder_of_the_order() -> None:
    assert {floor(name) for name in KNOWN} == set(FLOORS)


def test_no_arrow_runs_back() -> None:
    rank = {name: n for n, name in enumerate(FLOORS)}
    back = {
        f"{name} imports {other}"
        for name, path in KNOWN.items()
        for other in imported(path)
        if rank[floor(other)] > rank[floor(name)]
    }
    assert back == set()


def test_no_circle_runs_through_modules() -> None:
    arrows = nx.DiGraph((name, other) for name, path in KNOWN.items() for other in imported(path))
    assert list(nx.simple_cycles(arrows)) == []


def test_the_walk_sees_imports() -> None:
    """A law that reads no import holds for everything: these are known to be there."""
    assert "evaluator.session.reading" in set(imported(KNOWN["evaluator.session.run"]))
    assert "evaluator.session.run" in set(imported(KNOWN["evaluator.commands.common"]))
    assert "evaluator.values.values" in set(imported(KNOWN["evaluator.engine.functions.windows"]))


def test_the_face_and_the_command_line_know_nothing_of_each_other() -> None:
    """Both stand on the service; nothing of the program needs the face."""
    for name, path in KNOWN.items():
        roots = {other.partition(".")[0] for other in imported(path)}
        assert name.startswith("thesis.") or "thesis" not in roots, name
    assert "evaluator.session.service" in set(imported(KNOWN["thesis.runs"]))


def test_the_language_knows_nothing_of_the_evaluator() -> None:
    files = list((ROOT / "dsl").rglob("*.py"))
    assert len(files) > 10
    for path in files:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            roots = {name.partition(".")[0] for name in names}
            assert not roots & {"evaluator", *NOT_IN_THE_LANGUAGE}, path.name


@pytest.mark.parametrize("folder", FLOORS)
def test_a_folder_is_small_and_its_modules_say_what_they_do(folder: str) -> None:
    files = [p for p in (ROOT / folder).glob("*.py") if p.name != "__init__.py"]
    assert 1 <= len(files) <= MODULES
    for path in files:
        text = path.read_text("utf-8")
        assert len(text.splitlines()) <= LINES, path.name
        assert ast.get_docstring(ast.parse(text)), path.name
    assert ast.get_docstring(ast.parse((ROOT / folder / "__init__.py").read_text("utf-8"))), folder
