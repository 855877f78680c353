"""The first page: the call, the answer to the key question, a few figures, what would prove it wrong.

In: a program, its graph, the parts of a report. Out: `Front`. Must not know values or templates.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import networkx as nx

from dsl.program import program as p
from evaluator.report.memo.nearness import NEAR, Moves, away, gap, moves
from evaluator.report.memo.questions import questions
from evaluator.report.memo.trends import trends
from evaluator.schema import report as r

BULLETS = 4
_DECIDED = ("true", "false")


def front_page(program: p.Program, graph: nx.DiGraph[str], report: r.Report) -> r.Front:
    """What a report says first; `report` is whole but for this."""
    own = _own(program, report)
    call = _call(graph, report, own)
    answer = _answer(graph, report, call, own)
    usual = moves(report.series)
    return r.Front(
        call=call,
        answer=answer,
        bullets=_bullets(program, graph, report, call),
        wrong_if=_wrong_if(program, graph, report, call, usual),
        risks=_risks(program, report, usual),
        trends=trends(report),
        questions=questions(report),
    )


# --- the call and the answer ----------------------------------------------------------------------------------


def _above(graph: nx.DiGraph[str], name: str) -> set[str]:
    return set(nx.ancestors(graph, name)) if name in graph else set()


def _own(program: p.Program, report: r.Report) -> list[r.VerdictResult]:
    """The verdicts that may answer for the thesis: those that it declares itself, since a scorecard of the library that it
    uses answers another question; where it declares none, those of the one module that has some. Where several have, none of
    them is the thesis's."""
    altered = {change.name for change in report.changes}
    declared = [v for v in report.verdicts if v.origin == program.name and v.name not in altered]
    modules = {v.origin for v in report.verdicts if v.name not in altered}
    return declared or (report.verdicts if len(modules) < 2 else [])


def _call(graph: nx.DiGraph[str], report: r.Report, own: list[r.VerdictResult]) -> r.Call | None:
    names = {v.name for v in report.verdicts}
    reads = {v.name: len(_above(graph, v.name) & names) for v in report.verdicts}
    read = {name for v in report.verdicts for name in _above(graph, v.name) & names}
    last = [v for v in own if v.name not in read]
    if not last:
        return None
    verdict = max(enumerate(last), key=lambda one: (reads[one[1].name], one[0]))[1]
    applies = verdict.applicable != "no"
    alone = (
        len(last) > 1 and not reads[verdict.name] and applies
    )  # it speaks for itself alone: the title says which it is
    return r.Call(
        verdict=verdict.name,
        title=verdict.title,
        outcomes=verdict.outcomes,
        decided=verdict.decided and applies,
        applies=applies,
        text=f"{verdict.title}: {_called(verdict)}" if alone else _called(verdict),
    )


def _called(verdict: r.VerdictResult) -> str:
    if verdict.applicable == "no":
        return f"{verdict.title}: does not apply"
    if verdict.decided:
        return verdict.outcomes[0]
    count = len(verdict.outcomes)
    if count == 2:
        return f"{' or '.join(verdict.outcomes)} (not decided)"
    return f"not decided ({count} outcomes are still possible)" if count > 1 else "not decided"


def _answer(
    graph: nx.DiGraph[str], report: r.Report, call: r.Call | None, own: list[r.VerdictResult]
) -> r.Answer | None:
    if call is None or report.asks is None:
        return None
    names = {v.name for v in report.verdicts}
    first = [v for v in own if v.horizon is None and v.name != call.verdict and not _above(graph, v.name) & names]
    called = {v.name: v for v in report.verdicts}
    verdict = first[0] if first else called[call.verdict]
    above = _above(graph, verdict.name)
    asked = [c for c in report.conditions if c.name in above]
    asked.sort(key=lambda c: (not c.critical, -c.weight))
    unknown = [c for c in asked if c.state == "unknown"]
    missing = dict.fromkeys(reason.title for reason in verdict.reasons if reason.title)
    return r.Answer(
        verdict=verdict.name,
        title=verdict.title,
        outcomes=verdict.outcomes,
        decided=verdict.decided and verdict.applicable != "no",
        because=verdict.because,
        holding=[c.name for c in asked if c.state == "true"],
        failing=[c.name for c in asked if c.state == "false"],
        unknown=[c.name for c in unknown],
        missing=list(missing),
    )


