"""A table on disk as a frame of Spark: Parquet with its types, CSV as texts, a file or a folder of files that have one head.

In: a session, a path that driver and workers see. Out: the frame, and how messages name it; raises UnreadableFileError for what can be seen
of files before Spark reads them. Must not know what columns mean.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dsl.text.source import UnreadableFileError, read_bytes
from evaluator.columnar.spark_terms import quoted
from evaluator.universe.files import ENDINGS, Raw, is_utf8, old_line_ends, separator_in, twice

if TYPE_CHECKING:
    from collections.abc import Sequence

_LOOKED_AT = 65_536
WHOLE = 256 * 1024**2
"""A file up to this size is read by one task, so that a cell may hold line breaks; of a larger one no line may end within quotes."""
SMALL = 64 * 1024**2
_NEITHER = "Spark reads a table (.parquet, .csv) or a folder of such files, and this is neither"


@dataclass(frozen=True)
class OnDisk:
    """Files of one table. `kind`: parquet or csv."""

    path: Path
    files: tuple[Path, ...]
    kind: str
    name: str

    @property
    def small(self) -> bool:
        """Whether it is read within seconds."""
        return sum(p.stat().st_size for p in self.files) < SMALL


def on_disk(path: Path, name: str) -> OnDisk:
    """The files of a table. Raises UnreadableFileError."""
    if not path.exists():
        mend = "name a table (.parquet, .csv) or a folder of such files"
        raise UnreadableFileError(name, "there is no such file or folder", mend)
    files = [path]
    if path.is_dir():
        inside = [p for p in sorted(path.iterdir()) if p.name[0] not in "._"]  # as Spark lists them
        folder = next((p for p in inside if p.is_dir()), None)
        if folder is not None:
            mend = "name a folder that holds the files of one table and nothing else"
            raise UnreadableFileError(name, f"it holds another folder, `{folder.name}`", mend)
        files = inside
    kinds = {ENDINGS.get(p.suffix.lower(), "") for p in files}
    kind = kinds.pop() if len(kinds) == 1 else ""
    if kind not in ("parquet", "csv"):
        raise UnreadableFileError(name, _NEITHER, "leave --engine out, or write the table as Parquet")
    return OnDisk(path, tuple(files), kind, name)


def read(session: Any, table: OnDisk) -> tuple[Any, Raw]:
    """The frame, not evaluated yet, and what its files say of all its cells. Raises UnreadableFileError, and what Spark raises."""
    import polars as pl

    where = table.path.resolve().as_uri()
    if table.kind == "parquet":
        return session.read.parquet(where), Raw(pl.LazyFrame(), table.name)
    heads, separator = _heads(table)
    if any(p.stat().st_size > WHOLE for p in table.files):
        _whole_lines(session, where, table.name)
        lines = False
    else:
        lines = True
    reader = (
        session.read.option("header", True).option("escape", '"').option("mode", "FAILFAST").option("sep", separator)
    )
    reader = reader.option("multiLine", lines).schema(", ".join(f"{quoted(h)} string" for h in _apart(heads)))
    return reader.csv(where), Raw(pl.LazyFrame(), table.name, 0, separator == ";", twice(heads))


def _heads(table: OnDisk) -> tuple[list[str], str]:
    """The heads of all files, which are the same, and what parts their columns."""
    found: tuple[list[str], str] | None = None
    for file in table.files:
        name = table.name if file == table.path else f"{table.name}/{file.name}"
        head, _ = read_bytes(file, name, _LOOKED_AT)
        if not head.strip():
            raise UnreadableFileError(name, "the file is empty", "write a head and a row for each name")
        if not is_utf8(head):
            mend = "save it as UTF-8, or as Parquet, or leave --engine out"
            raise UnreadableFileError(name, "Spark reads CSV in UTF-8, and this is none", mend)
        old_line_ends(head, name)
        separator = separator_in(head)
        text = io.StringIO(head.decode("utf-8-sig", "replace"), newline="")
        one = (next(csv.reader(text, delimiter=separator), []), separator)
        if found is not None and one != found:
            what = f"its head is another than that of {table.files[0].name}: {_differ(found[0], one[0])}"
            raise UnreadableFileError(name, what, "give all files of the folder one head, with one separator")
        found = one
    assert found is not None
    return found


def _differ(one: Sequence[str], other: Sequence[str]) -> str:
    for at, (a, b) in enumerate(zip(one, other, strict=False)):
        if a != b:
            return f"column {at + 1} is `{b}` and not `{a}`"
    return f"{len(other)} columns and not {len(one)}" if len(one) != len(other) else "other separators"


def _apart(heads: Sequence[str]) -> list[str]:
    """Heads, each another: one that stands there already is renamed as the reader of all tables does."""
    found: list[str] = []
    again = 0
    for head in heads:
        if head in found:
            found.append(f"{head}_duplicated_{again}")
            again += 1
        else:
            found.append(head)
    return found


def _whole_lines(session: Any, where: str, name: str) -> None:
    """That no line of large files ends within quotes: cut into parts, the rest of it would be read as a row. Raises
    UnreadableFileError."""
    lines = session.read.text(where)
    odd = lines.filter("LENGTH(value) % 2 != LENGTH(REPLACE(value, '\"', '')) % 2").limit(1).collect()
    if odd:
        what = f"a line has a quote that is not closed on it: {odd[0][0][:80]}"
        mend = "take line breaks out of cells, or save the table as Parquet"
        raise UnreadableFileError(name, what, mend)
