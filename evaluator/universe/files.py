"""A file with a table of names, as a lazy frame: CSV as texts, Parquet and Arrow with the types that they have.

In: a path. Out: `Raw`. Raises UnreadableFileError. Must not know what the columns mean.
"""

from __future__ import annotations

import codecs
import csv
import io
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from dsl.text.source import UnreadableFileError, read_bytes, read_whole
from evaluator.blocks.parts import BLOCK, Scratch, on_disk
from evaluator.readers.tables.encoded import text_of

if TYPE_CHECKING:
    import polars as pl

T = TypeVar("T")
ENDINGS = {".csv": "csv", ".tsv": "csv", ".txt": "csv", ".parquet": "parquet", ".pq": "parquet", ".arrow": "arrow",
           ".feather": "arrow", ".ipc": "arrow"}  # fmt: skip
MAX_TEXT = 4 * 1024**3
MAX_LOOKED_AT = 256 * 1024**2
MAX_TEXTS = 64 * 1024**2
"""A larger table of text is brought into columns first."""
_FOOTER = re.compile(
    r"(?i)(?:data\s+)?(?:sources?|notes?|footnotes?|disclaimer|copyright|quellen?|hinweise?|stand|remarks?|来源|资料来源|数据来源|注|备注)\s*[:：–—]"
    r"|(?:data\s+)?(?:as of|as at|(?:last\s+)?updated|exported|downloaded|retrieved|generated|provided|prepared)\s+"
    r"(?:(?:on|by|from|with)\b|\S*[0-9])"
    r"|data\s+(?:from|by)\s|[©*†‡]\s*\S|\(c\)\s"
)
"""How the text below a table begins."""
_SEPARATORS = (",", ";", "\t", "|")


@dataclass(frozen=True)
class Raw:
    """A table as it stands, and how messages name it. `first`: the row of a file in which its first row of figures stands
    (2 below a head); 0 where rows are counted from 1 in a frame. `semicolons`: they part its columns."""

    rows: pl.LazyFrame
    name: str
    first: int = 0
    semicolons: bool = False
    twice: tuple[str, ...] = ()
    """Heads that stand in the file more than once."""
    counts: str | None = None
    """Where a row stands for several, which have no numbers: the column that says for how many."""
    bytes: int = 0
    """How large a table of text is: it is read anew by whoever asks for a column."""


def opened(path: Path, name: str) -> Raw:
    """A table by the ending of its file. Raises UnreadableFileError."""
    kind = ENDINGS.get(path.suffix.lower())
    if kind is None:
        known = ", ".join(sorted({e for e in ENDINGS if e not in (".txt", ".pq", ".ipc")}))
        what = f"a table of names does not end in `{path.suffix}`" if path.suffix else "its name has no ending"
        raise UnreadableFileError(name, what, f"save it as one of {known}, or name a folder of facts files")
    needs_polars(name)
    read_bytes(path, name, 4)  # says what is no file at all
    if kind == "csv":
        return _text(path, name)
    import polars as pl

    scan = pl.scan_parquet if kind == "parquet" else pl.scan_ipc
    frame = read(lambda: scan(path, glob=False), name, kind)
    read(frame.collect_schema, name, kind)
    return Raw(frame, name)


def needs_polars(name: str) -> None:
    """Raises UnreadableFileError where polars is not installed."""
    try:
        import polars  # noqa: F401
    except ImportError:
        mend = 'install it with `pip install "thesis-evaluator[screen]"`'
        raise UnreadableFileError(name, "screens need the package polars, which is not installed", mend) from None


def read(work: Callable[[], T], name: str, kind: str = "", rows: pl.LazyFrame | None = None) -> T:
    """What a file gives. Raises UnreadableFileError where it is damaged. `rows`: the file as it stands, where `work` does more than
    to read it: an error is the file's where reading it alone fails too, and else a mistake of ours, which is raised as it is."""
    import polars as pl

    words = {"parquet": "Parquet", "arrow": "Arrow", "csv": "a table of text"}
    damaged = f"the file is not {words.get(kind, 'the table that its name says')}, or is damaged"
    try:
        return work()
    except (pl.exceptions.PolarsError, OSError) as error:
        if rows is None or not _can_be_read(rows):
            raise UnreadableFileError(name, damaged, "write it anew, and whole") from error
        raise
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # what the Rust below raises where it finds itself wrong
            raise
        raise UnreadableFileError(name, damaged, "write it anew, and whole") from error


def _can_be_read(rows: pl.LazyFrame) -> bool:
    """Whether every cell of a file can be read."""
    import polars as pl

    try:
        rows.select(pl.all().cast(pl.String, strict=False).str.len_bytes().sum()).collect()
    except BaseException as error:
        if isinstance(error, pl.exceptions.PolarsError | OSError) or type(error).__name__ == "PanicException":
            return False
        raise
    return True


