"""What would change a judgement, as lines of text and as CSV.

In: a `FlipOutput`. Out: lines, a table. Must not know how lines are shown: who shows them paints names and outcomes.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from evaluator.render.explanation import Paint, above, plain
from evaluator.render.languages.speaking import any_of, noted, say
from evaluator.render.outlook.blocks import Block, Cell, Heading, Items, Table, Words, cells
from evaluator.render.outlook.heads import head_as_of
from evaluator.render.text import safe_cell
from evaluator.schema.front import Settlement
from evaluator.schema.outlook import Change, Firm, FlipOutput, Fragile, JointChange, JointMove, NotVaried, SeekOutput

_PARTS = (
    (noted("What would change it: one figure alone, the smallest change first"), ("input", "metric")),
    (noted("And what you would have to judge otherwise: one threshold alone"), ("param",)),
)


def lines(found: FlipOutput, paint: Paint = plain) -> Iterator[str]:
    """The page: what is judged today, what would change it, what would not."""
    yield from head_as_of(found, paint)
    yield ""
    yield paint(say("Judged today"), None)
    for judgement in found.judgements:
        yield f"  {judgement.title}: {_or(judgement.outcomes)}"
    titles = {j.name: j.title for j in found.judgements}
    for heading, roles in _PARTS:
        part = [c for c in found.changes if c.role in roles]
        if part:
            yield ""
            yield paint(say(heading), None)
        for _, group in groupby(part, lambda c: (c.name, c.direction, c.past or c.at)):
            changes = list(group)
            yield f"  {paint(changes[0].title, None)}: {_how(changes[0])}"
            yield from (f"      {titles[c.judgement]}: {_or(c.outcomes)}" for c in changes)
    if not found.changes and len(found.undecided) < len(found.judgements):
        yield ""
        yield say("No figure alone was found that changes it.")
    yield from _together(found.together, titles, paint)
    yield from _firm(found)
    yield from _near(found.fragile)
    yield from _settled(found.settlements, paint)
    yield from _listed(say("Inputs on which none of it rests"), [", ".join(found.aside)] if found.aside else [])
    yield from _listed(say("Not varied"), [_not_varied(v) for v in found.not_varied])


def _together(found: Sequence[JointChange], titles: Mapping[str, str], paint: Paint) -> Iterator[str]:
    """Joint changes, where there is one."""
    if found:
        yield ""
        yield paint(
            say("Or together, where no figure alone does it as near: none moves by more than so much of itself"), None
        )
    for each in found:
        moves = [_move(m) for m in each.moves]
        nearer = "" if each.nearest else say("; a smaller change of them may do it too")
        yield f"  {each.size_text}: {say(', and ').join(moves)}{nearer}"
        yield f"      {titles[each.judgement]}: {_or(each.outcomes)}"


def _or(outcomes: Sequence[str]) -> str:
    return any_of(outcomes)


def _how(change: Change) -> str:
    """`38% today, past 35.5% (−2.5pp, 6.6%)`, or for a word `early today, growing instead`."""
    if change.past is None or change.change is None:
        return say("%(today)s today, %(at)s instead", today=change.today.text, at=change.at.text)
    part = ""
    if change.relative is not None:
        part = f", {_part(change.relative)}"
    beyond = say("; it has never been there") if change.beyond else ""
    nearer = "" if change.nearest else say("; a smaller change may do it too")
    return say(
        "%(today)s today, past %(past)s (%(change)s%(part)s)%(beyond)s%(nearer)s",
        today=change.today.text,
        past=change.past.text,
        change=change.change.text,
        part=part,
        beyond=beyond,
        nearer=nearer,
    )


def _firm(found: FlipOutput) -> Iterator[str]:
    """The names that change nothing, those that change none of the judgements first."""
    changing = {c.name for c in found.changes}
    whole = {f.name: f for f in found.firm if f.name not in changing}
    proven = [n for n in whole if all(f.proven for f in found.firm if f.name == n)]
    if proven:
        yield ""
        what = say("what is decided today") if found.undecided else say("anything")
        yield say("No change alone of these changes %(what)s, proven for every figure that they may be:", what=what)
        yield f"  {', '.join(_proven(whole[n], found) for n in proven)}"
    open_still = [f for n, f in whole.items() if n not in proven]
    if open_still:
        yield ""
        what = say("what is decided today") if found.undecided else say("anything")
        yield say("No change alone of these was found to change %(what)s, and that none does is not proven:", what=what)
        yield from (f"  {f.title}{_looked(f)}" for f in open_still)


def _proven(firm: Firm, found: FlipOutput) -> str:
    """The title, and that the solver proves it, where bounds do not."""
    by = {f.by for f in found.firm if f.name == firm.name}
    return say("%(title)s (by the solver)", title=firm.title) if "solver" in by else firm.title


def _looked(firm: Firm) -> str:
    """How far it was looked, where it was."""
    ends = [e.text for e in (firm.low, firm.high) if e is not None]
    if len(ends) < 2 or ends[0] == ends[1]:
        return ""
    return say(" (proven from %(low)s to %(high)s)", low=ends[0], high=ends[1])


def _near(fragile: Sequence[Fragile]) -> Iterator[str]:
    if fragile:
        yield ""
        yield say("Within 5% of the threshold:")
    for each in fragile:
        limit = each.check.limit.text if each.check.limit is not None else each.check.threshold
        yield say(
            "  %(title)s: %(figure)s is %(value)s, the threshold %(limit)s",
            title=each.title,
            figure=each.check.figure,
            value=each.check.value.text,
            limit=limit,
        )


def _settled(found: Sequence[Settlement], paint: Paint) -> Iterator[str]:
    """Of each judgement that is not decided what decides it."""
    if found:
        yield ""
        yield paint(say("Not decided today, and what would decide it"), None)
    for each in found:
        yield f"  {paint(each.title, None)}: {each.sentence}"
        telling = [n for n in each.deciding if any(len(r.outcomes) < len(each.left) for r in n.ranges)]
        for name in telling:
            due = f" ({name.due_text})" if name.due_text and len(each.deciding) > 1 else ""
            yield f"      {name.title}{due}:"
            yield from (f"          {r.where}: {_or(r.outcomes)}" for r in name.ranges)
        others = [n.title for n in each.deciding if n not in telling]
        if others:
            yield say("      Of these none narrows it alone: %(names)s", names=", ".join(others))


def _not_varied(each: NotVaried) -> str:
    return f"{each.title}: {each.why}" + (say(", and nothing that is decided turns on it") if each.whatever else "")


def _listed(heading: str, items: Sequence[str]) -> Iterator[str]:
    if items:
        yield ""
        yield f"{heading}:"
        yield from (f"  {item}" for item in items)


_COLUMNS = [
    "name",
    "title",
    "judgement",
    "direction",
    "today",
    "past",
    "relative",
    "unit",
    "setting",
    "outcomes",
    "nearest",
]


def to_csv(found: FlipOutput) -> str:
    """The changes as CSV, a line each, with figures as numbers in base units (38% is 0.38)."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for c in found.changes:
        past = c.past.low if c.past is not None else None
        figures = [c.today.low, past] if past is not None else [safe_cell(c.today.text), safe_cell(c.at.text)]
        numbers = [*figures, "" if c.relative is None else c.relative, c.today.unit]
        texts = [safe_cell(text) for text in (c.setting, _or(c.outcomes))]
        row = [c.name, safe_cell(c.title), c.judgement, c.direction, *numbers, *texts]
        writer.writerow([*row, "yes" if c.nearest else "no"])
    return out.getvalue()


