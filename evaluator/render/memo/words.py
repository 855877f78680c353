"""The short phrases of a document: a check, what is missing, what a conclusion rests on; and texts made safe to set.

In: parts of a report. Out: plain texts, without any markup. Must not know which format shows them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from dsl.text.hidden import code_point, shown
from evaluator.render.text import (
    STATE_MARKS,
    apart,
    event_mark,
    grouped,
    kind_shares,
    long_date,
    op,
    percent,
    plural,
    spaced,
)
from evaluator.schema.report import Check, FactResult, KillResult, Reason, Report, UnknownResult

_NEEDS = {
    "is": "needs", "is not": "must not be", "is one of": "needs one of", "is none of": "must be none of",
    "has": "needs to have", "has not": "must not have",
}  # fmt: skip


def plain(text: str) -> str:
    """A text from outside on one line, its hidden characters (marks of direction, zero widths) visible as `<U+202E>`, and so
    are those that no XML may hold."""
    return _NONE.sub(lambda at: f"<{code_point(at[0])}>", shown(" ".join(text.split())))


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
        return f"{_NEEDS.get(check.operator, check.operator)} {spaced(check.threshold)}{_lasting(check)}"
    return check.lasting


def _lasting(check: Check) -> str:
    return f" {check.lasting}" if check.lasting else ""


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
        distance = apart(check) or ("distance unknown" if check.holds == "unknown" and check.limit else "")
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
    return f"{'missing ' if meaningful else ''}{'; '.join(parts)}" if parts else ""


def evidence(shares: Mapping[str, float]) -> str:
    """`74% reported figures, 20% management claims`."""
    return ", ".join(f"{percent(share)} {words}" for _, words, share in kind_shares(shares)) or "no facts"


def wanted(unknown: UnknownResult) -> str:
    """Which periods of a figure are missing, and why."""
    return "; ".join(f"{periods}: {why}" if periods else why for _, periods, why in grouped(unknown.wanted))


def source(fact: FactResult) -> str:
    """A fact's source with its note."""
    return f"{fact.source}; {fact.note}" if fact.note else fact.source


def about(report: Report) -> tuple[tuple[str, str], ...]:
    """What a report is about, each as a word and what it says."""
    company = report.company
    whom = (("Company", f"{company.name} ({company.ticker}), in {company.currency}"),) if company is not None else ()
    reads = "; ".join(read.period for read in report.reads) or "none"
    modules = ", ".join(module.name for module in report.modules)
    rules = f"{report.name}, with {modules}" if modules else report.name
    word = "Period read" if len(report.reads) < 2 else "Periods read"
    return (*whom, ("As of", long_date(report.as_of)), (word, reads), ("Rules", rules))


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
    said = [f"What-if: {report.what_if}"] if report.what_if else []
    said += [alert.text for alert in report.alerts]
    said += [
        f"Critical bear cannot be ruled out: {titles[name].title}. {'; '.join(missing(titles[name].reasons))}"
        for name in report.critical_unknown
        if name in titles
    ]
    said += [
        f"Old figures: {', '.join(old.names)}: the newest is of {old.period}, {plural(old.age_days, 'day')} old; such "
        f"figures come within {plural(old.allowed_days, 'day')}"
        for old in report.old
    ]
    return tuple(said)


def score(report: Report) -> str:
    """The score in a sentence."""
    if report.score is None:
        return "Score: none, since no condition applies."
    said = f"Score: {report.score.text}, from −100% to +100%: true bulls less true bears, as part of all weights"
    if report.score.low != report.score.high:
        said += "; a range, since some conditions are unknown"
    if report.score_rests is not None and report.score_rests < 0.9995:
        said += f"; it rests on {percent(report.score_rests)} of the weights"
    return said + "."


def own_thresholds(report: Report) -> str:
    """How many thresholds are the author's own; '' without any."""
    if not report.params:
        return ""
    own = sum(param.own for param in report.params)
    verb = "is" if own == 1 or len(report.params) == 1 else "are"
    return f"{own} of {plural(len(report.params), 'threshold')} {verb} the author's own"
