"""Places are counted as the protocol does, in units of UTF-16, whatever newlines and marks the text has."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from dsl.ide.positions import EditorText, Position, Range
from dsl.text.source import SourceFile

CHARS = st.sampled_from(["a", "b", " ", "é", "中", "🐉", "\n", "\r\n", "\r", "\t", "\u2028"])
TEXTS = st.builds(lambda mark, parts: mark + "".join(parts), st.sampled_from(["", "\ufeff"]), st.lists(CHARS))
PLACES = st.builds(Position, st.integers(-1, 8), st.integers(-1, 12))


def units(text: str) -> list[str]:
    """Each unit of UTF-16 of a text."""
    data = text.encode("utf-16-le")
    return [data[n : n + 2].decode("utf-16-le", "surrogatepass") for n in range(0, len(data), 2)]


def joined(found: list[str]) -> str:
    return "".join(found).encode("utf-16-le", "surrogatepass").decode("utf-16-le")


def unit_offset(text: str, place: Position) -> int:
    """The same as `EditorText.offset`, written as the protocol says it: units one after the other, line by line."""
    if place.line < 0:
        return 0
    every, line, at = units(text), 0, 0
    while line < place.line:
        if at >= len(every):
            return len(every)
        if every[at] == "\r" and every[at + 1 : at + 2] == ["\n"]:
            at += 1
            line += 1
        elif every[at] in "\r\n":
            line += 1
        at += 1
    taken = 0
    while taken < place.character and at < len(every) and every[at] not in "\r\n":
        at, taken = at + 1, taken + 1
    inside = at < len(every) and "\udc00" <= every[at] <= "\udfff"
    return at - 1 if inside else at


@given(TEXTS, PLACES, PLACES, TEXTS)
@example("🐉", Position(0, 1), Position(0, 1), "x")
@example("a\r\nb", Position(0, 2), Position(1, 0), "x")
def test_an_edit_changes_the_units_that_the_protocol_names(
    text: str, first: Position, last: Position, put: str
) -> None:
    start, end = sorted((unit_offset(text, first), unit_offset(text, last)))
    every = units(text)
    assert EditorText(text).changed(Range(first, last), put).text == joined(every[:start] + units(put) + every[end:])


@given(TEXTS, st.lists(st.tuples(PLACES, PLACES, TEXTS), max_size=4))
@example("a\r", [(Position(1, 0), Position(1, 0), "\n")])  # the two are one newline
@example("a\r\nb", [(Position(0, 1), Position(0, 1), "\r")])
@example("\r\n\r", [(Position(1, 0), Position(2, 0), "\n")])
def test_lines_that_are_kept_are_where_they_would_be_found(
    text: str, edits: list[tuple[Position, Position, str]]
) -> None:
    """After any edits lines begin where a fresh look finds them."""
    editor = EditorText(text)
    for first, last, put in edits:
        editor = editor.changed(Range(first, last), put)
        assert editor.starts == EditorText(editor.text).starts


@given(TEXTS)
def test_each_place_that_is_read_goes_to_the_editor_and_back(text: str) -> None:
    editor, source = EditorText(text), SourceFile.of_text("x.thesis", text)
    for offset in range(len(source.text) + 1):
        assert editor.read_at(source, editor.position(source, offset)) == offset


@given(TEXTS)
def test_a_place_means_the_same_character_in_the_editor_and_in_what_is_read(text: str) -> None:
    editor, source = EditorText(text), SourceFile.of_text("x.thesis", text)
    for offset, char in enumerate(source.text):
        at = editor.offset(editor.position(source, offset))
        assert editor.text[at] == char or (char == "\n" and editor.text[at] == "\r")


@given(TEXTS, PLACES)
def test_a_place_that_there_is_not_is_the_nearest_that_there_is(text: str, place: Position) -> None:
    editor, source = EditorText(text), SourceFile.of_text("x.thesis", text)
    assert 0 <= editor.offset(place) <= len(text)
    assert 0 <= editor.read_at(source, place) <= len(source.text)


def test_a_text_is_written_with_the_newlines_of_its_file() -> None:
    assert EditorText("a\r\nb\r\nc\n").as_written("x\ny") == "x\r\ny"
    assert EditorText("a\nb").as_written("x\ny") == "x\ny"
    assert EditorText("").changed(None, "all").text == "all"
