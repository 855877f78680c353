"""What a memo is looked things up in: the graph, facts, figures with two sides, formulas, thresholds, fingerprints.

In: a `Report`. Out: chapters of blocks. Must not know which format sets them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from dsl.text.record import record
from evaluator.render.graph import drawings
from evaluator.render.languages.speaking import noted, say, term
from evaluator.render.memo import words
from evaluator.render.memo.drawing import Drawing
from evaluator.render.outlook.blocks import Block, Cell, Heading, Items, Pictures, Table, Words, cells
from evaluator.render.text import by_name, either, folded, needs, plural, spaced, told
from evaluator.schema.report import FactResult, ReplacedResult, Report


@record
class Chapter:
    """A chapter: its title, and what stands in it."""

    title: str
    blocks: tuple[Block | Pictures, ...]


def appendix(report: Report, before: Sequence[Chapter] = ()) -> tuple[Chapter, ...]:
    """The chapters of the appendix, those without anything in them left out. `before`: those that stand before the facts."""
    chapters = (
        *before,
        Chapter(say("Facts"), tuple(_facts(report))),
        Chapter(say("Figures with two sides"), tuple(two_sides(report))),
        Chapter(say("About this report"), tuple(about(report))),
    )
    found = (chapter for chapter in chapters if chapter.blocks)
    return tuple(
        Chapter(say("Appendix %(letter)s. %(title)s", letter=letter, title=c.title), c.blocks)
        for letter, c in zip(_LETTERS, found, strict=False)
    )


_LETTERS = "ABCDEFGH"


def graph(report: Report, drawing: Drawing | None = None) -> Iterator[Block | Pictures]:
    """From facts to verdicts: drawn part by part, or in words what each name needs."""
    if not report.graph.nodes:
        yield Words(say("There is nothing to draw."))
        return
    if drawing is None:
        yield Words(say("What each verdict, pillar and condition needs, with its value."), "quiet")
        titles, needed = {n.name: n.title for n in report.graph.nodes}, needs(report.graph)
        rows = [
            cells(
                n.title, term(n.role), n.text, ", ".join(titles.get(source, source) for source in needed[n.name]) or "–"
            )
            for n in sorted(report.graph.nodes, key=lambda n: -n.layer)
            if n.role not in ("input", "param")
        ]
        yield Table((say("Name"), say("Is"), say("Value"), say("Needs")), tuple(rows))
        return
    parts = drawings(report)
    more = any(part.cut for part in parts)
    stub = say("A stub at the left of a box: what it rests on is drawn further on.") if more else ""
    yield Words(f"{say('What each name needs stands to its left. Dashed: unknown.')} {stub}".rstrip(), "quiet")
    for part in parts:
        yield Pictures(((told(part.title), drawing.graph(part)),))


def evidence(report: Report) -> Iterator[Block]:
    """On which kinds of source the conclusions rest."""
    if not report.evidence.shares:
        yield Words(say("No condition is decided yet, so nothing rests on any source."))
    else:
        said = say("On which kinds of source the conclusions rest, by weight of the conditions that are decided.")
        yield Words(said, "quiet")
        rows = [cells(say("All conditions"), words.evidence(report.evidence.shares))]
        rows += [cells(v.title, words.evidence(v.evidence.shares)) for v in report.verdicts]
        yield Table((say("Conclusion"), say("Rests on")), tuple(rows))
    own = words.own_thresholds(report)
    if own:
        yield Words(own)
    for verdict in report.verdicts:
        if verdict.past:
            yield Words(
                say(
                    "%(title)s is reached past a row whose figures mean nothing: %(rows)s.",
                    title=verdict.title,
                    rows=verdict.past[0],
                )
                if len(verdict.past) == 1
                else say(
                    "%(title)s is reached past rows whose figures mean nothing: %(rows)s.",
                    title=verdict.title,
                    rows="; ".join(verdict.past),
                )
            )
        if verdict.assumes:
            yield Words(
                say(
                    "%(title)s rests on what the rules assume: %(names)s.",
                    title=verdict.title,
                    names="; ".join(verdict.assumes),
                )
            )


def metrics(report: Report) -> Iterator[Block]:
    """Every metric with its formula."""
    rows = []
    for m in report.metrics:
        of = "; ".join([m.period or "–", *m.left_out])
        formula = f"{m.name} = {m.written}" + (say(", in place of which stands a source's figure") if m.given else "")
        value = Cell(spaced(m.value.text), strong=True, more=_line(words.which(m.reasons, m.value.meaningful)))
        rows.append((Cell(m.title), value, Cell(of), Cell(formula)))
    if rows:
        yield Table((say("Metric"), say("Value"), say("Of"), say("Formula")), tuple(rows))


def _line(text: str) -> tuple[str, ...]:
    return (text,) if text else ()


def settings(report: Report) -> Iterator[Block]:
    """What the thesis changes of its modules, what was set for this run, the thresholds."""
    changes = [c for c in report.changes if c.keyword != "example"]
    if changes:
        modules = [c.module + (say(", changed by %(by)s", by=c.by) if c.by != report.name else "") for c in changes]
        most = Counter(modules).most_common(1)[0][0]
        yield Heading(say("Changed from the module"))
        but = say(_BUT) if set(modules) != {most} else ""
        yield Words(say("The module is %(module)s%(but)s.", module=most, but=but), "quiet")
        rows = []
        for c, module in zip(changes, modules, strict=True):
            part = f", {c.part}" if c.part and c.part != "value" else ""
            other = f" ({module})" if module != most else ""
            what = Cell(c.title, more=(f"{term(c.action)} {c.keyword} {c.name}{part}{other}",))
            now = Cell(c.now if c.now is not None else say("dropped"), strong=True)
            rows.append((what, Cell(c.was), now))
        yield Table((say("What"), say("The module said"), say("This thesis says")), tuple(rows))
    if report.settings:
        yield Heading(say("Set for this run"))
        set_by_hand = tuple(
            (Cell(s.title), Cell(s.value.text, strong=True), Cell(s.instead.text)) for s in report.settings
        )
        yield Table((say("Name"), say("Set to"), say("Instead of")), set_by_hand)
    if report.params:
        most = Counter(p.origin for p in report.params).most_common(1)[0][0]
        others = any(p.origin != most for p in report.params)
        yield Heading(say("Thresholds in force"))
        yield Words(say("From %(module)s%(but)s.", module=most, but=say(_BUT) if others else ""), "quiet")
        in_force = []
        for p in report.params:
            source = (
                say("own: %(source)s", source=p.source) if p.own and p.source else p.source or say("the author's own")
            )
            more = (say("written %(written)s", written=p.written),) if p.written != p.value.text else ()
            other = f" ({p.origin})" if p.origin != most else ""
            in_force.append((Cell(p.title), Cell(p.value.text, strong=True, more=more), Cell(source + other)))
        yield Table((say("Threshold"), say("Value"), say("Source")), tuple(in_force))


_BUT = noted(", where no other is named in brackets")


def two_sides(report: Report) -> Iterator[Block]:
    """Figures that were restated, disputed, derived or replaced; exchange rates."""
    kinds = (
        (
            say("Reported figures that stand in place of a formula"),
            report.formulas_replaced,
            say("By the formula"),
            say("Reported, used"),
        ),
        (say("Restated"), report.restated, say("Before"), say("Now")),
        (say("Disputed: figures for one period that differ"), report.disputed, say("Sources say"), say("Used")),
        (say("Derived: given by no source, made of figures that were"), report.derived, say("Given"), say("Derived")),
        (
            say("Not reconciled: figures that do not add up"),
            report.unreconciled,
            say("By other figures"),
            say("Given, used"),
        ),
    )
    for title, found, was, now in kinds:
        if found:
            yield Heading(title)
            yield _replaced(found, was, now)
    if report.exchange_rates:
        yield Heading(say("Exchange rates"))
        rates = []
        for x in report.exchange_rates:
            source = x.source + (f" ({x.note})" if x.note else "")
            rates.append(cells(x.text, x.when, term(x.kind), source, str(x.published)))
        yield Table((say("Rate"), say("When"), say("Kind"), say("Source"), say("Published")), tuple(rates))


def _replaced(found: Sequence[ReplacedResult], was: str, now: str) -> Table:
    rows = tuple(
        (
            Cell(x.title),
            Cell(x.period or "–"),
            Cell(x.was or say("not known")),
            Cell(x.now or say("not known"), strong=True),
            Cell("; ".join(part for part in (x.change, x.detail) if part) or "–"),
        )
        for x in found
    )
    return Table((say("Figure"), say("Period"), was, now, say("Detail")), rows)


def _facts(report: Report) -> Iterator[Block]:
    if report.facts_findings:
        yield Words(
            say(
                "%(count)s in the facts, listed by: %(facts_check)s",
                count=plural(report.facts_findings, "finding"),
                facts_check=report.facts_check,
            ),
            "warn",
        )
    elif report.company is not None:
        yield Words(say("No finding in the facts: nothing in them looks wrong or odd."))
    kinds = (
        (say("Used"), "used"),
        (say("Replaced by a later figure"), "replaced"),
        (say("Known, and not read"), "not read"),
    )
    for title, status in kinds:
        found = [f for f in report.facts if f.status == status]
        if found:
            yield Heading(title)
            yield Table(tuple(map(say, _FACT)), tuple(_fact_rows(found, status == "not read")))
        elif status == "used":
            yield Words(say("No fact was used."))
    if report.ignored:
        yield Words(
            say("In the facts file, and asked for by other rules only: %(names)s.", names=", ".join(report.ignored)),
            "quiet",
        )


_FACT = tuple(map(noted, ("No.", "Figure", "Period", "Value", "Kind", "Source", "Published")))


def _fact_rows(facts: Sequence[FactResult], fold: bool) -> Iterator[tuple[Cell, ...]]:
    for title, group in by_name(facts):
        listed, others = folded(group) if fold else (group, "")
        if others:
            yield cells("", title, others, "", "", "", "")
        for f in listed:
            value = Cell(
                spaced(f.value), "warn" if f.stale else "", strong=True, more=(say("stale"),) if f.stale else ()
            )
            rest = cells(term(f.kind), words.source(f), str(f.published))
            yield (*cells(str(f.number), title, f.period), value, *rest)


def about(report: Report) -> Iterator[Block]:
    """What the report is made of: rules, files, fingerprints."""
    if report.warnings:
        yield Heading(say("Warnings about the rules"))
        yield Items(tuple(report.warnings))
    rows = [cells(say("Rules"), report.name), cells(say("SHA-256 of what the rules mean"), report.fingerprint)]
    rows += [cells(say("With"), say("%(name)s from %(path)s", name=m.name, path=m.path)) for m in report.modules]
    if report.facts_fingerprint:
        rows.append(cells(say("SHA-256 of the facts that were known"), report.facts_fingerprint))
    if report.facts_files:
        rows.append(cells(say("Facts read from"), ", ".join(report.facts_files)))
    rows.append(
        cells(say("Verdicts"), ", ".join(f"{v.title}: {either(v.outcomes)}" for v in report.verdicts) or say("none"))
    )
    yield Table((say("What"), say("Which")), tuple(rows))
