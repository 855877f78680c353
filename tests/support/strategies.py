"""Whole rule files as hypothesis draws them: well-typed, so that they check without an error.

`rule_files()` yields `RuleFile`s: the text, the names of the inputs with the words of their type, and the same
text's declarations one by one (header first), to be shuffled, dropped or renamed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from hypothesis import strategies as st

TYPES = (
    "money", "money per quarter", "money per year", "money per day", "percent", "percent per quarter", "percent per year",
    "number", "number per quarter", "multiple", "multiple per quarter", "count", "count per quarter", "flag", "date",
    "choice of (commerce, cloud, mixed)", "set of (cloud, models, payments)",
)  # fmt: skip
"""What an input is drawn from."""

SERIES = {"quarter": "quarters", "year": "years", "day": "days"}


@dataclass(frozen=True)
class RuleFile:
    """A rule file that checks; `declarations` joined by newlines are its text."""

    declarations: tuple[str, ...]
    inputs: dict[str, str]
    conditions: tuple[str, ...] = ()
    verdicts: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The file as it would be written."""
        return "\n".join(self.declarations) + "\n"


@dataclass(frozen=True)
class _Figure:
    """An expression with what it is: the words of its unit, and how often it comes ('' for a single value)."""

    text: str
    unit: str
    every: str = ""


Draw = Callable[[st.SearchStrategy[object]], object]

percents = st.integers(0, 200).map(lambda n: f"{n / 2:g}%")
multiples = st.integers(1, 80).map(lambda n: f"{n / 2:g}x")
moneys = st.integers(0, 900).map(lambda n: f"{n}bn CNY")
numbers = st.one_of(st.integers(0, 50).map(str), st.sampled_from(["0.5", "1.25", "3.75"]))
LITERALS = {"percent": percents, "multiple": multiples, "money": moneys, "number": numbers, "count": numbers}


