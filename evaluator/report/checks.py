"""Why: each comparison with its figure, threshold and distance; texts filled in; one name down to its facts.

In: an `Evaluation`. Out: parts of the result model. Must not know files or templates.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial

from dsl.program import calls
from dsl.program import program as p
from dsl.types.functions import Back, Shape
from dsl.types.units import Frequency, Kind, Type
from evaluator.engine.evaluation import Evaluation, Traced
from evaluator.report.memo.wording import in_words as in_words
from evaluator.report.memo.wording import label
from evaluator.report.memo.wording import title as title
from evaluator.schema.report import Check, Reason, Shown, State
from evaluator.values.bounds import subtract
from evaluator.values.display import basis_points, describe
from evaluator.values.shared import union
from evaluator.values.values import Causes, Figure, Members, Single, Truth, Words

PERCENT = Type(Kind.PERCENT)


def state(truth: Truth) -> State:
    """A truth as the result model writes it."""
    if truth.nm:
        return "not meaningful"
    return "unknown" if truth.value is None else "true" if truth.value else "false"


def shown(
    evaluation: Evaluation,
    value: Single,
    kind: Type,
    signed: bool = False,
    currency: str | None = None,
    name: str | None = None,
) -> Shown:
    """A value as text and, for figures, as bounds (null: none known). `currency`: the one in which money is; without it,
    that which its type names, else the reporting one. `name`: whose value it is, if a name's."""
    if name is not None:
        currency = evaluation.view.currency if name in evaluation.stated else currency_of(evaluation, name)
    code = currency or kind.currency or evaluation.view.currency
    kind = replace(kind, currency=None)  # money of a type in dollars may have been converted: what counts is the code
    text = describe(value, kind, code, signed)
    if isinstance(value, Figure):
        low = value.low if math.isfinite(value.low) and not value.assumed else None
        high = value.high if math.isfinite(value.high) and not value.assumed else None
        return Shown(
            text=text, known=value.known, meaningful=not value.nm, unit=unit_word(kind, code), low=low, high=high
        )
    words = None
    if isinstance(value, Words) and value.possible is not None:
        words = list(value.possible)
    elif isinstance(value, Members) and value.members is not None:
        words = sorted(value.members)
    return Shown(text=text, known=value.known, unit=kind.kind.value, words=words)


def unit_word(kind: Type, currency: str | None) -> str:
    """`percent`, `pp`, `multiple`, `number`, or the currency of money."""
    if kind.kind is Kind.MONEY:
        return currency or kind.currency or "money"
    return "number" if kind.kind in (Kind.RATIO, Kind.NUMBER, Kind.ANY) else kind.kind.value


def shown_at(evaluation: Evaluation, found: Traced, kind: Type, signed: bool = False) -> Shown:
    """What an expression came to, as text: in the reporting currency, unless no rate is known."""
    return shown(evaluation, found.value, kind, signed, currency=found.currency or evaluation.view.currency)


def shown_type(program: p.Program, expr: p.Expr) -> Type:
    """The type to print an expression by."""
    if isinstance(expr, p.Ref):
        metric = program.metrics.get(expr.name)
        if metric is not None:
            return metric.shown
        return _declared_type(program, expr) or expr.type
    if expr.type.kind is Kind.RATIO:
        parts = expr.values if isinstance(expr, p.If) else p.children(expr)
        kinds = {shown_type(program, part).kind for part in parts}
        for kind in (Kind.PERCENT, Kind.MULTIPLE):
            if kind in kinds and isinstance(expr, p.Call | p.Negative | p.If):
                return replace(expr.type, kind=kind)
    return expr.type


def _declared_type(program: p.Program, expr: p.Ref) -> Type | None:
    for table in (program.inputs, program.params, program.forecasts):
        found = table.get(expr.name)
        if found is not None:
            kind: Type = found.type
            return kind
    return None


def reasons(program: p.Program, causes: Causes) -> list[Reason]:
    """Causes as the result model writes them, in order."""
    return [
        Reason(name=c.name, title=title(program, c.name) if c.name else "", period=c.period, reason=c.reason)
        for c in sorted(causes)
    ]


# --- checks ----------------------------------------------------------------------------------------------------


def checks(evaluation: Evaluation, *exprs: p.Expr | None) -> list[Check]:
    """Every comparison inside expressions, with value, threshold and distance; of an `if` those that were asked."""
    asked = partial(asked_parts, evaluation)
    return [check(evaluation, atom) for expr in exprs for atom in p.atoms(expr, asked)]


def asked_parts(evaluation: Evaluation, expr: p.If) -> Iterator[p.Expr]:
    """The parts of an `if` that had a say: its conditions down to the first that holds, and the values that may be taken."""
    for condition, value in expr.ways:
        truth = True if condition is None else evaluation.truth(condition).value
        if condition is not None:
            yield condition
        if truth is not False:
            yield value
        if truth:
            return


