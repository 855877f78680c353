"""Grammar -> nodes: lark calls a method here for each rule while it parses, so no raw tree is ever built.

In: lark's tokens and the nodes of inner rules. Out: the nodes of `syntax.py`, and diagnostics of what the
grammar alone cannot refuse (a day that does not exist, a clause twice). Must not know what names mean.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable
from typing import Any

from lark import Token
from lark.visitors import Transformer

from dsl import syntax as s
from dsl.diagnostics import Diagnostic
from dsl.messages import fill
from dsl.source import SourceFile, Span

MAX_DEPTH = 100
"""How deep an expression may be nested; every later stage may recurse this far."""

_SCALES = {"k": 1e3, "m": 1e6, "bn": 1e9, "tn": 1e12}
_TEMPLATE = re.compile(r"(?P<text>[^{}]+)|\{(?P<figure>[^{}]+)\}|[{}]")
_FIGURE = re.compile(r"(\d+(?:\.\d+)?)[ \t]?(k|m|bn|tn)?[ \t]?([A-Z]{3})?")

Items = list[Any]
"""What lark hands to a rule: tokens, nodes, `_Clause`s, None for an optional part that is absent."""


class _Clause:
    """A clause of a declaration on its way up: its word, its place, what it holds."""

    __slots__ = ("span", "value", "word")

    def __init__(self, word: str, value: Any, span: Span) -> None:
        self.word, self.value, self.span = word, value, span


class Builder(Transformer[Token, Any]):
    """Makes the nodes of one parse; `begin` sets the source before it."""

    def __init__(self, embedded: Callable[[SourceFile, int, int], list[s.Expr]]) -> None:
        """`embedded` reads the expression between two offsets of a source; [] where it cannot."""
        super().__init__()
        self.embedded = embedded
        self.source = SourceFile("", "")
        self.diagnostics: list[Diagnostic] = []
        self._depths: dict[int, tuple[int, s.Expr]] = {}
        self._too_deep = False

    def begin(self, source: SourceFile) -> None:
        """Forgets the last parse; nodes made from now on are places of `source`."""
        self.source, self.diagnostics = source, []
        self._depths, self._too_deep = {}, False

    # --- helpers ---------------------------------------------------------------------------------

    def _span(self, items: Items) -> Span:
        first, last = next(i for i in items if i is not None), next(i for i in reversed(items) if i is not None)
        start = first.start_pos if isinstance(first, Token) else first.span.start
        end = last.end_pos if isinstance(last, Token) else last.span.end
        return Span(self.source, start or 0, end or 0)

    def _error(self, code: str, span: Span, **words: object) -> None:
        self.diagnostics.append(fill(code, span, words))

    def _expr(self, node: s.Expr, *children: s.Expr) -> s.Expr:
        depth = 1 + max((self._depths[id(c)][0] for c in children), default=0)
        if depth > MAX_DEPTH:
            if not self._too_deep:
                self._error("T007", node.span, limit=MAX_DEPTH)
                self._too_deep = True
            node, depth = s.Truth(node.span, None), 1
        self._depths[id(node)] = (depth, node)
        return node

    def _name(self, token: Token) -> s.Name:
        span = Span(self.source, token.start_pos or 0, token.end_pos or 0)
        return s.Name(span, str(token))

    def _declared(self, token: Token) -> s.Name:
        name = self._name(token)
        if name.name != name.name.lower():
            snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name.name).lower()
            self._error("T013", name.span, name=name.name, mend=snake)
        return name

    def _day(self, token: Token) -> dt.date:
        try:
            return dt.date.fromisoformat(str(token))
        except ValueError:
            self._error("T008", self._name(token).span, text=token)
            return dt.date(2000, 1, 1)

    def _head(self, items: Items) -> tuple[Span, str, s.Name, str | None]:
        title = next((_unquote(i) for i in items[2:] if _is(i, "STRING")), None)
        return self._span(items), str(items[0]), self._declared(items[1]), title

    def _clauses(self, items: Items) -> dict[str, _Clause]:
        """The clauses among the items by their word; one that stands twice is an error."""
        found: dict[str, _Clause] = {}
        for clause in items:
            if not isinstance(clause, _Clause):
                continue
            if clause.word in found:
                self._error("T009", clause.span, keyword=items[0], name=items[1], clause=f"`{clause.word}`")
            found.setdefault(clause.word, clause)
        return found

    def _value(self, clauses: dict[str, _Clause], word: str) -> Any:
        clause = clauses.get(word)
        return clause.value if clause else None

    # --- expressions -----------------------------------------------------------------------------

    def literal(self, items: Items) -> s.Expr:
        """Any literal, by its token."""
        token: Token = items[0]
        span = self._span(items)
        return self._expr(_LITERALS[token.type](self, token, span))

    def figure(self, token: Token, span: Span) -> s.Expr:
        """A number with its unit."""
        match = _FIGURE.match(token)
        digits, scale, currency = match.groups() if match else ("0", None, None)
        value = float(digits) * _SCALES.get(scale or "", 1.0)
        if not math.isfinite(value):
            self._error("T010", span, text=f"{token[:20]}…")
            value = 0.0
        unit, factor = _UNITS[token.type]
        # A division keeps 38% at the float nearest to 0.38, a product with 0.01 would not.
        return s.Number(span, value / factor, unit, currency if token.type == "MONEY" else None)

    def duration(self, token: Token, span: Span) -> s.Expr:
        """`60 days`."""
        digits, unit = str(token).split()
        if len(digits) > 6:
            self._error("T010", span, text=f"{digits[:20]}…")
            digits = "1"
        return s.Duration(span, int(digits), unit.removesuffix("s"))

    def name(self, items: Items) -> s.Expr:
        """A name in an expression."""
        return self._expr(self._name(items[0]))

    def call(self, items: Items) -> s.Expr:
        """`f(a, b)`."""
        arguments = next((i for i in items if isinstance(i, tuple)), ())
        return self._expr(s.Call(self._span(items), self._name(items[0]), arguments), *arguments)

    def arguments(self, items: Items) -> tuple[s.Expr, ...]:
        """Items between commas."""
        return _nodes(items)

    def group(self, items: Items) -> s.Expr:
        """`(a)` is a itself; `(a, b)` a set."""
        inner = _nodes(items)
        if len(inner) == 1:
            return inner[0]
        return self._expr(s.Group(self._span(items), inner), *inner)

    def signed(self, items: Items) -> s.Expr:
        """`-a`; `+a` is a."""
        operand: s.Expr = items[1]
        return operand if items[0] == "+" else self._expr(s.Negative(self._span(items), operand), operand)

    def power(self, items: Items) -> s.Expr:
        """`a ^ b`."""
        return self._arithmetic("^", items[0], items[2])

    def chain(self, items: Items) -> s.Expr:
        """`a + b - c`, from the left."""
        result: s.Expr = items[0]
        for operator, right in zip(items[1::2], items[2::2], strict=True):
            result = self._arithmetic(str(operator), result, right)
        return result

    def _arithmetic(self, operator: str, left: s.Expr, right: s.Expr) -> s.Expr:
        return self._expr(s.Arithmetic(left.span.to(right.span), operator, left, right), left, right)

    def compare(self, items: Items) -> s.Expr:
        """`a < b <= c`."""
        operands = tuple(items[::2])
        operators = tuple("=" if op == "==" else str(op) for op in items[1::2])
        return self._expr(s.Compare(self._span(items), operands, operators), *operands)

    def between(self, items: Items) -> s.Expr:
        """`x between a and b`."""
        operand, low, high = _nodes(items)
        return self._expr(s.Between(self._span(items), operand, low, high), operand, low, high)

    def predicate(self, items: Items) -> Token:
        """The word after `is`."""
        token: Token = items[0]
        return token

    def is_(self, items: Items) -> s.Expr:
        """`x is [not] word`."""
        operand, word = items[0], items[-1]
        quoted = word.type == "STRING"
        text = _unquote(word) if quoted else str(word)
        negated = any(_is(i, "NOT") for i in items)
        node = s.Is(self._span(items), operand, negated, text, quoted, self._name(word).span)
        return self._expr(node, operand)

    def includes(self, items: Items) -> s.Expr:
        """`x includes member`."""
        return self._expr(s.Includes(self._span(items), items[0], self._name(items[2])), items[0])

    def holds_for(self, items: Items) -> s.Expr:
        """`C for 2 quarters`."""
        duration = self.duration(items[2], self._name(items[2]).span)
        assert isinstance(duration, s.Duration)
        return self._expr(s.Holds(self._span(items), items[0], duration), items[0])

    def negate(self, items: Items) -> s.Expr:
        """`not C`."""
        return self._expr(s.Not(self._span(items), items[1]), items[1])

    def any_of(self, items: Items) -> s.Expr:
        """`a or b`."""
        return self._expr(s.Logic(self._span(items), "or", _nodes(items)), *_nodes(items))

    def all_of(self, items: Items) -> s.Expr:
        """`a and b`."""
        return self._expr(s.Logic(self._span(items), "and", _nodes(items)), *_nodes(items))

    # --- clauses -----------------------------------------------------------------------------------

    def _expression_clause(self, items: Items) -> _Clause:
        return _Clause(str(items[0]), items[-1], self._span(items))

    when_clause = expects_clause = starts_clause = then_clause = _expression_clause
    weight_clause = tolerance_clause = probability_clause = applies_clause = _expression_clause

    def _text_clause(self, items: Items) -> _Clause:
        return _Clause(str(items[0]), _unquote(items[1]), self._span(items))

    asks_clause = view_clause = source_clause = _text_clause

    def _duration_clause(self, items: Items) -> _Clause:
        span = self._name(items[-1]).span
        return _Clause(str(items[0]), self.duration(items[-1], span), self._span(items))

    span_clause = over_clause = stale_clause = _duration_clause

    def _day_clause(self, items: Items) -> _Clause:
        span = self._name(items[1]).span
        return _Clause(str(items[0]), s.Date(span, self._day(items[1])), self._span(items))

    day_clause = by_clause = _day_clause

    def _word_clause(self, items: Items) -> _Clause:
        return _Clause(str(items[0]), str(items[-1]), self._span(items))

    optional_clause = critical_clause = for_clause = per_clause = in_clause = _word_clause

    def on_clause(self, items: Items) -> _Clause:
        """`on workloads, pricing`."""
        return _Clause("on", tuple(self._name(i) for i in items if _is(i, "NAME")), self._span(items))

    def because_clause(self, items: Items) -> _Clause:
        """`because "text {name}"`: what stands in braces is read as an expression, in its place."""
        raw, span = _unquote(items[1]), self._name(items[1]).span
        parts: list[str | s.Expr] = []
        for match in _TEMPLATE.finditer(raw):
            start = span.start + 1 + match.start()
            if match.group("text") is not None:
                parts.append(match.group("text"))
            elif match.group("figure") is None:
                self._error("T011", Span(self.source, start, start + 1))
            else:
                parts += self.embedded(self.source, start + 1, span.start + match.end())
        return _Clause("because", s.Template(span, raw, tuple(parts)), self._span(items))

    def between_clause(self, items: Items) -> _Clause:
        """`between 0% and 100%`."""
        return _Clause("between", _nodes(items), self._span(items))

    def binding(self, items: Items) -> s.Binding:
        """`name = value`."""
        return s.Binding(self._span(items), self._name(items[0]), items[2])

    uses_binding = binding

    def uses_part(self, items: Items) -> s.Use:
        """`module [with param = value]`."""
        present = [i for i in items if i is not None]
        bindings = (self.binding(present[2:]),) if len(present) > 1 else ()
        return s.Use(self._span(items), self._name(items[0]), bindings)

    def uses_clause(self, items: Items) -> _Clause:
        """Modules; a binding that stands alone belongs to the module before it."""
        uses: list[s.Use] = []
        for item in items:
            if isinstance(item, s.Use):
                uses.append(item)
            elif isinstance(item, s.Binding):
                last = uses[-1]
                uses[-1] = s.Use(last.span.to(item.span), last.module, (*last.bindings, item))
        return _Clause("uses", tuple(uses), self._span(items))

    def bindings(self, items: Items) -> tuple[s.Binding, ...]:
        """`a = 1, b = 2`."""
        return tuple(i for i in items if isinstance(i, s.Binding))

    def _list_clause(self, items: Items) -> _Clause:
        first = items[1]
        value = first if isinstance(first, tuple) else _nodes(items)
        return _Clause(str(items[0]), value, self._span([i for i in items if not isinstance(i, tuple)]))

    assume_clause = given_clause = expect_clause = _list_clause

    def type(self, items: Items) -> s.TypeNode:
        """A written type."""
        base = items[0]
        clauses = {c.word: c.value for c in items if isinstance(c, _Clause)}
        span = self._span(items)
        if isinstance(base, s.TypeNode):
            return s.TypeNode(span, base.base, clauses.get("per"), clauses.get("in"), base.options)
        return s.TypeNode(span, str(base), clauses.get("per"), clauses.get("in"))

    def choice_type(self, items: Items) -> s.TypeNode:
        """`choice of (a, b)` or `set of (a, b)`."""
        options = tuple(self._name(i) for i in items[2:] if _is(i, "NAME"))
        return s.TypeNode(self._span(items), str(items[0]), options=options)

    set_type = choice_type

    def param_value(self, items: Items) -> s.ParamVersion:
        """`= value source "…"`."""
        source = next((i.value for i in items if isinstance(i, _Clause)), None)
        return s.ParamVersion(self._span(items), None, items[1], source)

    def param_source(self, items: Items) -> _Clause:
        """`source "…"` without a value, in an override."""
        clause: _Clause = items[0]
        return clause

    def param_from(self, items: Items) -> s.ParamVersion:
        """`from DAY = value source "…"`."""
        source = next((i.value for i in items if isinstance(i, _Clause)), None)
        return s.ParamVersion(self._span(items), self._day(items[1]), items[3], source)

    def metric_value(self, items: Items) -> _Clause:
        """`= formula`."""
        return _Clause("=", items[1], self._span(items))

    def row(self, items: Items) -> s.Row:
        """A row of a table, or its `otherwise`."""
        when = items[1] if items[0] == "when" else None
        outcome = next(i for i in items if _is(i, "STRING"))
        tone = next((str(i) for i in items if _is(i, "TONE")), None)
        text = s.Text(self._name(outcome).span, _unquote(outcome))
        return s.Row(self._span(items), when, text, tone, self._value(self._clauses(items), "because"))

    otherwise = row

    # --- declarations --------------------------------------------------------------------------------

    def file(self, items: Items) -> s.File:
        """All declarations of a text."""
        return s.File(tuple(items))

    def expression(self, items: Items) -> s.Expr:
        """A text that is one expression."""
        node: s.Expr = items[0]
        return node

    def header(self, items: Items) -> s.Header:
        """`rules` or `thesis`; several `uses` add up."""
        uses = tuple(u for c in items if isinstance(c, _Clause) and c.word == "uses" for u in c.value)
        clauses = self._clauses([i for i in items if not (isinstance(i, _Clause) and i.word == "uses")])
        get = self._value
        return s.Header(*self._head(items), get(clauses, "for"), uses, get(clauses, "asks"), get(clauses, "view"))

    def input(self, items: Items) -> s.Input:
        """`input`."""
        clauses = self._clauses(items)
        bounds = self._value(clauses, "between")
        stale = self._value(clauses, "stale")
        return s.Input(*self._head(items), _type_of(items), "optional" in clauses, bounds, stale)

    def param(self, items: Items) -> s.Param:
        """`param`."""
        versions = tuple(i for i in items if isinstance(i, s.ParamVersion))
        source = self._value(self._clauses(items), "source")
        return s.Param(*self._head(items), _type_of(items), versions, source)

    def metric(self, items: Items) -> s.Metric:
        """`metric`."""
        clauses = self._clauses(items)
        value, tolerance = self._value(clauses, "="), self._value(clauses, "tolerance")
        return s.Metric(*self._head(items), _type_of(items), value, tolerance)

    def forecast(self, items: Items) -> s.Forecast:
        """`forecast`."""
        clauses = self._clauses(items)
        parts = (self._value(clauses, word) for word in ("for", "starts", "then"))
        return s.Forecast(*self._head(items), _type_of(items), *parts)

    def pillar(self, items: Items) -> s.Pillar:
        """`pillar`."""
        return s.Pillar(*self._head(items))

    def condition(self, items: Items) -> s.Condition:
        """`bull` or `bear`."""
        clauses = self._clauses(items)
        get = self._value
        return s.Condition(
            *self._head(items),
            get(clauses, "on") or (),
            get(clauses, "weight"),
            "critical" in clauses,
            get(clauses, "applies"),
            get(clauses, "when"),
            get(clauses, "because"),
        )

    def verdict(self, items: Items) -> s.Verdict:
        """`verdict`."""
        rows = tuple(i for i in items if isinstance(i, s.Row))
        return s.Verdict(*self._head(items), self._value(self._clauses(items), "over"), rows)

    def scenario(self, items: Items) -> s.Scenario:
        """`scenario`."""
        clauses = self._clauses(items)
        probability, assume = self._value(clauses, "probability"), self._value(clauses, "assume")
        return s.Scenario(*self._head(items), probability, assume or ())

    def uncertain(self, items: Items) -> s.Uncertain:
        """`uncertain`."""
        arguments = next((i for i in items if isinstance(i, tuple)), ())
        span = self._span([i for i in items if not isinstance(i, tuple)])
        return s.Uncertain(span, "uncertain", self._name(items[1]), None, self._name(items[3]), arguments)

    def example(self, items: Items) -> s.Example:
        """`example`."""
        clauses = self._clauses(items)
        name = s.Name(self._name(items[1]).span, _unquote(items[1]))
        given, expect = self._value(clauses, "given"), self._value(clauses, "expect")
        return s.Example(self._span(items), "example", name, name.name, given or (), expect or ())

    def catalyst(self, items: Items) -> s.Catalyst:
        """`catalyst`."""
        clauses = self._clauses(items)
        parts = (self._value(clauses, word) for word in ("on", "expects", "because"))
        return s.Catalyst(*self._head(items), *parts)

    def kill(self, items: Items) -> s.Kill:
        """`kill`."""
        clauses = self._clauses(items)
        parts = (self._value(clauses, word) for word in ("by", "when", "because"))
        return s.Kill(*self._head(items), *parts)

    def override(self, items: Items) -> s.Override:
        """`override` and the declaration behind it."""
        inner: s.Declaration = items[1]
        return s.Override(self._span(items), "override", inner.name, None, inner)

    def drop(self, items: Items) -> s.Drop:
        """`drop [kind] name`."""
        kind = str(items[1]) if items[1] is not None else None
        return s.Drop(self._span(items), "drop", self._name(items[2]), None, kind)


def _unquote(token: Token) -> str:
    return str(token)[1:-1]


def _is(item: object, kind: str) -> bool:
    return isinstance(item, Token) and item.type == kind


def _nodes(items: Items) -> tuple[s.Expr, ...]:
    return tuple(i for i in items if isinstance(i, s.Expr))


def _type_of(items: Items) -> s.TypeNode | None:
    return next((i for i in items if isinstance(i, s.TypeNode)), None)


_UNITS = {
    "NUMBER": ("number", 1.0),
    "SCALED": ("scaled", 1.0),
    "PERCENT": ("percent", 100.0),
    "POINTS": ("pp", 100.0),
    "BASIS_POINTS": ("pp", 10_000.0),
    "MULTIPLE": ("multiple", 1.0),
    "MONEY": ("money", 1.0),
}

_LITERALS: dict[str, Callable[[Builder, Token, Span], s.Expr]] = {
    **dict.fromkeys(_UNITS, Builder.figure),
    "DATE": lambda b, token, span: s.Date(span, b._day(token)),
    "DURATION": Builder.duration,
    "STRING": lambda b, token, span: s.Text(span, _unquote(token)),
    "TRUE": lambda b, token, span: s.Truth(span, True),
    "FALSE": lambda b, token, span: s.Truth(span, False),
    "UNKNOWN": lambda b, token, span: s.Truth(span, None),
}
