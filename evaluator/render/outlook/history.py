"""What was judged from day to day, as lines of text, as CSV, and as strips to be drawn.

In: a `HistoryOutput`. Out: lines, a table, strips. Must not know how lines are shown: who shows them paints headings.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence

from dsl.text.record import record
from evaluator.render.explanation import Paint, above, plain
from evaluator.render.languages.speaking import any_of, counted, noted, say, worded
from evaluator.render.outlook.blocks import HIGH, WIDE, Bar, Block, Cell, Heading, Strip, Strips, Table, Words, cells
from evaluator.render.outlook.heads import head_of_days
from evaluator.render.text import TONE_LOOKS, safe_cell
from evaluator.render.wide import columns, padded
from evaluator.schema.history import HistoryOutput, HistoryPoint, Named, Track

WIDTH = 60
"""So many characters a strip is wide."""
OPEN = "?"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_STATES = {"true": "█", "false": "·", "unknown": "?", "not applicable": "–", "not meaningful": "∅"}
_EVENTS = {"has happened": "▼", "already so when the thesis began": "◆", "met": "✓", "missed": "✗", "pending": "?"}
_LEVELS = "▁▂▃▄▅▆▇█"
_HEADINGS = (
    ("verdict", noted("Verdicts")),
    ("kill", noted("Kills")),
    ("catalyst", noted("Catalysts")),
    ("pillar", noted("Pillars")),
    ("condition", noted("Conditions")),
)


@record
class Span:
    """Days on which one thing is said: from the first to the last."""

    first: dt.date
    last: dt.date
    words: tuple[str, ...]
    """The outcomes, statuses or the state: several where it is not decided."""

    @property
    def text(self) -> str:
        """What is said, in words."""
        return any_of(self.words)


def said(point: HistoryPoint, named: Named) -> tuple[str, ...]:
    """What a judgement says on a point."""
    several: Mapping[str, Mapping[str, Sequence[str]]] = {"verdict": point.verdicts, "pillar": point.pillars}
    if named.role in several:
        return tuple(several[named.role][named.name])
    one = {"kill": point.kills, "catalyst": point.catalysts, "condition": point.conditions}
    return (one[named.role][named.name],)


def spans(track: Track, named: Named, end: dt.date) -> list[Span]:
    """The days of a track, put together where one thing is said."""
    found: list[Span] = []
    for point, after in zip(track.points, [*track.points[1:], None], strict=True):
        last = after.day - dt.timedelta(days=1) if after is not None else end
        words = said(point, named)
        if found and set(found[-1].words) == set(words):
            found[-1] = Span(found[-1].first, last, found[-1].words)
        else:
            found.append(Span(point.day, last, words))
    return found


def turning(track: Track, role: str) -> list[Named]:
    """The judgements of a role that said more than one thing."""
    turned = {(t.role, t.name) for point in track.points for t in point.turned}
    return [n for n in track.names if n.role == role and (n.role, n.name) in turned]


# --- lines ---------------------------------------------------------------------------------------------------


def lines(found: HistoryOutput, paint: Paint = plain) -> Iterator[str]:
    """The page: strips over time, what each verdict said from when to when, what turned on which day and by which facts."""
    yield from above(found.what_if, (), paint)
    yield head_of_days(found, paint)
    yield summary(found)
    yield from (say("Note: %(note)s", note=note) for note in found.notes)
    shown = told(found)
    for track in shown:
        yield ""
        yield paint(_called(track), None)
        yield from strip_lines(track, found)
        for named in (n for n in track.names if n.role == "verdict"):
            yield ""
            yield f"  {paint(named.title, None)}"
            yield from (
                say("    %(first)s to %(last)s  %(each)s", first=each.first, last=each.last, each=each.text)
                for each in spans(track, named, found.end)
            )
    yield from _apart(found, paint)
    for track in shown:
        yield from _turns(track, paint, len(shown) > 1)


def told(found: HistoryOutput) -> list[Track]:
    """The tracks that say something of their own: rules of a commit that judge every day as today's do are not shown twice."""
    first, *others = found.tracks
    return [first, *(t for t in others if (t.names, t.points) != (first.names, first.points))]


