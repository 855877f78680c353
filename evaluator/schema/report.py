"""The result of a run, as data: what `--format json` prints and what the templates read. Pydantic, with a schema.

In: nothing (made by `report.py`). Out: `Report`. Must not know how anything was calculated. Every figure stands both as
numbers in base units (38% is 0.38; null: no bound known) and as the text a reader sees.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import Field

from evaluator.schema.drawings import Edge as Edge
from evaluator.schema.drawings import ForecastResult as ForecastResult
from evaluator.schema.drawings import GraphResult as GraphResult
from evaluator.schema.drawings import KeyFigure as KeyFigure
from evaluator.schema.drawings import KeyFigures as KeyFigures
from evaluator.schema.drawings import Node as Node
from evaluator.schema.drawings import Point as Point
from evaluator.schema.drawings import PriceEvent as PriceEvent
from evaluator.schema.drawings import PriceResult as PriceResult
from evaluator.schema.drawings import SeriesResult as SeriesResult
from evaluator.schema.front import Answer as Answer
from evaluator.schema.front import Bullet as Bullet
from evaluator.schema.front import Call as Call
from evaluator.schema.front import Direction as Direction
from evaluator.schema.front import Front as Front
from evaluator.schema.front import Narrowing as Narrowing
from evaluator.schema.front import Question as Question
from evaluator.schema.front import Risk as Risk
from evaluator.schema.front import Settlement as Settlement
from evaluator.schema.front import Speaks as Speaks
from evaluator.schema.front import Trend as Trend
from evaluator.schema.front import UnknownResult as UnknownResult
from evaluator.schema.front import WrongIf as WrongIf
from evaluator.schema.grounds import Assumed as Assumed
from evaluator.schema.grounds import ChangeResult as ChangeResult
from evaluator.schema.grounds import CompanyResult as CompanyResult
from evaluator.schema.grounds import FactResult as FactResult
from evaluator.schema.grounds import ModuleResult as ModuleResult
from evaluator.schema.grounds import ParamResult as ParamResult
from evaluator.schema.grounds import RateResult as RateResult
from evaluator.schema.grounds import ReadResult as ReadResult
from evaluator.schema.grounds import ReplacedResult as ReplacedResult
from evaluator.schema.parts import Check as Check
from evaluator.schema.parts import Model as Model
from evaluator.schema.parts import Piece as Piece
from evaluator.schema.parts import Reason as Reason
from evaluator.schema.parts import Shown as Shown
from evaluator.schema.parts import State as State

SCHEMA_VERSION = "1"

Tone = Literal["bullish", "neutral", "bearish"]
Side = Literal["bull", "bear"]

DISCLAIMER = (
    "General information, not investment advice. It applies the rules named above to the facts listed above as of the "
    "date shown; it knows nothing of your circumstances, and figures that are missing, bounded or claimed are marked as such."
)


class ConditionResult(Model):
    """A bull or a bear with its state and everything under it."""

    name: str
    title: str
    side: Side
    pillars: list[str]
    weight: float
    share: float
    """Its weight as part of all weights."""
    critical: bool
    state: State
    written: str
    applies: str | None
    applies_words: str = ""
    """When it applies, in words; '' where it always does."""
    because: str
    said: list[Piece] = Field(default_factory=list)
    """The same, with what stands behind each figure."""
    checks: list[Check]
    reasons: list[Reason]
    kinds: dict[str, float]
    """Share of it that rests on each kind of source; adds up to 1, or empty where it rests on no fact."""
    facts: list[int]
    """Numbers of the facts underneath."""
    origin: str


class MetricResult(Model):
    """A metric at the period that is read, whether anything rests on it or not."""

    name: str
    title: str
    value: Shown
    period: str
    """Of which period, with a value of today laid beside it where the rules do so; '' for what has none."""
    written: str
    """The formula."""
    given: bool
    """Whether a source's figure stands in place of the formula."""
    left_out: list[str]
    """What its windows leave out, in sentences: figures that are not meaningful."""
    reasons: list[Reason]
    """Why it is unknown, or not meaningful; empty where it is neither."""
    facts: list[int]
    """Numbers of the facts underneath."""
    origin: str


