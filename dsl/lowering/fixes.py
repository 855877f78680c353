"""Two things that do not go together, as edits: what to write where, beside the sentence of `mismatches.py`.

In: typed expressions and the code that refuses them. Out: fixes; sure ones alone where no other figure could be meant.
Must not know how expressions are lowered.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

from dsl.lowering.scope import Scope
from dsl.program import program as p
from dsl.syntax import nodes as s
from dsl.text.edits import Edit, Fix, put
from dsl.text.source import Span
from dsl.types.units import PERCENTS, Kind, Type

PLAINLY_PERCENT = 10
"""From here on a plain number beside a percent is no multiple of the whole: growth of 38 is 38%, and nobody's 3,800%."""


def figure(span: Span, value: float, kind: Type) -> list[Fix]:
    """A plain number as it is written in a unit. Beside a percent 38 is `38%`; 5 may be 5% or 500%, 0.4 may be 40% or
    0.4%: then both are offered, and none is sure."""
    if kind.kind in PERCENTS:
        sign = "%" if kind.kind is Kind.PERCENT else "pp"
        parts, whole = put(span, f"{value:.10g}{sign}"), put(span, f"{value * 100:.10g}{sign}")
        if value == 0 or abs(value) >= PLAINLY_PERCENT:
            return [put(span, f"{value:.10g}{sign}", _alone(span))]
        return [whole, parts] if abs(value) < 1 else [parts, whole]
    if kind.kind is Kind.MULTIPLE:
        return [put(span, f"{value:.10g}x", _alone(span))]
    if kind.kind is Kind.MONEY and kind.currency:
        scaled = _SCALED.fullmatch(span.text)
        if scaled:
            return [put(span, f"{scaled[0]} {kind.currency}", _alone(span))]
        return [put(span, f"{value:.10g}{scale} {kind.currency}") for scale in ("m", "bn") if abs(value) < 1e6]
    return []


def _alone(span: Span) -> bool:
    """Whether a figure is all of what was meant: in `max(growth, 38,000)` it may be a part."""
    text = span.source.text
    return not (re.match(r",\d", text[span.end : span.end + 2]) or re.search(r"\d,$", text[: span.start][-2:]))


_SCALED = re.compile(r"-?\s*\d+(?:\.\d+)?(?:k|m|bn|tn)")
"""`5bn`: a figure that lacks its currency alone."""


def fixes_for(code: str, left: p.Expr, right: p.Expr, at: Span, scope: Scope) -> list[Fix]:
    """The ways to mend two expressions that were refused; `at` is the sign between them, or one of the two."""
    maker = _MAKERS.get(code)
    return maker(left, right, at, scope) if maker else []


def _sides(left: p.Expr, right: p.Expr, kinds: frozenset[Kind]) -> tuple[p.Expr, p.Expr]:
    """The side of one of these kinds first."""
    return (left, right) if left.type.kind in kinds else (right, left)


def _plain(kinds: frozenset[Kind]) -> Callable[[p.Expr, p.Expr, Span, Scope], list[Fix]]:
    """A plain number written out beside a percent, a multiple or money; or that of a param that has no other type."""

    def fixes(left: p.Expr, right: p.Expr, at: Span, scope: Scope) -> list[Fix]:
        wanted, plain = _sides(left, right, kinds)
        if isinstance(plain, p.Const) and isinstance(plain.value, float) and plain.type.kind is Kind.NUMBER:
            return figure(plain.span, plain.value, wanted.type)
        return []

    return fixes


def _annualise(left: p.Expr, right: p.Expr, at: Span, scope: Scope) -> list[Fix]:
    """A quarter's flow beside a year's: of the trailing year, or four times the quarter; which is meant nobody can tell."""
    found: list[Fix] = []
    for side, other in ((left, right), (right, left)):
        if side.type.series is not None and other.type.per is not None and side.type.per is not other.type.per:
            if isinstance(side, p.Ref) and side.type.series is other.type.series:
                found += [put(side.span, f"{function}({side.name})") for function in ("ttm", "annualised")]
            break
    return found