def _move(move: JointMove) -> str:
    return say(
        "%(title)s %(today)s to %(past)s (%(change)s)",
        title=move.title,
        today=move.today.text,
        past=move.past.text,
        change=move.change.text,
    )


def sought(found: SeekOutput, paint: Paint = plain) -> Iterator[str]:
    """Goal seek: what the expression is today, and what one name would have to be."""
    about = say(" for %(company)s", company=found.company) if found.company is not None else ""
    yield from above(found.what_if, found.alerts, paint)
    yield say(
        "%(goal)s (%(name)s%(about)s, as of %(as_of)s): %(today)s today",
        goal=found.goal,
        name=found.name,
        about=about,
        as_of=found.as_of,
        today=found.today.text,
    )
    for each in found.reached:
        beyond = say("; it has never been there") if each.beyond else ""
        nearer = "" if each.nearest else say("; a smaller change may do it too")
        met = "" if each.exact else say("; it jumps past there, to %(gives)s, and is never met", gives=each.gives.text)
        yield say(
            "  %(title)s: %(at)s, %(by_today)s today (%(change)s)%(met)s%(beyond)s%(nearer)s",
            title=found.title,
            at=each.at.text,
            by_today=found.by_today.text,
            change=each.change.text,
            met=met,
            beyond=beyond,
            nearer=nearer,
        )
        yield say('      --set "%(setting)s"', setting=each.setting)
    if not found.reached:
        why = (
            say("no figure that it may be reaches it: proven") if found.never else say("none was found that reaches it")
        )
        yield f"  {found.title}: {why}"