class PillarResult(Model):
    """A pillar with the statuses that are possible (one where it is decided)."""

    name: str
    question: str
    statuses: list[str]
    decided: bool
    conditions: list[str]
    reasons: list[Reason]


class RowResult(Model):
    """A row of a verdict table."""

    written: str
    words: str = ""
    """The same in words."""
    outcome: str
    tone: Tone | None
    holds: State
    decides: bool
    """Whether this is the row that gave the outcome, or may give it."""
    checks: list[Check]


class Alarm(Model):
    """What stands above the verdicts: a kill that has happened, a critical bear that is true, a missed catalyst."""

    kind: Literal["kill", "critical bear", "missed catalyst"]
    name: str
    title: str
    day: dt.date | None


class Doubt(Model):
    """A judgement that rests on a ratio whose denominator is below 0, so that it may mean nothing: a P/E of a loss."""

    name: str
    """The condition, kill or verdict."""
    title: str
    says: str
    """What it came to: `true`, `false`, an outcome."""
    figure: str
    """What divides, in words."""
    denominator: str
    value: Shown


class Suspect(Model):
    """A finding in the facts that casts doubt on what was judged: a figure of another scale, sign, currency or basis."""

    code: str
    message: str
    mend: str
    names: list[str]
    """The conditions, kills and verdicts that are decided and rest on such a figure."""
    judgements: list[str]
    """The titles of the conditions, kills and verdicts that are decided and rest on such a figure."""


class Alert(Model):
    """What a reader of a verdict must know first, as one sentence: an alarm, a finding in the facts, a ratio whose
    denominator is below 0, two texts that may be two spellings of one."""

    kind: Literal["kill", "critical bear", "missed catalyst", "finding", "below zero", "worth below zero", "spelling"]
    names: list[str]
    """The conditions, kills, catalysts, pillars and verdicts that it speaks of, and those that rest on one of these."""
    text: str


class Old(Model):
    """The newest figure of a name, where it is older than figures of its rhythm come."""

    names: list[str]
    """The titles of all names whose newest figure is of this period."""
    period: str
    age_days: int
    allowed_days: int


class Evidence(Model):
    """On what a conclusion rests: shares of its weight by kind of source, on what the rules assume (`assumption`), and on no
    fact at all."""

    shares: dict[str, float]
    weight: float


class VerdictResult(Model):
    """A table's answer: every outcome still possible, the likeliest reading first in row order."""

    name: str
    title: str
    horizon: str | None
    outcomes: list[str]
    """Where it does not apply, that alone: it says nothing then, and is not decided."""
    decided: bool
    applies: str | None = None
    """Its `applies when`, as written."""
    applies_words: str = ""
    """The same in words."""
    applicable: Literal["yes", "no", "unknown"] = "yes"
    """Whether it applies; `because` says why not."""
    tone: Tone | None
    because: str
    said: list[Piece] = Field(default_factory=list)
    """The same, with what stands behind each figure."""
    rows: list[RowResult]
    reasons: list[Reason]
    evidence: Evidence
    assumes: list[str]
    """What the outcome rests on beside facts: figures of the author's own, fallbacks, bounds; in words."""
    past: list[str]
    """Rows above the one that decides which do not hold because their figures mean nothing; in words."""
    facts: list[int]
    origin: str


