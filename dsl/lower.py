"""Written expressions -> typed expressions: every name resolved, every type inferred, units held together.

In: nodes of `syntax.py` and a `Scope`. Out: nodes of `program.py`, and diagnostics. One mistake gives one
diagnostic: what it spoils becomes `Kind.ANY`, which goes with everything. Must not know facts or values.
"""

from __future__ import annotations

import operator as op
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from dsl import program as p
from dsl import syntax as s
from dsl import units
from dsl.diagnostics import Diagnostic, Label
from dsl.messages import article, did_you_mean, fill
from dsl.signatures import SIGNATURES, WINDOWED, Signature, Slot
from dsl.source import Span
from dsl.units import ANY, FLAG, Frequency, Kind, Refusal, Type

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
    diagnostics: list[Diagnostic] = field(default_factory=list)
    local: dict[str, Type] = field(default_factory=dict)
    """`previous` and `step` inside a forecast."""
    params_only: str | None = None
    """What is being declared, where only figures and params may stand."""

    def error(self, code: str, span: Span, **words: object) -> None:
        """Notes a mistake."""
        self.diagnostics.append(fill(code, span, words))


def lower(node: s.Expr, scope: Scope) -> p.Expr:
    """One expression, typed."""
    return _LOWER[type(node)](node, scope)


def lower_flag(node: s.Expr, scope: Scope) -> p.Expr:
    """An expression that must be true or false."""
    expr = lower(node, scope)
    if expr.type.kind not in (Kind.FLAG, Kind.ANY):
        mend = _comparison_mend(expr) if expr.type.is_figure else _status_mend(expr)
        scope.error("T063", node.span, found=_subject(expr), mend=mend)
    return expr


def lower_figure(node: s.Expr, scope: Scope) -> p.Expr:
    """An expression that must be a figure."""
    expr = lower(node, scope)
    if not expr.type.is_figure:
        scope.error("T064", node.span, found=_subject(expr), mend=_status_mend(expr))
        return replace(expr, type=ANY)
    return expr


def lower_value(node: s.Expr, target: Type, scope: Scope, name: str) -> p.Expr:
    """A value for a name of a known type: options of a choice or set may be written bare."""
    if target.kind in (Kind.CHOICE, Kind.SET) and not isinstance(node, s.Truth):
        return _lower_options(node, target, scope, name)
    expr = lower(node, scope)
    kind = expr.type.kind
    fits = kind is Kind.ANY or kind is target.kind or target.kind is Kind.ANY
    if not fits and expr.type.is_figure and target.is_figure:
        refusal = units.compare(expr.type.single, target.single)
        fits = not isinstance(refusal, Refusal)
        if isinstance(refusal, Refusal) and refusal.code != "T062":
            scope.error(refusal.code, node.span, left=_subject(expr), right=f"`{name}` ({target.single})",
                        mend=refusal.mend, currency=target.currency or "one currency")  # fmt: skip
            return expr
    if not fits:
        scope.error("T067", node.span, name=f"`{name}`", declared=target.single, found=expr.type.single)
    return expr


def _lower_options(node: s.Expr, target: Type, scope: Scope, name: str) -> p.Expr:
    nodes = node.items if isinstance(node, s.Group) else (node,)
    words = []
    for item in nodes:
        word = item.name if isinstance(item, s.Name) else item.value if isinstance(item, s.Text) else None
        if word is None or word not in target.options:
            mend = did_you_mean(word or "", target.options, f"it is one of {', '.join(target.options)}")
            verb = "is never" if target.kind is Kind.CHOICE else "never includes"
            scope.error("T050", item.span, subject=f"`{name}`", verb=verb, word=f"`{item.span.text}`", mend=mend)
        else:
            words.append(word)
    if target.kind is Kind.SET:
        return p.Members(node.span, target, frozenset(words))
    if len(nodes) > 1:
        scope.error("T067", node.span, name=f"`{name}`", declared=target, found="a set")
    return p.Const(node.span, target, words[0] if words else None)


# --- leaves -----------------------------------------------------------------------------------------

_LITERAL_KINDS = {
    "number": Kind.NUMBER, "scaled": Kind.NUMBER, "percent": Kind.PERCENT, "pp": Kind.POINTS, "multiple": Kind.MULTIPLE,
    "money": Kind.MONEY,
}  # fmt: skip


