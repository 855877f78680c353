"""Reading by pieces is reading the whole; what is remembered of a piece is what it says, wherever it stands now."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dsl.syntax import nodes as s
from dsl.syntax.declarations import Builder
from dsl.syntax.lalr import Tables, Unexpected
from dsl.syntax.moved import moved
from dsl.syntax.parse import MAX_KNOWN, Pieces, parse, parse_headers
from dsl.syntax.parser_table import tables
from dsl.text.source import SourceFile
from tests.dsl.syntax.test_lalr import FILES
from tests.dsl.syntax.test_parser_total import WORDS
from tests.support.survival import SHIPPED, THESIS


def whole(source: SourceFile) -> s.File | None:
    """The text read in one go; None where something in it cannot be read, figures in braces apart."""
    read = tables()

    def embedded(start: int, end: int) -> list[s.Expr]:
        try:
            return [read.parse(source.text, start, end, "expression", methods)]
        except Unexpected:
            return []

    builder = Builder(source, embedded)
    methods = read.methods(builder)
    try:
        found: s.File = read.parse(source.text, 0, len(source.text), "file", methods)
    except Unexpected:
        return None
    return found


def holds(text: str, known: Pieces | None = None) -> None:
    source = SourceFile("x.thesis", text)
    read = parse(source, known)
    in_one_go = whole(source)
    refused = {"T007", "T016"} & {d.code for d in read.diagnostics}
    if in_one_go is not None and not refused:
        assert read.file == in_one_go
        assert not {d.code for d in read.diagnostics} & {"T005", "T006", "T012"}
    if known is not None:
        assert read == parse(source)


@pytest.mark.parametrize("file", FILES, ids=lambda p: p.stem)
def test_files(file: object) -> None:
    holds(file.read_bytes().decode("utf-8", "replace").replace("\r", ""))  # type: ignore[attr-defined]


@settings(max_examples=200)
@given(st.lists(st.sampled_from([*WORDS, "\n", "override", "drop", "# metric", "input", "metric"]), max_size=25))
@example(["rules", "x", "\n", "override", "# metric\n", "input", "growth"])
@example(["override", "# metric", '"', "\n", "x", '"', "metric", "a"])
@example(["drop", "#", "\n\n", "metric", "x", "drop", "example", '"metric"'])
@example(["rules", "r", "\n", "drop", "# metric input x\n", "foo"])
def test_any_words_of_the_language(words: list[str]) -> None:
    holds(" ".join(words))


KNOWN = Pieces(200)
"""One memory for all that is drawn: what it holds of one text is taken for another."""


@settings(max_examples=75)
@given(
    st.sampled_from([SHIPPED, THESIS]), st.integers(0, 10_000), st.integers(0, 30), st.sampled_from(["", " ", *WORDS])
)
def test_what_is_remembered_is_what_is_read(text: str, at: int, length: int, word: str) -> None:
    start = at % len(text)
    holds(text[:start] + word + text[start + length :], KNOWN)
    assert len(KNOWN) <= 200


def test_a_piece_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    known = Pieces(1000)
    first = parse(SourceFile("x.thesis", SHIPPED), known)
    read: list[int] = []
    real = Tables.parse
    monkeypatch.setattr(Tables, "parse", lambda *given: read.append(given[2]) or real(*given))
    again = parse(SourceFile("y.thesis", f"\n# moved\n{SHIPPED}"), known)
    assert read == [0]  # the comment at the top
    assert [d.name.name for d in again.file.declarations] == [d.name.name for d in first.file.declarations]
    assert all(d.span.source.path == "y.thesis" for d in again.file.declarations)
    assert [d.span.text for d in again.file.declarations] == [d.span.text for d in first.file.declarations]


def test_nothing_is_kept_alive_by_what_is_remembered() -> None:
    """A remembered piece holds its own text, and not the file that it was first read in."""
    known = Pieces(10)
    parse(SourceFile("x.thesis", 'rules x "X"\nmetric a = 1\n'), known)
    kept = [d for piece in ('rules x "X"\n', "metric a = 1\n") for d in known.get(piece) or ()]
    assert [d.span.source.path for d in kept] == ["", ""]
    assert [d.span.text for d in kept] == ['rules x "X"', "metric a = 1"]
    long = f'metric b "{"b" * MAX_KNOWN}" = 1\n'
    parse(SourceFile("x.thesis", long), known)
    assert known.get(long) is None


def test_moved_there_and_back() -> None:
    source = SourceFile("x.thesis", SHIPPED)
    other = SourceFile("y.thesis", "    " + SHIPPED)
    for declaration in parse(source).file.declarations:
        there = moved(declaration, other, 4)
        assert there != declaration
        assert there.span.text == declaration.span.text
        assert moved(there, source, -4) == declaration


@pytest.mark.parametrize("file", FILES, ids=lambda p: p.stem)
def test_headers_alone_are_those_of_the_file(file: object) -> None:
    source = SourceFile("x.thesis", file.read_bytes().decode("utf-8", "replace").replace("\r", ""))  # type: ignore[attr-defined]
    of_all = [d for d in parse(source).file.declarations if isinstance(d, s.Header)]
    found = list(parse_headers(source))
    assert [h for h in of_all if h not in found] == []


@settings(max_examples=100)
@given(st.lists(st.sampled_from([*WORDS, "\n", "rules", "thesis", "uses", ",", "with", "x"]), max_size=20))
@example(["thesis", "x", "uses", "a", ","])
@example(["metric", "rules", "x", "uses", "a"])
def test_headers_of_any_words(words: list[str]) -> None:
    source = SourceFile("x.thesis", " ".join(words))
    of_all = [d for d in parse(source).file.declarations if isinstance(d, s.Header)]
    assert [h for h in of_all if h not in parse_headers(source)] == []


def test_many_comment_signs_are_one_comment() -> None:
    """What may stand between two words gives nothing back: else each sign here would double the work."""
    holds(f"rules r\ndrop {'#' * 5000}\n{'# ' * 5000}\n foo\n")
