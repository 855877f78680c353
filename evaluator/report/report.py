"""Evaluation -> result model: every section of a report, as data.

In: an `Evaluation` of the world as it is, the graph's order. Out: `Report`. Must not know files, formats or templates.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import networkx as nx

from dsl.link.linked import Change
from dsl.program import program as p
from dsl.text.diagnostics import Diagnostic
from dsl.types.units import Frequency
from evaluator.engine.evaluate import param_version
from evaluator.engine.evaluation import Evaluation, State
from evaluator.engine.verdicts import NO_ROW, score
from evaluator.explore.if_known import Missing
from evaluator.explore.settled import Settled
from evaluator.facts import canonical
from evaluator.facts.model import Company
from evaluator.known.asof import View
from evaluator.known.finding import Found
from evaluator.known.read_periods import read_periods
from evaluator.report.age import too_old
from evaluator.report.charts import graph_result, price_result, series_results
from evaluator.report.checks import (
    PERCENT,
    assumed_below,
    checks,
    facts_below,
    in_words,
    reasons,
    shown,
    state,
    title,
    unit_word,
)
from evaluator.report.doubts import alerts, doubts, suspects
from evaluator.report.events import alarms, catalyst_result, kill_result, next_catalyst
from evaluator.report.evidence import evidence, kinds
from evaluator.report.fact_list import (
    derived,
    disputed,
    fact_results,
    formulas_replaced,
    rates_used,
    restated,
    unreconciled,
)
from evaluator.report.memo.front import front_page
from evaluator.report.metrics import key_figures, metric_results
from evaluator.report.sentences import condition_sentence, condition_template, pieces, why_not
from evaluator.report.unknowns import settlement, unknowns
from evaluator.report.worlds import (
    moved,
    probability,
    scenario_result,
    settings,
    shown_name,
    valuation_results,
    weighted,
    what_if,
)
from evaluator.schema import report as r
from evaluator.schema.periods import the
from evaluator.values.series import Series
from evaluator.values.values import Figure, May, Words


@dataclass(frozen=True)
class Beside:
    """What other worlds come to: without what was set by hand, under each scenario, with each missing figure known; what decides
    the verdicts that are not decided."""

    plain: Evaluation
    scenarios: Mapping[str, Evaluation]
    missing: tuple[Missing, ...]
    settled: tuple[Settled, ...]


def build_report(
    evaluation: Evaluation,
    beside: Beside,
    graph: nx.DiGraph[str],
    company: Company | None,
    warnings: Sequence[Diagnostic] = (),
    ignored: Sequence[str] = (),
    fingerprint: str = "",
    findings: Sequence[Found] = (),
) -> r.Report:
    """The whole report of one evaluation. Nothing is evaluated here: what other worlds come to stands in `beside`, and
    `findings` is what looks wrong in the facts."""
    program, view = evaluation.program, evaluation.view
    conditions = [_condition(evaluation, c) for c in program.conditions.values()]
    states = {c.name: c.state for c in conditions}
    by_name = {c.name: c for c in conditions}
    critical = [c.name for c in conditions if c.critical and c.side == "bear"]
    figures, likely, weighted_figures = _weighted(evaluation, beside)
    verdicts = [_verdict(evaluation, graph, v, by_name) for v in program.verdicts.values()]
    values = valuation_results(evaluation, beside.scenarios, likely)
    set_by_hand = settings(evaluation, beside.plain)
    made = r.Report(
        name=program.name,
        title=program.title,
        modules=[r.ModuleResult(name=m.name, title=m.title, path=m.shown) for m in program.modules],
        fingerprint=fingerprint,
        facts_fingerprint=_facts_fingerprint(company, view),
        company=_company(company, view),
        as_of=view.clock.as_of,
        reads=[
            r.ReadResult(frequency=f.value, period=view.clock.label(o, f)) for f, o in sorted(view.clock.reads.items())
        ],
        asks=program.asks,
        view=program.view,
        key_figures=key_figures(evaluation),
        what_if=what_if(set_by_hand),
        alarms=alarms(evaluation),
        doubts=doubts(evaluation),
        suspects=suspects(evaluation, findings),
        alerts=alerts(evaluation, findings),
        old=too_old(evaluation, (n for one in (*(verdicts or conditions), *values) for n in one.facts)),
        since=program.since,
        judged_from=None if program.since or not (program.kills or program.catalysts) else _first_day(view),
        valuations=values,
        next_catalyst=next_catalyst(evaluation),
        verdicts=verdicts,
        score=_score(evaluation),
        score_rests=_rests(evaluation),
        critical=[name for name in critical if states[name] == "true"],
        critical_unknown=[name for name in critical if states[name] == "unknown"],
        kills=[kill_result(evaluation, k) for k in program.kills.values()],
        pillars=[_pillar(evaluation, x) for x in program.pillars.values()],
        conditions=conditions,
        metrics=metric_results(evaluation),
        unknowns=unknowns(evaluation, beside.missing, beside.settled, ignored),
        settlements=[settlement(evaluation, s) for s in beside.settled],
        scenarios=[
            scenario_result(evaluation, beside.scenarios[s.name], s, figures) for s in program.scenarios.values()
        ],
        unassigned=round(max(0.0, 1 - sum(likely.values())), 12) if likely else None,
        figures=[r.Figured(name=n, title=title(program, n), value=shown_name(evaluation, n)) for n in figures],
        weighted=weighted_figures,
        evidence=_evidence(conditions),
        facts_files=list(company.files) if company else [],
        facts_findings=len({one.finding for one in findings}),
        facts_check=f"thesis facts check {company.ticker} --rules {program.name}" if company else "",
        facts=fact_results(evaluation),
        restated=restated(evaluation),
        disputed=disputed(evaluation),
        derived=derived(evaluation),
        unreconciled=unreconciled(evaluation),
        formulas_replaced=formulas_replaced(evaluation),
        exchange_rates=rates_used(evaluation),
        settings=set_by_hand,
        changes=[_change(c) for c in program.changes],
        params=[_param(evaluation, x) for x in program.params.values()],
        catalysts=[catalyst_result(evaluation, c) for c in program.catalysts.values()],
        series=series_results(evaluation),
        prices=price_result(evaluation),
        forecasts=[_forecast(evaluation, f) for f in program.forecasts.values() if f.name in evaluation.paths],
        graph=graph_result(evaluation, graph),
        warnings=[*_behind(view), *_by_halves(view), *(_warning(w) for w in warnings)],
        ignored=list(ignored),
    )
    return made.model_copy(update={"front": front_page(program, graph, made)})


def _facts_fingerprint(company: Company | None, view: View) -> str | None:
    """The hash of what was known: what becomes known later changes nothing about a report of this day."""
    if company is None:
        return None
    day = view.clock.as_of
    then = company.model_copy(update={"fiscal_year_ends": company.fiscal_year_ends.on(day)})
    known = (rate for rate in company.exchange_rates if rate.published <= day)
    return canonical.fingerprint(then, (f.fact for f in view.facts), known)


def _first_day(view: View) -> dt.date | None:
    """The first day on which anything was known."""
    return min((f.fact.published for f in view.facts), default=None)


def _company(company: Company | None, view: View) -> r.CompanyResult | None:
    if company is None:
        return None
    return r.CompanyResult(
        name=company.name,
        ticker=company.ticker,
        currency=company.currency,
        fiscal_year_ends=view.clock.calendar.written,
    )


def _warning(warning: Diagnostic) -> str:
    return f"{warning.message} ({warning.code})"


def _behind(view: View) -> list[str]:
    """Says so where the period that is read is so old that newer results must be out."""
    return [
        f"the facts end with {the(read.period)}, {read.age_days} days before the as-of date: newer results are not in them"
        for read in read_periods(view)
        if read.behind
    ]


def _by_halves(view: View) -> list[str]:
    """Says so where growth compares halves, since the company reports no quarters."""
    names = [n for n, value in view.values.items() if isinstance(value, Series) and value.frequency is Frequency.HALF]
    if not names:
        return []
    listed = ", ".join(f"`{name}`" for name in sorted(names))
    return [f"results come by halves: each period of {listed} is a half, and growth compares halves"]


def _weighted(evaluation: Evaluation, beside: Beside) -> tuple[list[str], dict[str, float], list[r.Figured]]:
    """The metrics that differ by scenario, the probabilities that are known, and the metrics weighted by them."""
    found = {s.name: probability(evaluation, s) for s in evaluation.program.scenarios.values()}
    likely = {name: share for name, share in found.items() if share is not None}
    figures = moved(evaluation, beside.scenarios)
    return figures, likely, weighted(evaluation, beside.scenarios, figures, likely)


def _rests(evaluation: Evaluation) -> float | None:
    """The share of the weights whose conditions are true or false."""
    conditions = evaluation.program.conditions.values()
    total = sum(c.weight for c in conditions)
    decided = (State.TRUE, State.FALSE)
    return sum(c.weight for c in conditions if evaluation.judged[c.name].state in decided) / total if total else None


def _score(evaluation: Evaluation) -> r.Shown | None:
    found = score(evaluation)
    return shown(evaluation, found, PERCENT, signed=True) if found is not None else None


_UNDECIDED = (State.UNKNOWN, State.NOT_MEANINGFUL)


# --- conditions and pillars --------------------------------------------------------------------------------


def _condition(evaluation: Evaluation, c: p.Condition) -> r.ConditionResult:
    judged = evaluation.judged[c.name]
    total = sum(x.weight for x in evaluation.program.conditions.values())
    facts = facts_below([judged.truth])
    return r.ConditionResult(
        name=c.name,
        title=c.title,
        side=c.side.value,
        pillars=list(c.pillars),
        weight=c.weight,
        share=c.weight / total,
        critical=c.critical,
        state=judged.state.value,
        written=c.when.text,
        applies=c.applies.text if c.applies is not None else None,
        applies_words=in_words(evaluation.program, c.applies) if c.applies is not None else "",
        because=condition_sentence(evaluation, c),
        said=pieces(evaluation, condition_template(evaluation, c)),
        checks=checks(evaluation, c.applies, c.when),
        reasons=reasons(evaluation.program, judged.truth.causes) if judged.state in _UNDECIDED else [],
        kinds=kinds(evaluation.view, judged.truth.facts),
        facts=facts,
        origin=c.origin,
    )


def _pillar(evaluation: Evaluation, pillar: p.Pillar) -> r.PillarResult:
    words = evaluation.values[pillar.name]
    assert isinstance(words, Words)
    return r.PillarResult(
        name=pillar.name,
        question=pillar.title,
        statuses=list(words.possible or ()),
        decided=words.settled,
        conditions=[c.name for c in evaluation.program.speaking(pillar.name)],
        reasons=reasons(evaluation.program, words.causes) if not words.nm else [],
    )


def _evidence(conditions: Sequence[r.ConditionResult]) -> r.Evidence:
    return evidence((c.weight, c.kinds) for c in conditions if c.state in ("true", "false"))


# --- verdicts ---------------------------------------------------------------------------------------------------


_APPLICABLE: Mapping[bool | None, Literal["yes", "no", "unknown"]] = {True: "yes", False: "no", None: "unknown"}


def _verdict(
    evaluation: Evaluation, graph: nx.DiGraph[str], v: p.Verdict, conditions: Mapping[str, r.ConditionResult]
) -> r.VerdictResult:
    words = evaluation.values[v.name]
    assert isinstance(words, Words)
    rows, past, open_so_far, said = [], [], True, list[r.Piece]()
    for row, truth in evaluation.row_truths(v):
        decides = open_so_far and bool(truth.possible & May.TRUE) and not words.nm
        if open_so_far and truth.nm and row.when is not None:
            past.append(in_words(evaluation.program, row.when))
        if decides and words.known:
            said = pieces(evaluation, row.because)
        open_so_far = open_so_far and truth.value is not True
        rows.append(
            r.RowResult(
                written=row.when.text if row.when is not None else "otherwise",
                words=in_words(evaluation.program, row.when) if row.when is not None else "in any other case",
                outcome=row.outcome,
                tone=row.tone,
                holds=state(truth),
                decides=decides,
                checks=checks(evaluation, row.when),
            )
        )
    tones = {row.tone for row in rows if row.decides}
    return r.VerdictResult(
        name=v.name,
        title=v.title,
        horizon=v.horizon,
        outcomes=list(words.possible or ()),
        decided=words.known,
        applies=v.applies.text if v.applies is not None else None,
        applies_words=in_words(evaluation.program, v.applies) if v.applies is not None else "",
        applicable=_APPLICABLE[evaluation.applies(v).value] if not words.nm else "no",
        tone=next(iter(tones)) if len(tones) == 1 and words.possible != (NO_ROW,) else None,
        because="".join(piece.text for piece in said) if not words.nm else why_not(evaluation, v),
        said=said if not words.nm else [],
        rows=rows,
        reasons=reasons(evaluation.program, words.causes) if not words.nm else [],
        evidence=_verdict_evidence(evaluation, graph, v, conditions),
        assumes=assumed_below(evaluation, [words]),
        past=past,
        facts=facts_below([words]),
        origin=v.origin,
    )


def _verdict_evidence(
    evaluation: Evaluation, graph: nx.DiGraph[str], v: p.Verdict, conditions: Mapping[str, r.ConditionResult]
) -> r.Evidence:
    """The decided conditions upstream of a table with their weights, and each figure its rows ask for directly."""
    above = nx.ancestors(graph, v.name)
    parts = [(c.weight, c.kinds) for n, c in conditions.items() if n in above and c.state in ("true", "false")]
    for name in [v.name, *(n for n in evaluation.program.verdicts if n in above)]:
        for row in evaluation.program.verdicts[name].rows:
            for atom in p.atoms(row.when):
                bare = atom.operand if isinstance(atom, p.Not) else atom
                if isinstance(bare, p.Compare | p.Holds | p.Includes | p.IsSame | p.OneOf | p.Contains):
                    truth = evaluation.truth(atom)
                    if truth.known and truth.facts:
                        parts.append((1.0, kinds(evaluation.view, truth.facts)))
    return evidence(parts)


# --- what was set ------------------------------------------------------------------------------------------------------


def _change(change: Change) -> r.ChangeResult:
    return r.ChangeResult(action=change.action, keyword=change.keyword, name=change.name, title=change.title or change.name,
                          part=change.part, was=change.was, now=change.now, module=change.module, by=change.by)  # fmt: skip


def _param(evaluation: Evaluation, param: p.Param) -> r.ParamResult:
    version = param_version(param, evaluation.clock.as_of)
    value = evaluation.of(param.name)
    return r.ParamResult(
        name=param.name,
        title=param.title,
        value=shown(evaluation, value, param.type),
        written=version.value.text if version else "nothing in force",
        source=version.source if version else None,
        own=version.own if version else False,
        origin=param.origin,
    )


def _forecast(evaluation: Evaluation, forecast: p.Forecast) -> r.ForecastResult:
    kind, own = replace(forecast.type, currency=None), evaluation.view.currency  # a path is in the reporting currency
    path: list[Figure] = list(evaluation.paths[forecast.name])
    return r.ForecastResult(name=forecast.name, title=forecast.title, unit=unit_word(kind, own),
                            step=forecast.unit.value, path=[shown(evaluation, f, kind) for f in path])  # fmt: skip
