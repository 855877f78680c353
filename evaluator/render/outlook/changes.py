"""What turned between two days, as lines of text.

In: a `ChangesOutput`. Out: lines. Must not know how lines are shown: who shows them paints headings.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from evaluator.render.explanation import Paint, above, plain
from evaluator.render.text import safe_cell
from evaluator.schema.outlook import ChangesOutput, Turned

WORDS = {
    "time": "time alone",
    "thresholds": "dated thresholds",
    "results": "new results",
    "prices": "new prices",
    "restatements": "restatements",
    "rates": "exchange rates",
}
"""The causes, as a reader sees them."""
_HEADINGS = (
    ("verdict", "Verdicts"),
    ("kill", "Kills and catalysts"),
    ("pillar", "Pillars"),
    ("condition", "Conditions"),
)


def lines(found: ChangesOutput, paint: Paint = plain) -> Iterator[str]:
    """The page: a sentence, what turned with its causes, the score in parts, the figures that moved."""
    yield from above(found.what_if, found.alerts, paint)
    about = f" for {found.company}" if found.company is not None else ""
    yield f"{paint(found.title, None)} ({found.name}){about}, from {found.begin} to {found.end}"
    yield ""
    yield _sentence(found)
    for role, heading in _HEADINGS:
        roles = ("kill", "catalyst") if role == "kill" else (role,)
        part = [t for t in found.turned if t.role in roles]
        if part:
            yield ""
            yield paint(heading, None)
        for each in part:
            yield f"  {each.title}: {each.before} → {each.after}{_why(each)}"
            yield from (f"      {fact}" for fact in each.facts)
    if found.moved:
        yield ""
        yield paint("Figures", None)
        yield from (f"  {m.title}: {m.before.text} → {m.after.text}" for m in found.moved)


def _sentence(found: ChangesOutput) -> str:
    turned = [t for t in found.turned if t.role == "verdict"]
    same = [v for v in found.verdicts if v.name not in {t.name for t in turned}]
    said = [f"{t.title}: {t.before} → {t.after}." for t in turned]
    if not turned:
        said = ["No verdict turned."] if same else []
    if found.score_before is not None and found.score_after is not None:
        parts = ", ".join(f"{WORDS[p.cause]} {p.text}" for p in found.parts if p.by)
        score = f"Score {found.score_before.text} → {found.score_after.text}"
        bounded = any(s.low != s.high for s in (found.score_before, found.score_after))
        of = " (of what is known within bounds the middle)" if bounded and parts else ""
        said.append(f"{score}: {parts}{of}." if parts else f"{score}.")
    return " ".join(said) or "These rules judge nothing."


def _why(turned: Turned) -> str:
    if not turned.causes:
        return ""
    return f" ({' and '.join(WORDS[c] for c in turned.causes)})"


def to_csv(found: ChangesOutput) -> str:
    """A line for each judgement that turned, each part of the change of the score, each figure that moved; figures as numbers in
    base units where they are known."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["kind", "name", "title", "before", "after", "by", "causes"])
    for t in found.turned:
        texts = [safe_cell(text) for text in (t.title, t.before, t.after)]
        writer.writerow([t.role, t.name, *texts, "", " and ".join(t.causes)])
    for part in found.parts:
        writer.writerow(["score", part.cause, safe_cell(WORDS[part.cause]), "", "", repr(part.by), part.cause])
    for m in found.moved:
        ends = [x.low if x.low is not None and x.low == x.high else safe_cell(x.text) for x in (m.before, m.after)]
        writer.writerow(["figure", m.name, safe_cell(m.title), *ends, "", ""])
    return out.getvalue()
