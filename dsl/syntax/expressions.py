"""Grammar -> expressions: a method here is called for each rule of an expression while it is parsed.

In: tokens and the nodes of inner rules. Out: the expressions of `nodes.py`, and diagnostics of what the grammar alone
cannot refuse (a day that does not exist, nesting without end). Must not know what names mean.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from dsl.syntax import nodes as s
from dsl.syntax.lalr import Token
from dsl.text.diagnostics import Diagnostic
from dsl.text.edits import Fix, put
from dsl.text.messages import fill
from dsl.text.source import SourceFile, Span
from dsl.types.days import iso
from dsl.types.scales import SCALES

MAX_DEPTH = 100
"""How deep an expression may be nested; every later stage may recurse this far."""

_FIGURE = re.compile(r"([0-9]+(?:\.[0-9]+)?)[ \t]?(k|m|bn|tn)?[ \t]?([A-Z]{3})?")

Items = list[Any]
"""What a rule is given: tokens, nodes, clauses, None for an optional part that is absent."""


class ExpressionBuilder:
    """Makes the nodes of one source: each reading of a source has its own builder, so that none can disturb another."""

    def __init__(self, source: SourceFile, embedded: Callable[[int, int], list[s.Expr]]) -> None:
        """`embedded` reads the expression between two offsets of the source; [] where it cannot."""
        self.source = source
        self.embedded = embedded
        self.diagnostics: list[Diagnostic] = []
        self._depths: dict[int, tuple[int, s.Expr]] = {}
        self._too_deep = False

    def begin(self) -> None:
        """Forgets what was found wrong in the part before this one."""
        self.diagnostics, self._depths, self._too_deep = [], {}, False

    # --- helpers ---------------------------------------------------------------------------------

    def _span(self, items: Items) -> Span:
        first, last = items[0], items[-1]
        if first is None or last is None:
            present = [i for i in items if i is not None]
            first, last = present[0], present[-1]
        start = first.start if isinstance(first, Token) else first.span.start
        end = last.end if isinstance(last, Token) else last.span.end
        return Span(self.source, start, end)

    def _error(self, code: str, span: Span, fixes: Iterable[Fix] = (), **words: object) -> None:
        self.diagnostics.append(fill(code, span, words, fixes=fixes))

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
        return s.Name(Span(self.source, token.start, token.end), token.text)

    def _day(self, token: Token) -> dt.date:
        try:
            return iso(token.text)
        except ValueError:
            span = self._name(token).span
            self._error("T008", span, _last_of_month(span, token.text), text=token)
            return dt.date(2000, 1, 1)

    # --- expressions -----------------------------------------------------------------------------

    def literal(self, items: Items) -> s.Expr:
        """Any literal, by its token."""
        token: Token = items[0]
        span = self._span(items)
        return self._expr(_LITERALS[token.kind](self, token, span))

    def figure(self, token: Token, span: Span) -> s.Expr:
        """A number with its unit."""
        match = _FIGURE.match(token.text)
        digits, scale, currency = match.groups() if match else ("0", None, None)
        value = float(digits) * SCALES.get(scale or "", 1.0)
        if not math.isfinite(value):
            self._error("T010", span, text=f"{token.text[:20]}…")
            value = 0.0
        unit, factor = _UNITS[token.kind]
        # A division keeps 38% at the float nearest to 0.38, a product with 0.01 would not.
        return s.Number(span, value / factor, unit, currency if token.kind == "MONEY" else None)

    def duration(self, token: Token, span: Span) -> s.Expr:
        """`60 days`."""
        digits, unit = token.text.split()
        if len(digits) > 4:
            self._error("T015", span, text=f"{digits[:12]}{'…' if len(digits) > 12 else ''} {unit}")
            digits = "1"
        return s.Duration(span, int(digits), "half" if unit == "halves" else unit.removesuffix("s"))

    def name(self, items: Items) -> s.Expr:
        """A name in an expression."""
        return self._expr(self._name(items[0]))

    def name_at(self, text: str, start: int, end: int) -> s.Expr:
        """A name that was found without the parser, between two offsets of the source."""
        return self._expr(s.Name(Span(self.source, start, end), text))

    def call(self, items: Items) -> s.Expr:
        """`f(a, b)`; `sum over segments(a)`, however its words are parted."""
        arguments = next((i for i in items if isinstance(i, tuple)), ())
        name = self._name(items[0])
        name = s.Name(name.span, " ".join(name.name.split()))
        return self._expr(s.Call(self._span(items), name, arguments), *arguments)

    def arguments(self, items: Items) -> tuple[s.Expr, ...]:
        """Items between commas."""
        return nodes(items)

    def group(self, items: Items) -> s.Expr:
        """`(a)` is a itself; `(a, b)` a set, `()` the one without members."""
        inner = nodes(items)
        if len(inner) == 1:  # its place takes the brackets along, so that its text is whole; it is no deeper
            whole = replace(inner[0], span=self._span(items))
            self._depths[id(whole)] = (self._depths[id(inner[0])][0], whole)
            return whole
        return self._expr(s.Group(self._span(items), inner), *inner)

    def signed(self, items: Items) -> s.Expr:
        """`-a`; `+a` is a."""
        operand: s.Expr = items[1]
        return operand if items[0].text == "+" else self._expr(s.Negative(self._span(items), operand), operand)

    def power(self, items: Items) -> s.Expr:
        """`a ^ b`."""
        return self._arithmetic("^", items[0], items[2])

    def chain(self, items: Items) -> s.Expr:
        """`a + b - c`, from the left."""
        result: s.Expr = items[0]
        for operator, right in zip(items[1::2], items[2::2], strict=True):
            result = self._arithmetic(operator.text, result, right)
        return result

    def _arithmetic(self, operator: str, left: s.Expr, right: s.Expr) -> s.Expr:
        return self._expr(s.Arithmetic(left.span.to(right.span), operator, left, right), left, right)

    def compare(self, items: Items) -> s.Expr:
        """`a < b <= c`."""
        operands = tuple(items[::2])
        operators = tuple("=" if op.text == "==" else op.text for op in items[1::2])
        return self._expr(s.Compare(self._span(items), operands, operators), *operands)

    def between(self, items: Items) -> s.Expr:
        """`x [not] between a and b`."""
        operand, low, high = nodes(items)
        negated = any(is_token(i, "NOT") for i in items)
        return self._expr(s.Between(self._span(items), operand, low, high, negated), operand, low, high)

    def in_(self, items: Items) -> s.Expr:
        """`x [not] in (a, b, c)`."""
        operand, *others = nodes(items)
        negated = any(is_token(i, "NOT") for i in items)
        return self._expr(s.In(self._span(items), operand, tuple(others), negated), operand, *others)

    def predicate(self, items: Items) -> Token:
        """The word after `is`."""
        token: Token = items[0]
        return token

    def is_(self, items: Items) -> s.Expr:
        """`x is [not] word`."""
        operand, word = items[0], items[-1]
        quoted = word.kind == "STRING"
        text = unquote(word) if quoted else word.text
        negated = any(is_token(i, "NOT") for i in items)
        node = s.Is(self._span(items), operand, negated, text, quoted, self._name(word).span)
        return self._expr(node, operand)

    def happened(self, items: Items) -> s.Expr:
        """`k has [not] happened`."""
        negated = any(is_token(i, "NOT") for i in items)
        return self._expr(s.Happened(self._span(items), self._name(items[0]), negated))

    def includes(self, items: Items) -> s.Expr:
        """`x includes member`."""
        return self._expr(s.Includes(self._span(items), items[0], self._name(items[2])), items[0])

    def contains(self, items: Items) -> s.Expr:
        """`x contains "text"`."""
        node = s.Contains(self._span(items), items[0], " ".join(unquote(items[2]).split()))
        return self._expr(node, items[0])

    def holds_for(self, items: Items) -> s.Expr:
        """`C for 2 quarters`, `C for 6 of 8 quarters`."""
        duration = self.duration(items[-1], self._name(items[-1]).span)
        assert isinstance(duration, s.Duration)
        least = self._least(items[2], duration) if len(items) > 3 else None
        return self._expr(s.Holds(self._span(items), items[0], duration, least), items[0])

    def _least(self, token: Token, duration: s.Duration) -> int | None:
        """In how many of the periods it must hold: a whole number from 1 on."""
        value = float(token.text)
        if value.is_integer() and 1 <= value <= 9999:
            return int(value)
        whole = max(1, min(math.ceil(value), duration.count or 1))
        fixes = [put(self._name(token).span, str(whole))]
        self._error("T066", self._name(token).span, fixes, name="for", wanted="a whole number of periods",
                    found=f"`{token.text[:20]}`", mend=f"write it like `for {whole} of {duration.span.text}`")  # fmt: skip
        return None

    def negate(self, items: Items) -> s.Expr:
        """`not C`."""
        return self._expr(s.Not(self._span(items), items[1]), items[1])

    def any_of(self, items: Items) -> s.Expr:
        """`a or b`."""
        return self._expr(s.Logic(self._span(items), "or", nodes(items)), *nodes(items))

    def all_of(self, items: Items) -> s.Expr:
        """`a and b`."""
        return self._expr(s.Logic(self._span(items), "and", nodes(items)), *nodes(items))

    def if_(self, items: Items) -> s.Expr:
        """`if C then A else if D then B else X`: questions and values by turns, the last value without a question."""
        parts = nodes(items)
        conditions, values = parts[:-1:2], (*parts[1::2], parts[-1])
        return self._expr(s.If(self._span(items), conditions, values), *parts)


def _last_of_month(span: Span, day: str) -> list[Fix]:
    """31 of a month that has 30 days: maybe its last day."""
    year, month, number = (int(part) for part in day.split("-"))
    if not (year >= 1 and 1 <= month <= 12 and 28 < number <= 31):
        return []
    after = dt.date(year + month // 12, month % 12 + 1, 1) if year < dt.MAXYEAR else None
    return [put(span, (after - dt.timedelta(days=1)).isoformat())] if after else []


def unquote(token: Token) -> str:
    """A text without its quotes."""
    return token.text[1:-1]


def is_token(item: object, kind: str) -> bool:
    """Whether an item is a token of a kind."""
    return isinstance(item, Token) and item.kind == kind


def nodes(items: Items) -> tuple[s.Expr, ...]:
    """The expressions among items."""
    return tuple(i for i in items if isinstance(i, s.Expr))


_UNITS = {
    "NUMBER": ("number", 1.0),
    "SCALED": ("scaled", 1.0),
    "PERCENT": ("percent", 100.0),
    "POINTS": ("pp", 100.0),
    "BASIS_POINTS": ("pp", 10_000.0),
    "MULTIPLE": ("multiple", 1.0),
    "MONEY": ("money", 1.0),
}

_LITERALS: dict[str, Callable[[ExpressionBuilder, Token, Span], s.Expr]] = {
    **dict.fromkeys(_UNITS, ExpressionBuilder.figure),
    "DATE": lambda b, token, span: s.Date(span, b._day(token)),
    "DURATION": ExpressionBuilder.duration,
    "STRING": lambda b, token, span: s.Text(span, unquote(token)),
    "TRUE": lambda b, token, span: s.Truth(span, True),
    "FALSE": lambda b, token, span: s.Truth(span, False),
    "UNKNOWN": lambda b, token, span: s.Truth(span, None),
}
