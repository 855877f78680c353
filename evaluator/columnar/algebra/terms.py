"""A small algebra of columns: what a back end must be able to do, and nothing more.

In: columns by name, constants. Out: `Term`s, each made once, so that what is the same is calculated once. Must not know rules,
figures or any back end.

A term is a column of one kind: `f` floats, `b` truths, `s` texts, `d` days (whole numbers, as `date.toordinal` counts). Truths
are never null. A float, a text or a day may be null, which means that it is not one value; arithmetic and comparisons with null
give null, and `fill` says what a comparison with null counts as. No term is ever NaN where it is compared: `finite` is null for
what is no finite number.
"""

from __future__ import annotations

import calendar
import datetime as dt
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evaluator.engine.functions.dates import add_months
from evaluator.values.questions import folded
from evaluator.values.values import Day

_INF = math.inf


@dataclass(frozen=True, slots=True, eq=False)
class Term:
    """A column: `op` of `args`, which are terms and constants. `number` counts in the order in which terms were made, so
    that each stands after those that it is made of."""

    op: str
    args: tuple[Any, ...]
    kind: str
    nullable: bool
    number: int
    parts: tuple[Term, ...] = ()
    """The terms that it is made of."""

    @property
    def constant(self) -> bool:
        """Whether it is the same in every row."""
        return self.op == "const"

    @property
    def value(self) -> Any:
        """The value of a constant."""
        return self.args[0]

    def __repr__(self) -> str:
        return f"{self.op}({', '.join(f'#{a.number}' if isinstance(a, Term) else repr(a) for a in self.args)})"


_OTHER = {"and": "or", "or": "and"}
_COMPARED = ("lt", "le", "eq", "ne")
_FEW = 4
"""So many parts of a condition are looked at together."""


def _key(op: str, kind: str, args: Sequence[Any]) -> Any:
    return (op, kind, *(("#", a.number) if isinstance(a, Term) else (type(a), repr(a)) for a in args))