def check(evaluation: Evaluation, atom: p.Expr) -> Check:
    """One comparison."""
    truth = evaluation.truth(atom)
    match atom:
        case p.Not():
            return _negated(check(evaluation, atom.operand), atom, truth)
        case p.Compare():
            return _comparison(evaluation, atom, atom, truth, "")
        case p.Holds(condition=p.Compare() as inner):
            return _held(evaluation, atom, _comparison(evaluation, atom, inner, truth, _lasting(atom)))
        case p.IsWord():
            return _word(evaluation, atom, atom.operand, "is", atom.word, truth)
        case p.OneOf():
            return _word(evaluation, atom, atom.asked, "is one of", _listed(evaluation, atom), truth)
        case p.IsSame():
            return _word(evaluation, atom, atom.operand, "is", _label(evaluation, atom.other), truth)
        case p.Includes():
            return _word(evaluation, atom, atom.operand, "includes", atom.member, truth)
        case p.Contains():
            return _word(evaluation, atom, atom.operand, "contains", f'"{atom.words}"', truth)
        case p.IsEvent():
            return _event(evaluation, atom, truth)
        case p.IsTruth():
            return _word(evaluation, atom, atom.operand, "is", "true" if atom.wanted else "false", truth)
        case p.Holds():
            return _held(evaluation, atom, _plain(atom, _label(evaluation, atom.condition), _lasting(atom), truth))
        case _:
            return _word(evaluation, atom, atom, "is", "true", truth)


def _listed(evaluation: Evaluation, atom: p.OneOf) -> str:
    """The words, figures or days that something may be one of, as a reader sees them."""
    found = []
    for item in atom.items:
        match item:
            case p.IsWord():
                found.append(item.word)
            case p.Compare():
                other = evaluation.at(item.right)
                kind = shown_type(evaluation.program, item.left)
                found.append(shown_at(evaluation, other, kind).text)
            case p.IsSame():
                found.append(_label(evaluation, item.other))
            case _:
                found.append(item.text)
    return ", ".join(found)


def _held(evaluation: Evaluation, atom: p.Holds, found: Check) -> Check:
    """How many of the last periods it held in: how far `for 8 quarters` is off."""
    at = evaluation.at(atom)
    if atom.least is not None:  # it may hold while the newest figure is on the other side: its distance says nothing
        found = found.model_copy(update={"slack": None, "margin": None})
    return found if at.held is None else found.model_copy(update={"held": at.held, "periods": at.periods})


def _negated(positive: Check, atom: p.Not, truth: Truth) -> Check:
    """The check of `not C`: the same figures, the other way round."""
    words = {
        "is": "is not",
        "is one of": "is none of",
        "has": "has not",
        "includes": "includes no",
        "contains": "does not contain",
        **_OPPOSITE,
    }
    turned = -positive.slack if positive.slack is not None else None
    operator = f"not {positive.operator}".strip() if positive.lasting else words.get(positive.operator, "not")
    return positive.model_copy(update={"text": atom.text, "holds": state(truth), "operator": operator, "slack": turned})


_OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "=": "!=", "!=": "="}


def _lasting(atom: p.Holds) -> str:
    of = f"{atom.least} of " if atom.least is not None else ""
    return f"for {of}{atom.count} {atom.unit.value}{'s' if atom.count != 1 else ''}"


def _plain(atom: p.Expr, figure: str, lasting: str, truth: Truth) -> Check:
    value = Shown(text=state(truth), known=truth.known, unit="flag")
    return _bare(atom, truth, figure, value, lasting=lasting)


def _word(evaluation: Evaluation, atom: p.Expr, operand: p.Expr, operator: str, word: str, truth: Truth) -> Check:
    found = evaluation.at(operand)
    value = shown_at(evaluation, found, shown_type(evaluation.program, operand))
    return _bare(atom, truth, _label(evaluation, operand), value, operator=operator, threshold=word, asked=operand)


def _event(evaluation: Evaluation, atom: p.IsEvent, truth: Truth) -> Check:
    """What became of a kill or a catalyst, beside what is asked of it."""
    event = evaluation.events.get(atom.operand.name)
    text = event.status.value if event is not None else state(truth)
    value = Shown(text=text, known=truth.known, unit="event")
    operator = "has" if atom.state is p.EventState.HAPPENED else "is"
    return _bare(
        atom, truth, _label(evaluation, atom.operand), value, operator, threshold=atom.state.value, asked=atom.operand
    )


def _names(expr: p.Expr) -> list[str]:
    """The names in what is asked, in the order in which they are written, each once."""
    return list(dict.fromkeys(node.name for node in p.walk(expr) if isinstance(node, p.Ref)))


