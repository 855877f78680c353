"""The algebra of units as a table: what goes together, what comes out, what is refused."""

from __future__ import annotations

import itertools

import pytest

from dsl.types import units
from dsl.types.units import Frequency, Kind, Refusal, Type

Q, Y = Frequency.QUARTER, Frequency.YEAR
WORDS = {
    "number": Type(Kind.NUMBER), "ratio": Type(Kind.RATIO), "percent": Type(Kind.PERCENT), "pp": Type(Kind.POINTS),
    "x": Type(Kind.MULTIPLE), "money": Type(Kind.MONEY), "count": Type(Kind.COUNT), "usd": Type(Kind.MONEY, "USD"),
    "cny": Type(Kind.MONEY, "CNY"), "money/q": Type(Kind.MONEY, None, Q), "money/y": Type(Kind.MONEY, None, Y),
    "any": units.ANY, "date": Type(Kind.DATE), "flag": Type(Kind.FLAG), "text": Type(Kind.TEXT),
    "days": Type(Kind.DURATION), "pillar": Type(Kind.PILLAR),
    "percent@q": Type(Kind.PERCENT, series=Q), "percent@y": Type(Kind.PERCENT, series=Y),
    "number@q": Type(Kind.NUMBER, series=Q), "ratio@q": Type(Kind.RATIO, series=Q), "pp@q": Type(Kind.POINTS, series=Q),
    "sales": Type(Kind.MONEY, None, Q, Q), "price": Type(Kind.MONEY, None, None, Frequency.DAY),
    "ttm": Type(Kind.MONEY, None, Y, Q),
}  # fmt: skip

TABLE = """
money + money = money        | usd + usd = usd             | usd + cny = T061           | money + usd = money
money + percent = T069       | money + number = T074       | percent + percent = percent | percent - percent = pp
pp + pp = pp                 | percent - pp = percent      | number + percent = number  | ratio + percent = percent
x + x = x                    | x + ratio = x               | x + number = T072          | x + percent = T073
count + count = count        | count - number = number     | ratio + ratio = ratio      | ratio - number = number
money/q + money/y = T070     | money/q + money = money/q   | any + money = money        | percent - any = any
percent@q - percent@q = pp@q | percent@q + percent@y = T065 | percent@q - percent = pp@q | sales + ttm = T070
money * money = T060         | money * percent = money     | money/q * number = money/q | x * money = money
usd * ratio = usd            | percent * percent = percent | number * percent = percent | pp * percent = percent
count * count = count        | number * count = number     | ratio * ratio = ratio      | ratio * number = number
x * number = x               | any * money = money         | any * number = any         | any * percent = any
percent@q * sales = sales    | percent@q * percent@y = T065 | pp * number = pp          | x * percent = x
money / money = ratio        | usd / cny = T061            | money/q / money/y = T070   | money / number = money
money / percent = money      | number / money = number     | percent / percent = ratio  | percent / pp = ratio
x / x = ratio                | x / number = x              | percent / number = percent | number / number = number
count / count = ratio        | count / number = number     | number / percent = number  | any / money = any
sales / sales = ratio@q      | sales / price = T076        | sales / ttm = T070         | ttm / number = ttm
number ^ number = number     | ratio ^ number = number     | money ^ number = T060      | number ^ percent = T060
number@q ^ count = number@q  | percent ^ number = number   | number ^ any = number      | percent@q ^ ratio@q = number@q
"""
LINES = [cell.strip() for line in TABLE.strip().splitlines() for cell in line.split("|")]

RULES = {
    "+": lambda a, b: units.add(a, b, minus=False), "-": lambda a, b: units.add(a, b, minus=True),
    "*": units.multiply, "/": units.divide, "^": units.power,
}  # fmt: skip


@pytest.mark.parametrize("line", LINES)
def test_arithmetic(line: str) -> None:
    left, sign, right, _, wanted = line.split()
    found = RULES[sign](WORDS[left], WORDS[right])
    assert (found.code if isinstance(found, Refusal) else found) == WORDS.get(wanted, wanted)


COMPARED = """
percent pp - | percent ratio - | ratio x - | number count - | number ratio - | x x - | money usd - | date date -
usd cny T061 | money/q money/y T070 | money number T074 | percent number T071 | x number T072 | percent x T073
count percent T062 | flag flag T075 | text text T078 | pillar number T077 | days count T093 | date number T091
any money - | pillar any - | percent@q percent quarter | sales money/q quarter | percent@q percent@y T065 | sales price T076
"""


@pytest.mark.parametrize("line", [c.strip() for c in COMPARED.replace("\n", "|").split("|") if c.strip()])
def test_comparison(line: str) -> None:
    left, right, wanted = line.split()
    for a, b in itertools.permutations((WORDS[left], WORDS[right])):
        found = units.compare(a, b)
        assert (found.code if isinstance(found, Refusal) else found and found.value) == (
            None if wanted == "-" else wanted
        )


def test_every_refusal_says_what_to_do() -> None:
    for a, b in itertools.product(WORDS.values(), repeat=2):
        results = [units.compare(a, b)]
        if a.is_figure and b.is_figure:
            results += [rule(a, b) for rule in RULES.values()]
        for found in results:
            if isinstance(found, Refusal):
                assert found.mend


def test_laws() -> None:
    figures = [t for t in WORDS.values() if t.is_figure]
    for a, b in itertools.product(figures, repeat=2):
        for sign in "+*":
            one, other = RULES[sign](a, b), RULES[sign](b, a)
            assert isinstance(one, Refusal) == isinstance(other, Refusal)
            if not isinstance(one, Refusal):
                assert one == other, f"{a} {sign} {b}"
        sum_, difference = RULES["+"](a, b), RULES["-"](a, b)
        assert isinstance(sum_, Refusal) == isinstance(difference, Refusal)
        if not isinstance(sum_, Refusal) and Kind.ANY not in (a.kind, b.kind):  # what can be added can be compared,
            helped = {a.kind, b.kind} & units.PERCENTS and {a.kind, b.kind} & {
                Kind.NUMBER,
                Kind.COUNT,
            }  # but 1 + growth
            assert helped or not isinstance(units.compare(a, b), Refusal), f"{a} with {b}"


def test_types_read_as_an_analyst_says_them() -> None:
    assert str(WORDS["sales"]) == "money per quarter"
    assert str(WORDS["usd"]) == "money in USD"
    assert str(Type(Kind.SET, options=("a", "b"))) == "a set of (a, b)"
    assert str(WORDS["percent@q"].single) == "a percent"
    assert [f.per_year for f in Frequency] == [252, 52, 12, 4, 2, 1]
