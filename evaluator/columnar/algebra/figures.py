"""Figures of all names at once: the arithmetic of `bounds`, over terms.

In: terms. Out: `Plain` and `Bounded` figures of terms. Must not know rules or tables.

A figure is `Plain` where each row has one number, or nothing is known of it: one column of floats, null where it is no one number.
`Bounded` says both ends. What is true of a row besides stands in columns of truths: `undefined` (it may be not meaningful), `nm` (it
is not, and then it is undefined too) and `assumed`, as of `Figure`. Causes and facts are no part of columns.

What an operation gives that is no finite number is found where it matters: an infinity or NaN stays one through sums, products and
numerators, and `settled` makes null of it before anything is compared with it or divided by it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from evaluator.columnar.algebra.terms import Term, Terms
from evaluator.columnar.algebra.thresholds import just_above, just_below
from evaluator.columnar.algebra.truths import Truth, Truths
from evaluator.values.bounds import REL_TOLERANCE
from evaluator.values.values import Figure

_INF = math.inf


@dataclass(frozen=True, slots=True)
class Plain:
    """One number a row, or null. `rough`: an infinity or NaN in it is a result that is too large; `doubtful`: a row that has a number
    may be undefined all the same."""

    value: Term
    undefined: Term
    nm: Term
    rough: bool = False
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Bounded:
    """Two ends, never null."""

    low: Term
    high: Term
    undefined: Term
    nm: Term
    assumed: Term


Number = Plain | Bounded


class Figures(Truths):
    """The algebra (`values.algebra`) of columns."""

    def __init__(self, terms: Terms) -> None:
        super().__init__(terms)
        self.low_end, self.high_end = terms.const(-_INF), terms.const(_INF)
        self.unknown = Plain(terms.null("f"), terms.false, terms.false)
        self.no_number = Plain(terms.null("f"), terms.true, terms.true)

    # --- kinds --------------------------------------------------------------------------------------------------

    def exact(self, value: float, /) -> Number:
        """One number."""
        return Plain(self.terms.const(float(value)), self.terms.false, self.terms.false)

    def nothing(self, reason: str, /) -> Number:
        """There is no such number."""
        return self.no_number

    def figure(self, figure: Figure) -> Number:
        """A constant."""
        k = self.terms
        undefined, nm = k.const(figure.undefined or figure.nm), k.const(figure.nm)
        if figure.wide:
            return Plain(k.null("f"), undefined, nm)
        if figure.is_exact and (figure.undefined or not figure.assumed):
            return Plain(k.const(figure.low), undefined, nm, doubtful=figure.undefined)
        return Bounded(k.const(figure.low), k.const(figure.high), undefined, nm, k.const(figure.assumed))

    def plain(self, value: Term) -> Plain:
        """A column of which each row is one number, or unknown."""
        return Plain(value, self.terms.false, self.terms.false)

    def settled_number(self, a: Plain) -> Plain:
        """The same with null where the number is too large."""
        if not a.rough:
            return a
        k = self.terms
        value = k.finite(a.value)
        if value is a.value:
            return replace(a, rough=False)
        over = k.both(k.is_null(value), k.negated(k.is_null(a.value)))
        return Plain(value, k.any(a.undefined, over), a.nm, doubtful=a.doubtful)

    def bounded(self, a: Number) -> Bounded:
        """Any figure by its ends."""
        if isinstance(a, Bounded):
            return a
        k, a = self.terms, self.settled_number(a)
        return Bounded(k.or_else(a.value, -_INF), k.or_else(a.value, _INF), a.undefined, a.nm, k.false)

    def wide(self, a: Number) -> Term:
        """Whether it may be any number at all."""
        k = self.terms
        if isinstance(a, Plain):
            return k.is_null(self.settled_number(a).value)
        return k.both(k.eq(a.low, self.low_end), k.eq(a.high, self.high_end))

    def known(self, a: Number | Truth) -> Term:
        """Whether facts say something of it."""
        k = self.terms
        if isinstance(a, Truth):
            return super().known(a)
        a = self.settled_number(a) if isinstance(a, Plain) else a
        soft = self.wide(a) if isinstance(a, Plain) and not a.doubtful else k.any(self.wide(a), a.undefined)
        return k.negated(soft if isinstance(a, Plain) else k.any(soft, a.assumed))

    def is_exact(self, a: Number) -> Term:
        """Whether it is one number."""
        k = self.terms
        return k.negated(self.wide(a)) if isinstance(a, Plain) else k.eq(a.low, a.high)

    def chosen_number(self, mask: Term, yes: Number, no: Number) -> Number:
        """One of two by a column that is decided."""
        k = self.terms
        if mask.constant:
            return yes if mask.value else no
        if isinstance(yes, Plain) and isinstance(no, Plain):
            return Plain(
                k.when(mask, yes.value, no.value), k.when(mask, yes.undefined, no.undefined),
                k.when(mask, yes.nm, no.nm), yes.rough or no.rough, yes.doubtful or no.doubtful,
            )  # fmt: skip
        a, b = self.bounded(yes), self.bounded(no)
        return Bounded(
            k.when(mask, a.low, b.low), k.when(mask, a.high, b.high), k.when(mask, a.undefined, b.undefined),
            k.when(mask, a.nm, b.nm), k.when(mask, a.assumed, b.assumed),
        )  # fmt: skip

    # --- what results have in common -----------------------------------------------------------------------------

    def _made(self, low: Term, high: Term, *sources: Bounded) -> Bounded:
        """A result from its ends (`bounds.made`)."""
        k = self.terms
        low_open, high_open = k.eq(low, self.low_end), k.eq(high, self.high_end)
        finite_low, finite_high = k.is_finite(low), k.is_finite(high)
        whole = k.both(*(k.eq(s.low, s.high) for s in sources))
        over = k.any(
            k.negated(k.any(finite_low, low_open)), k.negated(k.any(finite_high, high_open)),
            k.both(low_open, high_open, whole),
        )  # fmt: skip
        undefined = k.any(*(s.undefined for s in sources))
        decided = k.both(finite_low, finite_high, k.eq(low, high), k.negated(undefined))
        assumed = k.both(k.any(*(s.assumed for s in sources)), k.negated(decided))
        return Bounded(
            k.when(over, self.low_end, low), k.when(over, self.high_end, high), k.any(undefined, over), k.false, assumed
        )

    def _passed(self, found: Bounded, *sources: Bounded, also: Term | None = None) -> Bounded:
        """What is passed on in place of a result (`bounds.passed_on`); `also`: where it may then not exist."""
        k = self.terms
        nm = k.any(*(s.nm for s in sources))
        wide = k.any(nm, *(self.wide(s) for s in sources))
        undefined = k.any(*(s.undefined for s in sources), *([] if also is None else [also]))
        return Bounded(
            k.when(wide, self.low_end, found.low), k.when(wide, self.high_end, found.high),
            k.any(nm, k.when(wide, undefined, found.undefined)), k.any(nm, k.both(k.negated(wide), found.nm)),
            k.when(wide, k.any(*(s.assumed for s in sources)), found.assumed),
        )  # fmt: skip

    def _nil(self, value: Term, terms: Sequence[Term]) -> Term:
        """Whether a sum is 0 within the tolerance of its largest term."""
        k, size, part = self.terms, self.terms.abs(value), self.terms.const(REL_TOLERANCE)
        return k.any(*(k.le(size, k.mul(part, k.abs(term))) for term in terms))

    def _cancelled(self, found: Bounded, low: Sequence[Term], high: Sequence[Term]) -> Bounded:
        k, zero = self.terms, self.terms.const(0.0)
        exact = k.eq(found.low, found.high)
        least = k.both(k.is_finite(found.low), self._nil(found.low, low), k.any(k.lt(zero, found.low), exact))
        most = k.both(k.is_finite(found.high), self._nil(found.high, high), k.any(k.lt(found.high, zero), exact))
        return replace(found, low=k.when(least, zero, found.low), high=k.when(most, zero, found.high))

    # --- arithmetic ------------------------------------------------------------------------------------------------

    def add(self, a: Number, b: Number, /) -> Number:
        """a + b; 0 where they cancel out within the tolerance."""
        return self._added(a, b, minus=False)

    def subtract(self, a: Number, b: Number, /) -> Number:
        """a − b; 0 where they are equal within the tolerance."""
        return self._added(a, b, minus=True)

    def _added(self, a: Number, b: Number, minus: bool) -> Number:
        k = self.terms
        sums = k.sub if minus else k.add
        if isinstance(a, Plain) and isinstance(b, Plain):
            if not k.trusting:
                a, b = self.settled_number(a), self.settled_number(b)
            found = k.cancelled(sums(a.value, b.value), (a.value, b.value), REL_TOLERANCE)
            doubtful = a.doubtful or b.doubtful
            return Plain(found, k.any(a.undefined, b.undefined), k.any(a.nm, b.nm), not found.constant, doubtful)
        x, y = self.bounded(a), self.bounded(b)
        least, most = (y.high, y.low) if minus else (y.low, y.high)
        made = self._made(sums(x.low, least), sums(x.high, most), x, y)
        return self._passed(self._cancelled(made, (x.low, least), (x.high, most)), x, y)

    def negative(self, a: Number, /) -> Number:
        """−a."""
        k = self.terms
        if isinstance(a, Plain):
            return replace(a, value=k.neg(a.value))
        return replace(a, low=k.neg(a.high), high=k.neg(a.low))

    def multiply(self, a: Number, b: Number, /) -> Number:
        """a × b; no bound times 0 is 0."""
        k = self.terms
        if isinstance(a, Plain) and isinstance(b, Plain):
            found = k.mul(a.value, b.value)
            small = any(
                x.value.constant and abs(x.value.value) <= 1 for x in (a, b)
            )  # of one that is no larger nothing overflows
            rough = (a.rough or b.rough or not small) and not (found.constant and math.isfinite(found.value))
            doubtful = a.doubtful or b.doubtful
            return Plain(found, k.any(a.undefined, b.undefined), k.any(a.nm, b.nm), rough, doubtful)
        x, y = self.bounded(a), self.bounded(b)
        low, high = self._ends(x, y, self._times)
        return self._passed(self._made(low, high, x, y), x, y)

    def _ends(self, a: Bounded, b: Bounded, of: Callable[[Term, Term], Term]) -> tuple[Term, Term]:
        k = self.terms
        ends = [of(x, y) for x in (a.low, a.high) for y in (b.low, b.high)]
        low, high = ends[0], ends[0]
        for end in ends[1:]:
            low, high = k.least(low, end), k.most(high, end)
        return low, high

    def _times(self, x: Term, y: Term) -> Term:
        k, zero = self.terms, self.terms.const(0.0)
        return k.when(k.any(k.eq(x, zero), k.eq(y, zero)), zero, k.mul(x, y))

    def _over(self, x: Term, y: Term) -> Term:
        k = self.terms
        both = k.both(k.negated(k.is_finite(x)), k.negated(k.is_finite(y)))
        return k.when(both, k.const(0.0), k.div(x, y))

    def divide(self, a: Number, b: Number, /) -> Number:
        """a ÷ b; there is no such number where b is 0, and may be none where it can be."""
        k, zero = self.terms, self.terms.const(0.0)
        if isinstance(a, Plain) and isinstance(b, Plain):
            b = self.settled_number(b)
            can_be, is_nil = k.eq(b.value, zero, null=True), k.eq(b.value, zero)
            undefined = k.any(a.undefined, b.undefined, can_be)
            if is_nil is k.true:
                value, rough = k.null("f"), False
            else:
                value, rough = k.div(a.value, b.value), a.rough or not (b.value.constant and abs(b.value.value) >= 1)
            if k.trusting and not is_nil.constant:
                k.finite(value)  # by 0 it is none
                nil = k.false
            else:
                numerator = self.settled_number(a).value if a.rough and not is_nil.constant else a.value
                nil = k.both(k.negated(k.is_null(numerator)), is_nil)
            return Plain(value, undefined, k.any(a.nm, b.nm, nil), rough, a.doubtful or b.doubtful)
        x, y = self.bounded(a), self.bounded(b)
        can_be = k.both(k.le(y.low, zero), k.le(zero, y.high))
        is_nil = k.both(can_be, k.eq(y.low, y.high))
        low, high = self._ends(x, y, self._over)
        made = self._made(low, high, x, y)
        made = Bounded(
            k.when(can_be, self.low_end, made.low), k.when(can_be, self.high_end, made.high),
            k.any(made.undefined, can_be), is_nil, k.both(made.assumed, k.negated(can_be)),
        )  # fmt: skip
        return self._passed(made, x, y, also=can_be)

    def ratio(self, a: Number, base: Number, reason: str, /) -> Number:
        """a ÷ base, of a base above 0."""
        k, zero = self.terms, self.terms.const(0.0)
        if isinstance(a, Plain) and isinstance(base, Plain):
            base = self.settled_number(base)
            above = k.lt(zero, base.value)
            can_be = k.le(base.value, zero, null=True)
            numerator = self.settled_number(a).value if a.rough else a.value
            nil = k.both(k.negated(k.is_null(numerator)), k.le(base.value, zero))
            nm = k.any(a.nm, base.nm)
            value = k.when(above, k.div(a.value, base.value), k.null("f"))
            undefined = k.any(a.undefined, base.undefined, can_be)
            return Plain(value, undefined, k.any(nm, nil), True, a.doubtful or base.doubtful)
        x, y = self.bounded(a), self.bounded(base)
        below, surely = k.le(y.low, zero), k.le(y.high, zero)
        one = k.const(1.0)
        safe = replace(y, low=k.when(below, one, y.low), high=k.when(below, one, y.high))
        low, high = self._ends(x, safe, self._over)
        made = self._made(low, high, x, safe)
        made = Bounded(
            k.when(below, self.low_end, made.low), k.when(below, self.high_end, made.high),
            k.any(made.undefined, below), surely, k.both(made.assumed, k.negated(below)),
        )  # fmt: skip
        return self._passed(made, x, y, also=below)

    def absolute(self, a: Number, /) -> Number:
        """|a|; at least 0 of what is unknown."""
        k, zero = self.terms, self.terms.const(0.0)
        if isinstance(a, Plain) and self.wide(a) is k.false:
            return replace(a, value=k.abs(a.value))
        x = self.bounded(a)
        wide, above, below = self.wide(x), k.le(zero, x.low), k.le(x.high, zero)
        low = k.when(above, x.low, k.when(below, k.neg(x.high), zero))
        high = k.when(above, x.high, k.when(below, k.neg(x.low), k.most(k.neg(x.low), x.high)))
        across = k.both(k.negated(above), k.negated(below))
        assumed = k.any(x.assumed, k.both(across, wide))
        return Bounded(k.when(x.nm, self.low_end, low), k.when(x.nm, self.high_end, high), x.undefined, x.nm, assumed)

    def smallest(self, items: Sequence[Number], /) -> Number:
        """The least of some: at most the least that is known."""
        return self._extreme(items, self.terms.least)

    def largest(self, items: Sequence[Number], /) -> Number:
        """The greatest of some: at least the greatest that is known."""
        return self._extreme(items, self.terms.most)

    def _extreme(self, items: Sequence[Number], pick: Callable[[Term, Term], Term]) -> Number:
        k = self.terms
        if len(items) == 1 and isinstance(items[0], Plain):
            return items[0]
        each = [self.bounded(n) for n in items]
        low, high = each[0].low, each[0].high
        for other in each[1:]:
            low, high = pick(low, other.low), pick(high, other.high)
        soft = [k.any(n.assumed, self.wide(n)) for n in each]
        says = k.any(*(
            k.both(k.negated(s), k.any(
                k.both(k.eq(low, n.low), k.lt(self.low_end, low)), k.both(k.eq(high, n.high), k.lt(high, self.high_end)),
            )) for n, s in zip(each, soft, strict=True)
        ))  # fmt: skip
        nm, undefined = k.any(*(n.nm for n in each)), k.any(*(n.undefined for n in each))
        decided = k.both(k.eq(low, high), k.negated(undefined))
        assumed = k.both(k.any(*soft), k.negated(says), k.negated(decided))
        return Bounded(k.when(nm, self.low_end, low), k.when(nm, self.high_end, high), undefined, nm, assumed)

    def total(self, items: Sequence[Number], /) -> Number:
        """The sum of some, as if it were rounded once."""
        k = self.terms
        if not items:
            return self.exact(0.0)
        if len(items) == 1:
            return items[0]
        if all(isinstance(n, Plain) for n in items):
            plain = [self.settled_number(n) for n in items if isinstance(n, Plain)]
            values = [n.value for n in plain]
            found = k.cancelled(self._sum(values), values, REL_TOLERANCE)
            undefined, nm = k.any(*(n.undefined for n in plain)), k.any(*(n.nm for n in plain))
            return Plain(found, undefined, nm, True, any(n.doubtful for n in plain))
        each = [self.bounded(n) for n in items]
        lows, highs = [n.low for n in each], [n.high for n in each]
        made = self._made(self._sum_of_ends(lows, self.low_end), self._sum_of_ends(highs, self.high_end), *each)
        return self._passed(self._cancelled(made, lows, highs), *each)

    def _sum_of_ends(self, ends: Sequence[Term], nowhere: Term) -> Term:
        """A sum of ends, of which any may be open."""
        k = self.terms
        open_ = k.any(*(k.eq(e, nowhere) for e in ends))
        return k.when(open_, nowhere, self._sum(ends, ends=True))

    def _sum(self, values: Sequence[Term], ends: bool = False) -> Term:
        """The sum with what each addition lost added at the end (Neumaier, 1974)."""
        k = self.terms
        if len(values) == 2:
            return k.add(*values)
        found, lost = values[0], k.const(0.0)
        for value in values[1:]:
            after = k.add(found, value)
            back = k.sub(after, found)  # Knuth's two-sum: exact whichever is larger
            lost = k.add(lost, k.add(k.sub(found, k.sub(after, back)), k.sub(value, back)))
            found = after
        whole = k.add(found, lost)
        # Of what is too large the sum itself says to which side; what was lost of it is no number.
        return k.when(k.is_finite(found), whole, found) if ends else whole

    # --- comparisons -------------------------------------------------------------------------------------------------

    def compare(self, operator: str, a: Number, b: Number, /) -> Truth:
        """a < b and so on, within the tolerance."""
        match operator:
            case ">":
                return self.compare("<", b, a)
            case ">=":
                return self.compare("<=", b, a)
            case "!=":
                return self.negate(self.compare("=", a, b))
        k = self.terms
        nm, undefined = k.any(a.nm, b.nm), k.any(a.undefined, b.undefined)
        means, sure = k.negated(nm), None
        if isinstance(a, Plain) and isinstance(b, Plain):
            a, b = self.settled_number(a), self.settled_number(b)
            undefined = k.any(a.undefined, b.undefined)
            found = self._plainly(operator, a.value, b.value)
            if not (a.doubtful or b.doubtful):  # what is undefined has no number, so that nothing is sure of it
                sure = found
                if nm is k.false:
                    return self.kleene(sure, undefined)
            true, false = k.fill(found, True), k.negated(k.fill(found, False))
        else:
            true, false = self._by_ends(operator, self.bounded(a), self.bounded(b))
        return Truth(k.both(true, means), k.both(false, means), undefined, sure)

    def _plainly(self, operator: str, a: Term, b: Term) -> Term:
        """What is sure of two numbers: null where one of them is."""
        if operator == "<":
            return self._less(a, b, None)
        return self._at_most(a, b, None) if operator == "<=" else self._close(a, b, None)

    def _by_ends(self, operator: str, a: Bounded, b: Bounded) -> tuple[Term, Term]:
        """Whether it may be true, may be false."""
        k = self.terms

        def surely(x: Term, y: Term, of: Callable[[Term, Term], Term]) -> Term:
            return k.both(k.lt(x, self.high_end), k.lt(self.low_end, y), of(x, y))

        if operator == "=":
            exact = k.both(k.eq(a.low, a.high), k.eq(b.low, b.high))
            apart = k.any(surely(a.high, b.low, self._less), surely(b.high, a.low, self._less))
            close = self._close(a.low, b.low)
            # What may be equal: what is exact where it is close, any other where the two are not apart.
            true = k.when(exact, close, k.negated(apart))
            return true, k.when(exact, k.negated(close), k.true)
        if operator == "<":
            yes, no = surely(a.high, b.low, self._less), surely(b.high, a.low, self._at_most)
        else:
            yes, no = surely(a.high, b.low, self._at_most), surely(b.high, a.low, self._less)
        return k.any(yes, k.negated(no)), k.negated(yes)

    def _less(self, a: Term, b: Term, null: bool | None = False) -> Term:
        """a < b, and not equal within the tolerance."""
        k = self.terms
        if b.constant and math.isfinite(b.value):
            return k.le(a, k.const(just_below(b.value)), null)
        if a.constant and math.isfinite(a.value):
            return k.le(k.const(just_above(a.value)), b, null)
        return k.both(k.lt(a, b, null), k.negated(self._near(a, b, None if null is None else False)))

    def _at_most(self, a: Term, b: Term, null: bool | None = False) -> Term:
        """a ≤ b, or equal within the tolerance."""
        k = self.terms
        if b.constant and math.isfinite(b.value):
            return k.lt(a, k.const(just_above(b.value)), null)
        if a.constant and math.isfinite(a.value):
            return k.lt(k.const(just_below(a.value)), b, null)
        return k.any(k.le(a, b, null), self._near(a, b, null))

    def _close(self, a: Term, b: Term, null: bool | None = False) -> Term:
        """Whether two count as equal."""
        k = self.terms
        return k.any(k.eq(a, b, null), self._near(a, b, null))

    def _near(self, a: Term, b: Term, null: bool | None) -> Term:
        """Whether two finite figures are within the tolerance."""
        k = self.terms
        if k.trusting and not (a.constant or b.constant):
            k.doubt(k.cancels_out(k.sub(a, b), (a, b), REL_TOLERANCE))
            return k.false
        largest = k.larger(k.abs(a), k.abs(b))
        near = k.le(k.abs(k.sub(a, b)), k.mul(k.const(REL_TOLERANCE), largest), null)
        return k.both(k.is_finite(a, null=True), k.is_finite(b, null=True), near) if self._open(a, b) else near

    def _open(self, a: Term, b: Term) -> bool:
        """Whether one of two may be infinite: ends are never null, single numbers are finite."""
        return not (a.nullable or a.constant) or not (b.nullable or b.constant)