def _bare(
    atom: p.Expr,
    truth: Truth,
    figure: str,
    value: Shown,
    operator: str = "",
    lasting: str = "",
    threshold: str = "",
    asked: p.Expr | None = None,
) -> Check:
    """A check that compares no figures: there is no distance."""
    return Check(
        text=atom.text,
        names=_names(asked if asked is not None else atom),
        holds=state(truth),
        figure=figure,
        value=value,
        period="",
        operator=operator,
        lasting=lasting,
        held=None,
        periods=None,
        threshold=threshold,
        limit=None,
        margin=None,
        slack=None,
        scale=None,
    )


def _label(evaluation: Evaluation, expr: p.Expr) -> str:
    return label(evaluation.program, expr)


def _comparison(evaluation: Evaluation, atom: p.Expr, compare: p.Compare, truth: Truth, lasting: str) -> Check:
    one, other = evaluation.at(compare.left), evaluation.at(compare.right)
    left, right = one.value, other.value
    kind = _common_kind(evaluation, compare)
    limit_kind = (
        kind if kind.kind is not Kind.PERCENT or compare.right.type.kind is not Kind.POINTS else compare.right.type
    )
    figures = isinstance(left, Figure) and isinstance(right, Figure) and one.currency == other.currency
    margin = subtract(left, right) if figures and isinstance(left, Figure) and isinstance(right, Figure) else None
    points = replace(kind, kind=Kind.POINTS) if kind.kind is Kind.PERCENT else kind
    in_bps = _in_basis_points(evaluation.program, compare.right)
    foreign = compare.right.type.currency not in (
        None,
        evaluation.view.currency,
    )  # 140 CNY, which the rules call 20 USD

    def said(value: Single, kind: Type, signed: bool, currency: str | None) -> Shown:
        found = shown(evaluation, value, kind, signed, currency or evaluation.view.currency)
        if in_bps and kind.kind is Kind.POINTS and isinstance(value, Figure) and value.known:
            return found.model_copy(update={"text": basis_points(value)})
        return found

    limit, named = said(right, limit_kind, False, other.currency), _label(evaluation, compare.right)
    return Check(
        text=atom.text,
        names=_names(compare.left),
        parts=_parts(evaluation, compare.left, left),
        holds=state(truth),
        figure=_label(evaluation, compare.left),
        value=said(left, kind, False, one.currency),
        period=_period(evaluation, compare.left),
        operator=compare.operator,
        lasting=lasting,
        held=None,
        periods=None,
        threshold=named if named != limit.text and (not isinstance(compare.right, p.Const) or foreign) else "",
        limit=limit,
        margin=said(margin, points, True, one.currency) if margin is not None and margin.known else None,
        slack=_slack(compare.operator, left, right) if figures else None,  # type: ignore[arg-type]
        scale=_scale(left, right) if figures else None,  # type: ignore[arg-type]
    )


SMALL = 0.01
"""A ratio below it is hard to picture: the amounts that it is made of stand beside it."""


def _parts(evaluation: Evaluation, expr: p.Expr, value: Single) -> str:
    """The two amounts of a small ratio: `86m CNY on 243bn CNY` beside 0.035%; '' for anything else."""
    if (
        not isinstance(expr, p.Ref)
        or not isinstance(value, Figure)
        or not value.known
        or abs(value.middle or 1) >= SMALL
    ):
        return ""
    metric = evaluation.program.metrics.get(expr.name)
    if metric is None or expr.name in evaluation.given or expr.name in evaluation.world.replaced:
        return ""
    ratio = metric.value
    if not isinstance(ratio, p.Arithmetic) or ratio.operator != "/" or ratio.address not in evaluation.trace:
        return ""
    said = []
    for side in (ratio.left, ratio.right):
        if side.type.kind is not Kind.MONEY:
            return ""
        at = evaluation.at(side)
        if not isinstance(at.value, Figure) or not at.value.known or at.value.middle is None:
            return ""
        said.append(shown_at(evaluation, at, shown_type(evaluation.program, side).single).text)
    return " on ".join(said)


def _in_basis_points(program: p.Program, limit: p.Expr) -> bool:
    """Whether a threshold is written in basis points: then so are what is compared with it and the distance."""
    if isinstance(limit, p.Negative):
        return _in_basis_points(program, limit.operand)
    if isinstance(limit, p.Ref) and limit.name in program.params:
        return any(_in_basis_points(program, version.value) for version in program.params[limit.name].versions)
    return isinstance(limit, p.Const) and limit.text.rstrip("s").endswith("bp")


