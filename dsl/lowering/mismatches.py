"""Two things that do not go together: the finding, what each of them is, where that was said, and the mend by name.

In: typed expressions and why `units.py` refuses them. Out: diagnostics, in the `Scope`. It runs only where there is
a mistake. Must not know how expressions are lowered.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from dsl.lowering.fixes import day_of, fixes_for, is_figure, to_one_period
from dsl.lowering.retype import inner, retyped
from dsl.lowering.scope import LAST, Scope, figure_as, short, status_mend, subject
from dsl.program import program as p
from dsl.syntax import nodes as s
from dsl.text.diagnostics import Label
from dsl.text.edits import put, together
from dsl.text.source import Span
from dsl.types.units import FIGURES, PERCENTS, Frequency, Kind, Refusal, Type

_COMMENT = re.compile(r"#[^\n]*")


def refuse(refusal: Refusal, at: Span, left: p.Expr, right: p.Expr, verb: str, scope: Scope) -> None:
    """Two expressions that do not go together; `at` is what joins them, or the one that does not fit the other."""
    alone = _ALONE.get(refusal.code)
    culprit = next((side for side in (left, right) if alone and side.type.kind in alone), left)
    mend = _MENDS.get(refusal.code, _general)(left, right, scope) or refusal.mend
    fixes = fixes_for(refusal.code, left, right, at, scope)
    if at.text == "!=" and len(fixes) == 1 and fixes[0].edits[0].text.startswith(" is not "):
        mend = f"ask for it with `is not`: `{short(left)}{fixes[0].edits[0].text}`"
    mark, labels = "", []
    for side in (left, right):
        if side.span == at:
            mark = str(side.type)
        else:
            labels.append(Label(side.span, str(side.type)))
    period = refusal.code in ("T065", "T070", "T076")
    for side in (left, right):
        found = declared_at(side, scope, period)
        if found is not None and all(found.span != label.span for label in labels):
            labels.append(found)
    scope.error(
        refusal.code,
        at,
        labels=labels,
        label=mark,
        fixes=fixes,
        left=subject(left),
        right=subject(right),
        verb=verb,
        mend=mend,
        name=f"`{short(culprit)}`",
        what=culprit.type,
        why=_why(refusal.code, left.type, right.type),
    )


def also(refusal: Refusal, left: p.Expr, right: p.Expr, scope: Scope) -> None:
    """The other side of a chain or of `between` misses its sign too: one mistake, which names both figures."""
    known = scope.diagnostics[-1]
    mend = _MENDS[refusal.code](left, right, scope) if refusal.code in ("T071", "T072", "T074") else ""
    figure = next((side for side in (right, left) if _literal(side) is not None), None)
    if refusal.code != known.code or figure is None or not mend.startswith("write ") or known.hint is None:
        return
    labels = (*known.labels, Label(figure.span, str(figure.type)))
    more = fixes_for(refusal.code, left, right, figure.span, scope)
    fixes = (together([*known.fixes, *more]),) if len(known.fixes) == len(more) == 1 else ()
    hint = f"{known.hint} and {mend.removeprefix('write ')}"
    scope.diagnostics[-1] = replace(known, labels=labels, hint=hint, fixes=fixes)


def between(left: Span, right: Span, sign: str) -> Span:
    """The place of the sign between two operands; the whole where that is not clear."""
    source = left.source
    gap = _COMMENT.sub(lambda m: " " * len(m[0]), source.text[left.end : right.start])
    at = gap.find(sign)
    return source.span(left.end + at, left.end + at + len(sign)) if at >= 0 else left.to(right)


def declared_at(expr: p.Expr, scope: Scope, period: bool = False) -> Label | None:
    """Where the type of an expression comes from: the declaration of its name, of its only name where it has one."""
    names = p.names_in(expr) - scope.local.keys()
    if not isinstance(_bare(expr), p.Ref) and not (period and len(names) == 1):
        return None
    written = scope.written.get(next(iter(names))) if names else None
    return declaration_label(written, scope.types.get(written.name.name), period) if written else None


def declaration_label(written: s.Declaration, kind: Type | None, period: bool = False) -> Label | None:
    """Where a name was given its type; nothing for what has one by its keyword alone."""
    every = (kind.per or kind.series) if kind else None
    if isinstance(written, s.Input | s.Metric | s.Param) and written.type is not None:
        every = Frequency(written.type.per) if written.type.per else None
        return Label(written.type.span, f"declared per {every} here" if period and every else "declared here")
    if isinstance(written, s.Metric) and written.value is not None:
        return Label(written.name.span, f"{kind}, by this formula" if kind else "by this formula")
    if isinstance(written, s.Param) and written.versions:
        return Label(written.versions[0].value.span, f"`{written.name.name}` is {kind}, by this value")
    if isinstance(written, s.Forecast):
        return Label(written.name.span, f"{kind}, as it starts")
    if isinstance(written, s.Pillar | s.Condition | s.Verdict | s.Kill):
        return Label(written.name.span, "declared here")
    return None


def _bare(expr: p.Expr) -> p.Expr:
    return expr.operand if isinstance(expr, p.Convert) else expr


_ALONE: dict[str, frozenset[Kind]] = {
    "T075": frozenset({Kind.FLAG}), "T077": frozenset({Kind.PILLAR}), "T091": frozenset({Kind.DATE}),
    "T078": frozenset({Kind.TEXT, Kind.CHOICE, Kind.SET, Kind.VERDICT}), "T093": frozenset({Kind.DURATION}),
}  # fmt: skip
"""Codes that speak of one of the two: what it is."""


def _why(code: str, left: Type, right: Type) -> str:
    """'a quarter's figure meets a year's'."""
    one, other = left.series, right.series
    if code == "T070":
        one, other = left.per or left.series, right.per or right.series
    return f"a {one or 'single'}'s figure meets a {other or 'single'}'s"


# --- mends, in the figures and names at hand --------------------------------------------------------------------


def _literal(expr: p.Expr) -> float | None:
    """The figure of a plain number written out."""
    plain = isinstance(expr, p.Const) and expr.type.kind is Kind.NUMBER and isinstance(expr.value, float)
    return expr.value if plain else None  # type: ignore[attr-defined]


def _sides(left: p.Expr, right: p.Expr, kinds: frozenset[Kind]) -> tuple[p.Expr, p.Expr]:
    """The side of one of these kinds first."""
    return (left, right) if left.type.kind in kinds else (right, left)


def _rewritten(left: p.Expr, right: p.Expr, scope: Scope, kinds: frozenset[Kind]) -> str:
    """A plain number beside a percent, a multiple or money: the very figure as it should be written."""
    wanted, plain = _sides(left, right, kinds)
    value = _literal(plain)
    if value is not None:
        return f"write {figure_as(value, wanted.type)}"
    if not isinstance(plain, p.Ref):
        return said(wanted, plain, scope)
    declared = scope.written.get(plain.name)
    if isinstance(declared, s.Param) and declared.versions and declared.type is None:
        figure = declared.versions[0].value
        if isinstance(figure, s.Number) and figure.unit in ("number", "scaled"):
            return f"write {figure_as(figure.value, wanted.type)} where `{plain.name}` is given its value"
    return said(wanted, plain, scope)


def said(wanted: p.Expr, plain: p.Expr, scope: Scope) -> str:
    """What a number that is calculated must say of itself."""
    mend = retyped(wanted, plain, scope) if wanted.type.kind is not Kind.MONEY else None
    if mend is None and isinstance(plain, p.Ref) and isinstance(scope.written.get(plain.name), s.Input):
        return f"declare `{plain.name}` as {wanted.type.kind.value}, if that is what it is"
    return str(mend or "")


def _percents(left: p.Expr, right: p.Expr, scope: Scope) -> str:
    return _rewritten(left, right, scope, PERCENTS)


def _multiples(left: p.Expr, right: p.Expr, scope: Scope) -> str:
    return _rewritten(left, right, scope, frozenset({Kind.MULTIPLE}))


def _money(left: p.Expr, right: p.Expr, scope: Scope) -> str:
    return _rewritten(left, right, scope, frozenset({Kind.MONEY}))


def _grow(left: p.Expr, right: p.Expr, scope: Scope) -> str:
    amount, percent = _sides(left, right, frozenset({Kind.MONEY, Kind.COUNT}))
    return f"to grow it by that percent write `{short(amount)} * (1 + {short(percent)})`"


def _yield(left: p.Expr, right: p.Expr, scope: Scope) -> str:
    multiple, percent = _sides(left, right, frozenset({Kind.MULTIPLE}))
    if isinstance(multiple, p.Const):
        return f"write a percent in place of `{multiple.text}`"
    if isinstance(percent, p.Const) and isinstance(percent.value, float):
        figure = f"`{percent.value * 100:.10g}x`"
        return f"compare it with a multiple, such as {figure}; as a yield it is `1 / {short(multiple)}`"
    return f"as a yield it is `1 / {short(multiple)}`"


def _periods(left: p.Expr, right: p.Expr, scope: Scope) -> str:
    """Two frequencies: both as figures of one length, and how."""
    ways = to_one_period(left, right)
    if not ways:
        return ""
    word, sides = ways[0]
    written = " and ".join(f"`{new}`" for _, new in sides)
    if word == "a year":
        how = "annualise with ttm()" if "ttm(" in written else "bring both to a year"
        return f"{how}: write {written}"
    return f"take one value: {written}"


def yearly_mend(expr: p.Expr) -> str:
    """How an expression becomes a year's figure; '' where it cannot."""
    text = _yearly(expr)
    return f"annualise with ttm(): write `{text}`" if text and text != expr.text else ""


