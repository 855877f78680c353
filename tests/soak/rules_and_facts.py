"""Rules and facts in one text, for fuzzers: examples to begin with, ways to change one so that it still means something, and
the law that every one must keep. Nothing here needs a fuzzer; the tests try a few inputs in each run.

An input is a rule file, a line `%%%%`, and a facts file (YAML; after a line `csv`, a table; after `json`, company facts).
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from random import Random

from dsl.check.checker import Checked
from dsl.program import program as p
from dsl.text.hidden import HIDDEN
from dsl.text.source import SourceFile, UnreadableFileError, decode
from dsl.types.units import Frequency, Kind, Type
from evaluator.readers import yaml_facts
from evaluator.readers.assemble import assemble
from evaluator.readers.files import csv_file
from evaluator.readers.filings import filings
from evaluator.readers.rows import Cell, Reading, Settings
from evaluator.render.as_json import render_json
from evaluator.render.page import render
from evaluator.session.run import Run, run
from tests.paths import ROOT
from tests.support.command_line import FACTS, RULES
from tests.support.survival import AS_OF, survives

MARK = "\n%%%%\n"
MAX_LENGTH = 12_000
HEAD = {"name": "Acme", "ticker": "ACME", "currency": "CNY", "fiscal_year_ends": "03-31"}
_HEAD = "".join(f"{key}: {value}\n" for key, value in HEAD.items())

# --- the law ------------------------------------------------------------------------------------------------


def read(text: str) -> Reading:
    """A facts file by the reader that its first line names."""
    settings = Settings("ACME", currency="CNY")
    if text.startswith("csv\n"):
        return csv_file.read(SourceFile("f.csv", text[4:]), settings)
    if text.startswith("json\n"):
        return filings.read(SourceFile("f.json", text[5:]), settings)
    return yaml_facts.read(SourceFile("f.yaml", text))


@lru_cache(maxsize=500)
def checked(rules: str) -> Checked:
    """Rules that keep the law of `survives`; the same rules are often tried with other facts."""
    return survives(rules)


def keeps_the_law(data: bytes, page: bool) -> str:
    """Rules and facts are read, what is wrong with them is said, and where nothing is a report is made: what became of the
    input, in a word. `page`: the report is rendered too."""
    try:
        rules, _, facts = decode("x", data).partition(MARK)
    except UnreadableFileError:
        return "no text"
    reading = read(facts)
    readings = [reading]
    if not reading.head:
        source = SourceFile("head", " ")
        readings.append(Reading("head", {k: Cell(v, source.span(0, 1)) for k, v in HEAD.items()}, source.span(0, 1)))
    company, problems = assemble(readings, "f")
    assert company is not None or problems
    found = checked(rules)
    if found.program is None:
        return "rules refused"
    if company is None:
        return "facts refused"
    for fact in company.facts:
        texts = (fact.name, fact.source, fact.value if isinstance(fact.value, str) else "")
        assert not any(HIDDEN.search(text) for text in texts)
    ran = run(found, company, AS_OF)
    if not isinstance(ran, Run):
        assert ran.diagnostics
        return "facts refused"
    report = ran.report()
    assert render_json(report)
    if page:
        assert render(report, "md")
        assert render(report, "html")
    return "reports"


# --- examples -----------------------------------------------------------------------------------------------

_VALUES = {
    Kind.PERCENT: ("12%", "9.5%", "-3%", "about {n}% within {n}pp", "about {n}%", "between {n}% and 1{n}%", "at least {n}%",
                   "at most {n}%"),
    Kind.POINTS: ("1.2pp", "-3pp"),
    Kind.MONEY: ("{n}bn CNY", "{n} CNY", "about {n}bn CNY", "about {n}bn CNY within {n}bn CNY", "at least {n}bn CNY", "-{n}bn CNY",
                 "{n}bn USD"),
    Kind.MULTIPLE: ("2{n}x", "1.5x", "about {n}x within {n}x", "at most 9x"),
    Kind.COUNT: ("{n}", "{n}m", "{n}bn", "about {n}", "at least {n}"),
    Kind.NUMBER: ("{n}", "0.{n}", "-{n}", "between {n} and 1{n}"),
    Kind.FLAG: ("true", "false"),
    Kind.DATE: ("2026-09-30", "2025-01-15"),
    Kind.TEXT: ("words", "other words"),
}  # fmt: skip
UNKNOWN = ("unknown",)


def filled(value: str, random: Random) -> str:
    """A value with a figure in each of its places."""
    return re.sub(r"\{n\}", lambda _: str(random.randint(1, 9)), value)


def values_of(kind: Type) -> tuple[str, ...]:
    """Values that a fact of a type may have, as they are written."""
    if kind.kind in (Kind.CHOICE, Kind.SET):
        return (*kind.options, "[" + ", ".join(kind.options[:2]) + "]") if kind.kind is Kind.SET else kind.options
    return _VALUES.get(kind.kind, ("{n}",))


def ends(series: Frequency, count: int) -> list[dt.date]:
    """The last days of so many periods up to the as-of date, of a company whose years end in March; the newest first."""
    if series in (Frequency.DAY, Frequency.WEEK):
        step = 1 if series is Frequency.DAY else 7
        return [dt.date(2026, 5, 13) - dt.timedelta(days=step * n) for n in range(count)]
    months = {Frequency.MONTH: 1, Frequency.QUARTER: 3, Frequency.HALF: 6, Frequency.YEAR: 12}[series]
    found = []
    for n in range(count):
        month = 2026 * 12 + 3 - n * months
        found.append(dt.date(month // 12, month % 12 + 1, 1) - dt.timedelta(days=1))
    return found


def facts_of(program: p.Program, random: Random) -> str:
    """A facts file for the inputs of rules: a few periods of each, most of them exact."""
    lines = []
    for name, declared in program.inputs.items():
        if random.random() < 0.1:
            continue
        kind = declared.type
        lines.append(f"  {name}:")
        days = ends(kind.series, random.choice((1, 3, 6, 9))) if kind.series else [dt.date(2026, 3, 31)]
        values = values_of(kind)
        for day in days:
            value = random.choice((*values[:1] * 20, *values))
            word = "date" if kind.series in (None, Frequency.DAY, Frequency.WEEK) else "period"
            when = f"FY{day.year}" if kind.series is Frequency.YEAR else str(day)
            known = min(day + dt.timedelta(days=random.choice((0, 20, 44))), AS_OF)
            kept = random.choice(("reported",) * 20 + ("estimate", "guidance", "claim"))
            value = filled(value, random)
            lines.append(f"    - {{{word}: {when}, value: {value}, published: {known}, kind: {kept}, source: R}}")
    return _HEAD + "facts:\n" + "\n".join(lines) + "\n"


def shipped() -> list[Path]:
    """The rules of the case files, and those that ship."""
    return sorted((*(ROOT / "tests" / "cases" / "valid").glob("*.thesis"), *(ROOT / "rules").rglob("*.thesis")))


def seeds(files: Sequence[Path] | None = None) -> list[bytes]:
    """Examples that reach a report: rules (those `shipped`) with facts for their inputs, the facts of the case files with rules
    that ask for their names, a table, and a list of filings."""
    made = [RULES + MARK + FACTS]
    table = "csv\nmetric,period,value,published,kind,source\ngrowth,2026-03-31,12%,2026-05-13,reported,R\n"
    item = {"start": "2025-04-01", "end": "2026-03-31", "val": 5, "accn": "1", "form": "10-K", "filed": "2026-05-13"}
    concepts = {"Revenues": {"units": {"CNY": [item]}}}
    filed = "json\n" + json.dumps({"cik": 1, "entityName": "A", "facts": {"us-gaap": concepts}})
    made += [RULES + MARK + text for text in (table, filed)]
    random = Random(13)
    for path in shipped() if files is None else files:
        text = path.read_text("utf-8")
        program = checked(text).program if len(text) < MAX_LENGTH // 2 else None
        if program is not None and program.inputs:
            made += [text + MARK + facts_of(program, random) for _ in range(2)]
    for path in sorted((ROOT / "tests" / "cases").glob("facts_*/*.yaml")):
        text = path.read_text("utf-8")
        names = dict.fromkeys(re.findall(r"^  ([a-z_]+):", text, re.M))
        inputs = "".join(f'input {name} "I" : percent per quarter\n' for name in names)
        asks = "".join(f'bull b_{name} "B" on p when {name} > 5%\n' for name in names)
        made.append(f'rules r "R"\n{inputs}pillar p "P"\n{asks}' + MARK + text)
    small = {text.encode() for text in made if len(text) <= MAX_LENGTH}
    return sorted(data for data in small if keeps_the_law(data, page=False) == "reports")


# --- changes ------------------------------------------------------------------------------------------------

_FIGURE = re.compile(r"(?<![\w.-])\d+(?:\.\d+)?")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_WORD = re.compile(r"[a-z_]{2,}")
_FIGURES = ("0", "1", "2", "3", "4", "9", "12", "50", "100", "365", "999999999", "0.5", "0.001", "1.5")
_ALIKE = (
    (" > ", " < ", " >= ", " <= "), (" + ", " - ", " * ", " / "), (" and ", " or ", " and not "), ("bull ", "bear "),
    ("high(", "low(", "average(", "median(", "sum(", "stdev(", "trend("), ("yoy(", "qoq(", "growth(", "change("),
    ("min(", "max("), ("quarter", "year", "month", "day", "week", "half"), ("is supported", "is undermined", "is open", "is contested"),
    ("is known", "is unknown", "is meaningful"), ("percent", "money", "count", "multiple", "number"), ("true", "false"),
    ("bullish", "bearish", "neutral"), ("has happened", "is met", "is missed", "is pending"), ("flag", "date", "text"),
    ("optional", "balance", ""), ("latest(", "ttm(", "previous(", "streak("),
)  # fmt: skip
_KINDS = ("reported", "estimate", "guidance", "claim", "derived")
_SPELLED = tuple(value for values in _VALUES.values() for value in values) + UNKNOWN + ("1e5", "5 bn", "0%", "[a, b]")
_PERIODS = (
    "FY2026", "FY2025", "Q3 FY2026", "Q4 FY2026", "H1 FY2026", "9M 2025-12-31", "TTM 2025-09-30", "YTD 2025-12-31", "2026-03-31",
    "2025-12-31", "2025-09-30", "2025-03-31", "6M 2025-09-30", "3M 2026-03-31",
)  # fmt: skip
_MORE = (
    "exchange_rates:\n  - {of: USD, to: CNY, value: 7.1, date: 2026-03-31, source: R}\n", "reports: halves\n",
    "fiscal_year_ends: 12-31, 03-31 from 2024-01-01\n", "splits:\n  - {date: 2025-06-01, ratio: 2 for 1, source: R}\n",
)  # fmt: skip


def _other(random: Random, text: str, found: re.Pattern[str], new: Callable[[str], str]) -> str:
    """One of the places that look like this, with something else in it."""
    places = list(found.finditer(text))
    if not places:
        return text
    at = random.choice(places)
    return text[: at.start()] + new(at[0]) + text[at.end() :]


def _one_of_its_kind(random: Random, text: str) -> str:
    """An operator, a function, a unit or a word, with another of the same kind in its place."""
    for alike in random.sample(_ALIKE, len(_ALIKE)):
        there = [word for word in alike if word.strip() and word in text]
        if there:
            return _other(
                random, text, re.compile(re.escape(random.choice(there))), lambda _, of=alike: random.choice(of)
            )  # type: ignore[misc]
    return text


def _changed_rules(random: Random, rules: str) -> str:
    head, newline, body = rules.partition("\n")
    lines = body.split("\n")
    way = random.randrange(12)
    if way < 4:
        body = _other(random, body, _FIGURE, lambda _: random.choice(_FIGURES))
    elif way < 8:
        body = _one_of_its_kind(random, body)
    elif way < 10:
        names = re.findall(r"^(?:input|metric|param|bull|bear|pillar) ([a-z_]\w*)", body, re.M) or ["x"]
        body = _other(random, body, re.compile(rf"\b(?:{'|'.join(names)})\b"), lambda _: random.choice(names))
    elif way == 10 and len(lines) > 3:
        del lines[random.randrange(len(lines))]
        body = "\n".join(lines)
    else:
        at = random.randrange(len(lines))
        again = re.sub(r"^(\w+ )([a-z_]\w*)", rf"\1\2_{random.randrange(99)}", lines[at])
        body = "\n".join([*lines[: at + 1], again, *lines[at + 1 :]])
    return head + newline + body


def _changed_facts(random: Random, facts: str) -> str:
    """Below the head, which says whose facts they are."""
    cut = next((facts.index(mark) + len(mark) for mark in ("\nfacts:\n", "source\n") if mark in facts), 0)
    head, body = facts[:cut], facts[cut:]
    lines = body.split("\n")
    way = random.randrange(14)
    if way < 3:
        body = _other(
            random, body, re.compile(r"(?<=value: )[^,}]*|(?<=,)[^,\n]*(?=,20)"), lambda old: _spelled(random, old)
        )
    elif way < 6:
        body = _other(random, body, _FIGURE, lambda _: random.choice(_FIGURES))
    elif way < 8:
        days = _DAY.findall(body)
        body = _other(
            random, body, _DAY, lambda day: random.choice(days) if random.random() < 0.8 else _moved(random, day)
        )
    elif way == 8:
        body = _other(random, body, re.compile("|".join(_KINDS)), lambda _: random.choice(_KINDS))
    elif way == 9:
        when = random.choice(_PERIODS)
        word = "date" if when[0] == "2" else "period"
        body = _other(random, body, re.compile(r"(?:date|period): [^,}]*"), lambda _: f"{word}: {when}")
    elif way == 10:
        names = re.findall(r"^  ([a-z_]+):", body, re.M) or ["x"]
        body = _other(
            random, body, re.compile(rf"(?<=^  )(?:{'|'.join(names)})(?=:)", re.M), lambda _: random.choice(names)
        )
    elif way == 11 and len(lines) > 2:
        del lines[random.randrange(len(lines))]
        body = "\n".join(lines)
    elif way == 12:
        at = random.randrange(len(lines))
        body = "\n".join([*lines[: at + 1], lines[at], *lines[at + 1 :]])
    elif head.endswith("facts:\n"):
        head = head[: -len("facts:\n")] + random.choice(_MORE) + "facts:\n"
    return head + body


def _spelled(random: Random, old: str) -> str:
    """Another value, most often of the same unit."""
    unit = next((unit for unit in ("%", "CNY", "x", "bn") if old.endswith(unit)), "")
    alike = [value for value in _SPELLED if value.endswith(unit)] if unit and random.random() < 0.9 else _SPELLED
    return filled(random.choice(alike), random)


def _moved(random: Random, day: str) -> str:
    try:
        days = random.choice((1, -1, 7, 91, -91, 365, -365, 30))
        return str(dt.date.fromisoformat(day) + dt.timedelta(days=days))
    except (ValueError, OverflowError):
        return random.choice(_PERIODS)


def changed(data: bytes, random: Random) -> bytes:
    """An input with one to four changes, of which each leaves it most often an input that reaches a report."""
    rules, mark, facts = data.decode("utf-8", "replace").partition(MARK)
    for _ in range(random.choice((1, 1, 1, 2, 2, 4))):
        if random.random() < 0.35:
            rules = _changed_rules(random, rules)
        else:
            facts = _changed_facts(random, facts)
    return (rules + mark + facts).encode()[:MAX_LENGTH]


def crossed(one: bytes, other: bytes, random: Random) -> bytes:
    """The rules of one with its facts, and some entries of the other's facts among them."""
    rules, mark, facts = one.decode("utf-8", "replace").partition(MARK)
    given = [
        line for line in other.decode("utf-8", "replace").partition(MARK)[2].split("\n") if line.startswith("    - ")
    ]
    lines = facts.split("\n")
    places = [at for at, line in enumerate(lines) if line.startswith("    - ")]
    if not given or not places:
        return changed(one, random)
    for _ in range(random.choice((1, 2, 3))):
        value = re.search(r"value: ([^,}]*)", random.choice(given))
        at = random.choice(places)
        lines[at] = re.sub(r"value: [^,}]*", lambda _, v=value: f"value: {v[1]}" if v else "value: 1", lines[at])
    return (rules + mark + "\n".join(lines)).encode()[:MAX_LENGTH]


def words() -> Iterator[str]:
    """What a fuzzer may put in by itself."""
    yield from (MARK, *_KINDS, *_PERIODS, *_MORE)
    yield from (value.replace("{n}", "7") for value in _SPELLED)
    yield from (word for alike in _ALIKE for word in alike if word)
