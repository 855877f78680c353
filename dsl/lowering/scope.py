"""What names mean while expressions are lowered, and what all of lowering says and asks of a typed expression.

In: typed expressions. Out: diagnostics, in the `Scope`. Must not know how expressions are written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from dsl.program import program as p
from dsl.syntax import nodes as s
from dsl.text.diagnostics import Diagnostic, Label
from dsl.text.edits import Fix, put
from dsl.text.messages import fill
from dsl.text.source import Span
from dsl.types.functions import EXPECTING, FUNCTIONS, Shape
from dsl.types.scales import scaled
from dsl.types.units import ANY, FLAG, PERCENTS, Kind, Type

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
    historic: set[str] = field(default_factory=set)
    """Names that have a value for earlier periods, also where their type does not say so: a count of conditions."""
    bounds: dict[str, p.Bounds] = field(default_factory=dict)
    """What inputs may be, where the rules say so."""
    diagnostics: list[Diagnostic] = field(default_factory=list)
    local: dict[str, Type] = field(default_factory=dict)
    """`previous` and `step` inside a forecast."""
    steps: dict[str, int] = field(default_factory=dict)
    """How many steps each forecast has."""
    valuations: dict[str, tuple[p.Expr, p.Expr]] = field(default_factory=dict)
    """Each valuation as its value and its price, one beside the other."""
    params_only: str | None = None
    """What is being declared, where only figures and params may stand."""
    written: Mapping[str, s.Declaration] = field(default_factory=dict)
    """Every declaration as it stands in the text, for the places that a mistake points to."""
    assumed: Mapping[str, Type] = field(default_factory=dict)
    """Names taken for another type than they were given, to see whether that would mend what is wrong."""

    def error(
        self,
        code: str,
        span: Span,
        labels: Iterable[Label] = (),
        label: str = "",
        fixes: Iterable[Fix] = (),
        **words: object,
    ) -> None:
        """Notes a mistake; `label` is a word on the place itself, `labels` are further places, `fixes` what mends it."""
        self.diagnostics.append(fill(code, span, words, labels, label=label, fixes=fixes))

    def declared(self, name: str, text: str) -> list[Label]:
        """The place of a name's declaration as a label; nothing where it is not known."""
        written = self.written.get(name)
        return [Label(written.name.span, text)] if written is not None else []


# --- what an expression must be ---------------------------------------------------------------------------


def as_flag(expr: p.Expr, scope: Scope) -> p.Expr:
    """An expression that must be true or false."""
    if expr.type.kind not in (Kind.FLAG, Kind.ANY):
        mend = comparison_mend(expr) if expr.type.is_figure else status_mend(expr)
        scope.error("T063", expr.span, fixes=_asked(expr), found=subject(expr), mend=mend)
    return unknown_as(expr, FLAG)


def _asked(expr: p.Expr) -> list[Fix]:
    """A name where something true or false should stand: asked for each word that it may be, where these are few."""
    if not isinstance(expr, p.Ref) or not 0 < len(expr.type.options) <= 6:
        return []
    words = {Kind.PILLAR: "{} is {}", Kind.CHOICE: "{} is {}", Kind.VERDICT: '{} is "{}"', Kind.SET: "{} includes {}"}
    form = words.get(expr.type.kind)
    return [put(expr.span, form.format(expr.text, word)) for word in expr.type.options] if form else []


def unknown_as(expr: p.Expr, kind: Type) -> p.Expr:
    """What may be of any kind is made of the literal `unknown` (or of a mistake): in its place it is an unknown truth, day
    or word. Anything else stays."""
    return p.Const(expr.span, kind, None) if expr.type.kind is Kind.ANY else expr


def as_figure(expr: p.Expr, scope: Scope) -> p.Expr:
    """An expression that must be a figure; anything else goes with everything from here on."""
    if not expr.type.is_figure:
        code = NO_FIGURE.get(expr.type.kind, "T064")
        name, what = f"`{short(expr)}`", expr.type
        scope.error(code, expr.span, found=subject(expr), name=name, what=what, mend=status_mend(expr))
        return replace(expr, type=ANY)
    return expr


