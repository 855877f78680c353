"""What may be typed at a place: words of the grammar, names with their types, functions, units, outcomes, modules.

In: a `View` and an offset. Out: `Item`s. Must not know editors.

1. The grammar says which kinds of word may stand there (`words.expected`).
2. Where it is a name, the words before it say which: a pillar behind `on`, a module behind `uses`, one of its words
   behind `x is`. Elsewhere it is anything with a value, and a function.
3. In a declaration that cannot be read so far, everything that may be meant is offered.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum

from dsl.ide.describe import head, of_function, of_name, signature
from dsl.ide.keywords import KEYWORDS, OUTLINES
from dsl.ide.view import NO_FACTS, Beside, View, type_of, words_of
from dsl.ide.words import Expected, Sort, Word, expected, spelled
from dsl.program import program as p
from dsl.syntax import nodes as s
from dsl.syntax.syntax_errors import DECLARATION_WORDS
from dsl.text.record import record
from dsl.text.source import UnreadableFileError
from dsl.types.functions import DISTRIBUTIONS, FUNCTIONS
from dsl.types.lengths import LENGTHS, Duration
from dsl.types.units import FIGURES, Kind

CURRENCIES = ("USD", "EUR", "CNY", "JPY", "GBP", "HKD", "CHF", "KRW", "TWD", "INR")
"""Currencies that are offered beside those that the rules name; any other can be typed."""


class Shape(StrEnum):
    """What is offered, as an editor draws it."""

    KEYWORD = "keyword"
    OUTLINE = "outline"
    INPUT = "input"
    PARAM = "param"
    METRIC = "metric"
    CONDITION = "condition"
    PILLAR = "pillar"
    VERDICT = "verdict"
    EVENT = "event"
    FUNCTION = "function"
    TYPE = "type"
    WORD = "word"
    UNIT = "unit"
    MODULE = "module"
    TICKER = "ticker"


@record
class Item:
    """Something to type. `text` takes the place from `start` to `end`; `snippet`: it has places to fill in. `rank`: what
    is likely first."""

    label: str
    shape: Shape
    detail: str
    text: str
    start: int
    end: int
    snippet: bool = False
    rank: int = 5
    about: str = ""
    """The name or function whose description is shown when somebody looks at it (`described`)."""


_SHAPES = {
    "input": Shape.INPUT, "param": Shape.PARAM, "metric": Shape.METRIC, "forecast": Shape.METRIC, "valuation": Shape.METRIC,
    "bull": Shape.CONDITION, "bear": Shape.CONDITION, "pillar": Shape.PILLAR, "verdict": Shape.VERDICT,
    "kill": Shape.EVENT, "catalyst": Shape.EVENT, "scenario": Shape.EVENT,
}  # fmt: skip
_VALUES = ("input", "param", "metric", "forecast", "valuation", "bull", "bear", "kill", "catalyst", "pillar", "verdict")
_FIRST = ("input", "param", "metric", "forecast", "valuation")
_SETTABLE = ("input", "param", "metric", "forecast", "valuation", "bull", "bear", "pillar", "verdict")
_UNITS = {
    "PERCENT": ("%", "a percent"), "POINTS": ("pp", "percentage points"), "BASIS_POINTS": ("bps", "basis points"),
    "MULTIPLE": ("x", "a multiple"),
}  # fmt: skip
_SUBJECT = re.compile(r"[ \t]*\#[ \t]*for[ \t]+(?P<typed>[A-Z0-9.\-]*)")
MAX_ITEMS = 2_000


@record
class Completions:
    """What is offered, and whether there is more of it than is shown."""

    items: tuple[Item, ...]
    more: bool = False


def complete(view: View, offset: int, beside: Beside = NO_FACTS) -> Completions:
    """What may be typed at an offset; nothing where nothing can be said, as in a comment."""
    found = expected(view.text, offset)
    make = _Maker(view, found, offset, beside)
    items: dict[tuple[str, str], Item] = {}
    for item in make.items():
        items.setdefault((item.label, item.text), item)
    every = sorted(items.values(), key=lambda each: (each.rank, each.label))
    return Completions(tuple(every[:MAX_ITEMS]), len(every) > MAX_ITEMS)


def described(view: View, item: str, beside: Beside = NO_FACTS) -> str:
    """The description of something that was offered, by its `about`."""
    kind, _, name = item.partition(":")
    if kind == "function" and name in FUNCTIONS:
        return of_function(FUNCTIONS[name])
    if kind == "name":
        return of_name(view, name, beside)
    return KEYWORDS.get(name, "")


class _Maker:
    def __init__(self, view: View, found: Expected, offset: int, beside: Beside) -> None:
        self.view, self.found, self.beside = view, found, beside
        self.start, self.end = found.start, max(offset, found.start)

    def item(
        self, label: str, shape: Shape, detail: str = "", text: str | None = None, *,
        snippet: bool = False, rank: int = 5, about: str = "", start: int | None = None,
    ) -> Item:  # fmt: skip
        put, begin = label if text is None else text, self.start if start is None else start
        return Item(label, shape, detail, put, begin, self.end, snippet, rank, about)

    def items(self) -> Iterator[Item]:
        found = self.found
        if found.inside is Sort.COMMENT:
            yield from self.subjects()
            return
        if found.inside is Sort.TEXT:
            yield from self.outcomes()
            return
        days = list(self.days())
        if days:
            yield from days
            return
        before = found.before[-1] if found.before else None
        number = before if before is not None and before.sort is Sort.NUMBER and before.end >= self.start - 1 else None
        units = list(self.units(number, number.end == self.start)) if number is not None else []
        yield from units
        if found.lost and units:
            return
        if found.lost:
            yield from self.names(_VALUES)
            yield from self.functions()
            yield from self.words(DECLARATION_WORDS)
            return
        if "NAME" in found.kinds or "KNOWN" in found.kinds:
            yield from self.name_here()
        yield from self.words(word for word in spelled(found.kinds))
        if "CURRENCY" in found.kinds:
            yield from (self.item(code, Shape.UNIT, "currency") for code in self.currencies())
        if "TICKER" in found.kinds and "NAME" not in found.kinds:
            yield from (self.item(code, Shape.TICKER, "ticker") for code in self.beside.tickers())

    def subjects(self) -> Iterator[Item]:
        """In a comment that says for whom values are shown: the companies that there are."""
        line = self.view.text[self.view.text.rfind("\n", 0, self.end) + 1 : self.end]
        said = _SUBJECT.fullmatch(line)
        if said is not None:
            start = self.end - len(said["typed"])
            for code in self.beside.tickers():
                yield self.item(code, Shape.TICKER, "values of this company", start=start)

    def days(self) -> Iterator[Item]:
        """Where a day alone may stand, as behind `by`, `on` and `since`: the day as of which values are shown behind `since`;
        elsewhere, where a day is still to come, the ends of quarters and years after it."""
        day = self.beside.day()
        typed = _DAY_TYPED.search(self.view.text, self.view.text.rfind("\n", 0, self.end) + 1, self.end)
        if day is None or typed is None:
            return
        place = expected(self.view.text, typed.start())
        if place.kinds != {"DATE"}:
            return
        if place.word(1) == "since":
            yield self.item(day.isoformat(), Shape.WORD, "the day of the values shown", start=typed.start(), rank=0)
            return
        for end, what in _coming_ends(day):
            yield self.item(end.isoformat(), Shape.WORD, what, start=typed.start(), rank=0)

    # --- words of the language ---------------------------------------------------------------------------------

    def words(self, words: Iterable[str]) -> Iterator[Item]:
        line = self.view.text.rfind("\n", 0, self.start) + 1
        at_begin = not self.view.text[line : self.start].strip()
        continues = self.view.text[line : self.start] != ""
        for word in words:
            if word in DECLARATION_WORDS and self.found.word(1) not in ("override", "drop"):
                if not at_begin:
                    continue
                rank = 8 if continues else 3
                if word in OUTLINES:
                    text = OUTLINES[word]
                    yield self.item(word, Shape.OUTLINE, KEYWORDS.get(word, ""), text, snippet=True, rank=rank)
                    continue
                yield self.item(word, Shape.KEYWORD, KEYWORDS.get(word, ""), rank=rank)
            else:
                rank = 4 if at_begin and continues else 6
                shape = Shape.TYPE if word in _TYPE_WORDS else Shape.KEYWORD
                yield self.item(word, shape, KEYWORDS.get(word, ""), rank=rank, about=f"keyword:{word}")

    def units(self, number: Word, joined: bool) -> Iterator[Item]:
        """What a number may be of, by what may stand where it stands: `for 4` goes on with quarters, and never with dollars."""
        kinds = expected(self.view.text, number.start).kinds
        blank = " " if joined else ""
        if "DURATION" in kinds and number.text.isdigit():
            for unit in LENGTHS:
                word = str(Duration(int(number.text), unit)).partition(" ")[2]
                yield self.item(
                    word, Shape.UNIT, "a length of time", f"{blank}{word}", rank=3 if "MONEY" not in kinds else 4
                )
        if "MONEY" in kinds:
            for text, detail in _UNITS.values() if joined else ():
                yield self.item(text, Shape.UNIT, detail, rank=4)
            for code in self.currencies():
                yield self.item(code, Shape.UNIT, "currency", f"{blank}{code}", rank=5)

    def currencies(self) -> list[str]:
        return list(dict.fromkeys((*self.view.program.currencies, *CURRENCIES)))

    # --- names ---------------------------------------------------------------------------------------------------

    def name_here(self) -> Iterator[Item]:
        """What the name that may stand here can be."""
        found = self.found
        last, declares = found.word(1), found.declares
        if _names_itself(found):
            yield from self.names_to_change() if found.word(2) in ("override", "drop") or last == "drop" else ()
            return
        if last == "drop":
            yield from self.names_to_change()
            return
        if declares == "uncertain":
            yield from (
                self.distributions()
                if last == "~"
                else self.names(_SETTABLE)
                if last == declares
                else self.expression()
            )
            return
        clause = _clause(found)
        special: dict[str, Callable[[], Iterator[Item]]] = {
            "uses": self.modules,
            "with": self.params_of_module,
            "show": lambda: self.names(_FIRST),
            "of": lambda: iter(()),
            "as": lambda: iter(()),
            "against": lambda: self.names(("input", "metric")),
            "includes": lambda: self.words_of(found.word(2)),
            "is": lambda: self.after_is(found),
        }
        if clause == "on":
            yield from self.names(("scenario",) if declares == "scenario" else ("pillar",))
        elif clause in special:
            yield from special[clause]()
        elif clause == "in (":
            yield from self.words_of(_asked_in(found))
            yield from self.expression()
        elif clause in ("given", "assume") and last != "=":
            yield from self.names(_SETTABLE)
        elif clause in ("given", "assume"):
            yield from self.words_of(found.word(2))
            yield from self.expression()
        elif clause == "expect because":
            yield from self.names(_VALUES)
        else:
            yield from self.expression()

    def expression(self) -> Iterator[Item]:
        """Whatever has a value."""
        yield from self.names(_VALUES)
        yield from self.functions()
        if self.found.declares == "forecast":
            yield self.item("previous", Shape.METRIC, "the figure of the step before", rank=1)
            yield self.item("step", Shape.METRIC, "which step it is, from 1", rank=1)

    def names(self, roles: tuple[str, ...]) -> Iterator[Item]:
        view = self.view
        here = self.own_name()
        for name, declared in view.names.items():
            role = view.role(name)
            if role in roles and name != here:
                rank = 1 if role in _FIRST else 2
                detail = declared.title if declared.title != name else ""
                kind = type_of(declared)
                said = head(view, declared).partition(" : ")[2] if kind is not None else ""
                shown = ": ".join(part for part in (said, detail) if part)
                shape = _SHAPES.get(role, Shape.METRIC)
                yield self.item(name, shape, f"{role} {shown}".strip(), rank=rank, about=f"name:{name}")

    def own_name(self) -> str:
        """The name that is being declared, which cannot stand in its own formula."""
        before = [w.text for w in self.found.before if w.text != "override"]
        return before[1] if len(before) > 1 else ""

    def functions(self) -> Iterator[Item]:
        for name, function in FUNCTIONS.items():
            text = f"{name}($1)$0"
            about = f"function:{name}"
            yield self.item(name, Shape.FUNCTION, signature(function)[0], text, snippet=True, rank=3, about=about)

    def distributions(self) -> Iterator[Item]:
        for name, (_, example) in DISTRIBUTIONS.items():
            yield self.item(name, Shape.FUNCTION, example, f"{name}($1)$0", snippet=True, rank=1)

    def names_to_change(self) -> Iterator[Item]:
        """What modules brought, of the kind that is said."""
        kind = self.found.word(1)
        for name, entry in self.view.checked.linked.entries.items():
            word = entry.original.keyword
            if entry.original.span.source.path != self.view.source.path and kind in (word, "drop"):
                detail = f"{word} of {entry.origin}"
                yield self.item(name, _SHAPES.get(word, Shape.METRIC), detail, rank=1, about=f"name:{name}")

    def modules(self) -> Iterator[Item]:
        own = self.view.path.stem
        near = self.view.snapshot.library.near(self.view.path.parent)
        for name in near.names():
            if name != own:
                yield self.item(name, Shape.MODULE, "module", rank=1)

    def params_of_module(self) -> Iterator[Item]:
        near = self.view.snapshot.library.near(self.view.path.parent)
        module = _module_before(self.found)
        path = near.find(module)
        if path is None:
            return
        try:
            read = self.view.snapshot.parse(self.view.snapshot.source(path)).file.declarations
        except UnreadableFileError:
            return
        for declared in read:
            if isinstance(declared, s.Param | s.Input):
                title = f": {declared.title}" if declared.title else ""
                name, word = declared.name.name, declared.keyword
                yield self.item(name, _SHAPES[word], f"{word} of {module}{title}", f"{name} = ", rank=1)

    def words_of(self, name: str) -> Iterator[Item]:
        kind = type_of(self.view.declared(name))
        if kind is not None and kind.kind in (Kind.CHOICE, Kind.SET, Kind.PILLAR, Kind.VERDICT):
            for word in words_of(self.view.declared(name)):
                yield self.item(word, Shape.WORD, f"a word of {name}", rank=0)

    def after_is(self, found: Expected) -> Iterator[Item]:
        back = 2 if found.word(1) == "is" else 3
        declared = self.view.declared(found.word(back))
        for word in words_of(declared):
            yield self.item(word, Shape.WORD, f"what {found.word(back)} may be", rank=0)
        kind = type_of(declared)
        if kind is not None and kind.kind in FIGURES:
            yield self.item("meaningful", Shape.WORD, "whether the figure means something", rank=2)

    def outcomes(self) -> Iterator[Item]:
        """Inside quotes: the outcomes of the verdict that is asked for."""
        found = self.found
        back = 2 if found.word(1) == "is" else 3 if found.word(2) == "is" else 0
        declared = self.view.declared(found.word(back)) if back else None
        if isinstance(declared, p.Verdict):
            opened = self.view.text.rfind('"', 0, self.end) + 1
            line_end = self.view.text.find("\n", self.end)
            rest = self.view.text[self.end : line_end if line_end >= 0 else None]
            closing = "" if rest.startswith('"') else '"'
            for outcome in declared.outcomes:
                yield self.item(outcome, Shape.WORD, f"an outcome of {declared.name}", outcome + closing,
                                start=opened, rank=0)  # fmt: skip


def _coming_ends(day: dt.date) -> Iterator[tuple[dt.date, str]]:
    """The ends of the four calendar quarters that end after a day, and of the next years after those."""
    if day.year > dt.MAXYEAR - 5:
        return
    now = day.year * 4 + (day.month - 1) // 3
    first = now + 1 if _quarter_end(now) == day else now
    for number in range(first, first + 4):
        yield _quarter_end(number), f"end of the {_ORDINALS[number % 4]} quarter"
    for year in range((first + 4) // 4, (first + 4) // 4 + 3):
        yield dt.date(year, 12, 31), "end of the year"


def _quarter_end(number: int) -> dt.date:
    """The last day of a calendar quarter, counted from the year 0."""
    year, quarter = divmod(number, 4)
    month = 3 * quarter + 3
    return dt.date(year, month, 31 if month in (3, 12) else 30)


_ORDINALS = ("first", "second", "third", "fourth")
_DAY_TYPED = re.compile(r"(?<![\w.])[\d\-]*\Z")
_TYPE_WORDS = frozenset({"money", "percent", "number", "multiple", "count", "flag", "date", "text", "choice", "set"})
_CLAUSES = frozenset({
    "uses", "with", "show", "on", "given", "assume", "expect", "when", "because", "weight", "starts", "then", "expects",
    "probability", "within", "meaningful", "tolerance", "from", "source", "own", "applies", "over", "by", "above", "below",
})  # fmt: skip


def _clause(found: Expected) -> str:
    """The clause in which the next name stands, so far as it says what the name is."""
    last = found.word(1)
    if last in ("includes", "of", "as", "against") or (last == "is" or (last == "not" and found.word(2) == "is")):
        return "is" if last == "not" else last
    depth = 0
    for at, word in enumerate(reversed(found.before), 1):
        text = word.text
        if text == ")":
            depth += 1
        elif text == "(":
            if depth == 0:
                before = found.word(at + 1)
                return "in (" if before == "in" else "of" if before == "of" else "argument"
            depth -= 1
        elif depth == 0 and text in _CLAUSES:
            if text == "because" and found.declares == "example":
                return "expect because"
            if text == "with":
                return "uses" if found.word(1) == "," else "with" if found.word(1) == "with" else "value"
            return text
    return ""


def _module_before(found: Expected) -> str:
    """The module that a `with` is about: the word behind `uses`, or behind the last comma before it."""
    for at in range(2, len(found.before) + 1):
        if found.word(at) in ("uses", ","):
            return found.word(at - 1)
    return ""


def _asked_in(found: Expected) -> str:
    """`x` of `x in (a, ` and of `x not in (`."""
    for at, word in enumerate(reversed(found.before), 1):
        if word.text == "in":
            name = found.word(at + 1)
            return found.word(at + 2) if name == "not" else name
    return ""


def _names_itself(found: Expected) -> bool:
    """Whether the name that is declared stands here: right behind the word that declares it."""
    return found.word(1) in DECLARATION_WORDS and found.word(1) not in ("drop", "uncertain", "override")
