"""Files as they come: marks, newlines, encodings, sizes; and places in them."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsl.check.checker import check_file
from dsl.link.load import Library
from dsl.text.source import MAX_BYTES, SourceFile, UnreadableFileError, decode

TEXT = 'rules cloud "Cloud – 云"\ninput growth "Growth" : percent\nkill slow when growth < 5%\n'


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8])
def test_any_newline_and_a_mark_read_alike(tmp_path: Path, newline: str, mark: bytes) -> None:
    file = tmp_path / "cloud.thesis"
    file.write_bytes(mark + TEXT.replace("\n", newline).encode())
    source = SourceFile.read(file)
    assert source.text == TEXT
    found = check_file(source, Library(()))
    assert found.diagnostics == ()
    assert found.program is not None


def test_places_count_as_an_editor_does(tmp_path: Path) -> None:
    file = tmp_path / "cloud.thesis"
    file.write_bytes(codecs.BOM_UTF8 + TEXT.replace("5%", "yoyo(growth)").replace("\n", "\r\n").encode())
    (found,) = check_file(SourceFile.read(file, "cloud.thesis"), Library(())).diagnostics
    assert str(found.span) == "cloud.thesis:3:25"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("rules x".encode("utf-16"), "the file is UTF-16 text"),
        (b"\x89PNG\r\n\x1a\n\0\0", "the file is binary, not text"),
        (b"rules x\n# caf\xe9\n", "the file is not UTF-8 text (line 2, byte 13)"),
        (b"\x80", "the file is not UTF-8 text (line 1, byte 0)"),
    ],
)
def test_what_is_no_text_is_said(tmp_path: Path, data: bytes, reason: str) -> None:
    file = tmp_path / "x.thesis"
    file.write_bytes(data)
    with pytest.raises(UnreadableFileError) as raised:
        SourceFile.read(file, "x.thesis")
    assert (raised.value.path, raised.value.reason) == ("x.thesis", reason)
    assert raised.value.hint


def test_missing_folder_and_too_large(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="there is no such file"):
        SourceFile.read(tmp_path / "none.thesis")
    with pytest.raises(UnreadableFileError, match="this is a folder, not a file"):
        SourceFile.read(tmp_path)
    large = tmp_path / "large.thesis"
    large.write_bytes(b"#" * MAX_BYTES)
    assert SourceFile.read(large).text
    large.write_bytes(b"#" * (MAX_BYTES + 1))
    with pytest.raises(UnreadableFileError, match=r"the file is 8\.4 MB; the most is 8\.4 MB"):
        SourceFile.read(large)


@pytest.mark.parametrize("text", ["", " \n\t\n", "# nothing\n# yet", "\u00a0\u3000"])
def test_a_file_that_declares_nothing(text: str) -> None:
    (found,) = check_file(SourceFile("x.thesis", text), Library(())).diagnostics
    assert (found.code, found.path, found.span) == ("T002", "x.thesis", None)


def test_lines_and_columns() -> None:
    source = SourceFile("x", decode("x", b"ab\ncd\n"))
    assert [source.line_column(n) for n in range(7)] == [(1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (2, 3), (3, 1)]
    assert [source.line_text(n) for n in (1, 2, 3)] == ["ab", "cd", ""]
    span = source.span(3, 5)
    assert (span.text, span.line, span.column, span.length, str(span)) == ("cd", 2, 1, 2, "x:2:1")
    assert source.span(0, 1).to(span).text == "ab\ncd"


EMOJI = "a\U0001f600b\n\u00e9\u4e2d\n\nlast"


def test_columns_as_editors_count_them() -> None:
    source = SourceFile("x", EMOJI)
    assert [source.utf16(n) for n in range(len(EMOJI) + 1)] == [
        (0, 0), (0, 1), (0, 3), (0, 4), (1, 0), (1, 1), (1, 2), (2, 0), (3, 0), (3, 1), (3, 2), (3, 3), (3, 4),
    ]  # fmt: skip
    assert source.column_utf16(2) == 4
    assert source.line_column(2) == (1, 3)
    assert source.offset(0, 2) == 1  # in the middle of the emoji: before it
    assert source.offset(0, 99) == 3
    assert source.offset(99, 0) == len(EMOJI)
    assert source.offset(2, 5) == 7
    assert source.offset(3, -1) == 8


@given(st.text(max_size=40))
def test_every_place_is_found_again(text: str) -> None:
    source = SourceFile("x", text)
    for offset in range(len(text) + 1):
        assert source.offset(*source.utf16(offset)) == offset
        line, character = source.utf16(offset)
        assert len(source.line_text(line + 1)[: source.line_column(offset)[1] - 1].encode("utf-16-le")) == character * 2
