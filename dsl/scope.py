"""What names mean while expressions are lowered, and what all of lowering says and asks of a typed expression.

In: typed expressions. Out: diagnostics, in the `Scope`. Must not know how expressions are written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from dsl import program as p
from dsl.diagnostics import Diagnostic
from dsl.messages import fill
from dsl.source import Span
from dsl.units import ANY, Kind, Refusal, Type

STATUSES = ("supported", "undermined", "contested", "open")
"""What a pillar can be."""


@dataclass(slots=True)
class Scope:
    """What names mean while expressions are lowered; filled declaration by declaration."""

    keywords: Mapping[str, str]
    """Every declared name with the word that declares it."""
    dropped: Mapping[str, Span]
    lost: frozenset[str]
    """Names that could not be read: using them is no second mistake. "*": any name may be lost."""
    types: dict[str, Type] = field(default_factory=dict)
    bounds: dict[str, p.Bounds] = field(default_factory=dict)
    """What inputs may be, where the rules say so."""
    diagnostics: list[Diagnostic] = field(default_factory=list)
    local: dict[str, Type] = field(default_factory=dict)
    """`previous` and `step` inside a forecast."""
    params_only: str | None = None
    """What is being declared, where only figures and params may stand."""

    def error(self, code: str, span: Span, **words: object) -> None:
        """Notes a mistake."""
        self.diagnostics.append(fill(code, span, words))


# --- what an expression must be ---------------------------------------------------------------------------


def as_flag(expr: p.Expr, scope: Scope) -> p.Expr:
    """An expression that must be true or false."""
    if expr.type.kind not in (Kind.FLAG, Kind.ANY):
        mend = comparison_mend(expr) if expr.type.is_figure else status_mend(expr)
        scope.error("T063", expr.span, found=subject(expr), mend=mend)
    return expr


def as_figure(expr: p.Expr, scope: Scope) -> p.Expr:
    """An expression that must be a figure; what is none goes with everything from here on."""
    if not expr.type.is_figure:
        scope.error("T064", expr.span, found=subject(expr), mend=status_mend(expr))
        return replace(expr, type=ANY)
    return expr


def with_past(expr: p.Expr, scope: Scope) -> p.Expr:
    """A condition's name where its past is asked for: the series, not its latest value."""
    if isinstance(expr, p.Ref):
        return replace(expr, type=scope.types.get(expr.name, expr.type))
    return expr


def align(left: p.Expr, right: p.Expr) -> tuple[p.Expr, p.Expr]:
    """Money in its own currency meets money in the reporting currency: the first is converted. A bare 0 is 0 of
    any unit."""
    left, right = zero_as(left, right.type), zero_as(right, left.type)
    if left.type.kind is Kind.MONEY is right.type.kind and left.type.currency != right.type.currency:
        if left.type.currency and not right.type.currency:
            left = p.Convert(left.span, replace(left.type, currency=None), left)
        elif right.type.currency and not left.type.currency:
            right = p.Convert(right.span, replace(right.type, currency=None), right)
    return left, right


def zero_as(expr: p.Expr, other: Type) -> p.Expr:
    """A bare 0 beside a figure is 0 of its unit; anything else stays."""
    bare = isinstance(expr, p.Const) and expr.type.kind is Kind.NUMBER and expr.value == 0
    return replace(expr, type=other.single) if bare and other.is_figure else expr


def refuse(refusal: Refusal, span: Span, left: p.Expr, right: p.Expr, verb: str, scope: Scope) -> None:
    """Two expressions that do not go together, as `units.py` says why."""
    scope.error(refusal.code, span, left=subject(left), right=subject(right), verb=verb, mend=refusal.mend,
                currency=left.type.currency or right.type.currency or "one currency")  # fmt: skip


# --- words for messages ----------------------------------------------------------------------------------------


def subject(expr: p.Expr) -> str:
    """`revenue` (money per quarter), or the expression's type."""
    text = expr.text if len(expr.text) <= 40 else expr.text[:39] + "…"
    return f"`{text}` ({expr.type})"


def quoted(word: str) -> str:
    """A word for a message; a text has its quotes already."""
    return word if word.startswith('"') else f"`{word}`"


_THRESHOLDS = {Kind.PERCENT: "5%", Kind.POINTS: "5pp", Kind.MULTIPLE: "20x", Kind.MONEY: "5bn USD"}


def comparison_mend(expr: p.Expr) -> str:
    """How a figure becomes true or false."""
    text = expr.text if len(expr.text) <= 40 else "…"
    return f"compare it with something, such as `{text} > {_THRESHOLDS.get(expr.type.kind, '5')}`"


def status_mend(expr: p.Expr) -> str:
    """How one asks for what is no figure."""
    if expr.type.kind is Kind.PILLAR:
        return f"ask for its status: `{expr.text} is supported`"
    if expr.type.kind is Kind.VERDICT:
        return f'ask for its outcome: `{expr.text} is "{expr.type.options[0] if expr.type.options else "…"}"`'
    if expr.type.kind is Kind.FLAG:
        return "to count what is true write `count(…)`"
    if expr.type.kind is Kind.CHOICE:
        return f"ask for it with `is`: `{expr.text} is {expr.type.options[0]}`"
    if expr.type.kind is Kind.SET:
        return f"ask for a member: `{expr.text} includes {expr.type.options[0]}`, or how many: `count({expr.text})`"
    if expr.type.kind is Kind.DATE:
        return "for the days between two dates write `days_between(…)`"
    return ""
