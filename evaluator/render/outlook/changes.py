"""What turned between two days, as lines of text.

In: a `ChangesOutput`. Out: lines. Must not know how lines are shown: who shows them paints headings.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator, Sequence

from evaluator.render.explanation import Paint, above, plain
from evaluator.render.languages.speaking import noted, say, term
from evaluator.render.outlook.blocks import Block, Cell, Heading, Items, Table, Words, cells
from evaluator.render.outlook.heads import head_of_days
from evaluator.render.text import safe_cell
from evaluator.schema.outlook import Change, ChangesOutput, Edit, Part, Turned, TurnedShare

WORDS = {
    "time": noted("time alone"),
    "thresholds": noted("dated thresholds"),
    "results": noted("new results"),
    "prices": noted("new prices"),
    "restatements": noted("restatements"),
    "contradictions": noted("contradictions"),
    "rates": noted("exchange rates"),
    "edits": noted("your edit of the rules"),
}
"""The causes, as a reader sees them."""
_ROOM = 80
_MOST_NAMED = 3


def cause_words(cause: str) -> str:
    """A cause as a reader sees it."""
    word, _, names = cause.partition(" ")
    return say("your edit of %(names)s", names=say(" and ").join(names.split(", "))) if names else say(WORDS[word])


_HEADINGS = (
    ("verdict", noted("Verdicts")),
    ("kill", noted("Kills and catalysts")),
    ("pillar", noted("Pillars")),
    ("condition", noted("Conditions")),
)


def lines(found: ChangesOutput, paint: Paint = plain) -> Iterator[str]:
    """The page: a sentence, what turned with its causes, the score in parts, the figures that moved."""
    yield from above(found.what_if, found.alerts, paint)
    yield head_of_days(found, paint)
    yield ""
    yield sentence(found)
    for role, heading in _HEADINGS:
        roles = ("kill", "catalyst") if role == "kill" else (role,)
        part = [t for t in found.turned if t.role in roles]
        if part:
            yield ""
            yield paint(say(heading), None)
        for each in part:
            yield f"  {each.title}: {each.before} → {each.after}{_why(each)}"
            yield from (f"      {fact}" for fact in each.facts)
            yield from (say("      way back: %(way_back)s", way_back=way_back(change)) for change in each.back)
    if found.edits:
        yield ""
        yield paint(say("Edits since %(rules_before)s", rules_before=found.rules_before), None)
        yield from (f"  {edit_words(edit)}" for edit in found.edits)
    elif found.rules_before is not None:
        yield ""
        yield say("Today's rules mean the same as %(rules_before)s.", rules_before=found.rules_before)
    if found.moved:
        yield ""
        yield paint(say("Figures"), None)
        yield from (f"  {m.title}: {m.before.text} → {m.after.text}" for m in found.moved)


def edit_words(edit: Edit) -> str:
    """An edit in one line: `param least, value: 20% → 10%`."""
    of = f"{edit.keyword} {edit.name}{f', {edit.part}' if edit.part else ''}"
    if edit.action == "changed":
        return f"{of}: {_short(edit.was)} → {_short(edit.now)}"
    said = edit.now if edit.action == "added" else edit.was
    return f"{of}: {term(edit.action)}{f' ({_short(said)})' if said else ''}"


def _short(text: str | None) -> str:
    words = " ".join((text or say("nothing")).split())
    return words if len(words) <= _ROOM else f"{words[: _ROOM - 1]}…"


def way_back(change: Change) -> str:
    """What one figure alone would have to be: `Cloud growth past 31% (38% today)`."""
    if change.past is None:
        return say("%(title)s %(at)s (%(today)s today)", title=change.title, at=change.at.text, today=change.today.text)
    word = say("above") if change.direction == "up" else say("below")
    return say(
        "%(title)s %(word)s %(past)s (%(today)s today)",
        title=change.title,
        word=word,
        past=change.past.text,
        today=change.today.text,
    )


def sentence(found: ChangesOutput) -> str:
    """What turned and the change of the score with its parts, in a paragraph."""
    turned = [t for t in found.turned if t.role == "verdict"]
    same = [v for v in found.verdicts if v.name not in {t.name for t in turned}]
    said = [f"{t.title}: {t.before} → {t.after}{_because(t)}." for t in turned]
    if not turned:
        said = [say("No verdict turned.")] if same else []
    if found.score_before is not None and found.score_after is not None:
        each = [f"{cause_words(p.cause)} {p.text}{_share(p)}" for p in found.parts if p.by]
        parts = ", ".join([*each, *_idle_edits([p.cause for p in found.parts if not p.by], each, say("0pp"))])
        score = say(
            "Score %(score_before)s → %(score_after)s",
            score_before=found.score_before.text,
            score_after=found.score_after.text,
        )
        bounded = any(s.low != s.high for s in (found.score_before, found.score_after))
        of = say(" (of what is known within bounds the middle)") if bounded and parts else ""
        said.append(f"{score}: {parts}{of}." if parts else f"{score}.")
    return " ".join(said) or say("These rules judge nothing.")


def _idle_edits(idle: Sequence[str], others: Sequence[str], nothing: str) -> list[str]:
    """Edits of the rules that did nothing, which is said too: `your edit of margin 0%`, `your 3 other edits 0%`."""
    edits = [cause for cause in idle if cause.partition(" ")[0] == "edits"]
    if len(edits) < 2:
        return [f"{cause_words(cause)} {nothing}" for cause in edits]
    other = say("other ") if any(words.startswith(say("your edit")) for words in others) else ""
    return [say("your %(count)s %(other)sedits %(nothing)s", count=len(edits), other=other, nothing=nothing)]


def _because(turned: Turned) -> str:
    """`: new results (Margin) 71%, restatements 29%; way back: Growth above 31% (25% today)`."""
    each = [f"{cause_words(s.cause)}{_of(s)} {_percent(s)}" for s in turned.shares if s.share]
    shares = ", ".join([*each, *_idle_edits([s.cause for s in turned.shares if not s.share], each, "0%")])
    back = say("; way back: %(way_back)s", way_back=way_back(turned.back[0])) if turned.back else ""
    return f": {shares}{back}" if shares else back


def _of(share: TurnedShare) -> str:
    return f" ({', '.join(share.of)})" if 0 < len(share.of) <= _MOST_NAMED else ""


def _percent(share: TurnedShare) -> str:
    error = say(" ± %(points)spp", points=math.ceil(share.error * 100)) if share.error else ""
    return f"{share.share * 100:.0f}%{error}".replace("-", "−")


def _share(part: Part) -> str:
    """Its part of the whole change, where all parts go one way and there are several."""
    return f" ({part.share * 100:.0f}%)" if part.share is not None and 0 <= part.share < 1 else ""


def _why(turned: Turned) -> str:
    if not turned.causes:
        return ""
    return f" ({say(' and ').join(cause_words(c) for c in turned.causes)})"


def to_csv(found: ChangesOutput) -> str:
    """A line for each judgement that turned, each part of the change of the score, each figure that moved; figures as numbers in
    base units where they are known."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["kind", "name", "title", "before", "after", "by", "causes"])
    for t in found.turned:
        texts = [safe_cell(text) for text in (t.title, t.before, t.after)]
        writer.writerow([t.role, t.name, *texts, "", " and ".join(t.causes)])
        for share in t.shares:
            writer.writerow([f"share of {t.role}", t.name, texts[0], "", "", repr(share.share), share.cause])
    for part in found.parts:
        writer.writerow(["score", part.cause, safe_cell(cause_words(part.cause)), "", "", repr(part.by), part.cause])
    for m in found.moved:
        ends = [x.low if x.low is not None and x.low == x.high else safe_cell(x.text) for x in (m.before, m.after)]
        writer.writerow(["figure", m.name, safe_cell(m.title), *ends, "", ""])
    return out.getvalue()


