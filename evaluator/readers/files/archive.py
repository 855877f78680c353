"""What a workbook's own files say that its values do not: which cells are percents, formulas without a saved value,
merged, in error, and how large a sheet is. And whether the archive is safe to unpack at all.

In: the bytes of a .xlsx. Out: `SheetMarks` by sheet. Must not know what cells mean.

Sizes are compared with limits before anything is unpacked for good: first those that the archive's directory claims,
then those that unpacking really gives, piece by piece.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from xml.parsers import expat

MAX_BYTES = 32 * 1024 * 1024
MAX_UNPACKED = 256 * 1024 * 1024
MAX_FILES = 4_000
MAX_CELLS = 4_000_000
"""A sheet whose last cell stands further out has stray formats in it, or is made to break readers."""
MOST_CELLS = 1_000_000
"""So many cells are read of all visible sheets together."""
_NAME = "name the sheet that the facts are on (`sheet` under `files`, or --sheet)"
_FEWER = "keep the rows and columns that the rules need, or save it as Parquet"
_PIECE = 1 << 16
_MAX_MARK = 1 << 20
"""Bytes of one tag or comment: a longer one is read anew with each piece, and no spreadsheet writes it."""
_SHOWN = 40
"""So much of a value is kept: enough to name an error."""
_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")
_BUILT_IN_PERCENTS = frozenset((9, 10))


class ArchiveError(Exception):
    """A workbook that is not to be read: the reason for the analyst, and the mend."""

    def __init__(self, reason: str, hint: str) -> None:
        super().__init__(reason)
        self.reason, self.hint = reason, hint


_LEFT_OUT = re.compile(r"[0#?](,+)(?![0#?,])")
"""Commas behind the last digit of a format: each leaves three digits out (ECMA-376, part 1, 18.8.31)."""


@dataclass(slots=True)
class SheetMarks:
    """What is particular about cells of a sheet; rows and columns from 0."""

    rows: int = 0
    columns: int = 0
    cells: int = 0
    percents: set[tuple[int, int]] = field(default_factory=set)
    scaled: dict[tuple[int, int], int] = field(default_factory=dict)
    """Cells that show a thousandth, a millionth… of what they hold: how many thousands are left out."""
    unsaved: set[tuple[int, int]] = field(default_factory=set)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    """First row, first column, last row, last column."""


def marks(data: bytes, only: str | None = None) -> dict[str, SheetMarks]:
    """Each sheet by its name; those that are hidden, or are not the one that is asked for, empty. Raises ArchiveError."""
    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise ArchiveError("this is an old .xls, or a workbook under a password", "save it as .xlsx without a password")
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            _check_sizes(archive, data)
            return _Workbook(archive).sheets(only)
    except (
        zipfile.BadZipFile,
        zlib.error,
        struct.error,
        EOFError,
        NotImplementedError,
        RuntimeError,
        OSError,
    ) as error:
        raise ArchiveError("the file is not a workbook, or is cut off", "save it anew as .xlsx") from error
    except (expat.ExpatError, LookupError, ValueError, StopIteration) as error:
        raise ArchiveError("the workbook is damaged: a part of it cannot be read", "save it anew as .xlsx") from error


def _check_sizes(archive: zipfile.ZipFile, data: bytes) -> None:
    entries = archive.infolist()
    too_much = f"the workbook unpacks to more than {MAX_UNPACKED / 1e6:.0f} MB"
    hint = "keep the sheets that the facts are on, in their own workbook"
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED or len(entries) > MAX_FILES:
        raise ArchiveError(too_much, hint)
    left = MAX_UNPACKED
    for entry in entries:
        left -= _unpacked(entry, data, left)
        if left < 0:
            raise ArchiveError(too_much, hint)


def _unpacked(entry: zipfile.ZipInfo, data: bytes, most: int) -> int:
    """How much an entry really gives, counted up to a little beyond `most`: a directory may lie."""
    name, extra = struct.unpack_from("<HH", data, entry.header_offset + 26)
    start = entry.header_offset + 30 + name + extra
    packed = data[start : start + entry.compress_size]
    if entry.compress_type == zipfile.ZIP_STORED:
        return len(packed)
    if entry.compress_type != zipfile.ZIP_DEFLATED:
        raise ArchiveError("the workbook is packed in an unusual way", "save it anew as .xlsx")
    unpacking = zlib.decompressobj(-15)
    count = 0
    while packed and not unpacking.eof and count <= most:
        count += len(unpacking.decompress(packed, _PIECE))
        packed = unpacking.unconsumed_tail
    return count


class _Workbook:
    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.percents, self.scaled = self._styles()

    def sheets(self, only: str | None) -> dict[str, SheetMarks]:
        targets: dict[str, str] = {}
        names: list[tuple[str, str, bool]] = []

        def relation(tag: str, given: dict[str, str]) -> None:
            if tag == "Relationship":
                targets[given["Id"]] = given["Target"]

        def sheet(tag: str, given: dict[str, str]) -> None:
            if tag == "sheet":
                key = next(v for k, v in given.items() if k == "id" or k.endswith(":id"))
                wanted = given["name"] == only if only is not None else given.get("state", "visible") == "visible"
                names.append((given["name"], key, wanted))

        self._walk("xl/_rels/workbook.xml.rels", relation)
        self._walk("xl/workbook.xml", sheet)
        most, where = (MOST_CELLS, "its sheets hold") if only is None else (MAX_CELLS, "the sheet holds")
        several = only is None and sum(wanted for *_, wanted in names) > 1
        too_many = ArchiveError(f"{where} more than {most / 1e6:g} million cells", _NAME if several else _FEWER)
        found, left = {}, most
        for name, key, wanted in names:
            target = targets[key].lstrip("/")
            path = target if target.startswith("xl/") else f"xl/{target}"
            found[name] = self._sheet(path, left, too_many) if wanted and "worksheets/" in path else SheetMarks()
            left -= found[name].cells
        return found

    def _walk(
        self,
        path: str,
        start: Callable[[str, dict[str, str]], None],
        end: Callable[[str], None] = lambda tag: None,
        text: Callable[[str], None] = lambda said: None,
    ) -> None:
        """Reads a part of the workbook; declarations of entities, which could expand without end, are refused."""

        def refuse(*_: object) -> None:
            raise ArchiveError("the workbook holds declarations that no spreadsheet writes", "save it anew as .xlsx")

        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = refuse
        parser.StartElementHandler = lambda tag, given: start(tag.rpartition(":")[2], given)
        parser.EndElementHandler = lambda tag: end(tag.rpartition(":")[2])
        parser.CharacterDataHandler = text
        fed = 0
        with self.archive.open(path) as part:
            while piece := part.read(_PIECE):
                parser.Parse(piece, False)
                fed += len(piece)
                if fed - max(parser.CurrentByteIndex, 0) > _MAX_MARK:
                    reason = f"the workbook holds a tag or a comment of more than {_MAX_MARK / 1e6:.0f} MB"
                    raise ArchiveError(reason, "save it anew as .xlsx")
        parser.Parse(b"", True)

    def _styles(self) -> tuple[frozenset[int], dict[int, int]]:
        """The numbers of the cell styles that show percents, and those that leave thousands out, with how often."""
        codes: dict[int, str] = {}
        styles: list[int] = []
        inside = [False]

        def start(tag: str, given: dict[str, str]) -> None:
            if tag == "numFmt" and "numFmtId" in given:
                codes[int(given["numFmtId"])] = given.get("formatCode", "")
            elif tag == "cellXfs":
                inside[0] = True
            elif tag == "xf" and inside[0]:
                styles.append(int(given.get("numFmtId", 0)))

        def end(tag: str) -> None:
            if tag == "cellXfs":
                inside[0] = False

        if "xl/styles.xml" in self.archive.namelist():
            self._walk("xl/styles.xml", start, end)
        bare = {n: re.sub(r'"[^"]*"|\\.|[_*].', "", code) for n, code in codes.items()}
        shown = {n for n, code in bare.items() if "%" in code} | _BUILT_IN_PERCENTS
        left_out = {n: len(found[1]) for n, code in bare.items() if (found := _LEFT_OUT.search(code.split(";")[0]))}
        percents = frozenset(at for at, number in enumerate(styles) if number in shown)
        return percents, {at: left_out[number] for at, number in enumerate(styles) if number in left_out}

    def _sheet(self, path: str, most: int, too_many: ArchiveError) -> SheetMarks:
        reading = _Cells(self.percents, self.scaled, most, too_many)
        self._walk(path, reading.start, reading.end, reading.text)
        return reading.found


class _Cells:
    """Walks the cells of a sheet."""

    def __init__(self, percents: frozenset[int], scaled: Mapping[int, int], most: int, too_many: ArchiveError) -> None:
        self.percents, self.scaled, self.most, self.too_many = percents, scaled, most, too_many
        self.found = SheetMarks()
        self.row, self.at = -1, (0, 0)
        self.kind, self.formula, self.inside, self.value = "", False, "", ""

    def start(self, tag: str, given: dict[str, str]) -> None:
        if tag == "row":
            self.row = int(given["r"]) - 1 if "r" in given else self.row + 1
            self.at = (self.row, -1)
        elif tag == "c":
            self.at = _cell(given["r"]) if "r" in given else (self.row, self.at[1] + 1)
            self.kind, self.formula, self.value = given.get("t", "n"), False, ""
            if self.kind == "n" and int(given.get("s", 0)) in self.percents:
                self.found.percents.add(self.at)
            if self.kind == "n" and int(given.get("s", 0)) in self.scaled:
                self.found.scaled[self.at] = self.scaled[int(given.get("s", 0))]
            self.found.cells += 1
            if self.found.cells > self.most:
                raise self.too_many
            self.found.rows = max(self.found.rows, self.at[0] + 1)
            self.found.columns = max(self.found.columns, self.at[1] + 1)
            if self.found.rows * self.found.columns > MAX_CELLS:
                words = f"a sheet reaches to row {self.found.rows} and column {self.found.columns}"
                raise ArchiveError(words, "delete the empty rows and columns beyond the table, and save")
        elif tag == "mergeCell":
            first, _, last = given["ref"].partition(":")
            self.found.merged.append((*_cell(first), *_cell(last or first)))
        self.formula = self.formula or tag == "f"
        self.inside = tag

    def text(self, said: str) -> None:
        if self.inside == "v" and len(self.value) < _SHOWN:
            self.value += said

    def end(self, tag: str) -> None:
        if tag == "c":
            if self.kind == "e":
                self.found.errors[self.at] = self.value
            elif self.formula and not self.value and self.kind != "str":
                self.found.unsaved.add(self.at)
        self.inside = ""


def _cell(reference: str) -> tuple[int, int]:
    """`C7` -> (6, 2). Raises ValueError."""
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        raise ValueError(reference)
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(match[2]) - 1, column - 1


def blocks(ranges: Iterable[tuple[int, int, int, int]], first_row: int) -> list[tuple[int, int, int, int]]:
    """Merged ranges that reach to a row or below it."""
    return [merged for merged in ranges if merged[2] >= first_row]