# --- bullets -----------------------------------------------------------------------------------------------------


def _bullets(program: p.Program, graph: nx.DiGraph[str], report: r.Report, call: r.Call | None) -> list[r.Bullet]:
    """Three or four lines: the upside, then the heaviest conditions under the call that are decided by a figure, what speaks
    against it among them; then key figures; and how much is not decided."""
    above = _above(graph, call.verdict) if call is not None else {c.name for c in report.conditions}
    found = [*_upsides(report)][:1]
    open_share = _share_open(report)
    room = BULLETS - len(found) - (1 if open_share is not None else 0)
    found += _balanced([*_figured(program, report, above)], room)
    used = {name for bullet in found for name in bullet.names}
    for bullet in _key_figures(report, used):
        if len(found) < BULLETS - (1 if open_share is not None else 0):
            found.append(bullet)
    return [*found, open_share] if open_share is not None else found


def _upsides(report: r.Report) -> Iterable[r.Bullet]:
    for one in report.valuations:
        if one.upside.known and one.price.known and one.value.known:
            day = f" of {one.price_day}" if one.price_day else ""
            text = f"upside: {one.title} {one.value.text}, against {one.price_title} {one.price.text}{day}"
            low = one.upside.low if one.upside.low is not None else 0.0
            high = one.upside.high if one.upside.high is not None else 0.0
            speaks: r.Speaks = "for" if low > 0 else "against" if high < 0 else "neither"
            yield r.Bullet(lead=one.upside.text, text=text, judgement="", says="", speaks=speaks, names=[one.name])


def _figured(program: p.Program, report: r.Report, above: set[str]) -> Iterable[r.Bullet]:
    """Of each decided condition the first comparison of a figure that decides it; the heaviest first, those that are true
    before those that are false."""
    decided = [c for c in report.conditions if c.state in _DECIDED and c.name in above]
    decided.sort(key=lambda c: (c.state == "false", not c.critical, -c.weight))
    seen: set[str] = set()
    for c in decided:
        asked = asked_of(program, c)
        check = next((x for x in asked if x.limit is not None and x.value.known and x.holds == c.state), None)
        if check is None or check.figure in seen:
            continue
        seen.add(check.figure)
        speaks: r.Speaks = "neither" if c.state == "false" else "for" if c.side == "bull" else "against"
        says = "holds" if c.state == "true" else "does not hold"
        yield r.Bullet(
            lead=check.value.text, text=f"{check.figure}{_of(check.period)}, {compared(check)}", judgement=c.title,
            says=says, speaks=speaks, names=check.names,
        )  # fmt: skip


def asked_of(program: p.Program, condition: r.ConditionResult) -> list[r.Check]:
    """The comparisons of what a condition asks, without those of when it applies."""
    own = {atom.text for atom in p.atoms(program.conditions[condition.name].when)}
    return [check for check in condition.checks if check.text in own]


def _balanced(bullets: list[r.Bullet], room: int) -> list[r.Bullet]:
    """The first ones; where one speaks for it and none of these against, or the other way round, one of the others too."""
    chosen = bullets[:room]
    for side in ("for", "against"):
        if chosen and len(chosen) == room and side not in {b.speaks for b in chosen}:
            other = next((b for b in bullets[room:] if b.speaks == side), None)
            chosen = [*chosen[:-1], other] if other is not None else chosen
    return chosen


def _key_figures(report: r.Report, used: set[str]) -> Iterable[r.Bullet]:
    for table in report.key_figures:
        for figure in table.figures:
            if figure.value.known and figure.name not in used:
                text = f"{figure.title}{_of(figure.period)}"
                yield r.Bullet(lead=figure.value.text, text=text, judgement="", says="", speaks="neither", names=[figure.name])  # fmt: skip


