"""A small spreadsheet: reads an .xlsx file and calculates its formulas anew, as Excel does, with cells changed by hand.

It knows only what workbooks of ours use, and raises ValueError for anything else. In Excel a minus before a number binds closer
than ^, texts are compared without regard to capitals, an empty cell counts as 0.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from xml.etree import ElementTree

Single = float | str | bool | None
Area = list[Single]
Later = Callable[[], "Single | Area"]
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_TOKEN = re.compile(
    r"""\s*(?:(?P<text>"(?:[^"]|"")*")|(?P<number>\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)"""
    r"""|(?P<ref>(?:[A-Za-z]+!)?\$?[A-Z]{1,2}\$?\d+(?::\$?[A-Z]{1,2}\$?\d+)?)(?![A-Za-z(])|(?P<word>[A-Z]+)|(?P<sign><>|<=|>=|[-+*/^=<>(),]))"""
)


class NotAvailable(Exception):
    """#N/A, which every formula that reads it becomes."""


def _not_available(arguments: list[Later]) -> Single:
    raise NotAvailable


def _is(kind: type) -> Callable[[list[Later]], bool]:
    def asked(arguments: list[Later]) -> bool:
        try:
            return isinstance(arguments[0](), kind)
        except NotAvailable:
            return False

    return asked


class Book:
    """The cells of a workbook: `book["Figures", "D7"]` is what the formula there comes to."""

    def __init__(self, data: bytes) -> None:
        self.values: dict[tuple[str, str], Single] = {}
        self.formulas: dict[tuple[str, str], str] = {}
        self.changed: dict[tuple[str, str], Single] = {}
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            strings = ["".join(t.text or "" for t in item.iter(f"{_MAIN}t"))
                       for item in ElementTree.fromstring(archive.read("xl/sharedStrings.xml"))]  # fmt: skip
            sheets = ElementTree.fromstring(archive.read("xl/workbook.xml")).iter(f"{_MAIN}sheet")
            for at, sheet in enumerate(sheets, 1):
                tree = ElementTree.fromstring(archive.read(f"xl/worksheets/sheet{at}.xml"))
                self._read(sheet.attrib["name"], tree, strings)
        self._known: dict[tuple[str, str], Single] = {}

    def _read(self, name: str, tree: ElementTree.Element, strings: list[str]) -> None:
        for cell in tree.iter(f"{_MAIN}c"):
            value, formula = cell.find(f"{_MAIN}v"), cell.find(f"{_MAIN}f")
            place = (name, cell.attrib["r"])
            if value is None or value.text is None:
                continue
            kind = cell.attrib.get("t", "n")
            self.values[place] = (
                strings[int(value.text)] if kind == "s" else value.text if kind == "str" else float(value.text)
            )
            if formula is not None and formula.text:
                self.formulas[place] = formula.text

    def change(self, sheet: str, cell: str, value: Single) -> None:
        """Writes a value over a cell."""
        self.changed[sheet, cell] = value
        self._known.clear()

    def __getitem__(self, place: tuple[str, str]) -> Single:
        if place in self.changed:
            return self.changed[place]
        if place not in self.formulas:
            return self.values.get(place)
        if place not in self._known:
            found = _Formula(self, place[0], self.formulas[place]).whole()()
            assert not isinstance(found, list)
            self._known[place] = found
        return self._known[place]

    def rows(self, sheet: str) -> Iterator[int]:
        """The numbers of the rows that have anything in their first columns."""
        yield from sorted({int(re.sub("[A-Z]+", "", cell)) for name, cell in self.values if name == sheet})


