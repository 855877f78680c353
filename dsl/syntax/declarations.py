"""Grammar -> declarations: a method here is called for each rule while it is parsed, so no raw tree is ever built.

In: tokens, expressions, clauses. Out: the declarations of `nodes.py`, and diagnostics of what the grammar
alone cannot refuse (a clause twice, braces that do not pair). Must not know what names mean.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from dsl.syntax import nodes as s
from dsl.syntax.expressions import ExpressionBuilder, Items, is_token, nodes, unquote
from dsl.syntax.lalr import Token
from dsl.text.edits import leave_out, put, renamed
from dsl.text.source import Span

_TEMPLATE = re.compile(r"(?P<text>[^{}]+)|\{(?P<figure>[^{}]+)\}|[{}]")


class _Clause:
    """A clause of a declaration on its way up: its word, its place, what it holds."""

    __slots__ = ("span", "value", "word")

    def __init__(self, word: str, value: Any, span: Span) -> None:
        self.word, self.value, self.span = word, value, span


class Builder(ExpressionBuilder):
    """Makes the nodes of one source."""

    def _declared(self, token: Token) -> s.Name:
        name = self._name(token)
        if name.name != name.name.lower():
            snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name.name).lower()
            fixes = [replace(each, doubtful=False) for each in renamed(name.span, snake)]
            self._error("T013", name.span, fixes, name=name.name, mend=snake)
        return name

    def _head(self, items: Items) -> tuple[Span, str, s.Name, str | None]:
        title = next((unquote(i) for i in items[2:] if is_token(i, "STRING")), None)
        return self._span(items), str(items[0]), self._declared(items[1]), title

    def _clauses(self, items: Items, keyword: object = None, name: object = None) -> dict[str, _Clause]:
        """The clauses among the items by their word; one that stands twice is an error, of a declaration or of what
        `keyword` and `name` say."""
        found: dict[str, _Clause] = {}
        for clause in items:
            if not isinstance(clause, _Clause):
                continue
            first = found.setdefault(clause.word, clause)
            if first is not clause:
                said = {"keyword": keyword or items[0], "name": name or items[1], "clause": f"`{clause.word}`"}
                again = " ".join(clause.span.text.split()) == " ".join(first.span.text.split())
                fixes = [leave_out(clause.span, sure=again), *([] if again else [leave_out(first.span)])]
                self._error("T009", clause.span, fixes, **said)
        return found

    def _value(self, clauses: dict[str, _Clause], word: str) -> Any:
        clause = clauses.get(word)
        return clause.value if clause else None

    # --- clauses -----------------------------------------------------------------------------------

    def _expression_clause(self, items: Items) -> _Clause:
        return _Clause(str(items[0]), items[-1], self._span(items))

    when_clause = expects_clause = starts_clause = then_clause = _expression_clause
    weight_clause = tolerance_clause = probability_clause = applies_clause = meaningful_clause = _expression_clause
    only_when = _expression_clause

    def _text_clause(self, items: Items) -> _Clause:
        return _Clause(str(items[0]), unquote(items[1]), self._span(items))

    asks_clause = view_clause = _text_clause

    def source_clause(self, items: Items) -> _Clause:
        """`source "…"` or `own "…"`: from where a value is, and whether it is the author's own judgement."""
        return _Clause("source", (unquote(items[1]), str(items[0]) == "own"), self._span(items))

    def _duration_clause(self, items: Items) -> _Clause:
        span = self._name(items[-1]).span
        return _Clause(str(items[0]), self.duration(items[-1], span), self._span(items))

    span_clause = over_clause = stale_clause = grace_clause = _duration_clause

    def _day_clause(self, items: Items) -> _Clause:
        span = self._name(items[1]).span
        return _Clause(str(items[0]), s.Date(span, self._day(items[1])), self._span(items))

    day_clause = by_clause = since_clause = _day_clause

    def _word_clause(self, items: Items) -> _Clause:
        return _Clause(str(items[0]), str(items[-1]), self._span(items))

    optional_clause = critical_clause = balance_clause = segment_clause = for_clause = per_clause = in_clause = (
        _word_clause
    )

    def _names_clause(self, items: Items) -> _Clause:
        """`on workloads, pricing`; `show margin, growth`."""
        return _Clause(str(items[0]), tuple(self._name(i) for i in items if is_token(i, "NAME")), self._span(items))

    on_clause = show_clause = _names_clause

    def because_clause(self, items: Items) -> _Clause:
        """`because "text {name}"`: what stands in braces is read as an expression, in its place."""
        return _Clause("because", self._template(items[-1]), self._span(items))

    def else_clause(self, items: Items) -> _Clause:
        """`else because "text {name}"`."""
        return _Clause("else because", self._template(items[-1]), self._span(items))

    def _template(self, token: Token) -> s.Template:
        raw, span = unquote(token), self._name(token).span
        parts: list[str | s.Expr] = []
        for match in _TEMPLATE.finditer(raw):
            start = span.start + 1 + match.start()
            if match.group("text") is not None:
                parts.append(match.group("text"))
            elif match.group("figure") is None:
                self._error("T011", Span(self.source, start, start + 1))
            else:
                parts += self.embedded(start + 1, span.start + match.end())
        return s.Template(span, raw, tuple(parts))

    def between_clause(self, items: Items) -> _Clause:
        """`between 0% and 100%`."""
        return _Clause("between", nodes(items), self._span(items))

    def _end_clause(self, items: Items) -> _Clause:
        """`above 0` (open), `at least 0`, `below 1` (open), `at most 1`."""
        word = " ".join(str(i) for i in items[:-1])
        return _Clause(_ENDS[word], (items[-1], word in ("above", "below")), self._span(items))

    low_clause = high_clause = _end_clause

    def base_clause(self, items: Items) -> _Clause:
        """`on base`, of a scenario."""
        return _Clause("on", self._name(items[1]), self._span(items))

    def binding(self, items: Items) -> s.Binding:
        """`name = value`, `name 1 year ago = value`."""
        period = next((i for i in items if isinstance(i, s.Period)), None)
        return s.Binding(self._span(items), self._name(items[0]), items[-1], period)

    uses_binding = binding

    def _period(self, items: Items) -> s.Period:
        token = next(i for i in items if is_token(i, "DURATION"))
        duration = self.duration(token, self._name(token).span)
        assert isinstance(duration, s.Duration)
        return s.Period(self._span(items), duration, items[0] is token)

    period_ago = period_for = _period

    def uses_part(self, items: Items) -> s.Use:
        """`module [as prefix] [when condition] [with param = value]`."""
        clauses = {c.word: c.value for c in items if isinstance(c, _Clause)}
        bound = [i for i in items[1:] if i is not None and not isinstance(i, _Clause)]
        bindings = (self.binding(bound[1:]),) if bound else ()
        return s.Use(self._span(items), self._name(items[0]), bindings, clauses.get("as"), clauses.get("when"))

    def prefix(self, items: Items) -> _Clause:
        """`as z`."""
        name = self._declared(items[1])
        if "." in name.name:
            mend = name.name.rpartition(".")[2]
            self._error("T116", name.span, [put(name.span, mend)], name=name.name, mend=f"write `as {mend}`")
        return _Clause("as", name, self._span(items))

    def uses_clause(self, items: Items) -> _Clause:
        """Modules; a binding that stands alone belongs to the module before it."""
        uses: list[s.Use] = []
        for item in items:
            if isinstance(item, s.Use):
                uses.append(item)
            elif isinstance(item, s.Binding) and not uses:
                mend = f"name the module first: `uses MODULE with {item.span.text[:60]}`"
                self._error("T003", item.span, expected="a module", found=f"`{item.name.name[:40]}`", mend=mend)
            elif isinstance(item, s.Binding):
                last = uses[-1]
                uses[-1] = replace(last, span=last.span.to(item.span), bindings=(*last.bindings, item))
        return _Clause("uses", tuple(uses), self._span(items))

    def bindings(self, items: Items) -> tuple[s.Binding, ...]:
        """`a = 1, b = 2`."""
        return tuple(i for i in items if isinstance(i, s.Binding))

    def _list_clause(self, items: Items) -> _Clause:
        first = items[1]
        value = first if isinstance(first, tuple) else nodes(items)
        return _Clause(str(items[0]), value, self._span([i for i in items if not isinstance(i, tuple)]))

    assume_clause = given_clause = _list_clause

    def expectation(self, items: Items) -> s.Expectation:
        """`C [within TOLERANCE] [because NAME]`."""
        expr, _, within, _, reason = items
        because = () if reason is None else (self._name(reason),)
        return s.Expectation(self._span(items), expr, within, because)

    def expect_clause(self, items: Items) -> _Clause:
        """Expectations; a bare name behind one with `because` is another reason of it: `because a, b`."""
        found: list[s.Expectation] = []
        for item in items:
            if not isinstance(item, s.Expectation):
                continue
            last = found[-1] if found else None
            alone = item.within is None and not item.because
            if last is not None and last.because and alone and isinstance(item.expr, s.Name):
                because = (*last.because, item.expr)
                found[-1] = s.Expectation(last.span.to(item.span), last.expr, last.within, because)
            else:
                found.append(item)
        return _Clause("expect", tuple(found), self._span(items))

    def type(self, items: Items) -> s.TypeNode:
        """A written type."""
        word, options = (items[0].base, items[0].options) if isinstance(items[0], s.TypeNode) else (str(items[0]), ())
        clauses = self._clauses(items, "type", word)
        per, currency = self._value(clauses, "per"), self._value(clauses, "in")
        return s.TypeNode(self._span(items), word, per, currency, options, "per share" in clauses)

    def share_clause(self, items: Items) -> _Clause:
        """`per share`."""
        return _Clause("per share", True, self._span(items))

    def choice_type(self, items: Items) -> s.TypeNode:
        """`choice of (a, b)` or `set of (a, b)`."""
        options = tuple(self._name(i) for i in items[2:] if is_token(i, "NAME"))
        return s.TypeNode(self._span(items), str(items[0]), options=options)

    set_type = choice_type

    def param_value(self, items: Items) -> s.ParamVersion:
        """`= value source "…"`."""
        source, own = next((i.value for i in items if isinstance(i, _Clause)), (None, False))
        return s.ParamVersion(self._span(items), None, items[1], source, own)

    def param_source(self, items: Items) -> _Clause:
        """`source "…"` without a value, in an override."""
        clause: _Clause = items[0]
        return clause

    def param_from(self, items: Items) -> s.ParamVersion:
        """`from DAY = value source "…"`."""
        source, own = next((i.value for i in items if isinstance(i, _Clause)), (None, False))
        return s.ParamVersion(self._span(items), self._day(items[1]), items[3], source, own)

    def metric_value(self, items: Items) -> _Clause:
        """`= formula`."""
        return _Clause("=", items[1], self._span(items))

    def row(self, items: Items) -> s.Row:
        """A row of a table, or its `otherwise`."""
        when = items[1] if items[0].text == "when" else None
        outcome = next(i for i in items if is_token(i, "STRING"))
        tone = next((str(i) for i in items if is_token(i, "TONE")), None)
        text = s.Text(self._name(outcome).span, unquote(outcome))
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
        asks, view, since = (get(clauses, word) for word in ("asks", "view", "since"))
        shown = get(clauses, "show") or ()
        return s.Header(*self._head(items), get(clauses, "for"), uses, asks, view, since, shown)

    def input(self, items: Items) -> s.Input:
        """`input`."""
        clauses = self._clauses(items)
        bounds = self._bounds(clauses)
        stale = self._value(clauses, "stale")
        return s.Input(*self._head(items), _type_of(items), "balance" in clauses, "optional" in clauses, bounds, stale,
                       "by" in clauses)  # fmt: skip

    def _bounds(self, clauses: dict[str, _Clause]) -> s.Bounds | None:
        """The bounds of an input, from one clause that says both ends or from one for each end."""
        both, low, high = (clauses.get(word) for word in ("between", "lower bound", "upper bound"))
        if both is not None:
            for twice in (low, high):
                if twice is not None:
                    self._error("T009", twice.span, keyword="input", name="its bounds", clause="a bound")
            return s.Bounds(both.span, *both.value)
        present = [c for c in (low, high) if c is not None]
        if not present:
            return None
        span = (
            present[0].span.to(present[-1].span) if present[0].span.start < present[-1].span.start else present[0].span
        )
        (least, low_open), (most, high_open) = (c.value if c else (None, False) for c in (low, high))
        return s.Bounds(span, least, most, low_open, high_open)

    def param(self, items: Items) -> s.Param:
        """`param`."""
        versions = tuple(i for i in items if isinstance(i, s.ParamVersion))
        source, own = self._value(self._clauses(items), "source") or (None, False)
        return s.Param(*self._head(items), _type_of(items), versions, source, own)

    def metric(self, items: Items) -> s.Metric:
        """`metric`."""
        clauses = self._clauses(items)
        value, tolerance, meaningful = (self._value(clauses, word) for word in ("=", "tolerance", "meaningful"))
        return s.Metric(*self._head(items), _type_of(items), value, tolerance, meaningful)

    def valuation(self, items: Items) -> s.Valuation:
        """`valuation`."""
        clauses = self._clauses(items)
        value, meaningful, price = (self._value(clauses, word) for word in ("=", "meaningful", "against"))
        return s.Valuation(*self._head(items), _type_of(items), value, None, meaningful, price)

    def against_clause(self, items: Items) -> _Clause:
        """`against price`."""
        return _Clause("against", self._name(items[1]), self._span(items))

    def forecast(self, items: Items) -> s.Forecast:
        """`forecast`."""
        clauses = self._clauses(items)
        parts = (self._value(clauses, word) for word in ("for", "starts", "then"))
        return s.Forecast(*self._head(items), _type_of(items), *parts)

    def pillar(self, items: Items) -> s.Pillar:
        """`pillar`."""
        return s.Pillar(*self._head(items), self._value(self._clauses(items), "applies"))

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
            get(clauses, "else because"),
        )

    def verdict(self, items: Items) -> s.Verdict:
        """`verdict`."""
        rows = tuple(i for i in items if isinstance(i, s.Row))
        clauses = self._clauses(items)
        return s.Verdict(*self._head(items), self._value(clauses, "over"), rows, self._value(clauses, "applies"))

    def scenario(self, items: Items) -> s.Scenario:
        """`scenario`."""
        clauses = self._clauses(items)
        probability, assume, base = (self._value(clauses, word) for word in ("probability", "assume", "on"))
        return s.Scenario(*self._head(items), probability, assume or (), base)

    def uncertain(self, items: Items) -> s.Uncertain:
        """`uncertain`."""
        drawn = next(i for i in items if isinstance(i, s.Distribution))
        correlated = tuple(i for i in items if isinstance(i, s.Correlation))
        head = (self._span(items), "uncertain", self._name(items[1]), None)
        return s.Uncertain(*head, drawn.distribution, drawn.arguments, correlated)

    def distribution(self, items: Items) -> s.Distribution:
        """`normal(35%, 6pp)`."""
        arguments = next((i for i in items if isinstance(i, tuple)), ())
        span = self._span([i for i in items if not isinstance(i, tuple)])
        return s.Distribution(span, self._name(items[0]), arguments)

    def interval(self, items: Items) -> s.Distribution:
        """`5% to 10%`."""
        return s.Distribution(self._span(items), self._name(items[1]), (items[0], items[2]))

    def from_past(self, items: Items) -> s.Distribution:
        """`from history`."""
        return s.Distribution(self._span(items), self._name(items[1]), ())

    def correlation(self, items: Items) -> s.Correlation:
        """`correlated with margin -0.6`."""
        return s.Correlation(self._span(items), self._name(items[2]), items[3])

    def example(self, items: Items) -> s.Example:
        """`example`."""
        clauses = self._clauses(items)
        name = s.Name(self._name(items[1]).span, unquote(items[1]))
        given, expect = self._value(clauses, "given"), self._value(clauses, "expect")
        return s.Example(self._span(items), "example", name, name.name, given or (), expect or ())

    def catalyst(self, items: Items) -> s.Catalyst:
        """`catalyst`."""
        clauses = self._clauses(items)
        parts = (self._value(clauses, word) for word in ("on", "expects", "because", "within"))
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

    def drop_example(self, items: Items) -> s.Drop:
        """`drop example "title"`."""
        name = s.Name(self._name(items[2]).span, unquote(items[2]))
        return s.Drop(self._span(items), "drop", name, None, "example")


_ENDS = {"above": "lower bound", "at least": "lower bound", "below": "upper bound", "at most": "upper bound"}


def _type_of(items: Items) -> s.TypeNode | None:
    return next((i for i in items if isinstance(i, s.TypeNode)), None)
