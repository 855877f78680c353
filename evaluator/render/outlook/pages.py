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
    "flip": Page("What would change it", flips.lines, flips.to_csv, flips.blocks),
    "seek": Page("What it would take", flips.sought, flips.sought_csv, flips.sought_blocks),
    "scenarios": Page("Scenarios", scenarios.lines, scenarios.to_csv, scenarios.blocks),
    "simulate": Page("How likely each verdict is", simulation.lines, simulation.to_csv, simulation.blocks),
    "sensitivity": Page("What moves it most", tornado.lines, tornado.to_csv, tornado.blocks),
    "changes": Page("What changed", changes.lines, changes.to_csv, changes.blocks),
    "history": Page("History", history.lines, history.to_csv, history.blocks),
}
"""By the name of the command, in the order in which a report has them."""


def text(kind: str, model: BaseModel, paint: Paint = plain) -> str:
    """The lines of one of them as one text."""
    return "\n".join(PAGES[kind].lines(model, paint)) + "\n"


def page(kind: str, model: BaseModel, format: Format, templates: Path | None = None) -> str:
    """The page of one of them; `templates` is the folder to read, the project's own where none is named."""
    from evaluator.render.page import tidy

    made = _template("outlook", format, templates).render(
        head=head(kind, model), id=kind, title=PAGES[kind].title, blocks=list(PAGES[kind].blocks(model))
    )
    return tidy(made) if format == "md" else made.rstrip() + "\n"


def section(kind: str, model: BaseModel, format: Format, templates: Path | None = None, looks_back: str = "") -> str:
    """The same as a section of a report; of one that could not be made why, and what mends it. `looks_back`: since when, in a
    sentence, where that is not as the reader asked."""
    from evaluator.schema.beside import NotMade

    template = _template("partials/blocks", format, templates)
    if isinstance(model, NotMade):
        blocks: list[Block] = [
            Words(f"This section is missing: {model.why}", "warn"),
            Words(f"To have it, {model.mend}."),
        ]
    else:
        blocks = [*([Words(looks_back, "quiet")] if looks_back else []), *PAGES[kind].blocks(model)]
    return template.render(id=kind, title=PAGES[kind].title, blocks=blocks)


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
    beside = getattr(report, "beside", None)
    models = {kind: getattr(beside, kind, None) for kind in PAGES} if beside is not None else {}
    looks_back = beside.looks_back if beside is not None else {}
    made = {
        kind: (PAGES[kind].title, section(kind, model, format, templates, looks_back.get(kind, "")))
        for kind, model in models.items()
        if model is not None
    }
    return render(report, format, templates, made, house, language)


def _template(name: str, format: Format, templates: Path | None) -> Template:
    from evaluator.render.page import bundled, environment

    return environment(format, templates or bundled()).get_template(f"{name}.{format}.j2")


def head(kind: str, model: Any) -> Head:
    """What stands at the head of a page: the rules, the company, the days, what must be known first."""
    days = (
        ("As of", str(model.as_of)) if hasattr(model, "as_of") else ("From", f"{model.begin} to {model.end}")
    )  # a page is of one day or of a stretch of them
    company = (("Company", model.company),) if model.company is not None else ()
    title = model.goal if kind == "seek" else model.title
    first = [f"What-if: {model.what_if}"] if model.what_if else []
    first += [alert.text for alert in getattr(model, "alerts", ())]
    return Head(PAGES[kind].title, title, (*company, days, ("Rules", model.name)), tuple(first), model.disclaimer)