class _Names:
    """What has been declared so far: figures to calculate with, and conditions."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.figures: list[_Figure] = []
        self.inputs: dict[str, str] = {}

    def add_input(self, name: str, words: str) -> None:
        self.inputs[name] = words
        unit, _, every = words.partition(" per ")
        if unit in LITERALS:
            flow = f"{unit} per {every}" if unit == "money" and every in ("quarter", "year") else unit
            self.figures.append(_Figure(name, flow, every))

    def figure(self, depth: int = 2) -> _Figure:
        """Some well-typed figure; a literal percent where nothing is declared."""
        if not self.figures:
            return _Figure(self.draw(percents), "percent")
        base = self.draw(st.sampled_from(self.figures))
        return self.grown(base) if depth and self.draw(st.booleans()) else base

    def like(self, one: _Figure) -> _Figure:
        """Something that can be added to a figure: another of its kind and frequency, or a literal."""
        same = [f for f in self.figures if f.unit == one.unit and f.every in ("", one.every)]
        if same and self.draw(st.booleans()):
            return self.draw(st.sampled_from(same))
        return _Figure(self.draw(LITERALS[one.unit.split(" per ")[0]]), one.unit)

    def grown(self, one: _Figure) -> _Figure:
        """A figure made of another by arithmetic or a function, of a type that we know."""
        ways = ["plus", "least", "times", "share", "negative", "known", "cases"]
        if one.every:
            ways += ["lag", "change", "latest", "growth", "average", "percentile"]
        if one.every == "quarter" and one.unit in ("money per quarter", "count"):
            ways += ["ttm"]
        if one.every == "day":
            ways += ["drawdown", "high"]
        return getattr(self, f"_{self.draw(st.sampled_from(ways))}")(one)

    def _plus(self, one: _Figure) -> _Figure:
        if one.unit == "percent":  # a percent less a percent is in pp, which may stand wherever percents do
            return _Figure(
                f"({one.text} {self.draw(st.sampled_from('+-'))} {self.like(one).text})", "percent", one.every
            )
        return _Figure(f"({one.text} {self.draw(st.sampled_from('+-'))} {self.like(one).text})", one.unit, one.every)

    def _least(self, one: _Figure) -> _Figure:
        word = self.draw(st.sampled_from(["min", "max", "sum", "average", "median"]))
        return _Figure(f"{word}({one.text}, {self.like(one).text})", one.unit, one.every)

    def _times(self, one: _Figure) -> _Figure:
        sign = self.draw(st.sampled_from("*/"))
        unit = "number" if one.unit.startswith("count") else one.unit
        return _Figure(f"({one.text} {sign} {self.draw(st.sampled_from(['2', '0.5', '10']))})", unit, one.every)

    def _share(self, one: _Figure) -> _Figure:
        ratio = f"{one.text} / {self.like(one).text}"
        if one.unit in ("number", "count", "count per year"):
            return _Figure(f"({ratio} * 1)", "number", one.every)
        return _Figure(f"(100% * ({ratio}))", "percent", one.every)

    def _negative(self, one: _Figure) -> _Figure:
        return _Figure(
            self.draw(st.sampled_from(["-{}", "abs({})", "round({}, 2)", "floor({})"])).format(one.text),
            one.unit,
            one.every,
        )

    def _known(self, one: _Figure) -> _Figure:
        return _Figure(f"first_known({one.text}, {self.like(one).text})", one.unit, one.every)

    def _cases(self, one: _Figure) -> _Figure:
        sign, more = self.draw(st.sampled_from(["<", ">="])), self.like(one).text
        asked = f"{one.text} {sign} {self.like(one).text}"
        other = f"if {one.text} is unknown then {more} else {more}" if self.draw(st.booleans()) else more
        return _Figure(f"(if {asked} then {one.text} else {other})", one.unit, one.every)

    def _lag(self, one: _Figure) -> _Figure:
        return _Figure(f"lag({one.text}, {self.draw(st.integers(1, 6))})", one.unit, one.every)

    def _change(self, one: _Figure) -> _Figure:
        return _Figure(f"change({one.text}, {self.draw(st.integers(1, 6))})", one.unit, one.every)

    def _latest(self, one: _Figure) -> _Figure:
        return _Figure(f"latest({one.text})", one.unit)

    def _growth(self, one: _Figure) -> _Figure:
        return _Figure(f"{self.draw(st.sampled_from(['yoy', 'qoq']))}({one.text})", "percent", one.every)

    def _average(self, one: _Figure) -> _Figure:
        word = self.draw(st.sampled_from(["average", "max", "sum"]))
        return _Figure(f"{word}({one.text}, {self.draw(st.integers(2, 8))} {SERIES[one.every]})", one.unit, one.every)

    def _percentile(self, one: _Figure) -> _Figure:
        return _Figure(
            f"percentile({one.text}, {self.draw(st.integers(2, 8))} {SERIES[one.every]})", "percent", one.every
        )

    def _ttm(self, one: _Figure) -> _Figure:
        return _Figure(f"ttm({one.text})", f"{one.unit.split(' per ')[0]} per year", one.every)

    def _drawdown(self, one: _Figure) -> _Figure:
        return _Figure(f"drawdown({one.text}, 60 days)", "percent", "day")

    def _high(self, one: _Figure) -> _Figure:
        return _Figure(f"{self.draw(st.sampled_from(['high', 'low']))}({one.text}, 60 days)", one.unit, "day")

    def comparison(self) -> tuple[str, str]:
        """A comparison and how often it comes."""
        one = self.figure()
        sign = self.draw(st.sampled_from(["<", "<=", ">", ">="]))
        return f"{one.text} {sign} {self.like(one).text}", one.every

    def condition(self, others: list[str]) -> str:
        """Something true or false: comparisons, words, sets, conditions by name, joined by and, or and not."""
        parts = []
        for _ in range(self.draw(st.integers(1, 3))):
            text, every = self.comparison()
            choices = [text, text, f"not {text}", f"{self.figure().text} is known"]
            one = self.figure()
            limit = self.like(one).text
            choices += [f"{one.text} not between {limit} and {limit}", f"{one.text} in ({limit})"]
            choices += [f"(if {text} then {text} else not {text})"]
            choices += [f"{text} for {self.draw(st.integers(1, 4))} {SERIES[every]}"] if every else []
            choices += (
                [f"{text} for {self.draw(st.integers(1, 3))} of {self.draw(st.integers(3, 5))} {SERIES[every]}"]
                if every
                else []
            )
            for name, words in self.inputs.items():
                kind = words.split(" of ")[0]
                choices += {"flag": [name, f"{name} is unknown"], "choice": [f"{name} is cloud", f"{name} is not mixed",
                                       f"{name} in (cloud, mixed)", f"{name} not in (commerce)"],
                            "set": [f"{name} includes models", f"count({name}) >= 2"],
                            "date": [f"{name} < 2026-08-27", f"year({name}) > 2020"]}.get(kind, [])  # fmt: skip
            parts.append(self.draw(st.sampled_from(choices + others)))
        return self.draw(st.sampled_from([" and ", " or "])).join(parts)


@st.composite
def rule_files(draw: st.DrawFn, max_inputs: int = 6, max_metrics: int = 5) -> RuleFile:
    """A module of inputs, params, metrics, pillars, conditions, tables, a scenario: it checks without errors."""
    names = _Names(draw)
    lines = ['rules drawn "Drawn"']
    for n, words in enumerate(draw(st.lists(st.sampled_from(TYPES), min_size=1, max_size=max_inputs))):
        clause = draw(st.sampled_from(["", " optional", " stale after 120 days"]))
        lines.append(f'input in_{n} "Input {n}" : {words}{clause}')
        names.add_input(f"in_{n}", words)
    for n, unit in enumerate(draw(st.lists(st.sampled_from(["percent", "multiple", "number"]), max_size=3))):
        lines.append(f"param par_{n} = {draw(LITERALS[unit])}")
        names.figures.append(_Figure(f"par_{n}", unit))
    for n in range(draw(st.integers(0, max_metrics))):
        made = names.grown(names.figure())
        lines.append(f'metric met_{n} "Metric {n}" = {made.text}')
        names.figures.append(_Figure(f"met_{n}", made.unit, made.every))
    pillars = [f"pil_{n}" for n in range(draw(st.integers(1, 3)))]
    for pillar in pillars:
        applies = f" applies when {names.condition([])}" if draw(st.integers(0, 3)) == 0 else ""
        lines.append(f'pillar {pillar} "Does {pillar} hold?"{applies}')
    conditions: list[str] = []
    for n in range(draw(st.integers(1, 5))):
        on = ", ".join(draw(st.lists(st.sampled_from(pillars), min_size=1, max_size=2, unique=True)))
        head = f"{draw(st.sampled_from(['bull', 'bear']))} con_{n} on {on} weight {draw(st.integers(1, 5))}"
        applies = f" applies when {names.condition([])}" if draw(st.integers(0, 3)) == 0 else ""
        because = f' because "It is {{{names.figure().text}}}."' if draw(st.booleans()) else ""
        critical = draw(st.sampled_from(["", " critical"]))
        lines.append(f"{head}{critical}{applies} when {names.condition(list(conditions))}{because}")
        conditions.append(f"con_{n}")
    verdicts: dict[str, tuple[str, ...]] = {}
    statuses = [f"{p} is {s}" for p in pillars for s in ("supported", "undermined", "contested", "open")]
    for n in range(draw(st.integers(1, 2))):
        known = conditions + statuses + [f'{v} is "{o}"' for v, outcomes in verdicts.items() for o in outcomes]
        rows = []
        for row in range(draw(st.integers(1, 3))):
            tone = draw(st.sampled_from(["", " bullish", " bearish", " neutral"]))
            rows.append(f'  when {names.condition(known)} then "Row {row}"{tone}')
        applies = f"  applies when {names.condition([])}" if draw(st.integers(0, 3)) == 0 else ""
        lines.append(
            "\n".join([f'verdict ver_{n} "Verdict {n}" over 6 months', applies, *rows, '  otherwise "Else" neutral'])
        )
        verdicts[f"ver_{n}"] = (*(f"Row {row}" for row in range(len(rows))), "Else")
    return RuleFile(tuple(lines), names.inputs, tuple(conditions), verdicts)
