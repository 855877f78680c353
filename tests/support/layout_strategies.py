"""Programs as tokens with comments between them, written with any white space: what the layout has to put in order.

`programs()` yields `Program`s that hold every form of the grammar, drawn from one seed each. They read without an error
of syntax; that is all that layout asks, so their names and types mean nothing. `wild` writes one with comments and white
space anywhere; `ragged` writes one again and again with other white space, and the same grouping.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from hypothesis import strategies as st

Tokens = list[str]

NAMES = ("growth", "cash", "price", "share_of_external_cloud_revenue", "a", "margin_2", "routes")
TEXTS = ('"Short"', '"A title that is neither short nor long"', '"# no comment"', '""', '"It grew {growth} ((, # = "',
         f'"{"A very long text that nobody may break, whatever it takes. " * 3}"')  # fmt: skip
FIGURES = (
    "25%",
    "2pp",
    "50bps",
    "22x",
    "380bn CNY",
    "5 USD",
    "0",
    "0.8",
    "3k",
    "2026-08-27",
    "true",
    "unknown",
    "120 days",
)
TYPES = ("money", "money per quarter", "money per share per year", "percent", "count per month", "flag", "date", "text")
STATUSES = ("supported", "undermined", "open", "known", "unknown", "true", '"Outcome"')
TIGHT = frozenset('(),=~:^*+-<>"') | {"<=", ">=", "!=", "=="}
"""Tokens beside which no space is needed."""


class _Maker:
    """Draws declarations as tokens."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)

    def one(self, *of: str) -> str:
        return self.chance.choice(of)

    def maybe(self, tokens: Callable[[], Tokens], odds: float = 0.5) -> Tokens:
        return tokens() if self.chance.random() < odds else []

    def listed(self, item: Callable[[], Tokens], most: int = 4) -> Tokens:
        found = item()
        for _ in range(self.chance.randrange(most)):
            found += [",", *item()]
        return found

    def name(self) -> Tokens:
        return [self.one(*NAMES)]

    def text(self) -> Tokens:
        return [self.one(*TEXTS)]

    def duration(self) -> Tokens:
        return [f"{self.chance.randrange(2, 900)} {self.one('days', 'quarters', 'years')}"]

    def sum(self, depth: int = 3) -> Tokens:
        found = self.unary(depth)
        while depth and self.chance.random() < 0.4:
            found += [self.one("+", "-", "*", "/"), *self.unary(depth - 1)]
        return found

    def unary(self, depth: int) -> Tokens:
        found = [self.one("-", "+")] if self.chance.random() < 0.1 else []
        found += self.atom(depth)
        return [*found, "^", *self.unary(depth - 1)] if depth and self.chance.random() < 0.1 else found

    def atom(self, depth: int) -> Tokens:
        kind = self.chance.random()
        if not depth or kind < 0.4:
            return self.name()
        if kind < 0.6:
            return [self.one(*FIGURES)]
        if kind < 0.8:
            return [self.one("ttm", "max", "first_known"), "(", *self.listed(lambda: self.expr(depth - 1)), ")"]
        return ["(", *self.listed(lambda: self.expr(depth - 1), 2), ")"]

    def relation(self, depth: int) -> Tokens:
        kind, left = self.chance.random(), self.sum(depth)
        if kind < 0.4:
            return [*left, self.one("<", "<=", ">", "==", "!="), *self.sum(depth)]
        if kind < 0.5:
            return [*left, *self.maybe(lambda: ["not"], 0.3), "between", *self.sum(1), "and", *self.sum(1)]
        if kind < 0.58:
            return [*left, *self.maybe(lambda: ["not"], 0.3), "in", "(", *self.listed(lambda: self.expr(0)), ")"]
        if kind < 0.7:
            return [*left, "is", *self.maybe(lambda: ["not"]), self.one(*STATUSES)]
        if kind < 0.75:
            return [*left, "contains", self.one('"going concern"', '"# x"', '""')]
        return [*left, "includes", *self.name()] if kind < 0.8 else left

    def condition(self, depth: int) -> Tokens:
        nots = ["not"] * self.chance.choice((0, 0, 0, 1, 2))
        of = self.maybe(lambda: ["6", "of"], 0.3)
        return [*nots, *self.relation(depth), *self.maybe(lambda: ["for", *of, *self.duration()], 0.2)]

    def cases(self, depth: int) -> Tokens:
        """`if C then A else B`, maybe in a row."""
        found = ["if", *self.expr(depth), "then", *self.expr(depth)]
        while self.chance.random() < 0.4:
            found += ["else", "if", *self.condition(depth), "then", *self.expr(depth)]
        return [*found, "else", *self.condition(depth)]

    def expr(self, depth: int = 3) -> Tokens:
        if depth and self.chance.random() < 0.08:
            return self.cases(depth - 1)
        found = self.condition(depth)
        while depth and self.chance.random() < 0.4:
            found += [self.one("and", "or"), *self.condition(depth - 1)]
        return found

    def type(self) -> Tokens:
        options = ["(", *self.listed(self.name, 12), ")"]
        return [
            ":",
            *self.chance.choice([self.one(*TYPES).split(), ["choice", "of", *options], ["set", "of", *options]]),
        ]

    def bindings(self) -> Tokens:
        return self.listed(lambda: [*self.name(), *self.period(), "=", *self.expr(1)], 8)

    def period(self) -> Tokens:
        """What a binding may say of earlier periods."""
        return self.maybe(lambda: self.chance.choice([[*self.duration(), "ago"], ["for", *self.duration()]]), 0.3)

    def because(self) -> Tokens:
        return ["because", '"It grew {growth}, and {ttm(cash) / 2}."']

    def shuffled(self, *clauses: Tokens) -> Tokens:
        kept = [c for c in clauses if c and self.chance.random() < 0.7]
        self.chance.shuffle(kept)
        return [token for clause in kept for token in clause]

    def declaration(self) -> Tokens:
        makers = [self.input, self.param, self.metric, self.pillar, self.uncertain, self.forecast, self.valuation,
                  self.condition_of,
                  self.verdict, self.scenario, self.example, self.catalyst, self.kill]  # fmt: skip
        made = self.chance.choice(makers)()
        if self.chance.random() < 0.1:
            return ["drop", made[0], *(self.text() if made[0] == "example" else self.name())]
        return ["override", *made] if made[0] != "example" and self.chance.random() < 0.1 else made

    def head(self, word: str) -> Tokens:
        return [word, *self.name(), *self.maybe(self.text, 0.8)]

    def input(self) -> Tokens:
        clauses = self.shuffled(["balance"], ["optional"], ["between", *self.sum(1), "and", *self.sum(1)],
                                ["stale", "after", *self.duration()])  # fmt: skip
        return [*self.head("input"), *self.maybe(self.type, 0.9), *clauses]

    def source(self) -> Tokens:
        return ["source", *self.text()]

    def param(self) -> Tokens:
        found = [*self.head("param"), *self.maybe(self.type, 0.2)]
        found += self.maybe(lambda: ["=", *self.expr(1), *self.maybe(self.source)], 0.9)
        for _ in range(self.chance.choice((0, 0, 0, 1, 2))):
            found += ["from", "2026-01-01", "=", *self.expr(1), *self.maybe(self.source)]
        return found

    def metric(self) -> Tokens:
        found = [*self.head("metric"), *self.maybe(self.type, 0.2), *self.maybe(lambda: ["=", *self.expr()], 0.9)]
        return found + self.maybe(lambda: ["tolerance", "2pp"], 0.2)

    def pillar(self) -> Tokens:
        return self.head("pillar")

    def uncertain(self) -> Tokens:
        spread = self.chance.choice(
            (
                ["normal", "(", *self.listed(lambda: self.sum(1)), ")"],
                [*self.sum(1), "to", *self.sum(1)],
                ["from", "history"],
                ["mixture", "(", "normal", "(", "30%", ",", "6pp", ")", ",", "70%", ")"],
            )
        )
        correlated = [["correlated", "with", *self.name(), "-", "0.6"], ["correlated", "with", *self.name(), "0.2"]]
        return ["uncertain", *self.name(), "~", *spread, *self.shuffled(*correlated)]

    def forecast(self) -> Tokens:
        clauses = self.shuffled(["for", *self.duration()], ["starts", *self.expr(1)], ["then", *self.expr()])
        return [*self.head("forecast"), *self.maybe(self.type, 0.2), *clauses]

    def valuation(self) -> Tokens:
        found = [*self.head("valuation"), *self.maybe(self.type, 0.2), *self.maybe(lambda: ["=", *self.expr()], 0.9)]
        return [*found, *self.shuffled(["against", *self.name()], ["meaningful", "when", *self.expr(1)])]

    def condition_of(self) -> Tokens:
        clauses = self.shuffled(
            ["on", *self.listed(self.name)], ["weight", "3"], ["critical"], ["applies", "when", *self.expr(1)],
            ["when", *self.expr()], self.because(),
        )  # fmt: skip
        return [*self.head(self.one("bull", "bear")), *clauses]

    def verdict(self) -> Tokens:
        found = [*self.head("verdict"), *self.maybe(lambda: ["over", *self.duration()])]
        for _ in range(self.chance.randrange(5)):
            found += ["when", *self.expr(self.chance.randrange(4)), "then", *self.outcome()]
        return [*found, "otherwise", *self.outcome()] if self.chance.random() < 0.8 else found

    def outcome(self) -> Tokens:
        tone = self.maybe(lambda: [self.one("bullish", "bearish", "neutral")], 0.7)
        return [self.one('"Out"', '"Getting aggressive"', '"In"'), *tone, *self.maybe(self.because, 0.3)]

    def scenario(self) -> Tokens:
        found = [*self.head("scenario"), *self.maybe(lambda: ["probability", "45%"])]
        return [*found, *self.maybe(lambda: ["assume", *self.bindings()], 0.9)]

    def example(self) -> Tokens:
        expects = ["expect", *self.listed(lambda: self.expr(1), 6)]
        return ["example", *self.text(), *self.maybe(lambda: ["given", *self.bindings()]), *expects]

    def catalyst(self) -> Tokens:
        return [*self.head("catalyst"), *self.shuffled(["on", "2026-08-27"], ["expects", *self.expr()], self.because())]

    def kill(self) -> Tokens:
        return [*self.head("kill"), *self.shuffled(["by", "2027-06-30"], ["when", *self.expr()], self.because())]

    def header(self) -> Tokens:
        uses = [
            "uses",
            *self.listed(
                lambda: [self.one("cloud", "tech.cloud"), *self.maybe(lambda: ["with", "a", "=", "25%"], 0.3)]
            ),
        ]
        clauses = self.shuffled(["asks", *self.text()], ["view", *self.text()], uses, ["for", "BABA"],
                                ["show", *self.listed(lambda: [self.one("margin", "show", "growth")])])  # fmt: skip
        return [*self.head(self.one("rules", "thesis")), *clauses]


