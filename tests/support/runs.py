"""From texts to results in one call: rules and facts as they are written, nothing on disk."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

from dsl.check.checker import Checked, check_file
from dsl.link.load import Library
from dsl.text.diagnostics import to_text
from dsl.text.source import SourceFile
from evaluator.engine.evaluation import Evaluation
from evaluator.facts.model import Company
from evaluator.readers.load import read_company
from evaluator.session.run import Run, run
from evaluator.values.series import Series, Value
from evaluator.values.values import Figure, Truth

AS_OF = dt.date(2026, 5, 14)

HEAD = "rules main\n"
TAIL = '\npillar p "?"\nbull always on p when 1 < 2\n'


@lru_cache(maxsize=200)
def checked(text: str) -> Checked:
    """A rule file that must be free of errors."""
    found = check_file(SourceFile("main.thesis", text), Library(()))
    assert found.program is not None, "\n".join(to_text(d) for d in found.diagnostics)
    return found


def company(facts: str, currency: str = "CNY", ends: str = "03-31", more: str = "") -> Company:
    """A company whose `facts:` are given; lines may be indented at will as long as they agree."""
    head = f"name: A\nticker: AAA\ncurrency: {currency}\nfiscal_year_ends: {ends}\n{more}facts:\n"
    found, problems = read_company(SourceFile("facts.yaml", head + facts))
    assert found is not None, "\n".join(to_text(d) for d in problems)
    return found


def fact(period: str, value: object, published: str, kind: str = "reported", key: str = "period") -> str:
    """One entry of a list of facts."""
    return f'    - {{{key}: {period}, value: {value}, published: {published}, kind: {kind}, source: "S"}}\n'


def quarters(name: str, values: list[object], last: str = "2026-03-31", kind: str = "reported") -> str:
    """A block of quarterly facts that ends with a quarter; None leaves a gap. Published a month after the end."""
    end = dt.date.fromisoformat(last)
    text = f"  {name}:\n"
    for back, value in enumerate(reversed(values)):
        month = end.year * 12 + end.month - 1 - 3 * back + 1
        day = dt.date(month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)
        if value is not None:
            text += fact(day.isoformat(), value, (day + dt.timedelta(days=30)).isoformat(), kind)
    return text


def ran(rules: str, about: Company | None, as_of: dt.date = AS_OF) -> Run:
    """The run of a rule file on a company's facts."""
    result = run(checked(rules), about, as_of)
    assert isinstance(result, Run), "\n".join(to_text(d) for d in result.diagnostics)
    return result


def evaluation(rules: str, facts: str = "", as_of: dt.date = AS_OF, **about: str) -> Evaluation:
    """Names with their values; `rules` and `facts` without header."""
    return ran(HEAD + rules + TAIL, company(facts, **about) if facts else None, as_of).evaluation


def read(evaluated: Evaluation, name: str) -> Figure | Truth:
    """The value of a name at the period that is read."""
    value = evaluated.of(name)
    assert isinstance(value, Figure | Truth)
    return value


def number(value: Value) -> float:
    """The one number of an exact figure."""
    assert isinstance(value, Figure)
    assert value.is_exact, value
    return value.low


def newest(value: Value) -> Figure | Truth:
    """The last point of a series."""
    assert isinstance(value, Series)
    assert value.last is not None
    found = value.points[value.last]
    assert isinstance(found, Figure | Truth)
    return found