# --- blocks ----------------------------------------------------------------------------------------------------------


def blocks(found: ChangesOutput) -> Iterator[Block]:
    """The same as the page, to be drawn."""
    yield Words(sentence(found))
    if found.parts:
        rows = (
            cells(
                cause_words(p.cause).capitalize(),
                p.text,
                f"{p.share * 100:.0f}%" if p.share is not None else "–",
                str(p.count),
            )
            for p in found.parts
        )
        yield Table((say("What made the score change"), say("By"), say("Of the change"), say("How many")), tuple(rows))
    for role, heading in _HEADINGS:
        roles = ("kill", "catalyst") if role == "kill" else (role,)
        part = [t for t in found.turned if t.role in roles]
        if part:
            rows_of = (
                (
                    Cell(t.title),
                    Cell(t.before),
                    Cell(
                        t.after, more=(*t.facts, *(say("Way back: %(way_back)s", way_back=way_back(c)) for c in t.back))
                    ),
                    Cell(say(" and ").join(cause_words(c) for c in t.causes) or say("all of it together")),
                )
                for t in part
            )
            yield Heading(say(heading))
            yield Table(("", str(found.begin), str(found.end), say("Because of")), tuple(rows_of))
    if found.edits:
        yield Heading(say("Edits since %(rules_before)s", rules_before=found.rules_before))
        yield Items(tuple(edit_words(edit) for edit in found.edits))
    elif found.rules_before is not None:
        yield Words(say("Today's rules mean the same as %(rules_before)s.", rules_before=found.rules_before))
    if found.moved:
        yield Heading(say("Figures"))
        yield Table(
            ("", str(found.begin), str(found.end)),
            tuple(cells(m.title, m.before.text, m.after.text) for m in found.moved),
        )
