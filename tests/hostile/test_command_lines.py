"""Command lines that nobody would type: each ends with exit status 0, 1 or 2, and a sentence."""

from __future__ import annotations

import os
from pathlib import Path
from random import Random

import pytest

from dsl.text import pipes
from evaluator.session import places
from tests.hostile.hostile import keeps_the_law, something
from tests.support.command_line import FACTS, RULES

COMMANDS = (
    ("new", "bank"), ("report",), ("check",), ("diff",), ("explain",), ("flip",), ("seek",), ("simulate",), ("sensitivity",), ("changes",), ("history",), ("scenarios",), ("graph",), ("fmt", "--check"), ("fmt",), ("test",),
    ("portable",), ("compare",), ("screen",), ("screen", "small", "--universe"), ("list",), ("lsp",), ("templates", "export"), ("templates",),
    ("facts", "check"), ("facts", "show"), ("facts", "coverage"), ("facts", "import"), ("facts", "template"), ("facts", "fetch"), ("facts",), (),
)  # fmt: skip
OPTIONS = (
    "--for", "--facts", "--as-of", "--set", "--library", "-o", "--output", "--format", "--to", "--name", "--reports-in", "--fiscal-year-ends",
    "--source", "--published", "--kind", "--unit", "--currency", "--metric", "--decimal", "--sheet", "--mapping", "--rules", "--min", "--sort",
    "--explain", "--budget", "--cik", "--user-agent", "--cache", "--from", "--rules-as-of", "--rules-before", "--grid", "--show", "--with", "--since", "--template", "--style",
    "--draws", "--seed", "--method", "--of", "--by",
    "--universe", "--where", "--top", "--metrics", "--why", "--map", "--each", "--known", "--period",
)  # fmt: skip
FLAGS = (
    "--fix",
    "--diff",
    "--check",
    "--coverage",
    "--suggest",
    "--replace",
    "--leave-out-incomplete",
    "--help",
    "--debug",
    "--",
    "-",
    "--refresh",
)
GOOD = (
    "small", "small.thesis", "ACME", "facts/ACME.yaml", "facts", ".", "growth", "call", "out.md", "out.html", "out.json", "out.yaml", "grid.csv",
    "2026-05-14", "growth=12%", "enough=5%", "json", "md", "html", "text", "score", "ACME,ACME", "ACME=small", "table.csv", "broken.thesis",
    "broken.yaml", "link", "loop", "pipe", "/dev/null", "/dev/full", "new/", "no/where.md", "facts/../small.thesis", "T001", "F012", "2026", "03-31",
    "CNY", "reported", "millions", "point",
)  # fmt: skip
SEEDS = 4


@pytest.fixture
def littered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with rules, facts, and things that lie around."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("THESIS_USER_AGENT", "")
    monkeypatch.setattr(pipes, "WRITER_SECONDS", 0)  # nobody writes to this one
    monkeypatch.setattr(pipes, "SILENT_SECONDS", 0)  # nor into the standard input of these tests
    (tmp_path / "facts").mkdir()
    (tmp_path / "facts" / "ACME.yaml").write_text(FACTS, encoding="utf-8")
    (tmp_path / "small.thesis").write_text(RULES, encoding="utf-8")
    (tmp_path / "broken.thesis").write_text('rules broken "B\nmetric \x1b[31m = \u202e1 +\n', encoding="utf-8")
    (tmp_path / "broken.yaml").write_bytes(b'name: "\\uD800"\n\xff\xfe: [\n')
    table = "metric,period,value,published,kind,source\ngrowth,2026-03-31,12%,2026-05-13,reported,Results\n"
    (tmp_path / "table.csv").write_text(table, encoding="utf-8")
    os.symlink("loop", tmp_path / "loop")
    os.symlink("small.thesis", tmp_path / "link")
    os.mkfifo(tmp_path / "pipe")
    os.symlink("self.yaml", tmp_path / "facts" / "self.yaml")
    return tmp_path


def command_line(random: Random) -> list[str]:
    """A command, then words that fit, words that do not, and options in any order."""
    args = list(random.choice(COMMANDS))
    for _ in range(random.choice((0, 1, 1, 2, 2, 3, 4))):
        args.append(random.choice(GOOD) if random.random() < 0.7 else something(random))
    for _ in range(random.choice((0, 0, 1, 1, 2, 3))):
        args += [random.choice(OPTIONS), random.choice(GOOD) if random.random() < 0.6 else something(random)]
    if random.random() < 0.3:
        args.insert(random.randrange(len(args) + 1), random.choice(FLAGS))
    if random.random() < 0.05:
        args.insert(0, something(random))
    return args


def some(seed: int, count: int) -> None:
    random = Random(seed)
    for _ in range(count):
        args = command_line(random)
        if "facts" in args and "fetch" in args and "@" in " ".join(args):
            continue  # it would ask a server
        keeps_the_law(*args, steered="-" in args)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_random_command_lines(littered: Path, seed: int) -> None:
    some(seed, 40)


DASHES = ("--", "-- --", "-- -- --", "-", "- -", "-- -", "--debug -- --", "facts -- --", "facts -- -- --", "facts -", "-- facts --", "---",
          "-- --help", "-- -x", "facts -- --help", "facts -- -", "report -- --", "check -- --", "list -- --", "--version --")  # fmt: skip


@pytest.mark.parametrize("line", DASHES)
def test_dashes(littered: Path, line: str) -> None:
    keeps_the_law(*line.split())


@pytest.mark.parametrize("path", [".", "..", "/", "./", "facts/..", "./.", "//"])
def test_paths_without_a_name(littered: Path, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever a file may be named."""
    monkeypatch.setattr(places, "MAX_FILES", 5)  # of a whole machine
    monkeypatch.setattr(places, "MAX_FOLDERS", 100)
    acme = ("--facts", "facts/ACME.yaml")
    for args in (("facts", "import", path), ("facts", "import", path, "--to", "kept.yaml"), ("facts", "import", "table.csv", "--to", path),
                 ("facts", "import", "table.csv", "--mapping", path), ("report", "small", *acme, "-o", path), ("report", path, *acme),
                 ("facts", "template", "small", "-o", path), ("fmt", "--check", "small", path), ("diff", path, "small"), ("graph", path)):  # fmt: skip
        assert keeps_the_law(*args).status != 0 or path not in args[:3], args


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100, 200))
def test_ten_thousand_command_lines(littered: Path, seed: int) -> None:
    some(seed, 100)
