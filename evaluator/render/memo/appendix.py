"""What a memo is looked things up in: the graph, facts, figures with two sides, formulas, thresholds, fingerprints.

In: a `Report`. Out: chapters of blocks. Must not know which format sets them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from dsl.text.record import record
from evaluator.render.graph import drawings
from evaluator.render.memo import words
from evaluator.render.memo.drawing import Drawing
from evaluator.render.outlook.blocks import Block, Cell, Heading, Items, Pictures, Table, Words, cells
from evaluator.render.text import by_name, either, folded, needs, plural, spaced
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
        Chapter("Facts", tuple(_facts(report))),
        Chapter("Figures with two sides", tuple(two_sides(report))),
        Chapter("About this report", tuple(about(report))),
    )
    found = (chapter for chapter in chapters if chapter.blocks)
    return tuple(Chapter(f"Appendix {letter}. {c.title}", c.blocks) for letter, c in zip(_LETTERS, found, strict=False))


_LETTERS = "ABCDEFGH"


def graph(report: Report, drawing: Drawing | None = None) -> Iterator[Block | Pictures]:
    """From facts to verdicts: drawn part by part, or in words what each name needs."""
    if not report.graph.nodes:
        yield Words("There is nothing to draw.")
        return
    if drawing is None:
        yield Words("What each verdict, pillar and condition needs, with its value.", "quiet")
        titles, needed = {n.name: n.title for n in report.graph.nodes}, needs(report.graph)
        rows = [
            cells(n.title, n.role, n.text, ", ".join(titles.get(source, source) for source in needed[n.name]) or "–")
            for n in sorted(report.graph.nodes, key=lambda n: -n.layer)
            if n.role not in ("input", "param")
        ]
        yield Table(("Name", "Is", "Value", "Needs"), tuple(rows))
        return
    parts = drawings(report)
    more = any(part.cut for part in parts)
    stub = " A stub at the left of a box: what it rests on is drawn further on." if more else ""
    yield Words(f"What each name needs stands to its left. Dashed: unknown.{stub}", "quiet")
    for part in parts:
        yield Pictures(((part.title, drawing.graph(part)),))


def evidence(report: Report) -> Iterator[Block]:
    """On which kinds of source the conclusions rest."""
    if not report.evidence.shares:
        yield Words("No condition is decided yet, so nothing rests on any source.")
    else:
        said = "On which kinds of source the conclusions rest, by weight of the conditions that are decided."
        yield Words(said, "quiet")
        rows = [cells("All conditions", words.evidence(report.evidence.shares))]
        rows += [cells(v.title, words.evidence(v.evidence.shares)) for v in report.verdicts]
        yield Table(("Conclusion", "Rests on"), tuple(rows))
    own = words.own_thresholds(report)
    if own:
        yield Words(f"{own}.")
    for verdict in report.verdicts:
        if verdict.past:
            word = "a row" if len(verdict.past) == 1 else "rows"
            yield Words(
                f"{verdict.title} is reached past {word} whose figures mean nothing: {'; '.join(verdict.past)}."
            )
        if verdict.assumes:
            yield Words(f"{verdict.title} rests on what the rules assume: {'; '.join(verdict.assumes)}.")


def metrics(report: Report) -> Iterator[Block]:
    """Every metric with its formula."""
    rows = []
    for m in report.metrics:
        of = "; ".join([m.period or "–", *m.left_out])
        formula = f"{m.name} = {m.written}" + (", in place of which stands a source's figure" if m.given else "")
        value = Cell(spaced(m.value.text), strong=True, more=_line(words.which(m.reasons, m.value.meaningful)))
        rows.append((Cell(m.title), value, Cell(of), Cell(formula)))
    if rows:
        yield Table(("Metric", "Value", "Of", "Formula"), tuple(rows))


def _line(text: str) -> tuple[str, ...]:
    return (text,) if text else ()


def settings(report: Report) -> Iterator[Block]:
    """What the thesis changes of its modules, what was set for this run, the thresholds."""
    changes = [c for c in report.changes if c.keyword != "example"]
    if changes:
        modules = [c.module + (f", changed by {c.by}" if c.by != report.name else "") for c in changes]
        most = Counter(modules).most_common(1)[0][0]
        yield Heading("Changed from the module")
        yield Words(f"The module is {most}{_BUT if set(modules) != {most} else ''}.", "quiet")
        rows = []
        for c, module in zip(changes, modules, strict=True):
            part = f", {c.part}" if c.part and c.part != "value" else ""
            other = f" ({module})" if module != most else ""
            what = Cell(c.title, more=(f"{c.action} {c.keyword} {c.name}{part}{other}",))
            now = Cell(c.now if c.now is not None else "dropped", strong=True)
            rows.append((what, Cell(c.was), now))
        yield Table(("What", "The module said", "This thesis says"), tuple(rows))
    if report.settings:
        yield Heading("Set for this run")
        set_by_hand = tuple(
            (Cell(s.title), Cell(s.value.text, strong=True), Cell(s.instead.text)) for s in report.settings
        )
        yield Table(("Name", "Set to", "Instead of"), set_by_hand)
    if report.params:
        most = Counter(p.origin for p in report.params).most_common(1)[0][0]
        others = any(p.origin != most for p in report.params)
        yield Heading("Thresholds in force")
        yield Words(f"From {most}{_BUT if others else ''}.", "quiet")
        in_force = []
        for p in report.params:
            source = f"own: {p.source}" if p.own and p.source else p.source or "the author's own"
            more = (f"written {p.written}",) if p.written != p.value.text else ()
            other = f" ({p.origin})" if p.origin != most else ""
            in_force.append((Cell(p.title), Cell(p.value.text, strong=True, more=more), Cell(source + other)))
        yield Table(("Threshold", "Value", "Source"), tuple(in_force))


_BUT = ", where no other is named in brackets"


def two_sides(report: Report) -> Iterator[Block]:
    """Figures that were restated, disputed, derived or replaced; exchange rates."""
    kinds = (
        (
            "Reported figures that stand in place of a formula",
            report.formulas_replaced,
            "By the formula",
            "Reported, used",
        ),
        ("Restated", report.restated, "Before", "Now"),
        ("Disputed: figures for one period that differ", report.disputed, "Sources say", "Used"),
        ("Derived: given by no source, made of figures that were", report.derived, "Given", "Derived"),
        ("Not reconciled: figures that do not add up", report.unreconciled, "By other figures", "Given, used"),
    )
    for title, found, was, now in kinds:
        if found:
            yield Heading(title)
            yield _replaced(found, was, now)
    if report.exchange_rates:
        yield Heading("Exchange rates")
        rates = []
        for x in report.exchange_rates:
            source = x.source + (f" ({x.note})" if x.note else "")
            rates.append(cells(x.text, x.when, x.kind, source, str(x.published)))
        yield Table(("Rate", "When", "Kind", "Source", "Published"), tuple(rates))


def _replaced(found: Sequence[ReplacedResult], was: str, now: str) -> Table:
    rows = tuple(
        (
            Cell(x.title),
            Cell(x.period or "–"),
            Cell(x.was or "not known"),
            Cell(x.now or "not known", strong=True),
            Cell("; ".join(part for part in (x.change, x.detail) if part) or "–"),
        )
        for x in found
    )
    return Table(("Figure", "Period", was, now, "Detail"), rows)


def _facts(report: Report) -> Iterator[Block]:
    if report.facts_findings:
        yield Words(f"{plural(report.facts_findings, 'finding')} in the facts, listed by: {report.facts_check}", "warn")
    elif report.company is not None:
        yield Words("No finding in the facts: nothing in them looks wrong or odd.")
    kinds = (("Used", "used"), ("Replaced by a later figure", "replaced"), ("Known, and not read", "not read"))
    for title, status in kinds:
        found = [f for f in report.facts if f.status == status]
        if found:
            yield Heading(title)
            yield Table(_FACT, tuple(_fact_rows(found, status == "not read")))
        elif status == "used":
            yield Words("No fact was used.")
    if report.ignored:
        yield Words(f"In the facts file, and asked for by other rules only: {', '.join(report.ignored)}.", "quiet")


_FACT = ("No.", "Figure", "Period", "Value", "Kind", "Source", "Published")


def _fact_rows(facts: Sequence[FactResult], fold: bool) -> Iterator[tuple[Cell, ...]]:
    for title, group in by_name(facts):
        listed, others = folded(group) if fold else (group, "")
        if others:
            yield cells("", title, others, "", "", "", "")
        for f in listed:
            value = Cell(spaced(f.value), "warn" if f.stale else "", strong=True, more=("stale",) if f.stale else ())
            rest = cells(f.kind, words.source(f), str(f.published))
            yield (*cells(str(f.number), title, f.period), value, *rest)


def about(report: Report) -> Iterator[Block]:
    """What the report is made of: rules, files, fingerprints."""
    if report.warnings:
        yield Heading("Warnings about the rules")
        yield Items(tuple(report.warnings))
    rows = [cells("Rules", report.name), cells("SHA-256 of what the rules mean", report.fingerprint)]
    rows += [cells("With", f"{m.name} from {m.path}") for m in report.modules]
    if report.facts_fingerprint:
        rows.append(cells("SHA-256 of the facts that were known", report.facts_fingerprint))
    if report.facts_files:
        rows.append(cells("Facts read from", ", ".join(report.facts_files)))
    rows.append(cells("Verdicts", ", ".join(f"{v.title}: {either(v.outcomes)}" for v in report.verdicts) or "none"))
    yield Table(("What", "Which"), tuple(rows))