def _text(path: Path, name: str) -> Raw:
    """Every cell as the text that it is: `007` stays a name, and `1,234` is read later, by the rules that facts files have."""
    import polars as pl

    head, _ = read_bytes(path, name, 65_536)
    if not head.strip():
        raise UnreadableFileError(name, "the file is empty", "write a head and a row for each name")
    if b"\0" in head and not head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        what = "it is a workbook" if head.startswith(b"PK") else "it holds bytes that no text has"
        raise UnreadableFileError(name, f"the file is no table of text: {what}", "save it as CSV or as Parquet")
    old_line_ends(head, name)
    separator = separator_in(head)
    there: Path | io.BytesIO = path
    if not is_utf8(head) or not os.path.isfile(path):
        there = io.BytesIO(text_of(name, read_whole(path, name, MAX_TEXT, "save it as Parquet"), None).encode())

    def scan() -> pl.LazyFrame:
        frame = pl.scan_csv(there, separator=separator, infer_schema=False, glob=False)
        frame.collect_schema()
        return frame

    rows = read(scan, name, "csv")
    _same_width(there, name, separator)
    heads = next(csv.reader(io.StringIO(head.decode("utf-8-sig", "replace"), newline=""), delimiter=separator), [])
    return Raw(rows, name, 2, separator == ";", twice(heads), bytes=os.path.getsize(path) if there is path else 0)


def staged(raw: Raw, scratch: Scratch) -> Raw:
    """A table of text that is large, as columns of texts on disk: each is then read by itself, and a block of rows without those before it.
    Raises UnreadableFileError, OSError for a full disk."""
    if raw.bytes <= MAX_TEXTS:
        return raw
    import polars as pl

    there = scratch.path("texts.parquet")

    def work() -> pl.LazyFrame:
        with on_disk():
            raw.rows.sink_parquet(there, compression="lz4", row_group_size=BLOCK, statistics=False)
        return pl.scan_parquet(there, glob=False)

    try:
        return replace(raw, rows=work(), bytes=0)
    except pl.exceptions.PolarsError as error:
        raise UnreadableFileError(
            raw.name, f"it cannot be read: {_first_line(error)}", "write it anew, and whole"
        ) from error


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or ["it is damaged"])[0][:200]


def twice(heads: Sequence[str]) -> tuple[str, ...]:
    """The heads that stand more than once: polars gives all but the first of them other names."""
    return tuple(h for n, h in enumerate(heads) if h.strip() and heads.index(h) == n and heads.count(h) > 1)


def _same_width(there: Path | io.BytesIO, name: str, separator: str) -> None:
    """That each row has as many cells as the head: polars fills those of a short one with nothing. Raises UnreadableFileError.
    (Of a table larger than `MAX_LOOKED_AT` it is not looked at; there a row with too many ends the reading.)"""
    if isinstance(there, Path) and os.path.getsize(there) > MAX_LOOKED_AT:
        return
    text = (there.read_bytes() if isinstance(there, Path) else there.getvalue()).decode("utf-8-sig", "replace")
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    odd: tuple[int, int] | None = None
    try:
        width = len(next(rows))
        for row in rows:
            if odd is not None and row and not is_footer(row):  # below a footer stand footers alone
                break
            if odd is None and row and len(row) != width:
                odd = rows.line_num, len(row)
                if not is_footer(row):
                    break
        else:
            odd = None
    except csv.Error as error:
        raise UnreadableFileError(name, f"line {rows.line_num}: {error}", "mend the line") from None
    if odd is not None:
        mend = "put a text that holds the separator in quotes, or add what is missing"
        raise UnreadableFileError(name, f"line {odd[0]} has {odd[1]} cells, and the head has {width}", mend)


def is_footer(cells: Sequence[str | None]) -> bool:
    """Whether a row is what people write below a table: one cell, which says where it is from or what to know."""
    filled = [cell for cell in cells if cell is not None and cell.strip()]
    return len(filled) == 1 and _FOOTER.match(filled[0].strip()) is not None


def old_line_ends(head: bytes, name: str) -> None:
    """Raises UnreadableFileError where lines end in a way that no reader of today's tables knows."""
    if b"\r" in head and b"\n" not in head:
        what = "its lines end as those of an old Mac do (CR alone), so that the whole file is one line"
        raise UnreadableFileError(name, what, 'save it anew as "CSV UTF-8", whose lines end in LF or CRLF')


def is_utf8(head: bytes) -> bool:
    """Whether the beginning of a file is UTF-8."""
    try:
        head[:-4].decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def separator_in(head: bytes) -> str:
    """What parts the head into the most columns."""
    line = head.decode("utf-8", "replace").lstrip("\ufeff").splitlines()[0]
    return max(_SEPARATORS, key=line.count)