def _common_kind(evaluation: Evaluation, compare: p.Compare) -> Type:
    """The unit of both sides: a ratio beside a percent is shown as one."""
    left, right = (shown_type(evaluation.program, side) for side in (compare.left, compare.right))
    for kind in (Kind.PERCENT, Kind.POINTS, Kind.MULTIPLE):
        if kind in (left.kind, right.kind) and left.kind in (kind, Kind.RATIO, Kind.PERCENT, Kind.POINTS):
            return replace(
                left, kind=kind if kind is not Kind.POINTS or left.kind is not Kind.PERCENT else Kind.PERCENT
            )
    return left if left.kind is not Kind.ANY else right


def _period(evaluation: Evaluation, expr: p.Expr) -> str:
    """The period that is read of an expression, as it is called; '' for what has none."""
    found = evaluation.at(expr)
    if found.period is None or found.frequency is None:
        return ""
    yearly = expr.type.per is Frequency.YEAR and found.frequency is not Frequency.YEAR
    clock = evaluation.clock
    label = (
        clock.calendar.year_to(found.period, found.frequency) if yearly else clock.label(found.period, found.frequency)
    )
    if not found.today:
        return label
    base = _base(evaluation, expr, found.period, found.frequency)
    against = f", against those of {clock.calendar.end(base, found.frequency)}" if base is not None else ""
    return f"{label}, with values of {clock.as_of}{against}"


def _base(evaluation: Evaluation, expr: p.Expr, ordinal: int, frequency: Frequency) -> int | None:
    """The earlier period from which a change or growth runs; None for what compares none."""
    if isinstance(expr, p.Ref) and expr.name in evaluation.program.metrics:
        return _base(evaluation, evaluation.program.metrics[expr.name].value, ordinal, frequency)
    if not isinstance(expr, p.Call) or calls.function(expr).shape is not Shape.BACK:
        return None
    steps = calls.back(expr)
    if not isinstance(steps, calls.Periods):
        return None
    halves = frequency is Frequency.HALF and calls.function(expr).back in (Back.YEAR, Back.YEARS)
    return ordinal - (steps.step * frequency.per_year // calls.series(expr).per_year if halves else steps.step)


def _slack(operator: str, left: Figure, right: Figure) -> float | None:
    """How far from turning, as part of the threshold: above 0 where it holds. Of bounds, the end that turns first."""
    if operator in ("=", "!=") or not (left.known and right.known):
        return None
    sign = 1.0 if operator in (">", ">=") else -1.0
    gaps = [sign * (left.low - right.high), sign * (left.high - right.low)]
    low, high = min(gaps), max(gaps)
    nearest = low if low >= 0 else high if high <= 0 else None
    if nearest is None or not math.isfinite(nearest):
        return None
    unit = abs(right.middle or 0.0) or abs(left.middle or 0.0) or 1.0
    return nearest / unit


def _scale(left: Figure, right: Figure) -> list[float] | None:
    """[low, high, threshold, left end, right end] to draw by; an open end of a bound lies at the end of the axis."""
    threshold = right.middle
    if not left.known or threshold is None:
        return None
    ends = [x for x in (left.low, left.high) if math.isfinite(x)]
    low, high = min([*ends, threshold]), max([*ends, threshold])
    room = (high - low) * 0.35 or abs(high) * 0.5 or 1.0
    first, last = low - room, high + room
    if low >= 0 > first:
        first = 0.0
    return [max(left.low, first), min(left.high, last), threshold, first, last]


def facts_below(values: Iterable[Single]) -> list[int]:
    """The numbers of the facts under values, in order."""
    return sorted(n for n in union(v.facts for v in values) if n > 0)


def assumed_below(evaluation: Evaluation, values: Iterable[Single]) -> list[str]:
    """What values rest on beside facts, in words, each once."""
    numbers = sorted((n for n in union(v.facts for v in values) if n < 0), reverse=True)
    found = (evaluation.assumptions[-n - 1] for n in numbers)
    return [f"{title(evaluation.program, a.name) if a.name else a.text}: {a.text}, {a.kind.value}" for a in found]


# --- a name's figures ------------------------------------------------------------------------------------------


def kind_of(today: Evaluation, name: str) -> Type:
    """The type to print a name's value by."""
    declared = today.program.declared(name)
    return shown_type(today.program, p.Ref(declared.span, declared.type, name)).single  # type: ignore[attr-defined]


def currency_of(today: Evaluation, name: str) -> str | None:
    """The currency in which its values are, before they are brought into the reporting one."""
    declared = getattr(today.program.declared(name), "type", None)
    return today.currencies.get(name) or (declared.currency if declared is not None else None) or today.view.currency


def shown_figure(today: Evaluation, name: str, value: float | str | bool) -> Shown:
    """A figure, word or truth of a name, in the currency of its facts."""
    single: Single
    match value:
        case bool():
            single = Truth.of(value)
        case str():
            single = Words((value,))
        case _:
            single = Figure.exact(value)
    return shown(today, single, kind_of(today, name), currency=currency_of(today, name))