@dataclass(frozen=True)
class Program:
    """Declarations as tokens, and the seed of what is drawn around them."""

    declarations: tuple[Tokens, ...]
    seed: int


def _program(seed: int, many: int) -> Program:
    maker = _Maker(seed)
    return Program((maker.header(), *(maker.declaration() for _ in range(many))), seed)


def programs(most: int = 7) -> st.SearchStrategy[Program]:
    """Programs of up to so many declarations."""
    return st.builds(_program, st.integers(0, 2**32), st.integers(0, most))


def _respelt(token: str, chance: random.Random) -> str:
    """A token in one of its spellings."""
    if token == "==":
        return chance.choice(("=", "=="))
    if re.fullmatch(r"\d+(%|pp|bps)", token):
        return re.sub(r"(?<=\d)(?=\D)", chance.choice(("", " ", "\t")), token)
    if re.fullmatch(r"\d+ [a-z]+", token):
        return token.replace(" ", chance.choice((" ", "   ", "\t")))
    return token.replace("bn CNY", chance.choice(("bn CNY", " bn CNY", "bnCNY", " bnCNY")))


def _space(chance: random.Random, left: str, right: str) -> str:
    if (left in TIGHT or right in TIGHT) and chance.random() < 0.4:
        return ""
    return chance.choice((" ", " ", "   ", "\t", "\n", "\n\n\n  ", " \f ", "\u00a0", "\n      "))


