"""What stands between rules and a name: inputs that are missing, other frequencies, other currencies, thresholds that are the
module's own guess, events with a module's days, figures that mean nothing of it, and tables that cannot be decided.

In: a `Run`. Out: `PortableOutput`. Must not know the command line.

A threshold is taken as the module's own where it says so (`own`), where no source stands behind it, or where its source
calls it an assumption: a bar that a paper found holds for every company, one that an author chose for one kind of company
does not. A thesis on the name settles it with an override, `with`, or its own param.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dsl.program import program as p
from dsl.program.expressions import names_in
from dsl.program.grounds import without_fallback
from dsl.types.lengths import month_length
from dsl.types.units import Frequency
from evaluator.across.particular import events
from evaluator.engine.evaluate import param_version
from evaluator.engine.evaluation import Evaluation
from evaluator.explore.if_known import missing_figures
from evaluator.explore.settled import FEW, settled
from evaluator.facts.model import Company
from evaluator.facts.rates import worth
from evaluator.known.bind import BoundFact
from evaluator.known.choose import FIRM
from evaluator.known.read_periods import read_periods
from evaluator.prepared.prepared import Prepared
from evaluator.report.checks import shown, title
from evaluator.report.doubts import alerts
from evaluator.report.unknowns import unknowns
from evaluator.schema import names as o
from evaluator.schema.periods import the
from evaluator.schema.report import Reason, UnknownResult
from evaluator.session.run import Run
from evaluator.values.series import Series
from evaluator.values.values import Figure, Words

_ASSUMED = "an assumption"
"""How the source of a threshold begins that is the module's own."""
_LENGTHS_GIVEN = {3: "quarters", 6: "halves", 9: "nine months", 12: "years"}


def portable(run: Run, company: Company) -> o.PortableOutput:
    """Compares rules with a company's facts as of the run's day."""
    evaluation, program = run.evaluation, run.program
    prepared = Prepared(evaluation)
    decided = settled(prepared, run.plain(), tuple(program.verdicts), FEW)
    unknown_figures = unknowns(evaluation, missing_figures(prepared), decided)
    asked = program.asked_for
    needed = _needed(program, asked)
    inputs = [_input(run, name, unknown_figures, name in needed) for name in program.inputs if name in asked]
    found = o.PortableOutput(
        rules=program.name,
        title=program.title,
        fingerprint=run.fingerprint,
        ticker=company.ticker,
        company=company.name,
        currency=company.currency,
        fiscal_year_ends=company.fiscal_year_ends.written,
        as_of=evaluation.clock.as_of,
        reads=read_periods(evaluation.view),
        portable=True,
        meant_for=_meant_for(program, company),
        inputs=inputs,
        frequencies=list(_frequencies(run, inputs)),
        currencies=list(_currencies(evaluation, company, asked)),
        thresholds=list(_thresholds(evaluation, company, asked)),
        events=events(program, company),
        means_nothing=list(_means_nothing(evaluation, asked)),
        verdicts=[_verdict(evaluation, v, unknown_figures) for v in program.verdicts.values()],
        alerts=alerts(evaluation, run.found()),
    )
    return found.model_copy(update={"portable": not any(_in_the_way(found))})


def _in_the_way(found: o.PortableOutput) -> Iterator[bool]:
    yield found.meant_for is not None and found.meant_for.in_the_way
    for part in (found.inputs, found.frequencies, found.currencies, found.thresholds, found.events, found.verdicts):
        yield from (need.in_the_way for need in part)


# --- inputs ------------------------------------------------------------------------------------------------


def _needed(program: p.Program, asked: frozenset[str]) -> frozenset[str]:
    """The names without which something that is judged or shown has nothing to go by: those that are reached without passing a
    `first_known` in which the rules say what counts where they are unknown."""
    found = {
        *program.conditions,
        *program.kills,
        *program.catalysts,
        *program.verdicts,
        *program.forecasts,
        *program.shown,
    }
    found |= names_in(*program.beside)
    found |= names_in(*(value for scenario in program.scenarios.values() for value in scenario.assume.values()))
    found &= asked
    reached: set[str] = set()
    while found:
        reached |= found
        found = {each for name in found for each in _made_of(program, name)} - reached
    return frozenset(reached)


def _made_of(program: p.Program, name: str) -> frozenset[str]:
    """The names that a name is made of, but for those that a fallback stands in for wherever it mentions them."""
    expressions = program.expressions(name)
    without = {n for e in expressions for n in without_fallback(e, program.params)}
    return program.needs(name) - (names_in(*expressions) - without)