def _called(track: Track) -> str:
    return f"{track.rules[:1].upper()}{track.rules[1:]}"


def summary(found: HistoryOutput) -> str:
    """How many days were looked at, and that each was judged by what was known on it."""
    points = found.tracks[0].points
    known, time = sum(p.why == "facts" or p.known_count > 0 for p in points), sum(p.why == "time" for p in points)
    alone = say(", and on %(time)s by the passing of time alone something turned", time=time) if time else ""
    later = say(" Nothing was known before %(begin)s.", begin=found.begin) if found.begin > found.asked_from else ""
    return say(
        "Each day is judged by what was known on it: on %(days)s something became known%(alone)s.%(later)s",
        days=counted(f"{known:,}", "day"),
        alone=alone,
        later=later,
    )


def strip_lines(track: Track, found: HistoryOutput, width: int = WIDTH) -> Iterator[str]:
    """A strip of characters for each verdict, the score and all that turned, over the days, with what the signs mean."""
    shown = [n for n in track.names if n.role == "verdict"]
    shown += [n for role, _ in _HEADINGS[1:] for n in turning(track, role)]
    days = _columns(found.begin, found.end, width)
    points = [_last(track.points, day) for day in days]
    room = min(38, max([columns(n.title) for n in shown] + [columns(say("Score"))]))
    keys: list[str] = []
    scored = any(p.score is not None for p in track.points)
    if scored:
        yield f"  {padded(say('Score'), room)}  {''.join(_level(p) for p in points)}"
    for named in shown:
        signs, key = _signs(track, named)
        yield f"  {padded(named.title, room)}  {''.join(signs[_key(said(p, named))] for p in points)}"
        keys += [key] if key else []
    if shown or scored:
        yield f"  {'':<{room}}  {_scale(found.begin, found.end, len(days))}"
        yield from (f"  {key}" for key in keys)
        yield say(
            "  ? not decided; of conditions █ true, · false; of the score ▁ −100%, █ +100% (of bounds the middle)"
        )


