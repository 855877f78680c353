"""The one list of what can be shown of judgements beside the report: each as lines of text, as CSV, as a page, as a section.

In: the output model of a command. Out: text. Must not know rules, facts or how anything was calculated.

To add one: its row in `PAGES`, its two partials `templates/partials/outlook_ID.md.j2` and `.html.j2` (which are given the
model as `o`), and, for it to be a section of a report, its row in `evaluator/outlook/beside.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Literal

from dsl.text.record import record
from evaluator.render.explanation import Paint, plain
from evaluator.render.outlook import changes, flips, history, scenarios

if TYPE_CHECKING:
    from pathlib import Path

    from jinja2 import Environment
    from pydantic import BaseModel

Format = Literal["md", "html"]


@record
class Page:
    """What a command shows. `title` heads its page and its section of a report."""

    title: str
    lines: Callable[[Any, Paint], Iterator[str]]
    to_csv: Callable[[Any], str]


PAGES: dict[str, Page] = {
    "flip": Page("What would change it", flips.lines, flips.to_csv),
    "seek": Page("What it would take", flips.sought, flips.sought_csv),
    "changes": Page("What changed", changes.lines, changes.to_csv),
    "scenarios": Page("Scenarios", scenarios.lines, scenarios.to_csv),
    "history": Page("History", history.lines, history.to_csv),
}
"""By the name of the command."""


def page(kind: str, model: BaseModel, format: Format, templates: Path | None = None) -> str:
    """The page of one of them; `templates` is the folder to read, the project's own where none is named."""
    from evaluator.render.page import bundled, tidy

    text = (
        _jinja(format, templates or bundled())
        .get_template(f"outlook.{format}.j2")
        .render(o=model, kind=kind, title=PAGES[kind].title)
    )
    return tidy(text) if format == "md" else text.rstrip() + "\n"


def section(kind: str, model: BaseModel, format: Format, templates: Path | None = None) -> str:
    """The same as a section of a report, marked as what it is."""
    from markupsafe import Markup

    from evaluator.render.page import bundled

    jinja = _jinja(format, templates or bundled())
    made = jinja.get_template(f"partials/outlook_{kind}.{format}.j2").render(
        o=model, kind=kind, title=PAGES[kind].title
    )
    return Markup(made)


def _jinja(format: Format, templates: Path) -> Environment:
    from evaluator.render.page import environment

    return environment(format, templates)


def text(kind: str, model: BaseModel, paint: Paint = plain) -> str:
    """The lines of one of them as one text."""
    return "\n".join(PAGES[kind].lines(model, paint)) + "\n"