class Terms:
    """Makes terms, and folds what is constant."""

    def __init__(self) -> None:
        self._made: dict[Any, Term] = {}
        self.true, self.false = self.const(True), self.const(False)

    def _make(self, op: str, args: tuple[Any, ...], kind: str, nullable: bool) -> Term:
        key = _key(op, kind, args)
        found = self._made.get(key)
        if found is None:
            found = self._made[key] = Term(
                op, args, kind, nullable, len(self._made), tuple(a for a in args if isinstance(a, Term))
            )
        return found

    # --- leaves -------------------------------------------------------------------------------------------------

    def const(self, value: Any) -> Term:
        """A constant: a float, a truth, a text, an ordinal of a day."""
        kind = (
            "b"
            if isinstance(value, bool)
            else "f"
            if isinstance(value, float)
            else "s"
            if isinstance(value, str)
            else "d"
        )
        return self._make("const", (value,), kind, False)

    def null(self, kind: str) -> Term:
        """No value, of a kind."""
        return self._make("null", (), kind, True)

    def column(self, name: str, kind: str) -> Term:
        """A column of the table; of truths one that is nullable, and is asked with `fill` alone."""
        return self._make("col", (name,), kind, True)

    # --- floats -------------------------------------------------------------------------------------------------

    def _float(self, op: str, fold: Callable[..., float], *args: Term) -> Term:
        if any(a.op == "null" for a in args):
            return self.null("f")
        if all(a.constant for a in args):
            return self.const(_folded(op, fold, [a.value for a in args]))
        return self._make(op, args, "f", any(a.nullable for a in args))

    def add(self, a: Term, b: Term) -> Term:
        """a + b."""
        return self._float("add", lambda x, y: x + y, a, b)

    def sub(self, a: Term, b: Term) -> Term:
        """a − b."""
        return self._float("sub", lambda x, y: x - y, a, b)

    def mul(self, a: Term, b: Term) -> Term:
        """a × b."""
        return self._float("mul", lambda x, y: x * y, a, b)

    def div(self, a: Term, b: Term) -> Term:
        """a ÷ b, rounded once; by 0 what is not finite."""
        return self._float("div", lambda x, y: x / y, a, b)

    def neg(self, a: Term) -> Term:
        """−a."""
        return a.args[0] if a.op == "neg" else self._float("neg", lambda x: -x, a)

    def abs(self, a: Term) -> Term:
        """|a|."""
        return a if a.op == "abs" else self._float("abs", abs, a)

    def least(self, a: Term, b: Term) -> Term:
        """The smaller of two; null where one is."""
        return a if a is b else self._float("least", min, a, b)

    def most(self, a: Term, b: Term) -> Term:
        """The larger of two; null where one is."""
        return a if a is b else self._float("most", max, a, b)

    def larger(self, a: Term, b: Term) -> Term:
        """The larger of two, or the one that is not null."""
        return a if a is b else self._float("larger", max, a, b)

    def pow(self, a: Term, b: Term) -> Term:
        """a ^ b."""
        return self._float("pow", math.pow, a, b)

    def apply(self, function: str, a: Term) -> Term:
        """`sqrt`, `ln`, `exp`, `floor` or `ceil`, as floats are."""
        return self._float(function, _FUNCTIONS[function], a)

    def finite(self, a: Term) -> Term:
        """The same; null where it is no finite number."""
        if a.op in ("finite", "null") or (a.constant and math.isfinite(a.value)):
            return a
        return self.null("f") if a.constant else self._make("finite", (a,), "f", True)

    def ordinal(self, a: Term) -> Term:
        """A day as a float."""
        if a.op == "null":
            return self.null("f")
        return self.const(float(a.value)) if a.constant else self._make("ordinal", (a,), "f", a.nullable)

    def number(self, a: Term) -> Term:
        """A truth as 1 or 0."""
        return self.const(float(a.value)) if a.constant else self._make("number", (a,), "f", False)

    def weighed(self, items: Sequence[tuple[Term, float]]) -> Term:
        """The weights of all items that are true, together."""
        always = math.fsum(weight for asked, weight in items if asked.constant and asked.value)
        open_ = [(asked, weight) for asked, weight in items if not asked.constant]
        if not open_:
            return self.const(always)
        parts = tuple(part for pair in open_ for part in (pair[0], float(pair[1])))
        return self._make("weighed", (float(always), *parts), "f", False)

    # --- truths -----------------------------------------------------------------------------------------------------

    def compared(self, op: str, a: Term, b: Term, null: bool = False) -> Term:
        """`lt`, `le`, `eq` or `ne` as floats, days or texts are; `null`: what it is where one of them is null."""
        if a.op == "null" or b.op == "null":
            return self.const(null)
        if a.constant and b.constant:
            x, y = a.value, b.value
            return self.const({"lt": x < y, "le": x <= y, "eq": x == y, "ne": x != y}[op])
        if not (a.nullable or b.nullable):
            null = False
        return self._make(op, (a, b, null), "b", False)

    def lt(self, a: Term, b: Term, null: bool = False) -> Term:
        """a < b."""
        return self.compared("lt", a, b, null)

    def le(self, a: Term, b: Term, null: bool = False) -> Term:
        """a ≤ b."""
        return self.compared("le", a, b, null)

    def eq(self, a: Term, b: Term, null: bool = False) -> Term:
        """a = b."""
        return self.compared("eq", a, b, null)

    def ne(self, a: Term, b: Term, null: bool = False) -> Term:
        """a ≠ b."""
        return self.compared("ne", a, b, null)

    def loosely_le(self, a: Term, b: Term) -> Term:
        """a ≤ b, and anything where one of them is null: to be asked where nothing comes of that."""
        if a.constant and b.constant:
            return self.const(a.value <= b.value)
        if a.op == "null" or b.op == "null":
            return self.false
        return self._make("loosely_le", (a, b), "b", False)

    def fill(self, a: Term, null: bool) -> Term:
        """A column of truths; `null` where it has none."""
        return self._make("fill", (a, null), "b", False) if a.op != "null" else self.const(null)

    def is_null(self, a: Term) -> Term:
        """Whether there is no value."""
        if not a.nullable:
            return self.false
        return self.true if a.op == "null" else self._make("is_null", (a,), "b", False)

    def is_finite(self, a: Term, null: bool = False) -> Term:
        """Whether it is a finite number; `null` where there is none."""
        if a.op == "null":
            return self.const(null)
        return self.const(math.isfinite(a.value)) if a.constant else self._make("is_finite", (a, null), "b", False)

    def contains(self, text: Term, words: str) -> Term:
        """Whether a text holds folded words, as `questions.contains` asks; false where there is none."""
        if text.op == "null":
            return self.false
        if text.constant:
            return self.const(words in folded(text.value))
        return self._make("contains", (text, words), "b", False)

    def has_member(self, text: Term, word: str) -> Term:
        """Whether a word is among those of a text that have commas between them; false where there is none."""
        if text.op == "null":
            return self.false
        if text.constant:
            return self.const(word in [part.strip() for part in text.value.split(",")])
        return self._make("has_member", (text, word), "b", False)

    def listed(self, known: Term, items: Sequence[tuple[Term, str]]) -> Term:
        """The words whose truth is true, in order, with commas between them; null where it is not known. Nothing is made of it."""
        parts = tuple(part for pair in items for part in pair)
        return self._make("listed", (known, *parts), "s", True)

    def negated(self, a: Term) -> Term:
        """Not a."""
        if a.constant:
            return self.const(not a.value)
        return a.args[0] if a.op == "not" else self._make("not", (a,), "b", False)

    def both(self, *items: Term) -> Term:
        """All of some."""
        return self._joined("and", items, decisive=False)

    def any(self, *items: Term) -> Term:
        """One of some."""
        return self._joined("or", items, decisive=True)

    def _joined(self, op: str, items: Sequence[Term], decisive: bool) -> Term:
        found: dict[int, Term] = {}
        for item in items:
            for part in self._parts(item, op):
                if part.constant:
                    if part.value is decisive:
                        return part
                    continue
                found.setdefault(part.number, part)
        kept = [part for part in found.values() if not self._implied(part, found, op)]
        if any(self.negated(part).number in found for part in kept) or self._contrary(kept, op):
            return self.const(decisive)
        if not kept:
            return self.const(not decisive)
        kept.sort(key=lambda t: t.number)
        joined = kept[0]
        for item in kept[1:]:
            joined = self._make(op, (joined, item), "b", False)
        return joined

    def _parts(self, item: Term, op: str) -> list[Term]:
        """What is joined in it: of few parts each by itself, so that what is said twice is asked once."""
        stack, found = [item], list[Term]()
        while stack:
            part = stack.pop()
            if part.op == op:
                stack.extend(reversed(part.parts))
            elif part.op == "not" and part.parts[0].op == _OTHER[op]:
                stack.extend(self.negated(p) for p in reversed(part.parts[0].parts))
            else:
                found.append(part)
            if len(found) + len(stack) > _FEW:
                return [item]
        return found

    def _twin(self, part: Term) -> tuple[bool, Term | None]:
        """Whether a part is a comparison that counts null as true (or its negation), and the comparison that does not."""
        bare = part.parts[0] if part.op == "not" else part
        if bare.op not in _COMPARED:
            return False, None
        a, b, null = bare.args
        return null is (part.op != "not"), self._made.get(_key(bare.op, "b", (a, b, not null)))

    def _implied(self, part: Term, found: Mapping[int, Term], op: str) -> bool:
        """Whether another part says as much: `x < y or null` beside `x < y`."""
        loose, twin = self._twin(part)
        if twin is None:
            return False
        other = self.negated(twin) if part.op == "not" else twin
        return other.number in found and loose is (op == "and")

    def _contrary(self, kept: Sequence[Term], op: str) -> bool:
        """Whether two parts cannot both be true (`and`), or one of them always is (`or`)."""
        numbers = {part.number for part in kept}
        for part in kept:
            loose, twin = self._twin(part)
            if twin is None or loose is (op == "and"):
                continue
            other = twin if part.op == "not" else self.negated(twin)
            if other.number in numbers:
                return True
        return False

    def known_truth(self, value: Term, known: Term) -> Term:
        """A truth to give: null where it is not known. Nothing is made of it."""
        return self._make("known_truth", (value, known), "b", True)

    # --- one of two -------------------------------------------------------------------------------------------------

    def when(self, asked: Term, yes: Term, no: Term) -> Term:
        """The first where it is true, else the second."""
        if asked.constant:
            return yes if asked.value else no
        if yes is no:
            return yes
        if yes.kind == "b":
            return self.any(self.both(asked, yes), self.both(self.negated(asked), no))
        return self._make("when", (asked, yes, no), yes.kind, yes.nullable or no.nullable)

    def word(self, ways: Sequence[tuple[Term, str | None]], otherwise: str | None) -> Term:
        """The word of the first that is true; None: no word."""
        open_: list[tuple[Term, str | None]] = []
        for asked, word in ways:
            if asked.constant and asked.value:
                otherwise = word
                break
            if not asked.constant:
                open_.append((asked, word))
        if not open_:
            return self.null("s") if otherwise is None else self.const(otherwise)
        parts = tuple(part for way in open_ for part in way)
        return self._make("word", (otherwise, *parts), "s", True)

    def or_else(self, a: Term, other: float) -> Term:
        """A float, or another where it is null."""
        if not a.nullable:
            return a
        return self.const(other) if a.op == "null" else self._make("or_else", (a, other), "f", False)

    # --- days --------------------------------------------------------------------------------------------------------

    def day_part(self, part: str, a: Term) -> Term:
        """`year` or `month` of a day, its `day` in the month, or the `last_day` of that month, as a float."""
        if a.op == "null":
            return self.null("f")
        if a.constant:
            day = dt.date.fromordinal(a.value)
            last = calendar.monthrange(day.year, day.month)[1]
            return self.const(float(last if part == "last_day" else getattr(day, part)))
        return self._make(part, (a,), "f", a.nullable)

    def days_later(self, a: Term, days: int) -> Term:
        """A day so many days later; never before the first of the calendar."""
        if a.op == "null":
            return a
        return (
            self.const(max(a.value + days, 1)) if a.constant else self._make("days_later", (a, days), "d", a.nullable)
        )

    def months_later(self, a: Term, months: int) -> Term:
        """A day so many months later, or the last day of that month; null outside the calendar."""
        if a.op == "null":
            return a
        if a.constant:
            later = add_months(Day(dt.date.fromordinal(a.value)), number=months).value
            return self.null("d") if later is None else self.const(later.toordinal())
        return self._make("months_later", (a, months), "d", True)


_FUNCTIONS: dict[str, Callable[[float], float]] = {
    "sqrt": math.sqrt, "ln": math.log, "exp": math.exp, "floor": math.floor, "ceil": math.ceil,
}  # fmt: skip


def _folded(op: str, fold: Callable[..., float], values: Sequence[float]) -> float:
    """What an operation gives of constants: as columns, an infinity or NaN where there is no such number."""
    try:
        return float(fold(*values))
    except (ZeroDivisionError, ValueError):
        return math.nan
    except OverflowError:
        return values[0] if op in ("floor", "ceil") else math.inf