def _latest(left: p.Expr, right: p.Expr, at: Span, scope: Scope) -> list[Fix]:
    """Two frequencies: the coarser as a single value where figures come by the quarter, a price as its latest."""
    one, other = left.type.series, right.type.series
    if one is None or other is None:
        return []
    daily = {"day", "week"} & {one.value, other.value}
    take_left = (one.per_year > other.per_year) if daily else (one.per_year < other.per_year)
    side = left if take_left else right
    return [put(side.span, f"latest({side.span.text})")] if isinstance(side, p.Ref) else []


def _grow(left: p.Expr, right: p.Expr, at: Span, scope: Scope) -> list[Fix]:
    """`revenue + 5%`: grown by it."""
    if at.text not in ("+", "-") or right.type.kind not in PERCENTS:
        return []
    amount = f"({left.span.text})" if isinstance(left, p.Arithmetic) and left.operator in "+-" else left.span.text
    percent = f"({right.span.text})" if isinstance(right, p.Arithmetic) and right.operator in "+-" else right.span.text
    return [put(left.span.to(right.span), f"{amount} * (1 {at.text} {percent})")]


def _yield(left: p.Expr, right: p.Expr, at: Span, scope: Scope) -> list[Fix]:
    """A multiple beside a percent: its yield, one by it."""
    multiple, _ = _sides(left, right, frozenset({Kind.MULTIPLE}))
    return [put(multiple.span, f"1 / {multiple.name}")] if isinstance(multiple, p.Ref) and at.text in _COMPARED else []


_COMPARED = ("<", "<=", ">", ">=", "=", "==", "!=")


def _asked(left: p.Expr, right: p.Expr, at: Span, scope: Scope) -> list[Fix]:
    """What is no figure and is asked for with `is`; a day in quotes; a duration in place of how many."""
    if at.text in ("=", "==", "!=") and isinstance(right, p.Const):
        word = "is not" if at.text == "!=" else "is"
        gap = left.span.source.span(left.span.end, right.span.end)
        if left.type.kind is Kind.FLAG and isinstance(right.value, bool):
            return [_edited(gap, f" {word} {'true' if right.value else 'false'}", word)]
        if left.type.kind is Kind.CHOICE and right.value in left.type.options:
            return [_edited(gap, f" {word} {right.value}", word)]
        if left.type.kind is Kind.VERDICT and right.value in left.type.options:
            return [_edited(gap, f' {word} "{right.value}"', word)]
    for side, other in ((left, right), (right, left)):
        if side.type.kind is Kind.TEXT and isinstance(side, p.Const) and other.type.kind is Kind.DATE:
            return [put(side.span, str(side.value), sure=True)] if _is_day(side.value) else []
        if isinstance(side, p.Window) and other.type.is_figure:
            return [put(side.span, str(side.count))]
    if left.type.kind is right.type.kind is Kind.DATE and at.text == "-":
        return [put(left.span.to(right.span), f"days_between({right.span.text}, {left.span.text})")]
    if left.type.kind is right.type.kind is Kind.FLAG and at.text == "+":
        return [put(left.span.to(right.span), f"count({left.span.text}, {right.span.text})")]
    return []


def _edited(place: Span, text: str, word: str) -> Fix:
    return Fix(f"ask for it with `{word}`", (Edit(place, text),), sure=True)


def _is_day(text: object) -> bool:
    try:
        return dt.date.fromisoformat(str(text)).isoformat() == text
    except ValueError:
        return False


_MAKERS: dict[str, Callable[[p.Expr, p.Expr, Span, Scope], list[Fix]]] = {
    "T065": _latest, "T069": _grow, "T070": _annualise, "T071": _plain(PERCENTS), "T072": _plain(frozenset({Kind.MULTIPLE})),
    "T073": _yield, "T074": _plain(frozenset({Kind.MONEY})), "T075": _asked, "T076": _latest, "T077": _asked,
    "T078": _asked, "T091": _asked, "T093": _asked,
}  # fmt: skip


# --- words of a written declaration, which have no place of their own ---------------------------------------------


def word_in(written: s.Node, pattern: str) -> Span | None:
    """The place of words in what was written, outside of texts and comments."""
    source = written.span.source
    words = re.compile(rf'"[^"\n]*"|\#[^\n]*|(?P<word>{pattern})')
    found = (m for m in words.finditer(source.text, written.span.start, written.span.end) if m["word"])
    first = next(found, None)
    return source.span(*first.span("word")) if first else None
