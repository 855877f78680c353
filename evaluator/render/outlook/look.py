"""The look of a memo: an analyst's templates and house style, read; and the memo in it, or what is wrong with them.

In: a folder, a file, a report. Out: `Look`, a page, findings. Must not know rules or facts.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from dsl.text.diagnostics import Diagnostic
from dsl.text.record import record
from evaluator.codes.messages import make
from evaluator.render.languages.catalogue import ENGLISH
from evaluator.render.outlook.pages import report_page
from evaluator.render.page import bundled
from evaluator.render.templating.faults import filled_in, from_here
from evaluator.render.templating.house import FILE, House, read_house
from evaluator.render.templating.loading import SHIPPED, TwoFolders, templates_in

if TYPE_CHECKING:
    from evaluator.schema.report import Report

_STYLE = "partials/style.css.j2"


@record
class Look:
    """The folder of an analyst's templates (None: those that ship), and the house style (None: none)."""

    templates: Path | None = None
    house: House | None = None
    language: str = ENGLISH


def read_look(
    templates: Path | None, style: Path | None, language: str = ENGLISH
) -> tuple[Look | None, list[Diagnostic]]:
    """The look that is asked for: a folder of templates, a house style (without one: `house.yaml` in that folder).

    Out: the look, or None with what stands in the way; colours that cannot be read and copies that are not read are warnings.
    """
    found: list[Diagnostic] = []
    if templates is not None:
        if not templates.is_dir():
            mend = "name a folder with templates; `thesis templates export DIR` makes one"
            return None, [make("C002", None, at=str(templates), what="there is no such folder of templates", mend=mend)]
        if style is None and (templates / FILE).is_file():
            style = templates / FILE
        found += _against(templates)
        if any(d.is_error for d in found):
            return None, found
    house = None
    if style is not None:
        css = (bundled() / _STYLE).read_text(encoding="utf-8")
        house, said = read_house(style, css, from_here(style))
        found += said
        if house is None:
            return None, found
    return Look(templates, house, language), found


def _against(templates: Path) -> Iterator[Diagnostic]:
    """What is odd about a folder: nothing in it that is ever read, or a copy that was edited, which is not read either."""
    shipped = bundled()
    own = [name for name in templates_in(templates) if not name.startswith(SHIPPED)]
    known = templates_in(shipped)
    if not own and not (templates / FILE).is_file():
        mend = f"put one of these names there: {', '.join(known[:3])}, …; `thesis templates export DIR` makes some"
        yield make("C002", None, at=str(templates), what="there are no templates in this folder", mend=mend)
    for name in templates_in(templates):
        plain = name.removeprefix(SHIPPED)
        if name == plain or plain not in known:
            continue
        if (templates / name).read_bytes() != (shipped / plain).read_bytes():
            what = "this copy is not what ships (it was edited, or is of another version), and is never read"
            yield make(
                "C033", None, at=str(templates / name), what=what, mend=f"to change it, put it at {templates / plain}"
            )


def looked(report: Report, format: Literal["md", "html"], look: Look, brief: bool = False) -> str | Diagnostic:
    """The memo of a report in a look, or its first page alone (`brief`); or what is wrong with a template."""
    if look.templates is None:
        return report_page(report, format, None, look.house, look.language, brief)
    folder = look.templates
    known = TwoFolders(folder, bundled()).list_templates
    return filled_in(lambda: report_page(report, format, folder, look.house, look.language, brief), folder, known)


def files_of(look: Look, style: Path | None) -> Iterator[Path]:
    """The files that a look is of, for whoever watches them."""
    if look.templates is not None:
        yield from (look.templates / name for name in templates_in(look.templates))
        yield look.templates / FILE
    if style is not None and os.path.isfile(style):
        yield style