class KillResult(Model):
    """What would end the thesis: whether it has happened, judged once by what was known on each day, and how far off its
    condition is today."""

    name: str
    title: str
    by: dt.date | None
    days_left: int | None
    status: Literal["has happened", "already so when the thesis began", "has not happened", "watched", "pending"]
    day: dt.date | None
    """On which day it was judged to be so; later figures change nothing in that."""
    state: State
    """What its condition is on today's figures, which do not decide it."""
    near: bool
    """Whether its condition holds today, and yet it has not happened: estimates and opinions do not decide it."""
    written: str
    because: str
    said: list[Piece] = Field(default_factory=list)
    """The same, with what stands behind each figure."""
    then: list[Check]
    """The figures by which it happened."""
    checks: list[Check]
    """Today's figures."""
    reasons: list[Reason]
    """What is missing, where it is pending."""


class CatalystResult(Model):
    """A dated event, judged once: upcoming, met, missed, or pending while figures of its time are missing."""

    name: str
    title: str
    day: dt.date
    days_left: int
    status: Literal["upcoming", "met", "missed", "pending"]
    judged: dt.date | None
    """On which day it was judged; later figures change nothing in that."""
    written: str
    because: str
    said: list[Piece] = Field(default_factory=list)
    """The same, with what stands behind each figure."""
    then: list[Check]
    """The figures by which it was judged."""
    checks: list[Check]
    """Today's figures."""
    reasons: list[Reason]
    """What is missing, where it is pending, or missed since nothing shows it."""


class Figured(Model):
    """A metric with its value."""

    name: str
    title: str
    value: Shown


class ScenarioResult(Model):
    """A world beside the one that is: what it assumes and what follows."""

    name: str
    title: str
    base: str | None
    """The scenario on which it builds."""
    probability: float | None
    assumes: list[Assumed]
    outcomes: dict[str, list[str]]
    """Each verdict's outcomes there."""
    kills: list[str]
    """Kills that have happened, or happen there."""
    score: Shown | None
    turned: list[str]
    """Conditions and kills whose state differs from today's, with what they become."""
    figures: list[Figured]
    """The metrics that differ in any scenario."""
    stays: list[str]
    """Metrics that a fact gives, and that this world changes only if it assumes them too."""


class Valued(Model):
    """What something is worth in one world, beside the price there. `name`: of the scenario; '' for all of them weighted."""

    name: str
    title: str
    probability: float | None
    value: Shown
    upside: Shown


class ValuationResult(Model):
    """What something is worth, beside the price that is paid for it."""

    name: str
    title: str
    value: Shown
    written: str
    range: Shown | None
    """From the lowest to the highest value, of today and of all scenarios; null where both are the same, or unknown."""
    price: Shown
    price_name: str
    price_title: str
    price_day: dt.date | None
    """The day of the newest price; null where none is known."""
    price_age_days: int | None
    price_old: bool
    """Whether newer prices must be out."""
    upside: Shown
    """Value ÷ price − 1."""
    margin_of_safety: Shown
    """1 − price ÷ value; not meaningful where the value is not above 0."""
    scenarios: list[Valued]
    weighted: Valued | None
    """By the probabilities of the scenarios; what no scenario has counts as today's world. Null where none has any."""
    reasons: list[Reason]
    """Why the value is unknown, or not meaningful."""
    price_reasons: list[Reason]
    facts: list[int]
    origin: str


class NodeExplanation(Model):
    """One name explained: value, formula, what it rests on, down to the facts."""

    name: str
    title: str
    role: str
    value: Shown
    state: str
    written: str
    because: str
    checks: list[Check]
    """Today's figures."""
    status: str
    """What became of a kill or a catalyst, which today's figures do not decide; '' for anything else."""
    day: dt.date | None
    """On which day a kill or a catalyst was judged."""
    then: list[Check]
    """The figures by which it was judged."""
    facts: list[FactResult]
    reasons: list[Reason]
    needs: list[NodeExplanation]
    shown_above: bool
    """True where this name was explained before in the tree; then `needs` is empty."""
    alerts: list[Alert]
    """Of the first node: what a reader of it must know first."""
    what_if: str = ""
    """Of the first node: what was set by hand, in a sentence; '' in the world as it is."""


