"""What rules judge: tables, conditions, pillars, kills, scenarios, and what is missing.

In: parts of the result model. Out: the same as values of the face. Must not know how anything is calculated.

What is not decided is never a single word: `outcome`, `status` and a `state` of true or false are there only where nothing
that is still unknown could change them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from thesis.errors import short
from thesis.values import Figure, Names, Reason

if TYPE_CHECKING:
    from evaluator.schema import report as r


@dataclass(frozen=True, slots=True, repr=False)
class Alert:
    """What a reader of a verdict must know first. `kind`: a "kill" that has happened, a "critical bear" that is true, a
    "missed catalyst", a "finding" in the facts, a ratio that divides by a figure "below zero", a multiple of a "worth below
    zero", texts that differ in their "spelling" alone; `names` the judgements that rest on it; `text` the sentence."""

    kind: str
    names: tuple[str, ...]
    text: str

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return short(f"<{self.kind}: {self.text}>")


@dataclass(frozen=True, slots=True, repr=False)
class Verdict:
    """The answer of a table. `outcomes`: every one that is still possible, in the order of the rows; `outcome`: the one
    that is left, None where several are, and where the table does not apply (`applicable` is "no", and `because` says why).
    `tone` is bullish, neutral or bearish, None where it is open; `because` why, '' where it is open; `evidence` the share of
    its weight by kind of source, from 0 to 1; `alerts` what must be known before it is read."""

    name: str
    title: str
    horizon: str | None
    outcomes: tuple[str, ...]
    tone: str | None
    because: str
    reasons: tuple[Reason, ...]
    evidence: Mapping[str, float]
    alerts: tuple[Alert, ...] = ()
    applicable: str = "yes"

    @property
    def decided(self) -> bool:
        """Whether one outcome is left."""
        return len(self.outcomes) == 1 and self.applicable != "no"

    @property
    def outcome(self) -> str | None:
        """The one outcome; None where several are possible: then see `outcomes`."""
        return self.outcomes[0] if self.decided else None

    def __repr__(self) -> str:
        return short(f"<{self.name}: {' or '.join(self.outcomes)}{marked(self.alerts)}>")


@dataclass(frozen=True, slots=True, repr=False)
class Condition:
    """A bull or a bear. `state` is true, false, unknown or not applicable; `weight` its weight, `share` the same as part of
    all weights; `formula` what it asks, as written; `alerts` what must be known before it is read."""

    name: str
    title: str
    side: str
    state: str
    weight: float
    share: float
    critical: bool
    pillars: tuple[str, ...]
    formula: str
    because: str
    reasons: tuple[Reason, ...]
    alerts: tuple[Alert, ...] = ()

    def __repr__(self) -> str:
        return short(f"<{self.side} {self.name}: {self.state}{marked(self.alerts)}>")


@dataclass(frozen=True, slots=True, repr=False)
class Pillar:
    """A question on which the thesis depends. `statuses`: supported, undermined, contested, open, as many as are still
    possible; `status` the one that is left, None where several are."""

    name: str
    question: str
    statuses: tuple[str, ...]
    conditions: tuple[str, ...]
    reasons: tuple[Reason, ...]
    alerts: tuple[Alert, ...] = ()

    @property
    def status(self) -> str | None:
        """The one status; None where several are possible."""
        return self.statuses[0] if len(self.statuses) == 1 else None

    def __repr__(self) -> str:
        return short(f"<pillar {self.name}: {' or '.join(self.statuses)}{marked(self.alerts)}>")


@dataclass(frozen=True, slots=True, repr=False)
class Kill:
    """What would end the thesis. `state` is true where it has happened, false or unknown; `by` the day until which it
    counts (None: always)."""

    name: str
    title: str
    state: str
    by: dt.date | None
    formula: str
    because: str
    reasons: tuple[Reason, ...]
    alerts: tuple[Alert, ...] = ()

    def __repr__(self) -> str:
        return short(f"<kill {self.name}: {self.state}{marked(self.alerts)}>")


@dataclass(frozen=True, slots=True, repr=False)
class Scenario:
    """A world of the rules beside the one that is. `probability` from 0 to 1 (None: not said); `outcomes` of each table
    there; `score` from -1 to 1 (None where nothing applies); `turned` the conditions that are something else there, in
    words."""

    name: str
    title: str
    probability: float | None
    outcomes: Mapping[str, tuple[str, ...]]
    score: Figure | None
    turned: tuple[str, ...]

    def __repr__(self) -> str:
        likely = f" ({self.probability:.0%})" if self.probability is not None else ""
        said = "; ".join(f"{name}: {' or '.join(words)}" for name, words in self.outcomes.items())
        return short(f"<scenario {self.name}{likely}: {said}>")


@dataclass(frozen=True, slots=True, repr=False)
class Missing:
    """A figure that is missing, stale or too wide, the most telling first. `gain`: how many outcomes of all tables would
    fall away on average if it were known; `score_gain`: how much narrower the score would be, from 0 to 2."""

    name: str
    title: str
    required: bool
    reasons: tuple[Reason, ...]
    gain: float
    score_gain: float

    def __repr__(self) -> str:
        return short(f"<missing {self.name}: {self.reasons[0] if self.reasons else self.title}>")


