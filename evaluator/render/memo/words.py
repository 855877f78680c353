"""The short phrases of a document: a check, what is missing, what a conclusion rests on; and texts made safe to set.

In: parts of a report. Out: plain texts, without any markup. Must not know which format shows them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from dsl.text.hidden import code_point, shown
from evaluator.render.languages.speaking import noted, say, spoken
from evaluator.render.languages.writing import punctuated
from evaluator.render.text import (
    STATE_MARKS,
    apart,
    event_mark,
    grouped,
    kind_shares,
    long_date,
    made,
    op,
    percent,
    plural,
    spaced,
)
from evaluator.schema.report import Check, FactResult, KillResult, Reason, Report, UnknownResult

_NEEDS = {
    "is": noted("needs"), "is not": noted("must not be"), "is one of": noted("needs one of"), "is none of": noted("must be none of"),
    "has": noted("needs to have"), "has not": noted("must not have"),
}  # fmt: skip


def plain(text: str) -> str:
    """A text from outside on one line, its hidden characters (marks of direction, zero widths) visible as `<U+202E>`, and so
    are those that no XML may hold."""
    made = punctuated(" ".join(text.split()), spoken())
    return _NONE.sub(lambda at: f"<{code_point(at[0])}>", shown(made))


_NONE = re.compile("[\ufdd0-\ufdef\ufffe\uffff]|[\U0001fffe\U0001ffff]")


LONGEST = 26
"""So many characters without a blank stand together at most."""


def softened(text: str, every: int = 14, longest: int = LONGEST, mark: str = "\u200b") -> str:
    """The same with a place to break (`mark`) in each run of characters that is longer than `longest` without a blank, so
    that it stays inside its column."""
    return re.sub(rf"\S{{{longest + 1},}}", lambda run: mark.join(re.findall(f".{{1,{every}}}", run[0])), text)


def against(check: Check) -> str:
    """What a check asks for: `≥ 30%, Cloud growth that earns a rerating`."""
    if check.limit is not None:
        asked = f"{op(check.operator)} {check.limit.text}{_lasting(check)}"
        return f"{asked}, {check.threshold}" if check.threshold else asked
    if check.threshold:
        return f"{say(_NEEDS[check.operator]) if check.operator in _NEEDS else check.operator} {spaced(check.threshold)}{_lasting(check)}"
    return made(check.lasting)


def _lasting(check: Check) -> str:
    return f" {made(check.lasting)}" if check.lasting else ""


def one(check: Check, far: bool = False, event: str = "") -> str:
    """A check in a phrase: `✓ Cloud growth, y/y 38% (≥ 30%, …)`; `far`: with its distance from the threshold; `event`: `kill` or
    `coming`, of what has such marks."""
    flag = check.value.unit == "flag"
    event = event or ("coming" if check.value.unit == "event" else "")
    mark = event_mark(check.holds, event) if event else STATE_MARKS[check.holds]
    said = f"{mark} {check.figure}{':' if flag else ''} {spaced(check.value.text)}"
    said += f", {check.parts}" if check.parts else ""
    asked = against(check)
    if asked and (not flag or check.lasting):
        said += f" ({asked})"
    if far:
        distance = apart(check) or (say("distance unknown") if check.holds == "unknown" and check.limit else "")
        said += f": {distance}" if distance else ""
    return said


def open_still(kill: KillResult) -> bool:
    """Whether today's figures do not say whether a kill holds that has not happened."""
    return kill.state == "unknown" and kill.status == "watched"


def missing(reasons: Iterable[Reason]) -> list[str]:
    """What is missing, a phrase for each figure and reason."""
    return [
        f"{', '.join(part for part in (title, periods) if part)}: {why}" if title or periods else why
        for title, periods, why in grouped(reasons)
    ]


