"""Two things that do not go together, as edits: what to write where, beside the sentence of `mismatches.py`.

In: typed expressions and the code that refuses them. Out: fixes; sure ones alone where no other figure could be meant.
Must not know how expressions are lowered.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

from dsl.lowering.retype import inner, retyped
from dsl.lowering.scope import Scope
from dsl.program import program as p
from dsl.syntax import nodes as s
from dsl.text.edits import Edit, Fix, doubted, leave_out, put
from dsl.text.source import Span
from dsl.types.days import iso
from dsl.types.units import PERCENTS, Frequency, Kind, Type

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
"""`5bn`: a figure without its currency."""


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
        written = scope.written.get(plain.name) if isinstance(plain, p.Ref) else None
        if isinstance(written, s.Param) and written.versions and written.type is None:
            given = written.versions[0].value
            if isinstance(given, s.Number) and given.unit in ("number", "scaled"):
                return [doubted(fix) for fix in figure(given.span, given.value, wanted.type)]
        said = retyped(wanted, plain, scope) if Kind.MONEY not in kinds else None
        return list(said.fixes) if said else []

    return fixes


Sides = tuple[tuple[p.Expr, str], ...]
"""Expressions that change, each with what is written for it."""


def to_one_period(left: p.Expr, right: p.Expr) -> list[tuple[str, Sides]]:
    """The ways to bring two frequencies together, each as a word for it and the sides that change, from left to right.

    A flow of a quarter beside a year's figure is brought to a year, never left a quarter's: a quarter's sales over the
    assets of a year would be a fourth of what is meant. A price meets its flow likewise, as the latest price beside the
    trailing year. What does not flow is taken as it is.
    """
    return [(word, tuple(sorted(sides, key=lambda s: s[0].span.start))) for word, sides in _ways(left, right)]


def _ways(left: p.Expr, right: p.Expr) -> list[tuple[str, Sides]]:
    one, other = left.type, right.type
    if one.series is None and other.series is None:
        return []
    for side in (left, right):  # one figure of a shorter period: the same of a year
        bare = side.operand if isinstance(side, p.Convert) else side
        if side.type.series is None and side.type.per not in (None, Frequency.YEAR):
            if not isinstance(bare, p.Call) or bare.function != "latest":
                return []
            return [("a year", ((side, f"latest(ttm({inner(bare.arguments[0].text)}))"),))]
    fine, coarse = (left, right) if _rank(one) >= _rank(other) else (right, left)
    if fine.type.series is not None and fine.type.series.value in ("day", "week"):
        latest = ((fine, f"latest({inner(fine.text)})"),)
        if coarse.type.series is not None and coarse.type.per is coarse.type.series and coarse.type.per.per_year > 1:
            return [("a year", (*latest, (coarse, f"ttm({inner(coarse.text)})"))), ("one period", latest)]
        return [("one period", latest)]
    single = ((coarse, f"latest({inner(coarse.text)})"),) if coarse.type.series not in (None, fine.type.series) else ()
    if fine.type.is_flow and fine.type.per is not Frequency.YEAR:
        ways = [("a year", (*single, (fine, f"ttm({inner(fine.text)})")))]
        if left.type.kind is right.type.kind is Kind.MONEY and fine.type.per is not None:
            ways.append(("a year", (*single, (fine, f"annualised({inner(fine.text)})"))))
        if "annualised(" in coarse.text:  # beside one quarter times four, the same of the other; never four quarters
            ways.reverse()
        return ways
    return [("one period", single)] if single else []


def _rank(of: Type) -> tuple[int, bool]:
    """How fine a figure is: how often it comes, and whether it flows over less than a year."""
    every = of.series or of.per
    return every.per_year if every is not None else 0, of.per is not Frequency.YEAR


def _periods(left: p.Expr, right: p.Expr, at: Span, scope: Scope) -> list[Fix]:
    """Two frequencies, or a quarter's flow beside a year's."""
    found = []
    for _, sides in to_one_period(left, right):
        title = "write " + " and ".join(f"`{text}`" for _, text in sides)
        found.append(Fix(title, tuple(Edit(side.span, text) for side, text in sides), doubtful=True))
    return found


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
        if left.type.kind is Kind.FLAG and right.value in (0, 1):  # also what other languages write for them
            return [_edited(gap, f" {word} {'true' if right.value else 'false'}", word)]
        if left.type.kind is Kind.CHOICE and right.value in left.type.options:
            return [_edited(gap, f" {word} {right.value}", word)]
        if left.type.kind is Kind.VERDICT and right.value in left.type.options:
            return [_edited(gap, f' {word} "{right.value}"', word)]
    for side, other in ((left, right), (right, left)):
        if other.type.kind is Kind.DATE and (day := day_of(side)):
            return [put(side.span, day, sure=True)]
        if side.type.kind is Kind.TEXT and isinstance(side, p.Const) and other.type.kind is Kind.DATE:
            return [put(side.span, str(side.value), sure=True)] if _is_day(side.value) else []
        if side.type.kind is Kind.TEXT and isinstance(side, p.Const) and other.type.is_figure:
            return [put(side.span, str(side.value))] if is_figure(str(side.value)) else []
        if isinstance(side, p.Window) and other.type.is_figure:
            return [put(side.span, str(side.count))]
    if left.type.kind is right.type.kind is Kind.DATE and at.text == "-":
        return [put(left.span.to(right.span), f"days_between({right.span.text}, {left.span.text})")]
    if left.type.kind is right.type.kind is Kind.FLAG and at.text == "+":
        return [put(left.span.to(right.span), f"count({left.span.text}, {right.span.text})")]
    return []


def is_figure(text: str) -> bool:
    """Whether a text in quotes is a figure as the language writes it."""
    return _FIGURE.fullmatch(text) is not None


def _edited(place: Span, text: str, word: str) -> Fix:
    return Fix(f"ask for it with `{word}`", (Edit(place, text),), sure=True)


_FIGURE = re.compile(r"-?\d+(?:\.\d+)?(?:%|pp|x|bps|(?:k|m|bn|tn)?(?: [A-Z]{3})?)")
_DAY = re.compile(r"(\d{4})\s*([/-])\s*(\d{1,2})\s*\2\s*(\d{1,2})")


def day_of(expr: p.Expr) -> str | None:
    """A day that was written as a sum or a ratio, `2026-1-5` or `2026/01/05`; None where it is none."""
    found = _DAY.fullmatch(expr.text) if isinstance(expr, p.Arithmetic | p.Refused) else None
    try:
        return dt.date(*(int(found[n]) for n in (1, 3, 4))).isoformat() if found else None
    except ValueError:
        return None


def _is_day(text: object) -> bool:
    try:
        return iso(str(text)).isoformat() == text
    except ValueError:
        return False


def _one_currency(left: p.Expr, right: p.Expr, at: Span, scope: Scope) -> list[Fix]:
    """A name that is declared in a currency, without it: then the rate known on the day converts it."""
    for side in (left, right):
        bare = side.operand if isinstance(side, p.Convert) else side
        written = scope.written.get(bare.name) if isinstance(bare, p.Ref) else None
        if isinstance(written, s.Input | s.Metric | s.Param) and written.type is not None and written.type.currency:
            place = word_in(written.type, rf"\bin\s+{written.type.currency}\b")
            return [doubted(leave_out(place))] if place is not None else []
    return []


_MAKERS: dict[str, Callable[[p.Expr, p.Expr, Span, Scope], list[Fix]]] = {
    "T061": _one_currency,
    "T065": _periods, "T069": _grow, "T070": _periods, "T071": _plain(PERCENTS), "T072": _plain(frozenset({Kind.MULTIPLE})),
    "T073": _yield, "T074": _plain(frozenset({Kind.MONEY})), "T075": _asked, "T076": _periods, "T077": _asked,
    "T078": _asked, "T091": _asked, "T093": _asked,
}  # fmt: skip


# --- words of a written declaration, of which no place is kept ---------------------------------------------


def word_in(written: s.Node, pattern: str) -> Span | None:
    """The place of words in what was written, outside of texts and comments."""
    source = written.span.source
    words = re.compile(rf'"[^"\n]*"|\#[^\n]*|(?P<word>{pattern})')
    found = (m for m in words.finditer(source.text, written.span.start, written.span.end) if m["word"])
    first = next(found, None)
    return source.span(*first.span("word")) if first else None