def _input(run: Run, name: str, unknown_figures: list[UnknownResult], needed: bool) -> o.InputNeed:
    evaluation, declared = run.evaluation, run.program.inputs[name]
    unknown = next((u for u in unknown_figures if u.name == name), None)
    missing, detail = _missing(run, declared, unknown.wanted if unknown is not None else [])
    hanging = unknown.conditions if unknown is not None else []
    used = evaluation.of(name).facts
    notes = [f.fact.note for f in evaluation.view.facts if f.number in used and f.fact.note]
    return o.InputNeed(
        name=name,
        title=declared.title,
        declared=(declared.type.written or declared.type.kind.value) + (" balance" if declared.type.balance else ""),
        required=not declared.optional,
        by_default=not needed,
        missing=missing,
        detail=detail,
        conditions=[title(run.program, c) for c in hanging],
        notes=list(dict.fromkeys(notes)),
        in_the_way=missing != "none" and needed and not declared.optional,
    )


def _missing(run: Run, declared: p.Input, wanted: list[Reason]) -> tuple[o.Missing, str]:
    """Why an input cannot be read, and what is known instead."""
    evaluation, name = run.evaluation, declared.name
    view, value = evaluation.view, evaluation.values[name]
    if name in evaluation.world.replaced:
        return "none", ""
    if declared.stale_after is not None and name in view.stale:
        return "stale", f"{view.stale[name]} days old, and it counts for {declared.stale_after.in_days}"
    facts = [f for f in view.facts if f.fact.name == name]
    left = evaluation.currencies.get(name)
    if left is not None and _asks_for_a_rate(evaluation, name, left):
        return "no exchange rate", f"its facts are in {left}"
    if evaluation.read(value).known:
        return ("history", _periods(wanted)) if wanted else ("none", "")
    if not facts:
        coming = min((f.fact.published for f in run.bound.facts if f.fact.name == name), default=None)
        return ("later", f"known from {coming} on") if coming is not None else ("never", "")
    foreign = sorted({f.currency for f in facts if f.currency and _misses(evaluation, name, f.currency)})
    if foreign:
        return "no exchange rate", f"its facts are in {', '.join(foreign)}"
    if isinstance(value, Series):
        known = max((ordinal for ordinal, x in value.points.items() if x.known), default=None)
        newest = max(facts, key=lambda f: (f.end, f.fact.published))
        if newest.fact.value == "unknown":
            return "said to be unknown", newest.fact.source
        if known is not None:
            return "older", f"the newest is of {the(evaluation.clock.label(known, value.frequency))}"
        return "other periods", f"known for {_newest(facts)}"
    return "said to be unknown", facts[-1].fact.source


def _asks_for_a_rate(evaluation: Evaluation, name: str, currency: str) -> bool:
    """Whether something that rests on a name, which stands in a foreign currency, has no rate of that currency."""
    below = (evaluation.read(evaluation.values[n]) for n in evaluation.program.downstream([name]))
    return any(cause.name == currency for value in below for cause in value.causes)


def _periods(wanted: list[Reason]) -> str:
    labels = [r.period for r in wanted if r.period]
    if not labels:
        return "; ".join(dict.fromkeys(r.reason for r in wanted))
    if len(labels) > 3:
        return f"missing: {len(labels)} periods, {labels[0]} up to {labels[-1]}"
    return f"missing: {', '.join(labels)}"


def _newest(facts: list[BoundFact]) -> str:
    """The last three intervals that are known, the newest first, and what is no report said."""
    by_end = sorted(facts, key=lambda f: (f.end, f.fact.published), reverse=True)
    labels = dict.fromkeys(f.label + ("" if f.fact.kind in FIRM else f" ({f.fact.kind.value})") for f in by_end)
    return ", ".join(list(labels)[:3]) + (" and others" if len(labels) > 3 else "")


# --- frequencies and currencies --------------------------------------------------------------------------------


def _frequencies(run: Run, inputs: list[o.InputNeed]) -> Iterator[o.FrequencyNeed]:
    """Inputs of which only longer intervals have ended and are known, by how often the rules ask for them."""
    view = run.evaluation.view
    asked: dict[Frequency, dict[str, set[int]]] = {}
    for need in inputs:
        frequency = run.program.inputs[need.name].type.series
        if need.missing == "other periods" and frequency is not None:
            mine = [f for f in view.facts if f.fact.name == need.name and f.fact.kind in FIRM]
            ended = {f.months for f in mine if f.end <= view.clock.as_of}
            longer = {months for months in ended if months > month_length(frequency) > 0}
            if longer:
                asked.setdefault(frequency, {})[need.name] = longer
    required = {need.name for need in inputs if need.required and not need.by_default}
    for frequency, names in sorted(asked.items()):
        given = sorted(set().union(*names.values()))
        yield o.FrequencyNeed(
            asked=f"{frequency.value}s",
            given=[_LENGTHS_GIVEN.get(months, f"intervals of {months} months") for months in given],
            inputs=list(names),
            in_the_way=bool(required & set(names)),
        )