def _number(node: s.Number, scope: Scope) -> p.Expr:
    return p.Const(node.span, Type(_LITERAL_KINDS[node.unit], node.currency), node.value)


def _truth(node: s.Truth, scope: Scope) -> p.Expr:
    return p.Const(node.span, ANY if node.value is None else FLAG, node.value)


def _date(node: s.Date, scope: Scope) -> p.Expr:
    return p.Const(node.span, Type(Kind.DATE), node.value)


def _text(node: s.Text, scope: Scope) -> p.Expr:
    return p.Const(node.span, Type(Kind.TEXT), node.value)


def _duration(node: s.Duration, scope: Scope) -> p.Expr:
    return p.Window(node.span, Type(Kind.DURATION), node.count, Frequency(node.unit))


def _name(node: s.Name, scope: Scope) -> p.Expr:
    name = node.name
    if name in scope.local:
        return p.Ref(node.span, scope.local[name], name)
    keyword = scope.keywords.get(name)
    if keyword is None:
        _unknown_name(node, scope)
        return p.Const(node.span, ANY, None)
    if scope.params_only is not None and keyword != "param":
        scope.error("T041", node.span, what=scope.params_only, name=name, article=article(keyword), kind=keyword)
        return p.Const(node.span, ANY, None)
    if keyword in ("scenario", "catalyst"):
        scope.error("T064", node.span, found=f"{keyword} `{name}`", mend="name an input, a metric or a param")
        return p.Const(node.span, ANY, None)
    kind = scope.types.get(name, ANY)
    # Elsewhere a condition is read at its latest period; only `for` and streak() look at its past.
    return p.Ref(
        node.span, kind.single if kind.kind is Kind.FLAG and keyword in ("bull", "bear", "kill") else kind, name
    )


def _unknown_name(node: s.Name, scope: Scope) -> None:
    name = node.name
    if name in scope.lost or "*" in scope.lost:
        return
    if name in ("previous", "step"):
        scope.error("T046", node.span, name=name, mend="for the period before write `lag(…, 1)`")
    elif name in scope.dropped:
        label = Label(scope.dropped[name], "dropped here")
        scope.diagnostics.append(fill("T037", node.span, {"name": name}, labels=[label]))
    else:
        mend = did_you_mean(name, scope.keywords, "declare it with `input`, `param` or `metric`")
        if name in SIGNATURES:
            mend = f"a function takes arguments: `{SIGNATURES[name].example}`"
        scope.error("T031", node.span, name=name, mend=mend)


def _group(node: s.Group, scope: Scope) -> p.Expr:
    scope.error(
        "T064", node.span, found="a list in parentheses", mend="a set stands only behind `=` in `given` and `assume`"
    )
    return p.Const(node.span, ANY, None)


# --- arithmetic -----------------------------------------------------------------------------------------


def _align(left: p.Expr, right: p.Expr) -> tuple[p.Expr, p.Expr]:
    """Money in its own currency meets money in the reporting currency: the first is converted. A bare 0 is 0 of
    any unit."""
    if _is_zero(right) and left.type.is_figure:
        return left, replace(right, type=left.type.single)
    if _is_zero(left) and right.type.is_figure:
        return replace(left, type=right.type.single), right
    if left.type.kind is Kind.MONEY is right.type.kind and left.type.currency != right.type.currency:
        if left.type.currency and not right.type.currency:
            left = p.Convert(left.span, replace(left.type, currency=None), left)
        elif right.type.currency and not left.type.currency:
            right = p.Convert(right.span, replace(right.type, currency=None), right)
    return left, right


def _is_zero(expr: p.Expr) -> bool:
    return isinstance(expr, p.Const) and expr.type.kind is Kind.NUMBER and expr.value == 0


def _negative(node: s.Negative, scope: Scope) -> p.Expr:
    operand = lower_figure(node.operand, scope)
    if isinstance(operand, p.Const) and isinstance(operand.value, float):
        return p.Const(node.span, operand.type, -operand.value)
    return p.Negative(node.span, operand.type, operand)


_VERBS = {"+": "added", "-": "subtracted", "*": "multiplied", "/": "divided", "^": "joined by `^`"}


