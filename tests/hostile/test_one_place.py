"""One place each: where text reaches a terminal, where files are written, where a day is read."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.paths import ROOT

SOURCES = [path for package in ("dsl", "evaluator", "thesis") for path in (ROOT / package).rglob("*.py")]
PLACES = {
    "to the terminal": ({"echo", "print", "secho"}, {"evaluator/commands/talk.py", "evaluator/commands/main.py", "dsl/syntax/parser_table.py",
                                                     "evaluator/render/compile_templates.py"}),
    "to the disk": ({"write_text", "write_bytes", "mkstemp", "NamedTemporaryFile", "replace_whole"},
                    {"evaluator/session/writing.py", "evaluator/servers/lsp/changing.py", "dsl/syntax/parser_table.py",
                     "evaluator/render/compile_templates.py"}),
    "from a text to a day": ({"fromisoformat", "strptime"}, {"dsl/types/days.py", "evaluator/commands/options.py"}),
    "from standard input": ({"stdin"}, {"evaluator/commands/talk.py", "evaluator/commands/lsp.py", "evaluator/servers/lsp/evaluating.py"}),
}  # fmt: skip
"""The names that do it, and the modules that may. The two that make tables are run by hand, on our own files; an editor shows a
report out of the folder for temporary files."""


def used(path: Path) -> Iterator[str]:
    """Every name that a module calls, or asks of something."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id


@pytest.mark.parametrize("what", PLACES)
def test_each_way_out_has_one_door(what: str) -> None:
    names, allowed = PLACES[what]
    found = {path.relative_to(ROOT).as_posix() for path in SOURCES if names & set(used(path))}
    assert found <= allowed, found - allowed
    assert found, "the look sees what it looks for"