def sought_csv(found: SeekOutput) -> str:
    """What is sought as CSV, a line for each figure at which it is reached, as numbers in base units."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(
        ["name", "title", "goal", "direction", "today", "at", "unit", "setting", "gives", "exact", "nearest"]
    )
    for each in found.reached:
        texts = [safe_cell(text) for text in (found.title, found.goal)]
        numbers = [found.by_today.low, each.at.low, each.at.unit, safe_cell(each.setting), each.gives.low]
        flags = ["yes" if flag else "no" for flag in (each.exact, each.nearest)]
        writer.writerow([found.by, *texts, each.direction, *numbers, *flags])
    return out.getvalue()


# --- blocks ----------------------------------------------------------------------------------------------------------


def blocks(found: FlipOutput) -> Iterator[Block]:
    """The same as the page, to be drawn."""
    titles = {j.name: j.title for j in found.judgements}
    yield Table((say("Judged today"), ""), tuple(cells(j.title, _or(j.outcomes)) for j in found.judgements))
    for heading, roles in _PARTS:
        part = [c for c in found.changes if c.role in roles]
        if part:
            yield Heading(say(heading))
            rows = tuple(cells(c.title, *_turn(c), f"{titles[c.judgement]}: {_or(c.outcomes)}") for c in part)
            yield Table((say("Figure"), say("Today"), say("Turns at"), say("Change"), say("Then")), rows)
    if found.together:
        yield Heading(say("Or together, where no figure alone does it as near"))
        rows_of = (
            (
                Cell(each.size_text),
                Cell(
                    "",
                    more=tuple(_move(m) for m in each.moves),
                ),
                Cell(f"{titles[each.judgement]}: {_or(each.outcomes)}"),
            )
            for each in found.together
        )
        yield Table((say("None moves by more than"), say("To"), say("Then")), tuple(rows_of))
    if not found.changes and len(found.undecided) < len(found.judgements):
        yield Words(say("No figure alone was found that changes it."))
    yield from _paragraphs(found)


def _turn(change: Change) -> tuple[str, str, str]:
    """Today's figure, where it turns, and how far that is."""
    if change.past is None or change.change is None:
        return change.today.text, change.at.text, "–"
    part = f" ({_part(change.relative)})" if change.relative is not None else ""
    beyond = say("; never been there") if change.beyond else ""
    return change.today.text, say("past %(past)s", past=change.past.text), f"{change.change.text}{part}{beyond}"


def _part(relative: float) -> str:
    percent = relative * 100
    if percent >= 199.5:
        return say("%(relative)s times today's", relative=f"{relative:,.{(0 if relative >= 10 else 1)}f}")
    return f"{percent:.2g}%" if percent < 10 else f"{percent:.0f}%"


def _paragraphs(found: FlipOutput) -> Iterator[Block]:
    """What stands below the tables, as the page has it: each heading with its lines."""
    said = [*_firm(found), *_near(found.fragile), *_settled(found.settlements, plain)]
    said += _listed(say("Inputs on which none of it rests"), [", ".join(found.aside)] if found.aside else [])
    said += _listed(say("Not varied"), [_not_varied(v) for v in found.not_varied])
    heading, items = "", list[str]()
    for line in [*said, ""]:
        if line.startswith("  "):
            items.append(line.strip())
            continue
        if items:
            yield Heading(heading.rstrip(":"))
            yield Items(tuple(items))
        heading, items = line or heading, []


def sought_blocks(found: SeekOutput) -> Iterator[Block]:
    """Goal seek, to be drawn."""
    yield Words(
        say(
            "%(goal)s: %(today)s today, with %(title)s at %(by_today)s.",
            goal=found.goal,
            today=found.today.text,
            title=found.title,
            by_today=found.by_today.text,
        )
    )
    rows = tuple(
        cells(
            found.title,
            each.at.text,
            each.change.text,
            each.gives.text,
            say('--set "%(setting)s"', setting=each.setting),
        )
        for each in found.reached
    )
    if rows:
        yield Table((say("Figure"), say("Would have to be"), say("Change"), say("Gives"), say("As a setting")), rows)
    else:
        why = (
            say("No figure that it may be reaches it: proven.")
            if found.never
            else say("None was found that reaches it.")
        )
        yield Words(why)