def _arithmetic(node: s.Arithmetic, scope: Scope) -> p.Expr:
    left, right = _align(lower_figure(node.left, scope), lower_figure(node.right, scope))
    rules: dict[str, Callable[[Type, Type], Type | Refusal]] = {
        "+": lambda a, b: units.add(a, b, minus=False),
        "-": lambda a, b: units.add(a, b, minus=True),
        "*": units.multiply,
        "/": units.divide,
        "^": units.power,
    }
    result = rules[node.operator](left.type, right.type)
    if isinstance(result, Refusal):
        _refuse(result, node.span, left, right, _VERBS[node.operator], scope)
        result = ANY
    return p.Arithmetic(node.span, result, node.operator, left, right)


def _refuse(refusal: Refusal, span: Span, left: p.Expr, right: p.Expr, verb: str, scope: Scope) -> None:
    scope.error(refusal.code, span, left=_subject(left), right=_subject(right), verb=verb, mend=refusal.mend,
                currency=left.type.currency or right.type.currency or "one currency")  # fmt: skip


# --- comparisons and logic ---------------------------------------------------------------------------------


_HOLDS: dict[str, Callable[..., object]] = {
    "<": op.lt, "<=": op.le, ">": op.gt, ">=": op.ge, "=": op.eq, "!=": op.ne,
}  # fmt: skip


def _comparison(operator: str, left: p.Expr, right: p.Expr, span: Span, scope: Scope) -> p.Expr:
    left, right = _align(left, right)
    series = units.compare(left.type, right.type)
    if isinstance(series, Refusal):
        _refuse(series, span, left, right, "compared", scope)
        return p.Const(span, FLAG, None)
    if isinstance(left, p.Const) and isinstance(right, p.Const) and None not in (left.value, right.value):
        always = _HOLDS[operator](left.value, right.value)
        scope.error("T085", span, truth="true" if always else "false")
    return p.Compare(span, replace(FLAG, series=series), operator, left, right)


def _compare(node: s.Compare, scope: Scope) -> p.Expr:
    operands = [lower(o, scope) for o in node.operands]
    pairs = [
        _comparison(sign, left, right, left.span.to(right.span), scope)
        for sign, left, right in zip(node.operators, operands, operands[1:], strict=False)
    ]
    return pairs[0] if len(pairs) == 1 else _all(node.span, "and", pairs)


def _between(node: s.Between, scope: Scope) -> p.Expr:
    operand, low, high = (lower(n, scope) for n in (node.operand, node.low, node.high))
    above = _comparison(">=", operand, low, node.span, scope)
    below = _comparison("<=", operand, high, node.span, scope)
    return _all(node.span, "and", [above, below])


def _all(span: Span, operator: str, items: Sequence[p.Expr]) -> p.Expr:
    """Items of one frequency meet period by period; of several, each is read at its own latest period."""
    series = units.common_series(*(i.type for i in items))
    return p.Logic(span, replace(FLAG, series=None if isinstance(series, Refusal) else series), operator, tuple(items))


def _logic(node: s.Logic, scope: Scope) -> p.Expr:
    return _all(node.span, node.operator, [lower_flag(i, scope) for i in node.items])


def _not(node: s.Not, scope: Scope) -> p.Expr:
    operand = lower_flag(node.operand, scope)
    return p.Not(node.span, replace(FLAG, series=operand.type.series), operand)


def _with_past(node: s.Expr, scope: Scope) -> p.Expr:
    """A condition's name where its past is asked for: the series, not its latest value."""
    expr = lower_flag(node, scope)
    if isinstance(expr, p.Ref):
        return replace(expr, type=scope.types.get(expr.name, expr.type))
    return expr


def _holds(node: s.Holds, scope: Scope) -> p.Expr:
    condition = _with_past(node.condition, scope)
    series = condition.type.series
    count, unit = node.duration.count, Frequency(node.duration.unit)
    window = window_in(series, count, unit) if series else (count, unit)
    if window is None or count < 1:
        scope.error(
            "T066",
            node.duration.span,
            name="for",
            wanted=f"a duration in whole {series}s",
            found=node.duration.span.text,
            mend=f"write it in {series}s, such as `2 {series}s`",
        )
        return p.Const(node.span, FLAG, None)
    return p.Holds(node.span, replace(FLAG, series=series), condition, *window)