class _Formula:
    def __init__(self, book: Book, sheet: str, text: str) -> None:
        self.book, self.sheet = book, sheet
        self.tokens: list[tuple[str, str]] = []
        at = 0
        while at < len(text):
            found = _TOKEN.match(text, at)
            if found is None:
                raise ValueError(f"{text[at:]!r} in {text!r}")
            self.tokens.append((found.lastgroup or "", found[found.lastgroup or 0]))
            at = found.end()

    def whole(self) -> Later:
        later = self._compared()
        if self.tokens:
            raise ValueError(self.tokens)
        return later

    def _next(self, *signs: str) -> str:
        if self.tokens and self.tokens[0][0] == "sign" and self.tokens[0][1] in signs:
            return self.tokens.pop(0)[1]
        return ""

    def _chain(self, below: Callable[[], Later], *signs: str) -> Later:
        later = below()
        while sign := self._next(*signs):
            later = _joined(sign, later, below())
        return later

    def _compared(self) -> Later:
        return self._chain(self._sum, "=", "<>", "<=", ">=", "<", ">")

    def _sum(self) -> Later:
        return self._chain(self._product, "+", "-")

    def _product(self) -> Later:
        return self._chain(self._power, "*", "/")

    def _power(self) -> Later:
        return self._chain(self._signed, "^")

    def _signed(self) -> Later:
        if self._next("-"):
            of = self._signed()
            return lambda: -_number(of())
        return self._plain()

    def _plain(self) -> Later:
        if self._next("("):
            inner = self._compared()
            assert self._next(")")
            return inner
        kind, text = self.tokens.pop(0)
        if kind == "number":
            return lambda: float(text)
        if kind == "text":
            return lambda: text[1:-1].replace('""', '"')
        if kind == "ref":
            return self._cells(text)
        if text in ("TRUE", "FALSE") and not (self.tokens and self.tokens[0][1] == "("):
            return lambda: text == "TRUE"
        if kind != "word" or text not in _FUNCTIONS:
            raise ValueError(text)
        assert self._next("(")
        arguments = [] if self.tokens and self.tokens[0][1] == ")" else [self._compared()]
        while self._next(","):
            arguments.append(self._compared())
        assert self._next(")")
        return lambda: _FUNCTIONS[text](arguments)

    def _cells(self, text: str) -> Later:
        sheet, _, cells = text.replace("$", "").rpartition("!")
        sheet, (first, _, last) = sheet or self.sheet, cells.partition(":")
        if not last:
            return lambda: self.book[sheet, first]
        ends = [re.fullmatch("([A-Z]+)([0-9]+)", end) for end in (first, last)]
        assert ends[0] is not None
        assert ends[1] is not None
        letters = [chr(n) for n in range(ord(ends[0][1]), ord(ends[1][1]) + 1)]
        numbers = range(int(ends[0][2]), int(ends[1][2]) + 1)
        return lambda: [self.book[sheet, f"{letter}{n}"] for n in numbers for letter in letters]


def _number(value: Single | Area) -> float:
    if isinstance(value, (list, str)):
        raise ValueError(value)
    return float(value or 0.0)


def _joined(sign: str, left: Later, right: Later) -> Later:
    def compare(a: Single | Area, b: Single | Area) -> bool:
        pair = (a, b) if isinstance(a, str) or isinstance(b, str) else (_number(a), _number(b))
        one, other = (
            (str(x or "").lower() for x in pair) if isinstance(pair[0], str) or isinstance(pair[1], str) else pair
        )
        return {"=": one == other, "<>": one != other, "<": one < other, ">": one > other, "<=": one <= other,
                ">=": one >= other}[sign]  # type: ignore[operator]  # fmt: skip

    sums: dict[str, Callable[[float, float], float]] = {
        "+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b, "/": lambda a, b: a / b,
        "^": lambda a, b: a**b,
    }  # fmt: skip
    if sign in sums:
        return lambda: sums[sign](_number(left()), _number(right()))
    return lambda: compare(left(), right())


def _flat(arguments: list[Later]) -> list[Single]:
    return [
        one for later in arguments for found in [later()] for one in (found if isinstance(found, list) else [found])
    ]


def _numbers(arguments: list[Later]) -> list[float]:
    return [float(x) for x in _flat(arguments) if isinstance(x, (int, float))]


def _sumifs(arguments: list[Later]) -> float:
    areas = [later() for later in arguments]
    total = 0.0
    weights = areas[0]
    assert isinstance(weights, list)
    for at, weight in enumerate(weights):
        pairs = zip(areas[1::2], areas[2::2], strict=True)
        if all(isinstance(area, list) and area[at] == wanted for area, wanted in pairs):
            total += _number(weight)
    return total


_FUNCTIONS: dict[str, Callable[[list[Later]], Single]] = {
    "IF": lambda a: a[1]() if a[0]() else a[2](),  # type: ignore[dict-item, return-value]
    "AND": lambda a: all(bool(x) for x in _flat(a)),
    "OR": lambda a: any(bool(x) for x in _flat(a)),
    "NOT": lambda a: not a[0](),
    "ISNUMBER": _is(float),
    "ISTEXT": _is(str),
    "NA": _not_available,
    "ABS": lambda a: abs(_number(a[0]())),
    "MAX": lambda a: max(_numbers(a)),
    "MIN": lambda a: min(_numbers(a)),
    "SUM": lambda a: sum(_numbers(a)),
    "SUMIFS": _sumifs,
    "SUMPRODUCT": lambda a: sum(_number(x) * _number(y) for x, y in zip(*[_flat([b]) for b in a], strict=True)),
}
