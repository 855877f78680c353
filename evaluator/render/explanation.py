"""Why a name has its value, as lines of text: the tree from it down to the facts.

In: a `NodeExplanation`. Out: lines. Must not know how they are shown: who shows them paints names and values.
"""

from __future__ import annotations

from collections.abc import Callable

from evaluator.schema.report import NodeExplanation

Paint = Callable[[str, str | None], str]
"""A name or a value, and the state that it shows (None for a name) -> how it is shown."""


def plain(text: str, state: str | None) -> str:
    """No paint at all."""
    return text


def lines(node: NodeExplanation, paint: Paint = plain) -> list[str]:
    """The tree, a line each; a name that was explained above is only named."""
    return _lines(node, "", "", paint)


def _lines(node: NodeExplanation, first: str, rest: str, paint: Paint) -> list[str]:
    above = "  (explained above)" if node.shown_above else ""
    found = [f"{first}{paint(node.name, None)} = {paint(node.value.text, node.state)}   {node.title}{above}"]
    if node.shown_above:
        return found
    inner = rest + ("│  " if node.needs else "   ")
    found += [f"{inner}{line}" for line in node.written.splitlines()]
    for check in node.checks:
        if check.limit is not None:
            distance = f", {check.margin.text} from it" if check.margin else ""
            question = " ".join(w for w in (check.value.text, check.operator, check.limit.text, check.lasting) if w)
            found.append(f"{inner}{check.figure}: {question}? {check.holds}{distance}")
    if node.because:
        found.append(f"{inner}because: {node.because}")
    found += [
        f"{inner}lacks: {f'{r.title or r.name} {r.period}'.strip()}: {r.reason}"
        for r in node.reasons
        if node.state == "unknown"
    ]
    found += [f"{inner}fact: {f.period}: {f.value} ({f.kind}, published {f.published}; {f.source})" for f in node.facts]
    for at, child in enumerate(node.needs):
        last = at == len(node.needs) - 1
        found += _lines(child, rest + ("└─ " if last else "├─ "), rest + ("   " if last else "│  "), paint)
    return found