def window_in(series: Frequency, count: int, unit: Frequency) -> tuple[int, Frequency] | None:
    """A duration in periods of a series; a daily series keeps it, since a calendar decides how many days it is."""
    if series is Frequency.DAY or unit is series:
        return count, unit
    months = {Frequency.MONTH: 1, Frequency.QUARTER: 3, Frequency.YEAR: 12}
    if series in months and unit in months and (count * months[unit]) % months[series] == 0:
        return count * months[unit] // months[series], series
    if series is Frequency.WEEK and unit is Frequency.YEAR:
        return count * 52, series
    return None


def _is(node: s.Is, scope: Scope) -> p.Expr:
    operand = lower(node.operand, scope)
    return _negated(_is_positive(node, operand, scope), node)


def _negated(expr: p.Expr, node: s.Is) -> p.Expr:
    return p.Not(node.span, FLAG, expr) if node.negated else expr


def _is_positive(node: s.Is, operand: p.Expr, scope: Scope) -> p.Expr:
    word, kind = node.word, operand.type.kind
    if word in ("known", "unknown") and not node.quoted:
        known = p.IsKnown(node.span, FLAG, operand)
        return known if word == "known" else p.Not(node.span, FLAG, known)
    if kind is Kind.ANY:
        return p.Const(node.span, FLAG, None)
    if word in ("true", "false") and not node.quoted and kind is Kind.FLAG:
        return p.IsTruth(node.span, FLAG, operand, word == "true")
    if kind not in (Kind.PILLAR, Kind.VERDICT, Kind.CHOICE, Kind.TEXT):
        mend = "write `is true`, `is false` or `is known`"
        if operand.type.is_figure or kind is Kind.DATE:
            mend = "compare figures and dates with < <= > >= or ="
        elif kind is Kind.SET:
            mend = f"ask for a member: `{operand.text} includes {word}`"
        scope.error("T051", node.word_span, word=node.word_span.text, subject=_subject(operand), mend=mend)
        return p.Const(node.span, FLAG, None)
    options = operand.type.options
    if kind is not Kind.TEXT and word not in options:
        otherwise = f"it is one of {', '.join(options)}" if options else ""
        mend = did_you_mean(word, options, otherwise)
        scope.error("T050", node.word_span, subject=_subject(operand), verb="is never",
                    word=_quoted(node.word_span.text), mend=mend)  # fmt: skip
        return p.Const(node.span, FLAG, None)
    return p.IsWord(node.span, FLAG, operand, word)


def _includes(node: s.Includes, scope: Scope) -> p.Expr:
    operand = lower(node.operand, scope)
    member = node.member.name
    if operand.type.kind is Kind.ANY:
        return p.Const(node.span, FLAG, None)
    if operand.type.kind is not Kind.SET:
        mend = "compare figures with < or >, ask for words with `is`"
        scope.error("T066", node.operand.span, name="includes", wanted="a set", found=_subject(operand), mend=mend)
    elif member not in operand.type.options:
        mend = did_you_mean(member, operand.type.options, f"its members are {', '.join(operand.type.options)}")
        scope.error("T050", node.member.span, subject=_subject(operand), verb="never includes", word=f"`{member}`",
                    mend=mend)  # fmt: skip
    return p.Includes(node.span, FLAG, operand, member)


# --- functions ------------------------------------------------------------------------------------------------


def _call(node: s.Call, scope: Scope) -> p.Expr:
    name = node.function.name
    signature = SIGNATURES.get(name)
    if signature is None:
        scope.error(
            "T032",
            node.function.span,
            name=name,
            mend=did_you_mean(name, SIGNATURES, "see docs/language.md for the functions"),
        )
        for argument in node.arguments:
            lower(argument, scope)
        return p.Const(node.span, ANY, None)
    given = len(node.arguments)
    if given < signature.least or (given > len(signature.slots) and not signature.rest):
        example = signature.example.split(" = ")[0]
        scope.error("T052", node.span, name=name, wanted=signature.wanted(), given=given or "none", example=example)
        return p.Const(node.span, ANY, None)
    arguments = _arguments(node, name, signature, scope)
    figures = [a for a in arguments if a.type.series is not None and a.type.kind is not Kind.DURATION]
    series = units.common_series(*(a.type for a in figures))
    if isinstance(series, Refusal):
        other = next(a for a in figures if a.type.series is not figures[0].type.series)
        _refuse(series, node.span, figures[0], other, "taken together", scope)
        return p.Const(node.span, ANY, None)
    return p.Call(node.span, signature.result([a.type for a in arguments]), name, tuple(arguments))