def which(reasons: Iterable[Reason], meaningful: bool) -> str:
    """The same beside a figure, in a line: of what is missing the figures and periods, without the reasons; '' for none."""
    parts = [
        ", ".join(part for part in (title, periods) if part) if meaningful and (title or periods) else why
        for title, periods, why in grouped(reasons)
    ]
    return f"{(say('missing ') if meaningful else '')}{'; '.join(parts)}" if parts else ""


def evidence(shares: Mapping[str, float]) -> str:
    """`74% reported figures, 20% management claims`."""
    return ", ".join(f"{percent(share)} {words}" for _, words, share in kind_shares(shares)) or say("no facts")


def wanted(unknown: UnknownResult) -> str:
    """Which periods of a figure are missing, and why."""
    return "; ".join(f"{periods}: {why}" if periods else why for _, periods, why in grouped(unknown.wanted))


def source(fact: FactResult) -> str:
    """A fact's source with its note."""
    return f"{fact.source}; {fact.note}" if fact.note else fact.source


def about(report: Report) -> tuple[tuple[str, str], ...]:
    """What a report is about, each as a word and what it says."""
    company = report.company
    whom = (
        (
            (
                say("Company"),
                say(
                    "%(name)s (%(ticker)s), in %(currency)s",
                    name=company.name,
                    ticker=company.ticker,
                    currency=company.currency,
                ),
            ),
        )
        if company is not None
        else ()
    )
    reads = "; ".join(read.period for read in report.reads) or say("none")
    modules = ", ".join(module.name for module in report.modules)
    rules = say("%(name)s, with %(modules)s", name=report.name, modules=modules) if modules else report.name
    word = say("Period read") if len(report.reads) < 2 else say("Periods read")
    return (*whom, (say("As of"), long_date(report.as_of)), (word, reads), (say("Rules"), rules))


def title(report: Report) -> str:
    """The title with the ticker."""
    return f"{report.title} ({report.company.ticker})" if report.company is not None else report.title


def headline(report: Report) -> str:
    """The title with the call, as each memo begins: `Alibaba (BABA): Add on pullbacks`."""
    call = report.front.call
    return f"{title(report)}: {call.text}" if call is not None else title(report)


def first(report: Report) -> tuple[str, ...]:
    """What must be known before any verdict is read, in sentences; the most pressing first."""
    titles = {c.name: c for c in report.conditions}
    said = [say("What-if: %(what_if)s", what_if=report.what_if)] if report.what_if else []
    said += [alert.text for alert in report.alerts]
    said += [
        say(
            "Critical bear cannot be ruled out: %(title)s. %(names)s",
            title=titles[name].title,
            names="; ".join(missing(titles[name].reasons)),
        )
        for name in report.critical_unknown
        if name in titles
    ]
    said += [
        say(
            "Old figures: %(names)s: the newest is of %(period)s, %(count)s old; such figures come within %(count2)s",
            names=", ".join(old.names),
            period=old.period,
            count=plural(old.age_days, "day"),
            count2=plural(old.allowed_days, "day"),
        )
        for old in report.old
    ]
    return tuple(said)


def score(report: Report) -> str:
    """The score in a sentence."""
    if report.score is None:
        return say("Score: none, since no condition applies.")
    said = say(
        "Score: %(score)s, from −100% to +100%: true bulls less true bears, as part of all weights",
        score=report.score.text,
    )
    if report.score.low != report.score.high:
        said += say("; a range, since some conditions are unknown")
    if report.score_rests is not None and report.score_rests < 0.9995:
        said += say("; it rests on %(share)s of the weights", share=percent(report.score_rests))
    return said + "."


def own_thresholds(report: Report) -> str:
    """How many thresholds are the author's own; '' without any."""
    if not report.params:
        return ""
    own = sum(param.own for param in report.params)
    all_ = plural(len(report.params), "threshold")
    if own == 1 or len(report.params) == 1:
        return say("%(own)s of %(all)s is the author's own.", own=own, all=all_)
    return say("%(own)s of %(all)s are the author's own.", own=own, all=all_)