def _columns(begin: dt.date, end: dt.date, width: int) -> list[dt.date]:
    """The last day of each column."""
    days = (end - begin).days + 1
    count = min(days, width)
    return [begin + dt.timedelta(days=(n + 1) * days // count - 1) for n in range(count)]


def _last(points: Sequence[HistoryPoint], day: dt.date) -> HistoryPoint:
    return points[max(0, bisect_right([p.day for p in points], day) - 1)]


def _level(point: HistoryPoint) -> str:
    score = point.score
    if score is None or score.low is None or score.high is None:
        return " "
    part = ((score.low + score.high) / 2 + 1) / 2
    return _LEVELS[min(len(_LEVELS) - 1, max(0, int(part * len(_LEVELS))))]


def _key(words: Iterable[str]) -> frozenset[str]:
    return frozenset(words)


def _signs(track: Track, named: Named) -> tuple[dict[frozenset[str], str], str]:
    """A sign for each thing that is said, and a line that tells letters."""
    seen = list(dict.fromkeys(_key(said(p, named)) for p in track.points))
    if named.role in ("verdict", "pillar"):
        decided = [words for words in seen if len(words) == 1]
        letters = {words: _LETTERS[min(n, len(_LETTERS) - 1)] for n, words in enumerate(decided)}
        key = ", ".join(f"{letters[words]} {any_of(words)}" for words in decided)
        return {words: letters.get(words, OPEN) for words in seen}, f"{named.title}: {key}" if key else ""
    signs = _STATES if named.role == "condition" else _EVENTS
    key = ", ".join(f"{signs.get(word, '·')} {worded(word)}" for words in seen for word in words)
    told = f"{named.title}: {key}" if named.role != "condition" else ""
    return {words: signs.get(" ".join(words), "·") for words in seen}, told


def _scale(begin: dt.date, end: dt.date, width: int) -> str:
    left, right = begin.isoformat(), end.isoformat()
    return f"{left}{right:>{width - len(left)}}" if width > len(left) + len(right) else left


def _turns(track: Track, paint: Paint, several: bool) -> Iterator[str]:
    yield ""
    of = say(", by %(rules)s", rules=track.rules) if several else ""
    points = [p for p in track.points if p.turned]
    if not points:
        yield say("Nothing turned%(of)s.", of=of)
        return
    yield paint(say("What turned, and when%(of)s", of=of), None)
    for point in points:
        yield f"{point.day}  {came(point)}"
        for role, _ in _HEADINGS:
            for turn in (t for t in point.turned if t.role == role):
                yield f"    {turn.title}: {turn.before} → {turn.after}"
                yield from (f"        {fact}" for fact in turn.facts)


def came(point: HistoryPoint) -> str:
    """What became known on a day, in words."""
    if point.why == "time":
        return say("nothing became known: time passed")
    more = point.known_count - len(point.known)
    words = say("; ").join(point.known) or (say("an exchange rate") if point.why == "facts" else "")
    return f"{words}{(say('; and %(more)s more', more=more) if more else '')}"


def same(found: HistoryOutput) -> str:
    """That the rules of a commit judge as today's do, and how far that goes."""
    now, before = found.tracks
    if now.fingerprint == before.fingerprint:
        return say("Today's rules mean the same as %(rules)s.", rules=before.rules)
    if len(told(found)) == 1:
        return say("Today's rules and %(rules)s differ, and judge everything alike on every day.", rules=before.rules)
    return say("Today's rules and %(rules)s give every verdict that both have alike on every day.", rules=before.rules)


@record
class Apart:
    """Days on which two states of the rules say different things of one judgement."""

    title: str
    first: dt.date
    last: dt.date
    now: str
    before: str


def apart(found: HistoryOutput) -> list[Apart]:
    """Where the rules of a commit judge otherwise than today's."""
    if len(found.tracks) < 2:
        return []
    now, before = found.tracks
    others = {(n.role, n.name): n for n in before.names}
    differ = []
    for named in (n for n in now.names if n.role == "verdict" and (n.role, n.name) in others):
        ours, theirs = (spans(t, n, found.end) for t, n in ((now, named), (before, others[named.role, named.name])))
        for first in sorted({s.first for s in (*ours, *theirs)}):
            here, there = (next(s for s in reversed(part) if s.first <= first) for part in (ours, theirs))
            last = min(here.last, there.last)
            if set(here.words) != set(there.words):
                differ.append(Apart(named.title, first, last, here.text, there.text))
    return differ


def _apart(found: HistoryOutput, paint: Paint) -> Iterator[str]:
    if len(found.tracks) < 2:
        return
    yield ""
    differ, before = apart(found), found.tracks[1].rules
    if not differ:
        yield same(found)
        return
    yield paint(say("Where %(before)s judge otherwise than today's", before=before), None)
    for each in differ:
        yield say(
            "  %(first)s to %(last)s  %(title)s: %(now)s by today's rules, %(before)s by the others",
            first=each.first,
            last=each.last,
            title=each.title,
            now=each.now,
            before=each.before,
        )


# --- a table -----------------------------------------------------------------------------------------------------


def to_csv(found: HistoryOutput) -> str:
    """A line for each point, a column for each judgement, pillar and condition; the score as numbers from -1 to 1."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    columns = list(dict.fromkeys((n.role, n.name) for t in found.tracks for n in t.names))
    writer.writerow(["day", "rules", "why", "score_low", "score_high", *(f"{role} {name}" for role, name in columns)])
    for track in found.tracks:
        names = {(n.role, n.name): n for n in track.names}
        for p in track.points:
            score = [p.score.low, p.score.high] if p.score is not None else ["", ""]
            texts = [" or ".join(said(p, names[key])) if key in names else "" for key in columns]
            writer.writerow([p.day, track.commit or "today", p.why, *score, *map(safe_cell, texts)])
    return out.getvalue()


# --- strips to be drawn ----------------------------------------------------------------------------------------------


def blocks(found: HistoryOutput) -> Iterator[Block]:
    """The same as the page, to be drawn."""
    yield Words(summary(found))
    yield from (Words(say("Note: %(note)s.", note=note), "quiet") for note in found.notes)
    shown = told(found)
    for track in shown:
        if len(shown) > 1:
            yield Heading(_called(track))
        yield _strips(track, found)
        verdicts = [n for n in track.names if n.role == "verdict"]
        rows = [
            (Cell(n.title), Cell(str(s.first)), Cell(str(s.last)), Cell(s.text, look(n, s.words)))
            for n in verdicts
            for s in spans(track, n, found.end)
        ]
        if rows:
            yield Table((say("Verdict"), say("From"), say("To"), say("What it said")), tuple(rows))
    if len(found.tracks) > 1:
        differ, before = apart(found), found.tracks[1].rules
        if differ:
            yield Heading(say("Where %(before)s judge otherwise than today's", before=before))
            yield Table(
                (say("Verdict"), say("From"), say("To"), say("Today's rules"), say("The others")),
                tuple(cells(d.title, str(d.first), str(d.last), d.now, d.before) for d in differ),
            )
        else:
            yield Words(same(found))
    for track in shown:
        of = say(", by %(rules)s", rules=track.rules) if len(shown) > 1 else ""
        turned = tuple(
            (Cell(str(p.day)), Cell(came(p)), Cell(f"{t.title}: {t.before} → {t.after}", more=tuple(t.facts)))
            for p in track.points
            for t in p.turned
        )
        if turned:
            yield Heading(say("What turned, and when%(of)s", of=of))
            yield Table((say("Day"), say("What became known"), say("What turned")), turned)
        else:
            yield Words(say("Nothing turned%(of)s.", of=of))


def _strips(track: Track, found: HistoryOutput) -> Strips:
    shown = [n for n in track.names if n.role == "verdict"]
    shown += [n for role, _ in _HEADINGS[1:] for n in turning(track, role)]
    strips = (
        Strip(n.title, tuple(_bars(track, n, found)), _signs(track, n)[1].removeprefix(f"{n.title}: ")) for n in shown
    )
    return Strips(
        str(found.begin), str(found.end), tuple(strips), tuple(_band(track, found)), tuple(strip_lines(track, found))
    )


def _bars(track: Track, named: Named, found: HistoryOutput) -> Iterator[Bar]:
    """The strip of a judgement."""
    signs, _ = _signs(track, named)
    whole = (found.end - found.begin).days + 1
    for span in spans(track, named, found.end):
        at, wide = (span.first - found.begin).days, (span.last - span.first).days + 1
        words = say("%(first)s to %(last)s: %(span)s", first=span.first, last=span.last, span=span.text)
        x, width = (round(days / whole * WIDE, 1) for days in (at, wide))
        yield Bar(x, width, look(named, span.words), signs[_key(span.words)], words)


def look(named: Named, words: Sequence[str]) -> str:
    """good, bad, warn (not decided) or flat: what it does to the thesis."""
    if len(words) > 1:
        return "warn"
    word = words[0] if words else ""
    if named.role == "verdict":
        return TONE_LOOKS.get(named.tones.get(word), "flat") if word in named.tones else "flat"
    if named.role == "condition":
        held = "good" if named.side == "bull" else "bad"
        return {"true": held, "unknown": "warn"}.get(word, "flat")
    return _LOOKS.get(word, "flat")


_LOOKS = {
    "has happened": "bad", "already so when the thesis began": "warn", "pending": "warn", "met": "good", "missed": "bad",
    "supported": "good", "undermined": "bad", "contested": "warn",
}  # fmt: skip


def _band(track: Track, found: HistoryOutput) -> Iterator[tuple[float, float, float, float]]:
    """The score over time: left, top, width and height of each part."""
    whole = (found.end - found.begin).days + 1
    parts: list[tuple[int, int, float, float]] = []
    for point, after in zip(track.points, [*track.points[1:], None], strict=True):
        score, until = point.score, after.day if after is not None else found.end + dt.timedelta(days=1)
        if score is None or score.low is None or score.high is None:
            continue
        left, right = ((day - found.begin).days for day in (point.day, until))
        if parts and parts[-1][1:] == (left, score.low, score.high):
            left = parts.pop()[0]
        parts.append((left, right, score.low, score.high))
    for left, right, low, high in parts:
        top, bottom = ((1 - end) / 2 * HIGH for end in (high, low))
        height = max(bottom - top, 2.0)
        yield tuple(
            round(x, 1) for x in (left / whole * WIDE, min(top, HIGH - 2), (right - left) / whole * WIDE, height)
        )  # type: ignore[misc]