def _arguments(node: s.Call, name: str, signature: Signature, scope: Scope) -> list[p.Expr]:
    lowered: list[p.Expr] = []
    for at, argument in enumerate(node.arguments):
        slot = signature.slots[min(at, len(signature.slots) - 1)]
        if name in WINDOWED and at == 1 and isinstance(argument, s.Duration) and len(node.arguments) == 2:
            slot = Slot.WINDOW
        lowered.append(_SLOTS[slot](argument, name, lowered, scope))
    if signature.slots[0] in (Slot.MANY, Slot.ANY):
        _hold_together(node, lowered, scope)
    return lowered


def _hold_together(node: s.Call, arguments: list[p.Expr], scope: Scope) -> None:
    """max, sum, first_known: every argument of the first one's unit."""
    for other in arguments[1:]:
        if other.type.kind is Kind.DURATION:
            continue
        first = arguments[0]
        if first.type.is_figure and other.type.is_figure:
            first, other = _align(first, other)
            refusal = units.compare(first.type.single, other.type.single)
            if isinstance(refusal, Refusal):
                _refuse(refusal, other.span, first, other, "taken together", scope)
        elif first.type.kind is not other.type.kind:
            _refuse(Refusal("T060"), other.span, first, other, "taken together", scope)


def _slot_figure(node: s.Expr, name: str, before: list[p.Expr], scope: Scope) -> p.Expr:
    return lower_figure(node, scope)


def _slot_series(node: s.Expr, name: str, before: list[p.Expr], scope: Scope) -> p.Expr:
    expr = lower_figure(node, scope)
    constant = isinstance(expr, p.Const)
    if expr.type.kind is not Kind.ANY and expr.type.series is None and (constant or _declared_single(expr, scope)):
        mend = "give it something declared `per quarter`, `per day` and so on"
        scope.error("T066", node.span, name=name, wanted="a series", found=_subject(expr), mend=mend)
    return expr


def _declared_single(expr: p.Expr, scope: Scope) -> bool:
    return all(
        scope.types.get(n, ANY).series is None and scope.types.get(n, ANY).kind is not Kind.ANY
        for n in p.names_in(expr)
    )


def _slot_money(node: s.Expr, name: str, before: list[p.Expr], scope: Scope) -> p.Expr:
    expr = _slot_series(node, name, before, scope)
    if expr.type.kind in units.PERCENTS | {Kind.MULTIPLE, Kind.RATIO} or expr.type.series is Frequency.DAY:
        mend = "percents and prices do not add up over a year: use `average` or `latest`"
        scope.error("T066", node.span, name=name, wanted="a flow of money or a count", found=_subject(expr), mend=mend)
    elif expr.type.per is Frequency.YEAR and expr.type.series is not Frequency.YEAR:
        scope.error(
            "T066",
            node.span,
            name=name,
            wanted="a flow per period",
            found=_subject(expr),
            mend="it is a year's figure already",
        )
    return expr


def _slot_window(node: s.Expr, name: str, before: list[p.Expr], scope: Scope) -> p.Expr:
    series = before[0].type.series if before else None
    if isinstance(node, s.Duration):
        count, unit = node.count, Frequency(node.unit)
    elif (
        isinstance(node, s.Number) and node.unit == "number" and node.value.is_integer() and series is not Frequency.DAY
    ):
        count, unit = int(node.value), series or Frequency.QUARTER
    elif isinstance(node, s.Number):
        mend = f"write it like `60 {series or 'day'}s`"
        scope.error("T066", node.span, name=name, wanted="a duration", found=f"`{node.span.text}`", mend=mend)
        count, unit = 1, series or Frequency.QUARTER
    else:
        example = "60 days" if series is Frequency.DAY else "8 quarters"
        scope.error("T053", node.span, what="window", example=example)
        count, unit = 1, series or Frequency.QUARTER
    window = window_in(series, count, unit) if series else (count, unit)
    if window is None or count < 1:
        scope.error(
            "T066",
            node.span,
            name=name,
            wanted=f"a duration in whole {series}s",
            found=node.span.text,
            mend=f"write it in {series}s, such as `8 {series}s`",
        )
        window = (1, series or unit)
    return p.Window(node.span, Type(Kind.DURATION), *window)


