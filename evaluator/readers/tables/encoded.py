"""The text of a table's bytes, where other programs saved it: UTF-8, UTF-16 with its mark, or an encoding that is said.

In: bytes, the encoding that was said. Out: a text. Must not know what the text holds.

Excel saves "Unicode text" as UTF-16 with a mark, and CSV in the encoding of its country, which nothing in the file says. Where
every byte above ASCII is a letter, or one of few marks, that the encodings of Western and of Central Europe share (ä, ö, ü, ß,
é, €), it is that; where one of them is another letter elsewhere, the encoding has to be said.
"""

from __future__ import annotations

import codecs
import re

from dsl.text.source import UnreadableFileError, decode

ENCODINGS = (
    "utf-8",
    "utf-16",
    "windows-1252",
    "windows-1250",
    "iso-8859-1",
    "iso-8859-2",
    "iso-8859-15",
    "cp850",
    "mac-roman",
)
"""What may be said, in `encoding:` or with `--encoding`."""
_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_LONE_MARKS = "€§°–—’\u00a0"
_SHARED = {
    byte: one
    for byte in range(0x80, 0x100)
    if (one := bytes([byte]).decode("cp1252", "ignore")) == bytes([byte]).decode("cp1250", "ignore")
    and one
    and (one in _LONE_MARKS or (one.isalpha() and byte >= 0xC0))
}
"""Bytes that stand for one character in the encodings of Western and of Central Europe."""
_FOREIGN = re.compile(rb"[\x80-\xff]{3}")
"""So many in a row are letters of another script."""


def text_of(name: str, data: bytes, encoding: str | None = None) -> str:
    """The text of a file, with `\\n` for every newline. Raises UnreadableFileError: bytes that are no text of the encoding that
    was said; or none was, and nothing shows which it is."""
    if encoding is not None and encoding.lower() != "utf-8":
        return _as_said(name, data, encoding)
    if data.startswith(_MARKS):
        return _as_said(name, data, "utf-16")
    try:
        return decode(name, data)
    except UnreadableFileError as error:
        if encoding is not None or b"\0" in data:
            raise
        high = set(data) - set(range(0x80))
        if high <= _SHARED.keys() and not _FOREIGN.search(data):
            return _plain(data.decode("cp1252"))
        mend = (
            f"save it as UTF-8, or say how it was saved: `encoding: windows-1252` (Excel in Western Europe) or another of "
            f"{', '.join(ENCODINGS[2:])}, under `files` in the YAML file beside it or with --encoding"
        )
        raise UnreadableFileError(name, error.reason, mend) from None


def _as_said(name: str, data: bytes, encoding: str) -> str:
    try:
        return _plain(data.decode(encoding))
    except (UnicodeError, LookupError):
        mend = f"say how it was saved; known are {', '.join(ENCODINGS)}"
        raise UnreadableFileError(name, f"the file is no text in {encoding}", mend) from None


def _plain(text: str) -> str:
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
