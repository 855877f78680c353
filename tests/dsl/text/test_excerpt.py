"""Lines with marks: two places in one excerpt, words laid out legibly, wide characters, places over several lines."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from dsl.text.excerpt import Mark, excerpt, width
from dsl.text.source import SourceFile


def shown(text: str, *places: tuple[str, str], main: int = 0) -> list[str]:
    """The excerpt of a text with each first occurrence marked."""
    source = SourceFile("x.thesis", text)
    marks = []
    for n, (part, word) in enumerate(places):
        at = text.index(part)
        marks.append(Mark(source.span(at, at + len(part)), word, n == main))
    return excerpt(marks)


def test_both_places_in_the_order_of_the_text() -> None:
    assert shown(
        "input a : money\ninput b : percent\n\n\nkill k when a > b\n", ("a > b", ""), ("money", "declared here")
    ) == [
        " --> x.thesis:5:13",
        "  |",
        "1 | input a : money",
        "  |           ----- declared here",
        "...",
        "5 | kill k when a > b",
        "  |             ^^^^^",
    ]


def test_several_words_on_one_line_hang_below_one_another() -> None:
    assert shown("kill k when capex > revenue\n", (">", "no"), ("capex", "a quarter"), ("revenue", "a year")) == [
        " --> x.thesis:1:19",
        "  |",
        "1 | kill k when capex > revenue",
        "  |             ----- ^ ------- a year",
        "  |             |     |",
        "  |             |     no",
        "  |             a quarter",
    ]


def test_a_place_inside_another_keeps_its_word() -> None:
    assert shown("abcdefgh\n", ("abcdefgh", "all"), ("cd", "part"))[2:] == [
        "1 | abcdefgh",
        "  | ^^^^^^^^",
        "  | | |",
        "  | | part",
        "  | all",
    ]


def test_one_place_with_two_words() -> None:
    assert shown("abc\n", ("abc", "one"), ("abc", "two"))[3:] == ["  | ^^^ one; two"]


def test_marks_stand_under_wide_and_combining_characters_and_tabs() -> None:
    rows = shown('\tkill "阿里巴巴 e\u0301" when a > b\n', ("a > b", "here"), ("阿里巴巴", "wide"))
    line, marks = rows[2], rows[3]
    assert width(line[: line.index("a > b")]) == width(marks[: marks.index("^")])
    assert width(line[: line.index("阿")]) == width(marks[: marks.index("-")])
    assert marks.count("-") == 8


def test_a_place_over_several_lines_is_marked_where_it_begins_and_ends() -> None:
    assert shown("bull a\n  on p\n  when x\n  because y\n", ("bull a\n  on p\n  when x\n  because y", "this"))[2:] == [
        "1 | bull a",
        "  | ^^^^^^",
        "...",
        "4 |   because y",
        "  |   ^^^^^^^^^ this",
    ]
    assert shown("bull a\n  on p\n  when x\n", ("bull a\n  on p\n  when x\n", ""))[2:] == [
        "1 | bull a",
        "  | ^^^^^^",
        "2 |   on p",
        "  |   ^^^^",
        "3 |   when x",
        "  |   ^^^^^^",
    ]


def test_files_one_after_another_under_one_gutter() -> None:
    one, other = SourceFile("a.thesis", "x\n" * 12), SourceFile("b.thesis", "yy\n")
    assert excerpt([Mark(one.span(20, 21), "", True), Mark(other.span(0, 2), "dropped here", False)]) == [
        "  --> a.thesis:11:1",
        "   |",
        "11 | x",
        "   | ^",
        "  --> b.thesis:1:1",
        "   |",
        " 1 | yy",
        "   | -- dropped here",
    ]


def test_a_line_of_a_megabyte_is_shown_around_its_places() -> None:
    text = "a" * 500_000 + " here " + "b" * 500_000 + "\n"
    rows = shown(text, ("here", "this"), ("bbb", "that"))
    assert max(map(len, rows)) < 200
    assert rows[3].index("^") == rows[2].index("here")


@given(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=60),
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 20), st.text("abc ", max_size=5)), min_size=1, max_size=5),
)
def test_any_text_with_any_marks(text: str, places: list[tuple[int, int, str]]) -> None:
    text = text.replace("\r", "\n")
    source = SourceFile("x", text)
    marks = [
        Mark(source.span(min(a, len(text)), min(a + n, len(text))), t.strip(), i == 0)
        for i, (a, n, t) in enumerate(places)
    ]
    rows = excerpt(marks)
    assert any("^" in row for row in rows)
    for mark in marks:
        assert any(mark.text in row for row in rows)


def test_width_is_what_terminals_show() -> None:
    assert [width(t) for t in ("abc", "阿", "e\u0301", "\t", "")] == [3, 2, 1, 4, 0]
    assert unicodedata.east_asian_width("ａ") == "F"
    assert width("ａ") == 2
