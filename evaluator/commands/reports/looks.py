"""The look of a memo as commands take it: `--template` and `--style`.

In: what was typed, a report. Out: a look, a page; the end of the run where something is wrong. jinja2 is imported only where
there is a page.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from evaluator.commands.talk import FINDINGS, WRONG_USE, fail, show
from evaluator.session.service import titles

if TYPE_CHECKING:
    from dsl.program.program import Program
    from evaluator.render.outlook.look import Look
    from evaluator.render.templating.house import House
    from evaluator.schema.report import Report


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


def spoken(report: Report, program: Program, rules: Path | None, code: str) -> Report:
    """The report in a language, with the translation beside its rules; ends the run with what is wrong with that. `rules`:
    None where they are in no file."""
    if code == "en" or rules is None:
        return report
    from evaluator.render.languages.translation import in_language

    report, found = in_language(report, code, rules, titles(program))
    if found:
        fail(found, FINDINGS)
    return report