def _slot_number(node: s.Expr, name: str, before: list[p.Expr], scope: Scope) -> p.Expr:
    what, least, most = ("decimals", 0, 15) if name == "round" else ("periods", 1, 10_000)
    if not isinstance(node, s.Number):
        scope.error("T053", node.span, what=f"number of {what}", example="4")
        return p.Const(node.span, ANY, 1.0)
    if node.unit != "number" or not node.value.is_integer() or not least <= node.value <= most:
        wanted = f"a whole number of {what} from {least} to {most}"
        scope.error("T066", node.span, name=name, wanted=wanted, found=f"`{node.span.text}`", mend="write it like `4`")
        return p.Const(node.span, ANY, 1.0)
    return p.Const(node.span, units.NUMBER, node.value)


def _slot_flag(node: s.Expr, name: str, before: list[p.Expr], scope: Scope) -> p.Expr:
    return _with_past(node, scope) if name == "streak" else lower_flag(node, scope)


def _slot_flags(node: s.Expr, name: str, before: list[p.Expr], scope: Scope) -> p.Expr:
    expr = lower(node, scope)
    if expr.type.kind not in (Kind.SET, Kind.FLAG, Kind.ANY):
        mend = _comparison_mend(expr) if expr.type.is_figure else ""
        scope.error("T066", node.span, name=name, wanted="conditions, or one set", found=_subject(expr), mend=mend)
        return replace(expr, type=ANY)
    return expr


def _slot_any(node: s.Expr, name: str, before: list[p.Expr], scope: Scope) -> p.Expr:
    return lower(node, scope)


def _slot_date(node: s.Expr, name: str, before: list[p.Expr], scope: Scope) -> p.Expr:
    expr = lower(node, scope)
    if expr.type.kind not in (Kind.DATE, Kind.ANY):
        scope.error("T066", node.span, name=name, wanted="a date", found=_subject(expr), mend="write it as 2026-08-27")
    return expr


_SLOTS: dict[Slot, Callable[[s.Expr, str, list[p.Expr], Scope], p.Expr]] = {
    Slot.FIGURE: _slot_figure, Slot.SERIES: _slot_series, Slot.MONEY_SERIES: _slot_money, Slot.WINDOW: _slot_window,
    Slot.NUMBER: _slot_number, Slot.FLAG: _slot_flag, Slot.MANY: _slot_figure, Slot.FLAGS: _slot_flags,
    Slot.ANY: _slot_any, Slot.DATE: _slot_date,
}  # fmt: skip


# --- words for messages ----------------------------------------------------------------------------------------


def _subject(expr: p.Expr) -> str:
    """`revenue` (money per quarter), or the expression's type."""
    text = expr.text if len(expr.text) <= 40 else expr.text[:39] + "…"
    return f"`{text}` ({expr.type})"


def _quoted(word: str) -> str:
    return word if word.startswith('"') else f"`{word}`"


_THRESHOLDS = {Kind.PERCENT: "5%", Kind.POINTS: "5pp", Kind.MULTIPLE: "20x", Kind.MONEY: "5bn USD"}


def _comparison_mend(expr: p.Expr) -> str:
    text = expr.text if len(expr.text) <= 40 else "…"
    return f"compare it with something, such as `{text} > {_THRESHOLDS.get(expr.type.kind, '5')}`"


def _status_mend(expr: p.Expr) -> str:
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


_LOWER: dict[type[s.Expr], Callable[..., p.Expr]] = {
    s.Number: _number, s.Date: _date, s.Duration: _duration, s.Text: _text, s.Truth: _truth, s.Name: _name, s.Group: _group,
    s.Call: _call, s.Negative: _negative, s.Arithmetic: _arithmetic, s.Compare: _compare, s.Between: _between, s.Is: _is,
    s.Includes: _includes, s.Holds: _holds, s.Not: _not, s.Logic: _logic,
}  # fmt: skip
