"""Whose file it is, at a glance: what a file says of the company it is about, without reading its facts.

In: a path. Out: `Glance`. Must not know what lies beside the file, nor judge anything: what cannot be read says nothing,
and is judged by its reader.
"""

from __future__ import annotations

import codecs
import re
from importlib.util import find_spec
from pathlib import Path

from dsl.text.record import record
from dsl.text.source import SourceFile, UnreadableFileError
from evaluator.readers.kinds import YAML, suffix

_TICKER = re.compile(r"^ticker[ \t]*:[ \t]*([^#\n]*?)[ \t]*(?:#.*)?$", re.MULTILINE)
_FILES = re.compile(r"^files[ \t]*:[^\n]*\n(?:(?:[ \t#][^\n]*)?\n)*(?:[ \t#][^\n]*)?", re.MULTILINE)
"""The key and what stands below it: lines that begin with a blank, and none."""
_KEYS = re.compile(
    r"^(?:name|ticker|currency|fiscal_year_ends|reports|facts|exchange_rates|files|splits)[ \t]*:", re.MULTILINE
)
_HEAD_BYTES = 4096
_SEARCHED = 64 * 1024 * 1024
"""A table larger than this is taken to hold rows about everybody."""


@record
class Glance:
    """What a file says of whose it is. `ticker`: the one in the head of a YAML file; `files`: the names of files that it
    gives settings for; `mentions`: whether a table with a column of tickers has the one that was asked for (None: it has
    no such column, or is no table); `holds`: whether a YAML file has any key of a facts file."""

    ticker: str | None = None
    files: tuple[str, ...] = ()
    mentions: bool | None = None
    holds: bool = True


def glance(path: Path, ticker: str | None) -> Glance:
    """What a file says of whose it is; `ticker` is the company that is asked for."""
    ending = suffix(path)
    try:
        if ending in YAML:
            return _yaml(path)
        if ending in (".csv", ".tsv"):
            return Glance(mentions=_csv(path, ticker))
        if ending == ".parquet":
            return Glance(mentions=_parquet(path, ticker))
    except OSError:
        pass
    return Glance()


def _yaml(path: Path) -> Glance:
    text = path.read_bytes().decode("utf-8", "replace").replace("\r\n", "\n")
    found = _TICKER.search(text)
    files: tuple[str, ...] = ()
    said = _FILES.search(text)
    if said:
        from evaluator.readers import yaml_facts

        files = tuple(yaml_facts.read(SourceFile(str(path), said[0])).files)
        if not files:  # written in another way, or with a mistake that its reader knows: the whole file says
            try:
                files = tuple(yaml_facts.read(SourceFile.read(path)).files)
            except UnreadableFileError:
                files = ()
    return Glance(found[1].strip("\"'") or None if found else None, files, holds=bool(_KEYS.search(text)))


def _csv(path: Path, ticker: str | None) -> bool | None:
    """Whether a table in a text has rows of a company: its head has a column of tickers, and the ticker stands below."""
    with path.open("rb") as file:
        read = file.read(_HEAD_BYTES)
        words = re.split(rb"[,;\t\r\n]", _utf8(read).lower())
        if b"ticker" not in [word.strip(b' "\xef\xbb\xbf') for word in words]:
            return None
        wanted = (ticker or "").encode().lower()
        return path.stat().st_size > _SEARCHED or wanted in _utf8(read + file.read()).lower()


def _utf8(data: bytes) -> bytes:
    """What Excel saved as "Unicode text", as UTF-8; anything else as it is."""
    utf16 = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return data.decode("utf-16", "replace").encode("utf-8", "replace") if utf16 else data


def _parquet(path: Path, ticker: str | None) -> bool | None:
    """The same of a Parquet file; None also where it cannot be looked into."""
    if find_spec("polars") is None:
        return None
    from evaluator.readers.columns.parquet import tickers

    known = tickers(path)
    return None if known is None else (ticker or "").upper() in (name.upper() for name in known)
