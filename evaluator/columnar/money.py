"""Money of several currencies in columns: what a name's figures come to where they meet money in a currency that the rules name.

In: a lowering. Out: another of the same program in which all money is in the currency of each name. Must not know tables. A table has no
rates of exchange: money in a currency that is not a name's own is not known in its own. As in `engine/money`, what is in one currency
is left in it: a ratio of two such amounts needs no rate.
"""

from __future__ import annotations

from collections.abc import Sequence

from dsl.program import program as p
from dsl.program.calls import function
from dsl.types.functions import Shape
from dsl.types.units import Kind
from evaluator.columnar.algebra.figures import Number, Plain
from evaluator.columnar.algebra.limits import Limit, NotColumnar
from evaluator.columnar.algebra.terms import Term
from evaluator.columnar.lowering import NOWHERE, Lowering, Value, as_number
from evaluator.engine.money import SAME_IN_ALL, is_nil


def code_of(e: Lowering, expr: p.Expr) -> str | None:
    """The currency of an expression's value; None for that of each name, also where all have this one, and for what is no money."""
    if expr.type.kind is not Kind.MONEY:
        return None
    if id(expr) not in e.codes:
        e.keep(expr)
        found = _code(e, expr)
        e.codes[id(expr)] = None if found is None or e.sources.home(found) is e.k.true else found
    return e.codes[id(expr)]


def _code(e: Lowering, expr: p.Expr) -> str | None:
    match expr:
        case p.Ref():
            metric = e.program.metrics.get(expr.name)
            return (code_of(e, metric.value) if metric is not None else None) or expr.type.currency
        case p.Convert() | p.Negative():
            return code_of(e, expr.operand)
        case p.Arithmetic():
            return _shared(e, (expr.left, expr.right))
        case p.Call() if function(expr).shape is Shape.WORLDS:
            return None
        case p.Call():
            return _shared(e, expr.arguments)
        case p.If():
            return _shared(e, expr.values)
        case _:
            return expr.type.currency


def _money(exprs: Sequence[p.Expr]) -> list[p.Expr]:
    return [x for x in exprs if x.type.kind is Kind.MONEY and not is_nil(x)]


def _shared(e: Lowering, exprs: Sequence[p.Expr]) -> str | None:
    codes = {code_of(e, x) for x in _money(exprs)}
    return codes.pop() if len(codes) == 1 else None


def meeting(e: Lowering, exprs: Sequence[p.Expr], ago: int) -> list[Value]:
    """The values of expressions that meet, money among them in one currency."""
    codes = {code_of(e, x) for x in _money(exprs)}
    if len(codes) < 2:
        return [e.value(x, ago) for x in exprs]
    if e.local is not None:
        raise NotColumnar(Limit.MONEY)
    own = _in_own(e)
    return [own.value(x, ago) if code_of(e, x) is not None and not is_nil(x) else e.value(x, ago) for x in exprs]


def _in_own(e: Lowering) -> Lowering:
    """The lowering in which all money is in the currency of each name."""
    if e.in_own is None:
        e.in_own = e if isinstance(e, _InOwn) else _InOwn(e)
    return e.in_own


class _InOwn(Lowering):
    """A lowering of what is brought into the currency of each name; all that is no money in another is `before`'s."""

    def __init__(self, before: Lowering) -> None:
        super().__init__(before.program, before.f, before.sources, before.kinds)
        self.before, self.codes = before, before.codes

    def value(self, expr: p.Expr, ago: int) -> Value:
        """What an expression comes to."""
        return self.before.value(expr, ago) if code_of(self, expr) is None else super().value(expr, ago)

    def name(self, name: str, ago: int = 0) -> Value:
        """The value of a name."""
        return self.before.name(name, ago)

    def _evaluated(self, expr: p.Expr, ago: int) -> Value:
        code = code_of(self, expr)
        assert code is not None, "asked for above"
        match expr:
            case p.Ref():
                metric = self.program.metrics.get(expr.name)
                if metric is not None and metric.meaningful is None and self.sources.input(metric, 0) is None:
                    return self.value(metric.value, ago)
            case p.Convert():
                return self.value(expr.operand, ago)
            case p.Const():
                pass
            case _:
                return super()._evaluated(expr, ago)
        found = as_number(self.before.value(expr, ago))
        return self.f.chosen_number(self.sources.home(code), found, self._not_known(expr, found, ago))

    def _not_known(self, expr: p.Expr, found: Number, ago: int) -> Number:
        """An amount in another currency, in a name's own: not known, but that it is above or below 0."""
        k, f = self.k, self.f
        of_one = Plain(k.null("f"), found.undefined, found.nm)
        if expr.type.series is None:
            return of_one
        if ago == NOWHERE:
            ends = f.bounded(found)
            same = k.both(*(self._same(end) for end in (ends.low, ends.high)))
            return f.chosen_number(same, found, f.unknown)
        return f.chosen_number(self.known_series(expr), f.unknown, of_one)

    def _same(self, end: Term) -> Term:
        """Whether an end is the same in every currency."""
        return self.k.any(*(self.k.eq(end, self.k.const(same)) for same in sorted(SAME_IN_ALL)))
