"""A small algebra of columns: what a back end must be able to do, and nothing more.

In: columns by name, constants. Out: `Term`s, each made once, so that what is the same is calculated once. Must not know rules,
figures or any back end.

A term is a column of one kind: `f` floats, `b` truths, `s` texts, `d` days (whole numbers, as `date.toordinal` counts). A float, a
text or a day may be null, which means that it is not one value; arithmetic and comparisons with null give null. A truth may be null
too, and is joined with others as Kleene has it: `null and false` is false. `fill` says what null counts as: what is made of it is
never null. No term is ever NaN where it is compared: `finite` is null for what is no finite number.
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
_FEW = 4
"""So many parts of a condition are looked at together."""
_TRUE, _FALSE, _NULL = 1, 2, 4
_ALL = _TRUE | _FALSE | _NULL


class Terms:
    """Makes terms, and folds what is constant.

    `trusting`: what hardly any row has (a number that is too large, a sum that cancels out, a division by 0) is taken not to be, and
    `doubts` says of each row whether it is: for those rows nothing that is made of these terms holds.
    """

    def __init__(self, trusting: bool = False) -> None:
        self._made: dict[Any, Term] = {}
        self.true, self.false = self.const(True), self.const(False)
        self.trusting = trusting
        self.doubts: dict[Term, None] = {}

    def _make(self, op: str, args: tuple[Any, ...], kind: str, nullable: bool) -> Term:
        key = (op, kind, *[a.number if a.__class__ is Term else (a.__class__, repr(a)) for a in args])
        found = self._made.get(key)
        if found is None:
            found = self._made[key] = Term(
                op, args, kind, nullable, len(self._made), tuple([a for a in args if a.__class__ is Term])
            )
        return found

    def doubt(self, doubt: Term) -> None:
        """Takes a rare thing not to be. Where the term is null, it is not."""
        assert self.trusting
        if doubt.op != "null" and doubt is not self.false:
            self.doubts.setdefault(doubt)

    @property
    def in_doubt(self) -> Term:
        """Where what was taken not to be is."""
        return self.fill(self.any(*self.doubts), False)

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
        """A column of the table, which may be null."""
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

    def cancelled(self, total: Term, terms: Sequence[Term], within: float) -> Term:
        """A sum of finite terms; 0 where it is no larger than this part of its largest term."""
        if total.op == "null" or all(term.constant for term in (total, *terms)):
            nil = total.constant and any(abs(total.value) <= within * abs(term.value) for term in terms)
            return self.const(0.0) if nil else total
        open_ = [term for term in terms if not (term.constant and term.value == 0.0)]
        if len(open_) < 2:  # one figure and 0 do not cancel out
            return total
        if self.trusting:
            self.doubt(self.cancels_out(total, open_, within))
            return total
        return self._make("cancelled", (total, within, *dict.fromkeys(open_)), "f", total.nullable)

    def cancels_out(self, total: Term, terms: Sequence[Term], within: float) -> Term:
        """Whether a sum is small beside its terms, and not 0 by itself: of two, one of which tells of the other, wider than needed."""
        if len(terms) > 2:
            size = self.abs(total)
            nil = self.any(*(self.le(size, self.mul(self.const(within), self.abs(t)), None) for t in terms))
            return self.both(nil, self.ne(total, self.const(0.0), None))
        part, most = self.div(total, terms[0]), 4 * within
        return self.both(*(self.compared(op, part, self.const(c), None) for op, c in (("ne", 0.0), ("le", most))),
                         self.le(self.const(-most), part, None))  # fmt: skip

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

    def finite(self, a: Term, rare: bool = True) -> Term:
        """The same; null where it is no finite number. `rare`: whether hardly any row has such a one."""
        if a.op in ("finite", "null") or (a.constant and math.isfinite(a.value)):
            return a
        if a.constant:
            return self.null("f")
        if self.trusting and rare:
            self.doubt(self.negated(self.is_finite(a, None)))
            return a
        return self._make("finite", (a,), "f", True)

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

    def compared(self, op: str, a: Term, b: Term, null: bool | None = False) -> Term:
        """`lt`, `le`, `eq` or `ne` as floats, days or texts are; `null`: what it is where one of them is null; None: null."""
        if a.op == "null" or b.op == "null":
            return self.null("b") if null is None else self.const(null)
        if a.constant and b.constant:
            x, y = a.value, b.value
            return self.const({"lt": x < y, "le": x <= y, "eq": x == y, "ne": x != y}[op])
        found = self._make(op, (a, b), "b", a.nullable or b.nullable)
        return found if null is None else self.fill(found, null)

    def lt(self, a: Term, b: Term, null: bool | None = False) -> Term:
        """a < b."""
        return self.compared("lt", a, b, null)

    def le(self, a: Term, b: Term, null: bool | None = False) -> Term:
        """a ≤ b."""
        return self.compared("le", a, b, null)

    def eq(self, a: Term, b: Term, null: bool | None = False) -> Term:
        """a = b."""
        return self.compared("eq", a, b, null)

    def ne(self, a: Term, b: Term, null: bool | None = False) -> Term:
        """a ≠ b."""
        return self.compared("ne", a, b, null)

    def fill(self, a: Term, null: bool) -> Term:
        """A truth; `null` where it is null."""
        if a.op == "null":
            return self.const(null)
        if not a.nullable:
            return a
        return (
            self.negated(self.fill(a.parts[0], not null))
            if a.op == "not"
            else self._make("fill", (a, null), "b", False)
        )

    def is_null(self, a: Term) -> Term:
        """Whether there is no value."""
        if not a.nullable:
            return self.false
        if a.op == "not":
            return self.is_null(a.parts[0])
        return self.true if a.op == "null" else self._make("is_null", (a,), "b", False)

    def is_finite(self, a: Term, null: bool | None = False) -> Term:
        """Whether it is a finite number; `null` where there is none; None: null."""
        if a.op == "null":
            return self.null("b") if null is None else self.const(null)
        if a.constant:
            return self.const(math.isfinite(a.value))
        found = self._make("is_finite", (a,), "b", a.nullable)
        return found if null is None else self.fill(found, null)

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
        """Not a; null where it is null."""
        if a.constant:
            return self.const(not a.value)
        if a.op == "null":
            return a
        return a.args[0] if a.op == "not" else self._make("not", (a,), "b", a.nullable)

    def both(self, *items: Term) -> Term:
        """All of some: where one is null, false if another is false, else null."""
        return self._joined("and", items, decisive=False)

    def any(self, *items: Term) -> Term:
        """One of some: where one is null, true if another is true, else null."""
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
        if any(p.op in _OF_ONE or (p.op == "not" and p.parts[0].op in _OF_ONE) for p in found.values()):
            found = self._of_one(op, found)
        for part in found.values():
            if part.constant and part.value is decisive:
                return part
            if not part.nullable and self.negated(part).number in found:
                return self.const(decisive)
        kept = sorted((part for part in found.values() if not part.constant), key=lambda part: part.number)
        if not kept:
            return self.const(not decisive)
        joined = kept[0]
        for item in kept[1:]:
            joined = self._make(op, (joined, item), "b", joined.nullable or item.nullable)
        return joined

    def _of_one(self, op: str, parts: Mapping[int, Term]) -> dict[int, Term]:
        """Several questions of what one nullable truth is, as one: `x < y or null` beside `x < y`."""
        asked: dict[int, tuple[Term, int]] = {}
        found: dict[int, Term] = {}
        for part in parts.values():
            of = self._asks(part)
            if of is None:
                found[part.number] = part
                continue
            truth, may = of
            before = asked[truth.number][1] if truth.number in asked else may
            asked[truth.number] = truth, before & may if op == "and" else before | may
        for truth, may in asked.values():
            made = self._is(truth, may)
            found[made.number] = made
        return found

    def _asks(self, part: Term) -> tuple[Term, int] | None:
        """Of which nullable truth a part asks what it is, and what it may be."""
        bare = part.parts[0] if part.op == "not" else part
        if bare.op == "fill":
            may = _TRUE | _NULL if bare.args[1] else _TRUE
        elif bare.op == "is_null" and bare.parts[0].kind == "b":
            may = _NULL
        else:
            return None
        return bare.parts[0], may if bare is part else _ALL - may

    def _is(self, truth: Term, may: int) -> Term:
        """Whether a nullable truth is one of what it may be."""
        if may in (0, _ALL):
            return self.const(may == _ALL)
        if may in (_NULL, _ALL - _NULL):
            found = self.is_null(truth)
            return found if may == _NULL else self.negated(found)
        return self.fill(truth, bool(may & _NULL)) if may & _TRUE else self.negated(self.fill(truth, not may & _NULL))

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

    def known_truth(self, value: Term, known: Term) -> Term:
        """A truth; null where it is not known."""
        if known.constant:
            return value if known.value else self.null("b")
        if value.op == "fill" and known is self.negated(self.is_null(value.parts[0])):
            return value.parts[0]
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


_OF_ONE = ("fill", "is_null")
"""What asks of a nullable truth."""


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
