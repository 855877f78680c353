"""Nothing is imported before it is needed: `thesis --help` starts in a blink."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.paths import ROOT
from tests.support.command_line import DAY

HEAVY = {"lark", "networkx", "jinja2", "pydantic", "yaml", "z3", "python_calamine", "polars", "httpx", "xlsxwriter"}
READERS = {"python_calamine", "polars", "httpx", "xlsxwriter"}


def loaded(*args: str) -> set[str]:
    """Which of the heavy packages are in memory after a run."""
    code = (
        "import sys\nfrom evaluator.commands.main import thesis\n"
        f"try: thesis({list(args)!r})\nexcept SystemExit as end: assert end.code in (None, 0, 1, 2), end.code\n"
        "sys.stderr.write('\\nLOADED ' + ' '.join(sorted(sys.modules)))"
    )
    ran = subprocess.run(  # the program under test
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    names = set(ran.stderr.rpartition("LOADED ")[2].split())
    assert "click" in names
    return names & HEAVY


@pytest.mark.parametrize(
    ("args", "without"),
    [
        (("--help",), HEAVY),
        (("--version",), HEAVY),
        (("check", "alibaba"), HEAVY),
        (("check", "alibaba", "--format", "json"), {"lark", "networkx", "jinja2", "yaml"}),
        (("check", "alibaba", "--format", "github"), HEAVY),
        (("check", "--explain", "T060"), {"networkx", "jinja2", "pydantic", "yaml", "z3"}),
        (("fmt", "--check", "rules"), {"networkx", "jinja2", "yaml", "pydantic"}),
        (("new", "no_kind", "x.thesis", "--for", "X"), {"networkx", "jinja2", "z3"}),
        (("templates", "--help"), HEAVY),
        (("list",), {"lark", "networkx", "jinja2"}),
        (("lsp", "--help"), HEAVY),
        (("diff", "alibaba", "alibaba"), {"networkx", "jinja2", "z3"}),
        (("graph", "alibaba"), {"jinja2"}),
        (("explain", "alibaba", "setup", *DAY), {"jinja2", "z3"}),
        (("flip", "rule_of_40", "--for", "GOOGL", *DAY), {"jinja2"}),
        (("seek", "alibaba", "price = 100 USD", "by", "price", *DAY), {"jinja2", "z3"}),
        (("simulate", "alibaba", *DAY, "--draws", "64"), {"jinja2", "z3"}),
        (("sensitivity", "rule_of_40", "--for", "GOOGL", *DAY), {"jinja2", "z3"}),
        (("changes", "alibaba", "--from", "2026-02-01", "--to", "2026-05-14"), {"jinja2", "z3"}),
        (("scenarios", "alibaba", "--grid", "forward_pe=10x..40x:3", *DAY), {"jinja2", "z3"}),
        (("history", "alibaba", "--from", "2026-05-12", "--to", "2026-05-14"), {"jinja2", "z3"}),
        (("test", "alibaba"), {"jinja2", "z3"}),
        (("prove", "alibaba"), {"jinja2"}),
        (("facts", "--help"), HEAVY),
        (("facts", "fetch", "--help"), HEAVY),
        (("facts", "template", "alibaba"), {"jinja2", "z3"}),
        (("report", "alibaba", "--format", "card", *DAY), {"jinja2", "z3"}),
        (("portable", "piotroski_f_score", "--for", "GOOGL", *DAY), {"jinja2", "z3"}),
        (("compare", "alibaba", "--for", "BABA", "--format", "json", *DAY), {"jinja2", "z3"}),
        (("screen", "--help"), HEAVY),
        (("facts", "check", "ORCL", *DAY), {"jinja2", "z3"}),
        (("facts", "show", "ORCL", *DAY), {"jinja2", "z3"}),
        (("facts", "coverage", "alibaba", *DAY), {"jinja2", "z3"}),
    ],
)
def test_nothing_is_imported_before_it_is_needed(args: tuple[str, ...], without: set[str]) -> None:
    assert loaded(*args) & (without | READERS) == set()


def test_a_page_needs_the_templates() -> None:
    """The look at memory can see what it looks for."""
    assert loaded("report", "alibaba", *DAY, "--format", "md") == HEAVY - READERS - {"lark", "z3"}