def _remark(chance: random.Random, count: Iterator[int]) -> str:
    begins, ends = chance.choice(("", " ", " --- ")), chance.choice(("why", '"', "bull x when (", "# ---   --"))
    return f"#{begins}{next(count)} {ends}"


def wild(program: Program, odds: float) -> str:
    """The program with comments at any place where one may stand, and any white space."""
    chance, count = random.Random(program.seed + 1), iter(range(1, 1_000_000))
    parts: list[str] = []
    last = ""
    for token in (token for declaration in program.declarations for token in declaration):
        parts.append(_space(chance, last, token) if last else "")
        while chance.random() < odds:
            parts.append(f"{chance.choice(('', ' ', chr(10), '  ' + chr(10) * 3 + '  '))}{_remark(chance, count)}  \n")
        parts.append(_respelt(token, chance))
        last = token
    while chance.random() < odds:
        parts.append(f"{chance.choice(('', chr(10)))}{_remark(chance, count)}\n\n")
    return "".join(parts)


def ragged(program: Program, white: int, odds: float) -> str:
    """The program with the same comments and grouping whatever `white` is, and white space that only `white` decides."""
    chance, space, count = random.Random(program.seed + 1), random.Random(white), iter(range(1, 1_000_000))
    parts: list[str] = []
    for declaration in program.declarations:
        for n in range(chance.choice((0, 0, 1, 2)) if odds else 0):
            gap = "\n" * space.randrange(1, 4) if chance.random() < 0.4 else ""
            deeper = " " * space.randrange(1, 9) if not gap and n == 0 and chance.random() < 0.3 else ""
            parts.append(f"{gap}{deeper}{_remark(chance, count)}{' ' * space.randrange(3)}\n")
        parts.append("\n" * space.randrange(1, 4) if chance.random() < 0.4 else "")
        last = ""
        for token in declaration:
            if last and chance.random() < odds:
                parts.append(f"{' ' * space.randrange(4)}{_remark(chance, count)}\n{' ' * space.randrange(9)}")
            elif last and chance.random() < odds:
                parts.append(f" {' ' * space.randrange(4)}\n{' ' * space.randrange(9)}{_remark(chance, count)}\n\t")
            elif last:
                parts.append(_space(space, last, token))
            parts.append(_respelt(token, space))
            last = token
        parts.append(f"{' ' * space.randrange(4)}{_remark(chance, count)}\n" if chance.random() < odds else "\n")
    return "".join(parts)