def _currencies(evaluation: Evaluation, company: Company, asked: frozenset[str]) -> Iterator[o.CurrencyNeed]:
    """Currencies other than the company's in what the rules say and in the facts that they ask for."""
    where: dict[str, list[str]] = {}

    def note(code: str | None, words: str) -> None:
        if code is not None and code != company.currency and words not in where.setdefault(code, []):
            where[code].append(words)

    program = evaluation.program
    for name in (n for n in program.order if n in asked):
        declared = program.declared(name)
        if isinstance(declared, p.Input):
            note(declared.type.currency, f"input `{name}`")
        word = "threshold" if isinstance(declared, p.Param) else "rule"
        for code in _codes(program.expressions(name)):
            note(code, f"{word} `{name}`")
    for fact in evaluation.view.facts:
        if fact.fact.name in asked:
            note(fact.currency, f"facts of `{fact.fact.name}`")
    for code in sorted(where):
        latest = evaluation.view.rates.latest(code)
        rate, date = (worth(latest, code), latest.date) if latest else (None, None)
        missed = any(_misses(evaluation, name, code) for name in asked)
        yield o.CurrencyNeed(currency=code, where=where[code], rate=rate, date=date, in_the_way=missed)


def _misses(evaluation: Evaluation, name: str, code: str) -> bool:
    """Whether a name is unknown for want of a rate. What is in a currency on both sides of a comparison needs none."""
    return any(cause.name == code for cause in evaluation.of(name).causes)


def _codes(expressions: Iterable[p.Expr]) -> Iterator[str]:
    """The currencies of the figures that are written in expressions."""
    for expression in expressions:
        if isinstance(expression, p.Const) and expression.type.currency is not None:
            yield expression.type.currency
        yield from _codes(p.children(expression))


# --- thresholds and what was changed ------------------------------------------------------------------------------


def _thresholds(evaluation: Evaluation, company: Company, asked: frozenset[str]) -> Iterator[o.ThresholdNeed]:
    """Thresholds with no source but the module, that no thesis on this company settles."""
    program = evaluation.program
    settled = set(evaluation.world.replaced)
    if program.ticker is not None and program.ticker.upper() == company.ticker.upper():
        settled |= {c.name for c in program.changes if c.keyword == "param"}
        settled |= {name for name, param in program.params.items() if param.origin == program.name}
    for name, param in program.params.items():
        version = param_version(param, evaluation.clock.as_of)
        source = (version.source if version is not None else None) or ""
        lent = bool(source) and version is not None and not version.own and not source.casefold().startswith(_ASSUMED)
        if name not in asked or name in settled or lent:
            continue
        yield o.ThresholdNeed(
            name=name,
            title=param.title,
            value=shown(evaluation, evaluation.of(name), param.type),
            module=param.origin,
            says=source,
            asked_by=[title(program, judge) for judge in _judged_by(program, name)],
            in_the_way=True,
        )


def _means_nothing(evaluation: Evaluation, asked: frozenset[str]) -> Iterator[o.MeaninglessNeed]:
    """Figures that are not meaningful of this company: conditions on them neither hold nor fail."""
    program = evaluation.program
    for name in (n for n in program.metrics if n in asked):
        value = evaluation.of(name)
        if isinstance(value, Figure) and value.nm:
            yield o.MeaninglessNeed(
                name=name,
                title=title(program, name),
                why=list(dict.fromkeys(c.reason for c in sorted(value.causes, key=str))),
                asked_by=[title(program, judge) for judge in _judged_by(program, name)],
            )


def _judged_by(program: p.Program, name: str) -> Iterator[str]:
    """The conditions, tables and dates that a threshold enters without another of them between."""
    judges = [*program.conditions, *program.verdicts, *program.kills, *program.catalysts]
    between = {*judges, *program.pillars}
    for judge in judges:
        if name in program.upstream(program.needs(judge), stop=between):
            yield judge


def _meant_for(program: p.Program, company: Company) -> o.MeantForNeed | None:
    """What a thesis on another company changed for that one."""
    if program.ticker is None or program.ticker.upper() == company.ticker.upper():
        return None
    changes = [f"{c.action} {c.keyword} {c.name}" + (f": {c.part}" if c.part else "") for c in program.changes]
    return o.MeantForNeed(ticker=program.ticker, changes=changes, in_the_way=True)


# --- verdicts -------------------------------------------------------------------------------------------------------


def _verdict(evaluation: Evaluation, verdict: p.Verdict, unknown_figures: list[UnknownResult]) -> o.VerdictNeed:
    words = evaluation.values[verdict.name]
    assert isinstance(words, Words)
    telling = [
        o.Telling(name=u.name, title=u.title, narrowing=n)
        for u in unknown_figures
        for n in u.verdicts
        if n.verdict == verdict.name
    ]
    telling.sort(key=lambda t: (t.narrowing.then, t.name))
    return o.VerdictNeed(
        name=verdict.name,
        title=verdict.title,
        outcomes=list(words.possible or ()),
        decided=words.settled,
        telling=telling,
        in_the_way=not words.settled,
    )