class ExplainOutput(Model):
    """`thesis explain`: a tree for each name or expression, in the order asked for."""

    schema_version: str = SCHEMA_VERSION
    explained: list[NodeExplanation]


class Report(Model):
    """Everything a run says."""

    schema_version: str = SCHEMA_VERSION
    name: str
    title: str
    modules: list[ModuleResult]
    fingerprint: str
    """The hash of what the rules mean (SHA-256): the same for the same rules, whatever their layout and files."""
    facts_fingerprint: str | None
    """The hash of the facts and exchange rates that these rules ask for and that were known (SHA-256): the same for the
    same facts, whatever their order and files; null where there is no company."""
    company: CompanyResult | None
    as_of: dt.date
    reads: list[ReadResult]
    front: Front = Front()
    """What is read first: the call, the answer, what would prove it wrong."""
    what_if: str
    """What was set by hand, in a sentence; '' for a report on the world as it is."""
    alarms: list[Alarm]
    doubts: list[Doubt]
    """Judgements that rest on a ratio whose denominator is below 0."""
    suspects: list[Suspect]
    """Findings in the facts on which a judgement rests that is decided."""
    alerts: list[Alert]
    """All of these as sentences, each with what rests on it: what stands above the verdicts, however they are shown."""
    old: list[Old]
    """The newest figures under the verdicts (without any, under the conditions) that are older than such figures come."""
    asks: str | None
    view: str | None
    key_figures: list[KeyFigures]
    """What the rules `show`, in a table for each rhythm."""
    since: dt.date | None
    """The day on which the thesis began: events are judged from then on."""
    judged_from: dt.date | None
    """Where the rules name no such day, the first one on which anything was known."""
    valuations: list[ValuationResult]
    next_catalyst: str
    """The name of the next catalyst that is still open; '' where there is none."""
    verdicts: list[VerdictResult]
    score: Shown | None
    score_rests: float | None
    """The share of the weights on which the score rests: of conditions that are true or false."""
    critical: list[str]
    """Critical bears that are true."""
    critical_unknown: list[str]
    kills: list[KillResult]
    pillars: list[PillarResult]
    conditions: list[ConditionResult]
    metrics: list[MetricResult]
    """Every metric, in the order of the rules."""
    unknowns: list[UnknownResult]
    settlements: list[Settlement]
    """What decides the verdicts that are not decided, of those on which few unknown figures bear."""
    scenarios: list[ScenarioResult]
    unassigned: float | None
    """Probability that no scenario has, which counts as today's world; null where none has any."""
    figures: list[Figured]
    """The metrics that differ by scenario, in today's world."""
    weighted: list[Figured]
    """The metrics that differ by scenario, weighted by probability."""
    evidence: Evidence
    facts_files: list[str]
    """The files that were read, in this order."""
    facts_findings: int
    """How much looks wrong or odd in the facts that the rules ask for, as known on the as-of date."""
    facts_check: str
    """The command that lists these findings; '' without a company."""
    facts: list[FactResult]
    restated: list[ReplacedResult]
    disputed: list[ReplacedResult]
    derived: list[ReplacedResult]
    """Figures that no source gave: `now`, and in `detail` what they are made of."""
    unreconciled: list[ReplacedResult]
    """Figures that a source gave (`now`, used) and other figures of the name contradict (`was`)."""
    formulas_replaced: list[ReplacedResult]
    exchange_rates: list[RateResult]
    settings: list[Assumed]
    changes: list[ChangeResult]
    params: list[ParamResult]
    catalysts: list[CatalystResult]
    series: list[SeriesResult]
    prices: PriceResult | None = None
    """The price of a share, where there are daily ones."""
    forecasts: list[ForecastResult]
    graph: GraphResult
    warnings: list[str]
    ignored: list[str]
    """Names in the facts file that other rules ask for and these do not."""
    disclaimer: str = DISCLAIMER
