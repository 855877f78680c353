"""The public face: what it offers, and that it costs nothing until it is asked."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys

import pytest

import thesis
from tests.paths import ROOT

HEAVY = {"lark", "pydantic", "networkx", "jinja2", "yaml", "z3", "polars", "pandas", "click", "dsl", "evaluator"}
PROMISED = {
    "check",
    "load",
    "evaluate",
    "report",
    "compare",
    "prove",
    "facts",
    "Diagnostic",
    "Report",
    "Rules",
    "Run",
    "ThesisError",
}
FUNCTIONS = ("check", "load", "evaluate", "report", "compare", "prove", "facts")


def loaded(code: str) -> set[str]:
    """The top packages in memory after some code, in its own process."""
    script = f"import sys\n{code}\nsys.stderr.write(' '.join({{name.partition('.')[0] for name in sys.modules}}))"
    ran = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    found = set(ran.stderr.split())
    assert "thesis" in found
    return found


def test_importing_it_loads_nothing() -> None:
    assert not loaded("import thesis") & (HEAVY | {"typing", "dataclasses", "datetime", "pathlib"})


@pytest.mark.parametrize(
    ("code", "without"),
    [
        ("import thesis; dir(thesis); thesis.ThesisError", HEAVY),
        ("import thesis; thesis.check('alibaba')", {"pydantic", "networkx", "jinja2", "yaml", "z3", "polars", "click"}),
        ("import thesis; thesis.facts('ORCL')", {"networkx", "jinja2", "z3", "polars", "click"}),
        ("import thesis; thesis.evaluate('alibaba', as_of='2026-05-14').verdicts", {"jinja2", "z3", "polars", "click"}),
        ("import thesis; thesis.report('alibaba', as_of='2026-05-14').html()", {"z3", "polars", "click"}),
    ],
)
def test_nothing_is_loaded_before_it_is_needed(code: str, without: set[str]) -> None:
    assert not loaded(code) & without


def test_it_offers_what_is_promised() -> None:
    assert set(thesis.__all__) >= PROMISED
    assert dir(thesis) == sorted(thesis.__all__)
    space: dict[str, object] = {}
    exec("from thesis import *", space)
    assert set(thesis.__all__) <= set(space)


def test_no_module_is_called_like_a_name() -> None:
    """To import a module of the package sets it in the place of the name: `thesis.report` would not be a function."""
    modules = {path.stem for path in (ROOT / "thesis").glob("*.py")}
    assert not modules & set(thesis.__all__)


def test_a_name_that_is_not_there() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'evalute'"):
        thesis.evalute  # noqa: B018
    assert not hasattr(thesis, "dt")


@pytest.mark.parametrize("name", thesis.__all__)
def test_all_is_documented_and_typed(name: str) -> None:
    found = getattr(thesis, name)
    assert inspect.getdoc(found), name
    members = inspect.getmembers(found) if inspect.isclass(found) else []
    for member, value in members:
        if not member.startswith("_") and (callable(value) or isinstance(value, property)):
            made = getattr(value, "__objclass__", None)
            assert inspect.getdoc(value) or made is not None, f"{name}.{member}"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_says_what_comes_in_and_out_and_what_it_raises(name: str) -> None:
    function = getattr(thesis, name)
    signature = inspect.signature(function)
    assert signature.return_annotation not in (inspect.Signature.empty, "Any")
    assert all(p.annotation is not inspect.Parameter.empty for p in signature.parameters.values())
    doc = inspect.getdoc(function) or ""
    assert "Raises ThesisError" in doc or "what `evaluate` takes" in doc or name == "load"


def test_one_module_reads_the_clock() -> None:
    """Without `as_of` it is today; all else is told the day."""
    asking = set()
    for path in (ROOT / "thesis").glob("*.py"):
        calls = [
            node.func for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)
        ]
        if any(isinstance(f, ast.Attribute) and f.attr in ("today", "now", "utcnow", "time") for f in calls):
            asking.add(path.stem)
    assert asking == {"asked"}


def test_the_units_are_said_where_a_user_looks_first() -> None:
    doc = thesis.__doc__ or ""
    for words in ("38% is 0.38", "never 0", "whole units of its currency"):
        assert words in " ".join(doc.split())