NO_FIGURE = {
    Kind.FLAG: "T075", Kind.PILLAR: "T077", Kind.TEXT: "T078", Kind.CHOICE: "T078", Kind.SET: "T078",
    Kind.VERDICT: "T078", Kind.DATE: "T091", Kind.DURATION: "T093",
}  # fmt: skip
"""What is no figure, with the code that says so."""


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


# --- what has a past that can be asked for ----------------------------------------------------------------------
# A figure of each period has one, and so has what stands beside it. `latest(…)` and a value of one date take the rhythm of
# what they stand beside; alone they are one value, and so are events, statuses of pillars and outcomes of tables.

LAST = "latest"
"""The function that makes one value of a series."""


def has_history(expr: p.Expr, scope: Scope) -> bool:
    """Whether an expression has a value for earlier periods: something in it has, and no `latest` is around that."""
    if expr.type.kind is Kind.ANY or expr.type.series is not None:
        return True
    match expr:
        case p.Ref():
            return expr.name in scope.historic or expr.name in scope.local
        case p.IsEvent():
            return False
        case p.Call() if FUNCTIONS[expr.function].shape in (
            Shape.LAST,
            Shape.PATH,
            Shape.READ,
            Shape.WORLDS,
            Shape.SEGMENTS,
            *EXPECTING,
        ):
            return False
        case p.Refused():
            return True
        case _:
            return any(has_history(child, scope) for child in p.children(expr))


def remember(name: str, expr: p.Expr, scope: Scope) -> None:
    """Notes of a declared name whether it has a history."""
    if has_history(expr, scope):
        scope.historic.add(name)


# --- words for messages ----------------------------------------------------------------------------------------


def subject(expr: p.Expr) -> str:
    """`revenue` (money per quarter), or the expression's type."""
    return f"`{short(expr)}` ({expr.type})"


def short(expr: p.Expr) -> str:
    """An expression as it was written, cut where it is long."""
    text = expr.text
    return text if len(text) <= 40 else text[:39] + "…"


def figure_as(value: float | None, kind: Type) -> str:
    """A plain number as an analyst writes it in a unit: 38 as `38%`, 0.38 as `38%` too, 22 as `22x`."""
    if kind.kind in PERCENTS:
        sign = "%" if kind.kind is Kind.PERCENT else "pp"
        if value is None or value == 0:
            return f"`5{sign}`" if value is None else f"`0{sign}`"
        if abs(value) < 1:
            return f"`{value * 100:.10g}{sign}`"
        if abs(value) < 2:
            return f"`{value:.10g}{sign}`, or `{value * 100:.10g}{sign}` if that many times is meant"
        return f"`{value:.10g}{sign}`"
    if kind.kind is Kind.MULTIPLE:
        return f"`{20 if value is None else value:.10g}x`"
    if kind.kind is Kind.MONEY:
        return _money_as(5 if value is None else value, kind.currency)
    return "`5`" if value is None else f"`{value:.10g}`"


def _money_as(value: float, currency: str | None) -> str:
    many, word = scaled(value)
    if word:
        return f"`{many:.10g}{word} {currency or 'USD'}`"
    return f"`{value:.10g}bn {currency or 'USD'}`, if billions are meant"


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
        return f"ask whether it is true: `{short(expr)} is true`; to count what is true write `count({short(expr)})`"
    if expr.type.kind is Kind.CHOICE:
        return f"ask for it with `is`: `{expr.text} is {first_option(expr)}`"
    if expr.type.kind is Kind.SET:
        return f"ask for a member: `{expr.text} includes {first_option(expr)}`, or how many: `count({expr.text})`"
    if expr.type.kind is Kind.DATE:
        return f"for the days between two dates write `days_between({short(expr)}, …)`"
    if expr.type.kind is Kind.TEXT:
        asked = f'ask for it with `is`: `{short(expr)} is "…"`'
        return "take the quotes away, if a figure is meant" if isinstance(expr, p.Const) else asked
    if expr.type.kind is Kind.DURATION:
        return (
            f"write how many as a plain figure: `{expr.count}`"
            if isinstance(expr, p.Window)
            else "write a plain figure"
        )
    return ""


def first_option(expr: p.Expr) -> str:
    """One word that a choice or set may hold; `…` where its type tells none."""
    return expr.type.options[0] if expr.type.options else "…"
