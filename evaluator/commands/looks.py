"""The look of a memo as commands take it: `--template` and `--style`.

In: what was typed, a report. Out: a look, a page; the end of the run where something is wrong. jinja2 is imported only where
there is a page.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

from evaluator.commands.talk import FINDINGS, STDIN_NAME, WRONG_USE, fail, show
from evaluator.session.service import program_of

if TYPE_CHECKING:
    from pydantic import BaseModel

    from dsl.check.checker import Checked
    from dsl.program.program import Program
    from evaluator.render.languages.telling import Told
    from evaluator.render.outlook.look import Look
    from evaluator.render.templating.house import House
    from evaluator.schema.report import Report


Said = TypeVar("Said", bound="BaseModel")


def look_of(template: Path | None, style: Path | None, language: str) -> Look | None:
    """The look that is asked for, None for that of the memo; ends the run with what is wrong with it."""
    if template is None and style is None and language == "en":
        return None
    from evaluator.render.outlook.look import read_look

    look, found = read_look(template, style, language)
    if look is None:
        fail(found, WRONG_USE if any(d.code == "C002" for d in found) else FINDINGS)
    show(found)
    return look


def house_of(style: Path | None) -> House | None:
    """The house style of a PDF; ends the run with what is wrong with it."""
    look = look_of(None, style, "en")
    return look.house if look is not None else None


def in_look(report: Report, form: Literal["md", "html"], look: Look | None, brief: bool = False) -> str:
    """The memo of a report, or its first page alone (`brief`); ends the run with what is wrong with a template."""
    if look is None:
        from evaluator.render.outlook.pages import report_page

        return report_page(report, form, brief=brief)
    from evaluator.render.outlook.look import looked

    page = looked(report, form, look, brief)
    if not isinstance(page, str):
        fail([page], FINDINGS)
    return page


def told_in(code: str, program: Program) -> Told | None:
    """What texts are in a language, with the translations beside the rules and their modules; None for English; ends the run with what
    is wrong with them."""
    if code == "en":
        return None
    from evaluator.render.languages.translation import ruled, speech

    rules = Path(program.path) if program.path != STDIN_NAME else None
    told, found = speech(code, rules, ruled(program))
    if found:
        fail(found, FINDINGS)
    return told


def told_of(code: str, checked: Checked) -> Told | None:
    """The same of rules that were checked."""
    return told_in(code, program_of(checked)) if code != "en" else None


def spoken(model: Said, told: Told | None) -> Said:
    """A report, or what another command made, in its language."""
    if told is None:
        return model
    from evaluator.render.languages.translation import said_in

    return said_in(model, told)


@contextmanager
def speech(code: str) -> Iterator[None]:
    """Speaks a language until the end of the block, for what a command prints."""
    if code == "en":
        yield
        return
    from evaluator.render.languages.speaking import speaking

    with speaking(code):
        yield