def _share_open(report: r.Report) -> r.Bullet | None:
    """How much of the weights is decided, where not all is."""
    unknown = [c for c in report.conditions if c.state == "unknown"]
    if report.score_rests is None or not unknown:
        return None
    wanted = [u.title for u in report.unknowns if u.conditions][:2]
    for_want = f", first of all for want of {' and '.join(wanted)}" if wanted else ""
    are = f"condition{'' if len(report.conditions) == 1 else 's'} {'is' if len(unknown) == 1 else 'are'}"
    text = f"of the weights decided: {len(unknown)} of {len(report.conditions)} {are} unknown{for_want}"
    return r.Bullet(lead=f"{report.score_rests * 100:.0f}%", text=text, judgement="", says="", speaks="open", names=[])


_HOLDS = {">": "above", ">=": "at or above", "<": "below", "<=": "at or below", "=": "equal to", "!=": "other than"}
_FAILS = {">": "<=", ">=": "<", "<": ">=", "<=": ">", "=": "!=", "!=": "="}


def compared(check: r.Check) -> str:
    """How a figure stands to its threshold, in words that are so: `at or above 30%`, `not below 5% for 8 quarters`."""
    limit = check.limit.text if check.limit is not None else check.threshold
    if check.lasting:
        sign = "" if check.holds == "true" else "not "
        return f"{sign}{_HOLDS.get(check.operator, check.operator)} {limit} {check.lasting}"
    operator = check.operator if check.holds == "true" else _FAILS.get(check.operator, check.operator)
    return f"{_HOLDS.get(operator, operator)} {limit}"


_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def _of(period: str) -> str:
    if not period:
        return ""
    return f" on {period}" if _DAY.fullmatch(period) else f" ({period})"


# --- wrong if, risks ---------------------------------------------------------------------------------------------


def _wrong_if(
    program: p.Program, graph: nx.DiGraph[str], report: r.Report, call: r.Call | None, usual: Moves
) -> list[r.WrongIf]:
    """The kills of which today's figures do not say whether they hold; the kill that is nearest of the others that have not
    happened; and the threshold under the call that is nearest to turning."""
    kills, unsure = [], []
    for kill in report.kills:
        if kill.status in ("has happened", "already so when the thesis began"):
            continue
        near = gap(program.kills[kill.name].when, kill.checks, usual)
        if kill.state == "unknown":
            checks = [check for check in kill.checks if check.holds == "unknown"]
            unsure.append(r.WrongIf(kind="undecided", name=kill.name, title=kill.title, by=kill.by,
                                    checks=checks, distance=None))  # fmt: skip
        elif near is not None:
            kills.append(r.WrongIf(kind="kill", name=kill.name, title=kill.title, by=kill.by,
                                   checks=list(near.checks), distance=near.distance))  # fmt: skip
    found = unsure + sorted(kills, key=lambda one: (one.distance is None, one.distance or 0.0))[:1]
    above = _above(graph, call.verdict) if call is not None else set()
    margins = [
        (away(check, usual) or 0.0, c, check)
        for c in report.conditions
        if c.name in above and c.state in _DECIDED
        for check in c.checks
        if check.slack is not None
        and check.margin is not None
        and check.value.low == check.value.high
        and not check.lasting
        and check.holds == c.state
    ]
    if margins:
        distance, condition, check = min(margins, key=lambda one: one[0])
        found.append(r.WrongIf(kind="threshold", name=condition.name, title=condition.title, by=None,
                               checks=[check], distance=distance))  # fmt: skip
    return found


def _exact(check: r.Check) -> bool:
    """Whether it compares two figures, the first of which is no range."""
    return check.slack is not None and check.margin is not None and check.value.low == check.value.high


def _risks(program: p.Program, report: r.Report, usual: Moves) -> list[r.Risk]:
    """Bears that are false and near, the nearest first."""
    found = []
    for c in report.conditions:
        if c.side != "bear" or c.state != "false":
            continue
        near = gap(program.conditions[c.name].when, c.checks, usual)
        if near is not None and near.distance is not None and near.distance <= NEAR:
            found.append(r.Risk(name=c.name, title=c.title, checks=list(near.checks), distance=near.distance))
    return sorted(found, key=lambda risk: risk.distance)
