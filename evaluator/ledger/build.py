"""A run as a ledger: which figure follows from which, as far as a spreadsheet can calculate it.

In: an `Evaluation` and the `Report` on it. Out: `Ledger`. Must not know the syntax of a spreadsheet.

A formula is taken only where it comes to what the evaluator came to, for every figure on the way; what a spreadsheet has no
word for (a window over a history with gaps, money of another currency, figures between bounds) is a line of its own, with its
value. So a workbook never says another thing than the report.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import partial

from dsl.program import program as p
from dsl.text.source import Span
from dsl.types.units import ANY, Type
from evaluator.engine.evaluate import param_version
from evaluator.engine.evaluation import Evaluation
from evaluator.ledger.ledger import Ledger, Line, Scored, Side, Test
from evaluator.ledger.trees import (
    All,
    Any,
    At,
    Fn,
    Holds,
    Key,
    Logic,
    Neg,
    Not,
    Num,
    Op,
    Tree,
    Where,
    below,
    holds,
    keys,
    worth,
)
from evaluator.report.checks import asked_parts, currency_of, in_words, shown, shown_type
from evaluator.report.metrics import period_of
from evaluator.schema.report import Check, ConditionResult, Report, Shown
from evaluator.values.series import Series
from evaluator.values.values import Figure, Single

PARAMS, FACTS, PAST, TERMS, METRICS = "Thresholds", "Figures of facts", "Past figures", "Terms", "Metrics"
"""The groups of lines, in their order."""
_NEAR = 1e-9
_SPREADSHEET = {"min": "MIN", "max": "MAX", "abs": "ABS"}


def ledger(evaluation: Evaluation, report: Report) -> Ledger:
    """The ledger of a run."""
    return _Builder(evaluation, report).whole()


def near(one: float, other: float) -> bool:
    """Whether two numbers are the same but for how they were rounded on the way."""
    return math.isclose(one, other, rel_tol=_NEAR, abs_tol=1e-300)


class _Builder:
    def __init__(self, evaluation: Evaluation, report: Report) -> None:
        self.evaluation, self.report, self.program = evaluation, report, evaluation.program
        self.lines: dict[str, Line] = {}
        self.worths: dict[tuple[str, bool], float] = {}

    def whole(self) -> Ledger:
        for name in self.program.order:
            if name in self.program.params:
                formula = self._of_param(name)
                rests_on = () if formula is not None else self._below(*self.program.expressions(name))
                self._named(name, PARAMS, self._threshold(name), formula, rests_on)
            elif name in self.program.inputs:
                self._named(name, FACTS, self._from_facts(name))
        for name in self.program.order:
            if name in self.program.metrics:
                self._metric(name)
        called = {c.name: c for c in self.report.conditions}
        scored = tuple(self._scored(c, called[name]) for name, c in self.program.conditions.items() if name in called)
        groups = (PARAMS, FACTS, PAST, TERMS, METRICS)
        asked = self._asked(scored)
        lines = [line for line in self.lines.values() if line.group not in (PAST, TERMS) or line.key in asked]
        return Ledger(tuple(sorted(lines, key=lambda line: groups.index(line.group))), scored)

    def _asked(self, scored: tuple[Scored, ...]) -> set[str]:
        """The lines that some formula reads."""
        sides = [side for one in scored for test in one.tests for side in (test.figure, test.limit) if side is not None]
        trees = [tree for side in sides for tree in (side.low_formula, side.high_formula)]
        return set(keys(*(line.formula for line in self.lines.values()), *trees))

    # --- lines -------------------------------------------------------------------------------------------------

    def _add(self, line: Line) -> None:
        self.lines[line.key] = line
        for high, end in ((False, line.low), (True, line.high)):
            if end is not None:
                self.worths[line.key, high] = end

    def _named(
        self, name: str, group: str, how: str, formula: Tree | None = None, rests_on: tuple[str, ...] = ()
    ) -> None:
        """The line of a name that has a figure, in the currency in which rules calculate with it."""
        value = self._read(name)
        if not isinstance(value, Figure):
            return
        declared = self.program.declared(name)
        kind = self._kind(declared.span, name)
        said = shown(self.evaluation, value, kind.single, currency=currency_of(self.evaluation, name))
        period = period_of(self.evaluation, name)
        self._add(
            Line(
                name,
                group,
                declared.title,
                name,
                said.text,
                said.low,
                said.high,
                said.unit,
                period,
                how,
                formula,
                rests_on,
            )
        )

    def _kind(self, span: Span, name: str) -> Type:
        declared = self.program.declared(name)
        return shown_type(self.program, p.Ref(span, getattr(declared, "type", ANY), name))

    def _threshold(self, name: str) -> str:
        for param in self.report.params:
            if param.name == name:
                return f"own: {param.source}" if param.own and param.source else param.source or "the author's own"
        return "not in force"

    def _of_param(self, name: str) -> Tree | None:
        """How a threshold follows from others, where it is written so."""
        version = param_version(self.program.params[name], self.evaluation.clock.as_of)
        if version is None or isinstance(version.value, p.Const) or name in self.evaluation.world.replaced:
            return None
        formula = self._tree(version.value)
        return formula if formula is not None and self._comes_to(formula, self._read(name)) else None

    def _read(self, name: str) -> Single:
        """The value of a name as formulas read it."""
        return self.evaluation.read(self.evaluation.values[name])

    def _from_facts(self, name: str) -> str:
        if name in self.evaluation.world.replaced:
            return "set by hand"
        numbers = sorted(number for number in self._read(name).facts if number > 0)
        if not numbers:
            return "no fact"
        more = f" and {len(numbers) - 8} more" if len(numbers) > 8 else ""
        return f"{'fact' if len(numbers) == 1 else 'facts'} {', '.join(map(str, numbers[:8]))}{more}"

    def _below(self, *exprs: p.Expr | None) -> tuple[str, ...]:
        """The lines of names on which expressions rest, also by way of others; what a source gives or a hand sets rests on none."""
        found: dict[str, None] = {}
        left = sorted(p.names_in(*exprs))
        while left:
            name = left.pop()
            if name in found:
                continue
            found[name] = None
            if (
                name not in self.evaluation.given
                and name not in self.evaluation.world.replaced
                and name in self.program.order
            ):
                left += sorted(p.names_in(*self.program.expressions(name)))
        return tuple(name for name in self.program.order if name in found and (name, False) in self.worths)

    def _metric(self, name: str) -> None:
        metric = self.program.metrics[name]
        value = self._read(name)
        if name in self.evaluation.world.replaced:
            self._named(name, METRICS, "set by hand")
        elif name in self.evaluation.given:
            self._named(name, METRICS, f"a source's figure, in place of {metric.value.text}")
        else:
            formula = self._tree(metric.value) if _exact(value) is not None else None
            whole = isinstance(formula, Key) and formula.of.startswith("term:")
            if formula is None or whole or not self._comes_to(formula, value):
                formula = None
            elif metric.meaningful is not None:
                conditions = self._comparisons(metric.meaningful)
                formula = Where(formula, conditions) if conditions else None
            rests_on = () if formula is not None else self._below(metric.value, metric.meaningful)
            self._named(name, METRICS, metric.value.text, formula, rests_on)

    def _comparisons(self, expr: p.Expr) -> tuple[Holds, ...]:
        """Where a figure means something, as comparisons that all hold; none where a spreadsheet has no words for it."""
        if isinstance(expr, p.Logic) and expr.operator == "and" and not isinstance(expr, p.OneOf):
            parts = [self._comparisons(item) for item in expr.items]
            return tuple(each for part in parts for each in part) if all(parts) else ()
        if not isinstance(expr, p.Compare) or expr.operator not in ("<", "<=", ">", ">="):
            return ()
        left, right = self._tree(expr.left), self._tree(expr.right)
        return (Holds(expr.operator, left, right),) if left is not None and right is not None else ()

    # --- formulas -------------------------------------------------------------------------------------------------

    def _tree(self, expr: p.Expr) -> Tree | None:
        """An expression as a formula that comes to what it came to; a line with its value where a spreadsheet has no word for
        it; None where it is not one number."""
        value = self._value(expr)
        if _exact(value) is None:
            return None
        found = self._direct(expr)
        return found if found is not None and self._comes_to(found, value) else self._term(expr, value)

    def _direct(self, expr: p.Expr) -> Tree | None:
        match expr:
            case p.Const():
                return Num(float(expr.value)) if isinstance(expr.value, int | float) else None
            case p.Ref():
                return Key(expr.name) if (expr.name, False) in self.worths else None
            case p.Convert():
                return self._tree(expr.operand)
            case p.Negative():
                of = self._tree(expr.operand)
                return Neg(of) if of is not None else None
            case p.Arithmetic():
                left, right = self._tree(expr.left), self._tree(expr.right)
                return Op(expr.operator, left, right) if left is not None and right is not None else None
            case p.Call():
                return self._call(expr)
            case _:
                return None

    def _call(self, expr: p.Call) -> Tree | None:
        if expr.function in _SPREADSHEET and not isinstance(expr.arguments[-1], p.Window):
            parts = [self._tree(argument) for argument in expr.arguments]
            found = tuple(part for part in parts if part is not None)
            return Fn(_SPREADSHEET[expr.function], found) if len(found) == len(parts) else None
        of = expr.arguments[0]
        if not isinstance(of, p.Ref):
            return None
        for tree in self._over_time(expr.function, of):
            if self._comes_to(tree, self._value(expr)):
                return tree
        return None

    def _over_time(self, function: str, of: p.Ref) -> Iterator[Tree]:
        """What a function of a history may come to, by the figures of its periods; who asks takes the one that fits."""
        series = self.evaluation.values.get(of.name)
        ordinal = self.evaluation.reading(series) if isinstance(series, Series) else None
        if not isinstance(series, Series) or ordinal is None:
            return
        year = series.frequency.per_year
        now = partial(self._past, of, series)
        if function == "ttm" and year in (1, 2, 4, 12):
            found = [now(ordinal - back) for back in reversed(range(year))]
            parts = tuple(part for part in found if part is not None)
            if len(parts) == year:
                yield Fn("SUM", parts)
        elif function in ("lag", "change", "yoy"):
            for back in dict.fromkeys((1, year, 2, 3, 4, 8)):
                one, other = now(ordinal), now(ordinal - back)
                if one is None or other is None:
                    continue
                if function == "lag":
                    yield other
                elif function == "change":
                    yield Op("-", one, other)
                else:
                    grown = Op("-", Op("/", one, other), Num(1.0))
                    yield Where(grown, (Holds(">", other, Num(0.0)),))  # from a base of 0 or less it means nothing

    def _past(self, of: p.Ref, series: Series, ordinal: int) -> Tree | None:
        """The figure of a period as a line; None where it is not one number."""
        value = series.points.get(ordinal)
        number = _exact(value)
        if number is None or value is None:
            return None
        if ordinal == self.evaluation.reading(series) and self._comes_to(Key(of.name), value):
            return Key(of.name)  # the figure of the name itself, so that a change of it is seen here too
        key = f"past:{of.name}@{ordinal}"
        if key not in self.lines:
            declared = self.program.declared(of.name)
            kind, label = self._kind(declared.span, of.name), self.evaluation.clock.label(ordinal, series.frequency)
            said = shown(self.evaluation, value, kind.single, currency=currency_of(self.evaluation, of.name))
            params = tuple(name for name in self._below(of) if name in self.program.params)
            how = "given, or by its formula" if of.name in self.program.metrics else "of a fact, or made of facts"
            self._add(
                Line(
                    key,
                    PAST,
                    declared.title,
                    of.name,
                    said.text,
                    number,
                    number,
                    said.unit,
                    label,
                    how,
                    rests_on=params,
                )
            )
        return Key(key)

    def _term(self, expr: p.Expr, value: Figure | None) -> Tree | None:
        """A part of a formula that a spreadsheet cannot calculate, as a line with its value."""
        if value is None:
            return None
        key = f"term:{expr.address or expr.text}"
        traced = self.evaluation.at(expr)
        if key not in self.lines:
            code = traced.currency or self.evaluation.view.currency
            said = shown(self.evaluation, value, shown_type(self.program, expr), currency=code)
            period = ""
            if traced.period is not None and traced.frequency is not None:
                period = self.evaluation.clock.label(traced.period, traced.frequency)
            title, how = in_words(self.program, expr), f"calculated by thesis: {expr.text}"
            self._add(
                Line(
                    key,
                    TERMS,
                    title,
                    "",
                    said.text,
                    value.low,
                    value.high,
                    said.unit,
                    period,
                    how,
                    rests_on=self._below(expr),
                )
            )
        return Key(key)

    def _value(self, expr: p.Expr) -> Figure | None:
        """What an expression came to where it stands."""
        if isinstance(expr, p.Const) and isinstance(expr.value, int | float) and not isinstance(expr.value, bool):
            return Figure.exact(float(expr.value))
        try:
            value = self.evaluation.single(expr)
        except KeyError:  # a fact's figure stood in its place, so that it was never asked
            return None
        return value if isinstance(value, Figure) else None

    def _comes_to(self, tree: Tree, value: object) -> bool:
        found, wanted = worth(tree, self.worths), _exact(value)
        return found is not None and wanted is not None and near(found, wanted)

    # --- conditions -----------------------------------------------------------------------------------------------

    def _scored(self, condition: p.Condition, result: ConditionResult) -> Scored:
        asked = partial(asked_parts, self.evaluation)
        atoms = [atom for expr in (condition.applies, condition.when) for atom in p.atoms(expr, asked)]
        tests = tuple(self._test(atom, check) for atom, check in zip(atoms, result.checks, strict=True))
        applies = _logic(condition.applies, atoms) if condition.applies is not None else None
        when = _logic(condition.when, atoms)
        if (condition.applies is not None and applies is None) or when is None:
            return Scored(result, tests, rests_on=self._below(condition.applies, condition.when))
        states = [check.holds for check in result.checks]
        if state_of(applies, when, states) != result.state:
            return Scored(result, tests, rests_on=self._below(condition.applies, condition.when))
        return Scored(result, tests, applies, when)

    def _test(self, atom: p.Expr, check: Check) -> Test:
        opposite = isinstance(atom, p.Not)
        bare = atom.operand if isinstance(atom, p.Not) else atom
        static = Test(check, rests_on=self._below(atom))
        if not isinstance(bare, p.Compare):
            return static
        figure, limit = self._side(bare.left, check.value), self._side(bare.right, check.limit)
        if figure is None or limit is None:
            return static
        found = compared(bare.operator, figure, limit)
        found = {"true": "false", "false": "true"}.get(found, found) if opposite and found is not None else found
        return Test(check, figure, limit, bare.operator, opposite) if found == check.holds else static

    def _side(self, expr: p.Expr, said: Shown | None) -> Side | None:
        if said is None or (said.low is None and said.high is None):
            return None
        if isinstance(expr, p.Ref) and self._is(Key(expr.name), said.low) and self._is(Key(expr.name, True), said.high):
            return Side(said.low, said.high, said.unit, Key(expr.name), Key(expr.name, True))
        tree = self._tree(expr)
        if tree is not None and not isinstance(tree, Num) and self._is(tree, said.low) and self._is(tree, said.high):
            return Side(said.low, said.high, said.unit, tree, tree)
        return Side(said.low, said.high, said.unit, rests_on=self._below(expr))

    def _is(self, tree: Tree, end: float | None) -> bool:
        found = worth(tree, self.worths)
        return found is None if end is None else found is not None and near(found, end)


def _exact(value: object) -> float | None:
    """The number of a figure that is known to be one."""
    return value.low if isinstance(value, Figure) and value.known and value.is_exact else None


def _logic(expr: p.Expr | None, atoms: list[p.Expr]) -> Logic | None:
    """How an expression follows from its atoms; None where it is more than `and`, `or` and `not` of them."""
    at = next((n for n, atom in enumerate(atoms) if atom is expr), None)
    if at is not None:
        return At(at)
    match expr:
        case p.Not():
            of = _logic(expr.operand, atoms)
            return Not(of) if of is not None else None
        case p.OneOf():
            return None
        case p.Logic():
            parts = [_logic(item, atoms) for item in expr.items]
            found = tuple(part for part in parts if part is not None)
            if len(found) != len(parts):
                return None
            return All(found) if expr.operator == "and" else Any(found)
        case _:
            return None


def state_of(applies: Logic | None, when: Logic, tests: Sequence[str]) -> str | None:
    """The state of a condition by the states of its tests; None where one of them is neither true, false nor unknown."""
    first = holds(applies, tests) if applies is not None else "true"
    if first == "false":
        return "not applicable"
    found = holds(when, tests)
    if first is None or found is None:
        return None
    return found if first == "true" or found == "false" else "unknown"


def compared(operator: str, one: Side, other: Side) -> str | None:
    """Whether a comparison holds by the ends of its sides, as the workbook asks it; None for one that it does not ask."""
    if operator in (">", ">="):
        one, other = other, one
        operator = {">": "<", ">=": "<="}[operator]
    if operator not in ("<", "<="):
        return None
    if operator == "<":
        sure = one.high is not None and other.low is not None and below(one.high, other.low)
        never = one.low is not None and other.high is not None and not below(one.low, other.high)
    else:
        sure = one.high is not None and other.low is not None and not below(other.low, one.high)
        never = one.low is not None and other.high is not None and below(other.high, one.low)
    return "true" if sure else "false" if never else "unknown"