# --- from the result model ---------------------------------------------------------------------------------


def reasons(found: Iterable[r.Reason]) -> tuple[Reason, ...]:
    """Reasons of the result model."""
    return tuple(Reason(x.name, x.title, x.period, x.reason) for x in found)


def alerts(model: r.Report, name: str | None = None) -> tuple[Alert, ...]:
    """What stands above the verdicts of a report; of one name what it rests on."""
    found = (alert for alert in model.alerts if name is None or name in alert.names)
    return tuple(Alert(alert.kind, tuple(alert.names), alert.text) for alert in found)


@dataclass(frozen=True, slots=True, repr=False)
class Valuation:
    """What something is worth beside its price. `upside` is value ÷ price − 1, `margin_of_safety` 1 − price ÷ value;
    `price_day` the day of the newest price (None: none is known), `price_old` whether newer ones must be out; `scenarios` the
    value in each, `weighted` by their probabilities (None where none has any); `next_catalyst` stands in the report."""

    name: str
    title: str
    value: Figure
    price: Figure
    price_day: dt.date | None
    price_old: bool
    upside: Figure
    margin_of_safety: Figure
    scenarios: Mapping[str, Figure]
    weighted: Figure | None
    formula: str
    reasons: tuple[Reason, ...]
    alerts: tuple[Alert, ...] = ()

    def __repr__(self) -> str:
        day = f" of {self.price_day}" if self.price_day is not None else ""
        said = f"{self.value} against {self.price}{day}, upside {self.upside}"
        return short(f"<valuation {self.name}: {said}{marked(self.alerts)}>")


def marked(found: Sequence[Alert]) -> str:
    """Behind an outcome, that something must be known first."""
    return f" (! {found[0].text}{f'; and {len(found) - 1} more' if len(found) > 1 else ''})" if found else ""


def score(model: r.Report) -> Figure | None:
    """The score of a report."""
    return _figure(model.score)


def _figure(found: r.Shown | None) -> Figure | None:
    return figure(found) if found is not None else None


def figure(found: r.Shown) -> Figure:
    """A figure as a report shows it."""
    return Figure(found.text, found.known, (), (), (), found.unit, found.low, found.high)


def verdicts(model: r.Report) -> Names[Verdict]:
    """The tables of a report."""
    found = {
        v.name: Verdict(
            v.name, v.title, v.horizon, tuple(v.outcomes), v.tone, v.because, reasons(v.reasons), dict(v.evidence.shares),
            alerts(model, v.name), v.applicable,
        )
        for v in model.verdicts
    }  # fmt: skip
    return Names(found, "verdict")


def conditions(model: r.Report) -> Names[Condition]:
    """The bulls and bears of a report."""
    found = {
        c.name: Condition(
            c.name, c.title, c.side, c.state, c.weight, c.share, c.critical, tuple(c.pillars), c.written, c.because,
            reasons(c.reasons), alerts(model, c.name),
        )
        for c in model.conditions
    }  # fmt: skip
    return Names(found, "condition")


def pillars(model: r.Report) -> Names[Pillar]:
    """The pillars of a report."""
    found = {
        x.name: Pillar(
            x.name, x.question, tuple(x.statuses), tuple(x.conditions), reasons(x.reasons), alerts(model, x.name)
        )
        for x in model.pillars
    }
    return Names(found, "pillar")


def kills(model: r.Report) -> Names[Kill]:
    """The kills of a report."""
    found = {
        k.name: Kill(k.name, k.title, k.state, k.by, k.written, k.because, reasons(k.reasons), alerts(model, k.name))
        for k in model.kills
    }
    return Names(found, "kill")


def valuations(model: r.Report) -> Names[Valuation]:
    """The valuations of a report."""
    found = {
        v.name: Valuation(
            v.name, v.title, figure(v.value), figure(v.price), v.price_day, v.price_old, figure(v.upside),
            figure(v.margin_of_safety), {s.name: figure(s.value) for s in v.scenarios},
            figure(v.weighted.value) if v.weighted is not None else None, v.written,
            reasons([*v.reasons, *v.price_reasons]), alerts(model, v.name),
        )
        for v in model.valuations
    }  # fmt: skip
    return Names(found, "valuation")


def scenarios(model: r.Report) -> Names[Scenario]:
    """The scenarios of a report."""
    found = {}
    for x in model.scenarios:
        outcomes = {name: tuple(words) for name, words in x.outcomes.items()}
        found[x.name] = Scenario(x.name, x.title, x.probability, outcomes, _figure(x.score), tuple(x.turned))
    return Names(found, "scenario")


def missing(model: r.Report) -> Names[Missing]:
    """What is missing in a report, the most telling first."""
    found = {
        u.name: Missing(u.name, u.title, u.required, reasons(u.wanted), u.gain, u.score_gain) for u in model.unknowns
    }
    return Names(found, "missing figure")
