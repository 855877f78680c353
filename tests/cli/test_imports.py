"""One direction in evaluator/, and nothing imported before it is needed: `thesis --help` starts in a blink."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.driver import DAY, ROOT

ORDER = (
    "messages annotations fetch",
    "codes",
    "resources",
    "result",
    "outputs",
    "name_outputs fact_outputs",
    "yamltree spelling values periods",
    "facts figures series",
    "derive rates",
    "valued",
    "readers.rows readers.grid readers.numerals readers.archive readers.splits",
    "readers.build readers.write",
    "readers.yaml_facts readers.companyfacts",
    "readers.tables readers.filings",
    "readers.tidy",
    "readers.wide readers.prices",
    "readers.forms",
    "readers.csv_facts readers.excel readers.assemble",
    "readers.parquet_columns",
    "readers.parquet_facts",
    "readers.load",
    "bind reading",
    "choose",
    "fill",
    "asof",
    "reads audit",
    "functions",
    "expressions",
    "verdicts assumed",
    "evaluate",
    "graph layout pasts",
    "explain evidence reasons",
    "factlist narrow chart",
    "facttable",
    "tree testing report candidates template",
    "coverage goals",
    "suggest",
    "run",
    "portable side_by_side",
    "proofs.logic proofs.spell proofs.findings",
    "proofs.terms",
    "proofs.encode",
    "proofs.periods",
    "proofs.functions proofs.solve proofs.histories",
    "proofs.worlds",
    "proofs.witness",
    "proofs.prover",
    "proofs.tables",
    "proofs.conditions",
    "proofs.prove",
    "render_text",
    "render_charts",
    "render_series render_graph",
    "render",
    "render_compare",
    "workbook",
    "commands.talk commands.lazy",
    "commands.common",
    "commands.facts_common",
    "commands.check commands.compare commands.diff commands.examples commands.explain commands.fmt commands.graph commands.listing "
    "commands.portable commands.prove commands.report commands.facts commands.facts_import commands.facts_template "
    "commands.facts_fetch commands.facts_check commands.facts_show commands.facts_coverage",
    "cli",
)
"""From what knows least to what knows most: a module imports only what stands on a line above its own."""

FOLDER = ROOT / "evaluator"
HEAVY = {"lark", "networkx", "jinja2", "pydantic", "yaml", "z3", "python_calamine", "polars", "httpx", "xlsxwriter"}
READERS = {"python_calamine", "polars", "httpx", "xlsxwriter"}


def modules() -> dict[str, Path]:
    """Every module of evaluator/ by its name there."""
    files = {".".join(p.relative_to(FOLDER).with_suffix("").parts): p for p in FOLDER.rglob("*.py")}
    return {name: path for name, path in files.items() if not name.endswith("__init__")}


def imported(path: Path) -> Iterator[tuple[str, bool]]:
    """Each module of evaluator/ that a file imports anywhere in it, and whether for types alone."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    typing = [n for n in ast.walk(tree) if isinstance(n, ast.If) and ast.unparse(n.test) == "TYPE_CHECKING"]
    for_types = {id(inner) for block in typing for inner in ast.walk(block)}
    known = modules()
    for node in ast.walk(tree):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}: write imports in full"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        for name in names:
            inner = name.removeprefix("evaluator.")
            if inner != name:
                found = inner if inner in known else inner.rpartition(".")[0]
                yield found, id(node) in for_types


def test_no_arrow_runs_back() -> None:
    row = {name: n for n, line in enumerate(ORDER) for name in line.split()}
    found = modules()
    assert set(row) == set(found), "give every module its place in ORDER"
    back = {(name, other) for name, path in found.items() for other, _ in imported(path) if row[other] >= row[name]}
    assert back == set()


def test_the_walk_sees_imports() -> None:
    """A law that reads no import holds for everything: these are known to be there."""
    assert ("reading", False) in set(imported(FOLDER / "run.py"))
    assert ("run", True) in set(imported(FOLDER / "commands" / "common.py"))
    assert ("run", False) in set(imported(FOLDER / "commands" / "common.py"))
    assert ("expressions", False) in set(imported(FOLDER / "verdicts.py"))


def test_dsl_imports_nothing_of_evaluator() -> None:
    files = list((ROOT / "dsl").rglob("*.py"))
    assert len(files) > 10
    for path in files:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not any(name.partition(".")[0] == "evaluator" for name in names), path.name


def loaded(*args: str) -> set[str]:
    """Which of the heavy packages are in memory after a run."""
    code = (
        "import sys\nfrom evaluator.cli import thesis\n"
        f"try: thesis({list(args)!r})\nexcept SystemExit as end: assert not end.code, end.code\n"
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
        (("check", "alibaba"), {"networkx", "jinja2", "pydantic", "yaml", "z3"}),
        (("check", "alibaba", "--format", "json"), {"networkx", "jinja2", "yaml"}),
        (("check", "alibaba", "--format", "github"), {"networkx", "jinja2", "pydantic", "yaml", "z3"}),
        (("check", "--explain", "T060"), {"networkx", "jinja2", "pydantic", "yaml", "z3"}),
        (("fmt", "--check", "rules"), {"networkx", "jinja2", "yaml", "pydantic"}),
        (("list",), {"networkx", "jinja2"}),
        (("diff", "alibaba", "alibaba"), {"networkx", "jinja2", "z3"}),
        (("graph", "alibaba"), {"jinja2"}),
        (("explain", "alibaba", "setup", *DAY), {"jinja2", "z3"}),
        (("test", "alibaba"), {"jinja2", "z3"}),
        (("prove", "alibaba"), {"jinja2"}),
        (("facts", "--help"), HEAVY),
        (("facts", "fetch", "--help"), HEAVY),
        (("facts", "template", "alibaba"), {"jinja2", "z3"}),
        (("portable", "piotroski_f_score", "--for", "GOOGL", *DAY), {"jinja2", "z3"}),
        (("compare", "alibaba", "--for", "BABA", "--format", "json", *DAY), {"jinja2", "z3"}),
        (("facts", "check", "ORCL", *DAY), {"jinja2", "z3"}),
        (("facts", "show", "ORCL", *DAY), {"jinja2", "z3"}),
        (("facts", "coverage", "alibaba", *DAY), {"jinja2", "z3"}),
    ],
)
def test_nothing_is_imported_before_it_is_needed(args: tuple[str, ...], without: set[str]) -> None:
    assert loaded(*args) & (without | READERS) == set()


def test_a_page_needs_the_templates() -> None:
    """The look at memory can see what it looks for."""
    assert loaded("report", "alibaba", *DAY, "--format", "md") == HEAVY - READERS - {"z3"}
