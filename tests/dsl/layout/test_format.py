"""Layout by cases: one file is a text and what it must become, word for word; and the proof that stands behind it."""

from __future__ import annotations

from pathlib import Path

import pytest

from dsl.layout import format as layout
from dsl.layout.columns import column_width
from dsl.layout.document import LINE, SPACE, Align, Comment, Group, Word, Writer, width
from dsl.layout.format import format_source, lay_out
from dsl.syntax.parse import Parsed, parse
from dsl.text.source import SourceFile
from tests.conftest import Golden
from tests.paths import ROOT

CASES = sorted((ROOT / "tests" / "cases" / "format").glob("*.thesis"))
MARK = "# === laid out\n"
TEXT = 'rules small "Small"\n\nparam fast = 20%  # why\n'


def laid_out(text: str) -> str | None:
    return format_source(SourceFile("small.thesis", text)).text


@pytest.mark.parametrize("case", CASES, ids=lambda p: p.stem)
def test_case(case: Path, golden: Golden) -> None:
    text, mark, _ = case.read_text("utf-8").partition(MARK)
    assert mark, f"{case.name} has no line {MARK!r}"
    done = laid_out(text)
    assert done is not None
    golden(case, f"{text}{MARK}{done}")
    assert laid_out(done) == done


def test_the_cases_are_there() -> None:
    assert {p.stem for p in CASES} >= {"clauses", "columns", "comments", "grouping", "tables", "wrapping"}


@pytest.mark.parametrize("path", sorted((ROOT / "rules").rglob("*.thesis")), ids=lambda p: p.stem)
def test_the_shipped_rules_are_laid_out(path: Path) -> None:
    text = path.read_text("utf-8")
    assert laid_out(text) == text


def test_a_file_with_mistakes_is_not_laid_out() -> None:
    done = format_source(SourceFile("small.thesis", TEXT + "param slow = = 5%\n"))
    assert (done.text, done.changed, [d.code for d in done.diagnostics]) == (None, False, ["T003"])


def test_a_warning_stands_against_nothing() -> None:
    assert laid_out('rules small "Small"\n\nparam   Fast = 20%') == 'rules small "Small"\n\nparam Fast = 20%\n'


@pytest.mark.parametrize(
    ("lost", "instead"),
    [
        ("20%", "21%"),
        ("  # why", ""),
        ("# why", "# why # why"),
        ("# why", "# what"),
        ("= 20%", "= = 20%"),
        ("fast", "fas"),
        ("Small", "small"),
    ],
)
def test_what_would_change_the_meaning_is_refused(monkeypatch: pytest.MonkeyPatch, lost: str, instead: str) -> None:
    """The proof at run time: a layout that loses a comment or a figure never leaves this module."""
    monkeypatch.setattr(layout, "lay_out", lambda source: lay_out(source).replace(lost, instead))
    done = format_source(SourceFile("small.thesis", TEXT))
    assert (done.text, [d.code for d in done.diagnostics]) == (None, ["T018"])


def test_a_text_is_read_again_where_its_layout_changed_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that stays as it is says the same without a proof; each other is read anew."""
    read: list[str] = []

    def counted(source: SourceFile) -> Parsed:
        read.append(source.text)
        return parse(source)

    loose, canonical = TEXT.replace(" = ", "="), TEXT
    monkeypatch.setattr(layout, "parse", counted)
    assert laid_out(loose) == canonical
    assert read == [loose, canonical]
    read.clear()
    assert laid_out(canonical) == canonical
    assert read == [canonical]


def test_a_line_of_a_hundred_thousand_signs() -> None:
    text = f'rules deep "Deep"\n\nmetric a = {"+" * 100_000}1\n'
    assert laid_out(text) == text


def test_brackets_as_deep_as_may_be() -> None:
    inner = "a_name_of_some_length + 1"
    for _ in range(90):
        inner = f"({inner})"
    done = laid_out(f'rules deep "Deep"\n\nmetric a = {inner} + a_name_of_some_length\n')
    assert done is not None
    assert laid_out(done) == done


@pytest.mark.parametrize(
    ("widths", "wide"),
    [
        ([], 0),
        ([7], 7),
        ([12, 30], 30),
        ([12, 48], 12),
        ([12, 48, 50], 50),
        ([12, 14, 27, 48, 54], 27),
        ([36, 40, 45], 45),
    ],
)
def test_an_entry_that_stands_out_moves_no_column(widths: list[int], wide: int) -> None:
    assert column_width(widths) == wide


def written(*parts: object, indent: int = 4) -> str:
    writer = Writer()
    writer.write(tuple(parts), indent)  # type: ignore[arg-type]
    return writer.text


def test_a_group_breaks_at_all_its_lines_or_at_none() -> None:
    word = Word("w" * 50)
    assert written(Group((word, LINE, word))) == f"{word.text} {word.text}\n"
    assert written(Group((word, LINE, word, LINE, word))) == f"{word.text}\n    {word.text}\n    {word.text}\n"


def test_what_follows_a_group_on_its_line_counts() -> None:
    word = Word("w" * 59)
    assert written(Group((word, LINE, word)), Word(",")) == f"{word.text} {word.text},\n"
    assert written(Group((word, LINE, word)), Word(",,")) == f"{word.text}\n    {word.text},,\n"
    assert written(Group((word, LINE, word)), Group((LINE, word))).count("\n") == 2


def test_comments_break_the_line_wherever_they_stand() -> None:
    a, b = Word("a", trailing="# a"), Word("b", leading=(Comment("# 1"), Comment("# 2")))
    assert written(a, SPACE, Word("c")) == "a  # a\n    c\n"
    assert written(Word("c"), SPACE, b) == "c\n    # 1\n    # 2\n    b\n"
    assert written(Word("when"), SPACE, Align((b, LINE, Word("c")))) == "when\n     # 1\n     # 2\n     b\n     c\n"
    assert (width((a, SPACE, b)), width((Word("c"), SPACE, a)), width(b)) == (None, 3, None)
