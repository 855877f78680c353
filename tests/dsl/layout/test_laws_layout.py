"""Laws of the layout: the same meaning, every comment once and in its order, and one text for one program."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsl.layout.document import WIDTH
from dsl.layout.format import format_source, lay_out
from dsl.link.meaning import meaning
from dsl.syntax.parse import parse
from dsl.text.source import SourceFile
from tests.paths import ROOT
from tests.support.layout_strategies import Program, programs, ragged, wild
from tests.support.strategies import RuleFile, rule_files

FILES = sorted([*(ROOT / "rules").glob("*.thesis"), *(ROOT / "tests" / "cases" / "valid").glob("*.thesis")])
_TOKEN = re.compile(r'"[^"\n]*"|#[^\n]*|[^\s"#]+')


def file(text: str) -> SourceFile:
    return SourceFile("x.thesis", text)


def remarks(text: str) -> list[str]:
    """The comments, found in a way of our own."""
    return [found.rstrip() for found in _TOKEN.findall(text) if found.startswith("#")]


def written(text: str) -> list[str]:
    """The characters of each line without comments and space, to hold the order of all tokens."""
    return [c for t in _TOKEN.findall(text) if not t.startswith("#") for c in t.replace("==", "=") if not c.isspace()]


def holds(text: str) -> str:
    """The laws for one text; gives it laid out."""
    before = parse(file(text))
    assert [d for d in before.diagnostics if d.is_error] == [], text
    done = lay_out(file(text))
    after = parse(file(done))
    assert [d for d in after.diagnostics if d.is_error] == [], done
    assert meaning(after.file.declarations) == meaning(before.file.declarations)
    assert remarks(done) == remarks(text)
    assert written(done) == written(text)
    assert lay_out(file(done)) == done
    lines = done.split("\n")
    assert lines[-1] == ""
    assert lines[-2] != ""
    assert lines[0] != ""
    assert "\n\n\n" not in done
    assert all(line == line.rstrip(" \t") for line in lines)
    return done


@settings(max_examples=100)
@given(programs(), st.sampled_from((0.02, 0.1, 0.5)))
def test_comments_in_every_place(program: Program, odds: float) -> None:
    holds(wild(program, odds))


@settings(max_examples=60)
@given(programs(), st.integers(0, 2**32), st.integers(0, 2**32), st.sampled_from((0.0, 0.02, 0.3)))
def test_white_space_changes_nothing(program: Program, one: int, other: int, odds: float) -> None:
    assert holds(ragged(program, one, odds)) == holds(ragged(program, other, odds))


@settings(max_examples=40)
@given(programs())
def test_lines_are_no_longer_than_they_must_be(program: Program) -> None:
    """A line above the width holds a text in quotes that fills it, or nothing that may break."""
    for line in holds(wild(program, 0)).split("\n"):
        rest = re.sub(r'"[^"\n]*"', '""', line)
        assert len(line) <= WIDTH or len(line) - len(rest) > 60 or len(rest.split()) <= 12, line


@settings(max_examples=30)
@given(rule_files())
def test_programs_that_check(rules: RuleFile) -> None:
    holds(rules.text)


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_files_that_are_there(path: Path) -> None:
    text = path.read_text("utf-8")
    assert format_source(file(text)).text == holds(text)


@settings(max_examples=60)
@given(st.text(st.sampled_from('rulespamx "#\n=1%(),.input'), max_size=60))
def test_any_text_is_laid_out_or_told_why_not(text: str) -> None:
    done = format_source(file(text))
    assert (done.text is None) == any(d.is_error for d in done.diagnostics)
    assert "T018" not in {d.code for d in done.diagnostics}