def _yearly(expr: p.Expr) -> str | None:
    if expr.type.per is Frequency.YEAR:
        return expr.text
    if expr.type.series is not None:
        return f"ttm({inner(expr.text)})"
    bare = _bare(expr)
    if isinstance(bare, p.Call) and bare.function == "latest":
        return f"latest(ttm({inner(bare.arguments[0].text)}))"
    return None


def _currencies(left: p.Expr, right: p.Expr, scope: Scope) -> str:
    for side, other in ((left, right), (right, left)):
        if isinstance(side, p.Const):
            return f"write `{side.text}` in {other.type.currency}"
    names = [side.name for side in (_bare(left), _bare(right)) if isinstance(side, p.Ref)]
    if names:
        dropped = scope.types[names[0]].currency if names[0] in scope.types else None
        without = f"`in {dropped}`" if dropped else "its currency"
        return (
            f"declare `{names[0]}` without {without}, so that the rate known on the day converts it, "
            "or multiply by a rate of your own"
        )
    return ""


def _alone(left: p.Expr, right: p.Expr, scope: Scope) -> str:
    """One of the two is no figure: how it is asked for."""
    kinds = frozenset.union(*_ALONE.values())
    odd, other = _sides(left, right, kinds)
    if odd.type.kind is Kind.CHOICE and isinstance(other, p.Const) and other.value in odd.type.options:
        return f"ask for it with `is`: `{short(odd)} is {other.value}`"
    if day := day_of(left if left is not odd else right):
        return f"write the day as {day}"
    if {left.type.kind, right.type.kind} == {Kind.DATE, Kind.TEXT}:
        return "write the day without quotes, as 2026-08-27"
    if odd.type.kind is Kind.FLAG and isinstance(other, p.Const) and isinstance(other.value, bool):
        return f"ask for it with `is`: `{short(odd)} is {'true' if other.value else 'false'}`"
    if odd.type.kind is other.type.kind is Kind.DATE:
        return f"for the days between them write `days_between({short(right)}, {short(left)})`"
    if odd.type.kind is other.type.kind is Kind.FLAG:
        return f"to count what is true write `count({short(left)}, {short(right)})`"
    if odd.type.kind is Kind.FLAG and isinstance(other, p.Const):
        word = "false" if other.value == 0 else "true"
        return f"write `{short(odd)} is {word}`, or simply `{'not ' * (word == 'false')}{short(odd)}`"
    if odd.type.kind is Kind.TEXT and isinstance(odd, p.Const) and other.type.kind in FIGURES:
        said = f"`{odd.value}`" if is_figure(str(odd.value)) else figure_as(None, other.type)
        return f"write {said}, without quotes"
    if odd.type.kind is Kind.DURATION and isinstance(odd, p.Window):
        return f"write how many as a plain figure: `{odd.count}`"
    return status_mend(odd)


