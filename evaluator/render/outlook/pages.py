"""The one list of what can be shown of judgements beside the report: each as lines of text, as CSV, as a page, as a section.

In: the output model of a command. Out: text. Must not know rules, facts or how anything was calculated.

To add one: its row in `PAGES`, with what gives its lines, its table and its blocks; and, for it to be a section of a report, its
row in `evaluator/outlook/beside.py`. Markdown and HTML follow from its blocks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Literal

from dsl.text.record import record
from evaluator.render.explanation import Paint, plain
from evaluator.render.languages.speaking import noted, say, speaking, spoken
from evaluator.render.languages.writing import punctuated
from evaluator.render.outlook import changes, flips, history, scenarios, simulation, tornado
from evaluator.render.outlook.blocks import Block, Head, Words

if TYPE_CHECKING:
    from pathlib import Path

    from jinja2 import Template
    from pydantic import BaseModel

    from evaluator.render.templating.house import House
    from evaluator.schema.report import Report

Format = Literal["md", "html"]


@record
class Page:
    """What a command shows. `title` heads its page and its section of a report."""

    title: str
    lines: Callable[[Any, Paint], Iterator[str]]
    to_csv: Callable[[Any], str]
    blocks: Callable[[Any], Iterator[Block]]


PAGES: dict[str, Page] = {
    "flip": Page(noted("What would change it"), flips.lines, flips.to_csv, flips.blocks),
    "seek": Page(noted("What it would take"), flips.sought, flips.sought_csv, flips.sought_blocks),
    "scenarios": Page(noted("Scenarios"), scenarios.lines, scenarios.to_csv, scenarios.blocks),
    "simulate": Page(noted("How likely each verdict is"), simulation.lines, simulation.to_csv, simulation.blocks),
    "sensitivity": Page(noted("What moves it most"), tornado.lines, tornado.to_csv, tornado.blocks),
    "changes": Page(noted("What changed"), changes.lines, changes.to_csv, changes.blocks),
    "history": Page(noted("History"), history.lines, history.to_csv, history.blocks),
}
"""By the name of the command, in the order in which a report has them."""


def text(kind: str, model: BaseModel, paint: Paint = plain) -> str:
    """The lines of one of them as one text."""
    return "\n".join(PAGES[kind].lines(model, paint)) + "\n"


def page(kind: str, model: BaseModel, format: Format, templates: Path | None = None) -> str:
    """The page of one of them, in the language that is spoken; `templates` is the folder to read, the project's own where none is
    named."""
    from evaluator.render.page import tidy

    made = _template("outlook", format, templates).render(
        head=head(kind, model), id=kind, title=say(PAGES[kind].title), blocks=list(PAGES[kind].blocks(model))
    )
    return punctuated(tidy(made) if format == "md" else made.rstrip() + "\n", spoken())


def section(kind: str, model: BaseModel, format: Format, templates: Path | None = None, looks_back: str = "") -> str:
    """The same as a section of a report; of one that could not be made why, and what mends it. `looks_back`: since when, in a
    sentence, where that is not as the reader asked."""
    from evaluator.schema.beside import NotMade

    template = _template("partials/blocks", format, templates)
    if isinstance(model, NotMade):
        blocks: list[Block] = [
            Words(say("This section is missing: %(why)s", why=model.why), "warn"),
            Words(say("To have it, %(mend)s.", mend=model.mend)),
        ]
    else:
        blocks = [*([Words(looks_back, "quiet")] if looks_back else []), *PAGES[kind].blocks(model)]
    return template.render(id=kind, title=say(PAGES[kind].title), blocks=blocks)


def report_page(
    report: Report,
    format: Format,
    templates: Path | None = None,
    house: House | None = None,
    language: str = "en",
    brief: bool = False,
) -> str:
    """The memo of a report, with the sections that stand beside its own; `brief`: its first page alone."""
    from evaluator.render.page import render

    if brief:
        return render(report, format, templates, house=house, language=language, page="brief")
    with speaking(language):
        made = _beside(report, format, templates)
    return render(report, format, templates, made, house, language)


def _beside(report: Report, format: Format, templates: Path | None) -> dict[str, tuple[str, str]]:
    """The sections of other commands by their ids, each with its title and its text."""
    beside = getattr(report, "beside", None)
    models = {kind: getattr(beside, kind, None) for kind in PAGES} if beside is not None else {}
    looks_back = beside.looks_back if beside is not None else {}
    return {
        kind: (PAGES[kind].title, section(kind, model, format, templates, looks_back.get(kind, "")))
        for kind, model in models.items()
        if model is not None
    }


def _template(name: str, format: Format, templates: Path | None) -> Template:
    from evaluator.render.page import bundled, environment

    return environment(format, templates or bundled(), spoken().code).get_template(f"{name}.{format}.j2")


def head(kind: str, model: Any) -> Head:
    """What stands at the head of a page: the rules, the company, the days, what must be known first."""
    days = (
        (say("As of"), str(model.as_of))
        if hasattr(model, "as_of")
        else (say("From"), say("%(begin)s to %(end)s", begin=model.begin, end=model.end))
    )  # a page is of one day or of a stretch of them
    company = ((say("Company"), model.company),) if model.company is not None else ()
    title = model.goal if kind == "seek" else model.title
    first = [say("What-if: %(what_if)s", what_if=model.what_if)] if model.what_if else []
    first += [alert.text for alert in getattr(model, "alerts", ())]
    return Head(
        say(PAGES[kind].title), title, (*company, days, (say("Rules"), model.name)), tuple(first), model.disclaimer
    )
