"""Why a name has its value, as lines of text: the tree from it down to the facts.

In: a `NodeExplanation`. Out: lines. Must not know how they are shown: who shows them paints names and values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from evaluator.render.text import held_in, of_several
from evaluator.schema.parts import Check, Reason
from evaluator.schema.report import Alert, NodeExplanation

Paint = Callable[[str, str | None], str]
"""A name or a value, and the state that it shows (None for a name) -> how it is shown."""


def plain(text: str, state: str | None) -> str:
    """No paint at all."""
    return text


def lines(node: NodeExplanation, paint: Paint = plain) -> list[str]:
    """The tree, a line each; a name that was explained above is only named."""
    return [*above(node.what_if, node.alerts, paint), *_lines(node, "", "", paint)]


def above(what_if: str, alerts: Iterable[Alert], paint: Paint = plain) -> list[str]:
    """What a reader of any outcome is told first, each part with a blank line below it: what was set by hand ('' where nothing
    was), and what stands above the verdicts."""
    banner = [paint(f"What-if: {what_if}", "unknown"), ""] if what_if else []
    first = [f"{paint('!', 'unknown')} {alert.text}" for alert in alerts]
    return [*banner, *first, *([""] if first else [])]


_LACKS = {"unknown": "missing", "pending": "missing", "missed": "nothing shows it", "not meaningful": "means nothing"}
"""What the reasons of a state, or of what became of an event, are reasons for."""


def _comes_to(node: NodeExplanation, paint: Paint) -> str:
    """Its value; of a kill or a catalyst what became of it, and when."""
    if not node.status:
        return f" = {paint(node.value.text, node.state)}"
    judged = f" on {node.day}" if node.day is not None else ""
    return f": {paint(node.status, None)}{judged}"


def _asked(check: Check) -> str:
    """A comparison as a question, with its answer."""
    limit = check.limit.text if check.limit is not None else check.threshold
    question = " ".join(w for w in (check.value.text, check.operator, limit, check.lasting) if w)
    far = ""
    if check.held is not None and (check.holds != "true" or of_several(check)):
        far = f", {held_in(check)}"
    elif check.margin is not None and check.margin.known:
        far = f", {check.margin.text} from it"
    return f"{check.figure}: {question}? {check.holds}{far}"


def _reason(reason: Reason) -> str:
    """A reason, under what it speaks of; alone where it speaks of nothing."""
    about = " ".join(w for w in (reason.title or reason.name, reason.period) if w)
    return f"{about}: {reason.reason}" if about else reason.reason


def _lines(node: NodeExplanation, first: str, rest: str, paint: Paint) -> list[str]:
    above = "  (explained above)" if node.shown_above else ""
    found = [f"{first}{paint(node.name, None)}{_comes_to(node, paint)}   {node.title}{above}".rstrip()]
    if node.shown_above:
        return found
    inner = rest + ("│  " if node.needs else "   ")
    found += [f"{inner}{line}" for line in node.written.splitlines()]
    found += [f"{inner}then: {_asked(check)}" for check in node.then]
    found += [f"{inner}{'today: ' if node.status else ''}{_asked(c)}" for c in node.checks if c.limit is not None]
    if node.because:
        found.append(f"{inner}because: {node.because}")
    word = _LACKS.get(node.status or node.state)
    found += [f"{inner}{word}: {_reason(r)}" for r in node.reasons if word]
    found += [f"{inner}fact: {f.period}: {f.value} ({f.kind}, published {f.published}; {f.source})" for f in node.facts]
    for at, child in enumerate(node.needs):
        last = at == len(node.needs) - 1
        found += _lines(child, rest + ("└─ " if last else "├─ "), rest + ("   " if last else "│  "), paint)
    return found