def _general(left: p.Expr, right: p.Expr, scope: Scope) -> str:
    return ""


_MENDS: dict[str, Callable[[p.Expr, p.Expr, Scope], str]] = {
    "T061": _currencies, "T065": _periods, "T069": _grow, "T070": _periods, "T071": _percents, "T072": _multiples,
    "T073": _yield, "T074": _money, "T075": _alone, "T076": _periods, "T077": _alone, "T078": _alone, "T091": _alone,
    "T093": _alone,
}  # fmt: skip


# --- one value where a history is needed -----------------------------------------------------------------------------


def refuse_single(expr: p.Expr, scope: Scope, name: str, wanted: str) -> None:
    """That a function or `for` is asked of what has no history, and the edits that give it one."""
    found = list(dict.fromkeys(_lasts(expr, scope)))
    where = declared_at(expr, scope)
    inner = [Label(call.span, "one value") for call, _ in found if call.span != expr.span][:2]
    labels = inner or ([where] if where and not found else [])
    fixes = [put(call.span, inside) for call, inside in found if call.span.source == expr.span.source]
    if len(found) > 1:
        ways = " or ".join(f"`{inside}`" for _, inside in found)
        mend = f"give it the rhythm of one of its figures: write {ways} there without `{LAST}`"
    elif found:
        mend = f"ask for the series itself: `{found[0][1]}` without `{LAST}`"
    elif any(isinstance(node, p.IsEvent) for node in p.walk(expr)):
        mend = "an event happens once, and so is asked for alone"
    elif any(node.type.kind in (Kind.PILLAR, Kind.VERDICT) for node in p.walk(expr)):
        mend = "a status or an outcome is that of today; ask for the conditions behind it, each period has its own"
    elif any(isinstance(node, p.Ref) and not node.type.is_figure for node in p.walk(expr)):
        mend = "what is given for one day has no earlier periods: ask for it alone"
    else:
        mend = "give it something declared `per quarter`, `per day` and so on"
    scope.error("T066", expr.span, labels, fixes=fixes, name=name, wanted=wanted, found=subject(expr), mend=mend)


def _lasts(expr: p.Expr, scope: Scope) -> Iterator[tuple[s.Call, str]]:
    """The calls of `latest` that an expression is made of, as they were written here or where its one name is declared, with
    what stands in their brackets."""
    for node in p.walk(expr):
        if isinstance(node, p.Call) and node.function == LAST:
            yield s.Call(node.span, s.Name(node.span, LAST), ()), short(node.arguments[0])
        written = scope.written.get(node.name) if isinstance(node, p.Ref) else None
        if isinstance(written, s.Metric) and written.value is not None:
            yield from _written_lasts(written.value)


def _written_lasts(node: s.Expr) -> Iterator[tuple[s.Call, str]]:
    if isinstance(node, s.Call) and node.function.name == LAST and len(node.arguments) == 1:
        yield s.Call(node.span, node.function, ()), node.arguments[0].span.text
    for slot in node.__dataclass_fields__:
        value = getattr(node, slot)
        for each in value if isinstance(value, tuple) else (value,):
            if isinstance(each, s.Expr) and not (isinstance(node, s.Call) and node.function is each):
                yield from _written_lasts(each)
