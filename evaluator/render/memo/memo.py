"""The memo as chapters of blocks: the one text that the PDF and the Word document set.

In: a `Report`, what draws for paper. Out: `Document`. Must not know which format sets it, nor rules, facts or how anything was
calculated.

It begins with the page's first page, in its words and its order, and has the page's sections in their order (`SECTIONS` of
`render/page`). What is looked up stands in the appendix: how verdicts were reached, the graph, facts, fingerprints.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from dsl.text.record import record
from evaluator.render.languages.speaking import noted, say
from evaluator.render.memo import words
from evaluator.render.memo.ahead import catalysts, questions, risks, scenarios, unknowns
from evaluator.render.memo.appendix import Chapter, appendix, evidence, graph, metrics, settings
from evaluator.render.memo.drawing import Drawing
from evaluator.render.memo.front import front
from evaluator.render.memo.judged import key_figures, reached, scorecard
from evaluator.render.outlook.blocks import Bars, Block, Cell, Head, Pictures, Strips, Table, Words
from evaluator.render.outlook.pages import PAGES
from evaluator.render.text import either
from evaluator.schema.report import Report


@record
class Document:
    """A memo: its head, what stands on its first page, the chapters that are read, those to look things up in. One that is `brief` is
    its first page alone."""

    head: Head
    front: Chapter
    chapters: tuple[Chapter, ...]
    appendix: tuple[Chapter, ...]
    brief: bool = False


def document(report: Report, drawing: Drawing | None = None, brief: bool = False) -> Document:
    """The memo of a report, with the sections that stand beside its own; `brief`: its first page alone."""
    head = Head(
        say("Investment thesis"), words.headline(report), words.about(report), words.first(report), report.disclaimer
    )
    first = Chapter(say("Verdicts"), tuple(front(report, drawing)))
    if brief:
        return Document(head, first, (), (), brief=True)
    made = sections(report, drawing)
    looked_up = [Chapter(title, tuple(blocks())) for id, (title, blocks) in made.items() if id in LOOKED_UP]
    return Document(head, first, tuple(_body(report, drawing)), appendix(report, looked_up))


LOOKED_UP = ("reached", "graph")
"""Sections, the last of the page before its facts, that begin the appendix on paper."""


def _body(report: Report, drawing: Drawing | None) -> Iterator[Chapter]:
    """The sections in their order. One of another command that has the id of a section takes its place; all others stand behind what
    is unknown."""
    beside = _beside(report, drawing)
    for id, (title, blocks) in sections(report, drawing).items():
        if id in LOOKED_UP:
            continue
        made = beside.pop(id, None) or Chapter(title, tuple(blocks()))
        if made.blocks:
            yield made
        if id == "unknown":
            yield from beside.values()


def sections(
    report: Report, drawing: Drawing | None = None
) -> Mapping[str, tuple[str, Callable[[], Iterator[Block | Pictures]]]]:
    """The sections behind the first page by their ids, each with its title and what makes its blocks."""
    value = say(" and value") if report.valuations else ""
    figures = say("Key figures and metrics") if report.key_figures else say("Metrics")
    return {
        "question": (say("The key question"), lambda: _question(report)),
        "scorecard": (say("Scorecard"), lambda: scorecard(report, drawing)),
        "scenarios": (say("Scenarios%(value)s", value=value), lambda: scenarios(report)),
        "unknown": (say("What is unknown, and what it could change"), lambda: unknowns(report)),
        "catalysts": (say("Catalysts"), lambda: catalysts(report, drawing)),
        "risks": (say("Risks, and what would end the thesis"), lambda: risks(report)),
        "evidence": (say("Evidence"), lambda: evidence(report)),
        "questions": (say("Questions for management"), lambda: questions(report)),
        "metrics": (figures, lambda: _figures(report)),
        "settings": (say("Rules in force"), lambda: settings(report)),
        "reached": (say("How each verdict was reached"), lambda: reached(report)),
        "graph": (say("From facts to verdicts"), lambda: graph(report, drawing)),
    }


def _question(report: Report) -> Iterator[Block]:
    """How the market frames the key question, and how these rules answer it."""
    yield Words(report.asks or say("These rules ask no key question."), "lead" if report.asks else "")
    if report.view:
        yield Words(say("How the market frames it. %(view)s", view=report.view))
    answer = report.front.answer
    for v in report.verdicts:
        if answer is not None and v.name == answer.verdict:
            open_ = "" if v.decided else say(": not decided yet")
            yield Words(
                say(
                    "How these rules answer it. %(outcomes)s%(open)s. %(because)s",
                    outcomes=either(v.outcomes),
                    open=open_,
                    because=v.because,
                ).rstrip()
            )
            yield from (Words(s.sentence) for s in report.settlements if s.judgement == v.name)


def _figures(report: Report) -> Iterator[Block]:
    yield from key_figures(report)
    found = list(metrics(report))
    yield from found or [Words(say("These rules have no metrics."))]


def _beside(report: Report, drawing: Drawing | None) -> dict[str, Chapter]:
    """The sections of other commands, by the name of each."""
    from evaluator.schema.beside import NotMade, ReportBeside

    if not isinstance(report, ReportBeside):
        return {}
    found: dict[str, Chapter] = {}
    for kind, page in PAGES.items():
        model = getattr(report.beside, kind, None)
        if isinstance(model, NotMade):
            why = say("This section is missing: %(why)s. To have it, %(mend)s.", why=model.why, mend=model.mend)
            found[kind] = Chapter(say(page.title), (Words(why, "warn"),))
        elif model is not None:
            blocks = page.blocks(model)
            found[kind] = Chapter(say(page.title), tuple(on_paper(blocks, drawing) if drawing is not None else blocks))
    return found


def on_paper(blocks: Iterable[Block], drawing: Drawing) -> Iterator[Block | Pictures]:
    """The same with drawings in place of bars and strips of characters."""
    for block in blocks:
        if isinstance(block, Bars):
            yield drawn_bars(block, drawing)
        elif isinstance(block, Strips):
            yield Pictures(tuple(drawing.strips(block)), columns=1)
            yield Words(
                f"{say('From %(left)s at the left to %(right)s at the right.', left=block.left, right=block.right)} {say(_TONES)}",
                "quiet",
            )
            yield from (Words(f"{strip.title}: {strip.key}", "quiet") for strip in block.strips if strip.key)
        else:
            yield block


_TONES = noted("Green speaks for the thesis, red against it, grey neither; brown with ? is not decided.")


def drawn_bars(bars: Bars, drawing: Drawing) -> Table:
    """Bars as a table: what each is of, its drawing, what it says."""
    rows = []
    for beam in bars.rows:
        picture = drawing.beam(beam, bars.line)
        drawn = Cell("", more=("",), drawn=(picture,)) if picture is not None else Cell("–")
        rows.append((Cell(beam.title), drawn, Cell(beam.said, more=beam.more)))
    return Table((bars.head[0], "", bars.head[1]), tuple(rows), bars.caption)
