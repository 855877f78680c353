"""What commands share: the way from arguments to rules, facts and a run.

In: arguments as typed. Out: checked rules, companies, files. Must not know what a command prints.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar, cast

import click

from dsl.check.checker import Checked
from dsl.link.library import Library
from evaluator.commands.forms import form_of
from evaluator.commands.looks import speech, spoken
from evaluator.commands.options import LOOKS, PIPED, STDIN
from evaluator.commands.talk import FINDINGS, WRONG_USE, coloured, fail, out, say, show, write
from evaluator.session import service
from evaluator.session.places import from_here as from_here
from evaluator.session.reading import Failed
from evaluator.session.service import no_rules as no_rules

if TYPE_CHECKING:
    from pydantic import BaseModel

    from evaluator.render.languages.telling import Told
    from evaluator.session.run import AnyDay, Run

T = TypeVar("T")


def settled(found: T | Failed) -> T:
    """What was found; where something stood in the way, the end of the run: status 2 for wrong use, 1 for findings."""
    if isinstance(found, Failed):
        if found.unsaid:
            (asked,) = found.diagnostics
            raise click.UsageError(f"{asked.message}: {asked.hint}")
        fail(found.diagnostics, WRONG_USE if found.wrong_use else FINDINGS)
    return found


def library_of(folders: Sequence[Path]) -> Library:
    """The library with given folders first; one that is no folder is wrong use."""
    return settled(service.library_at(folders))


def open_rules(name: str, places: Library) -> Checked:
    """A rule file by path or name, or - for what is piped in; ends the run where it cannot be read."""
    return settled(_rules_at(name, places))


def open_checked(rules: str, places: Library) -> Checked:
    """A rule file without mistakes; ends the run with those that it has."""
    return settled(service.without_errors(_rules_at(rules, places)))


def _rules_at(name: str, places: Library) -> Checked | Failed:
    return service.rules_at(PIPED if name == STDIN else name, places)


def day_of(as_of: dt.date | None, option: str = "--as-of") -> dt.date:
    """The as-of date: the one given, or today, which is then said. `option`: that with which another is named."""
    if as_of is not None:
        return as_of
    today = dt.date.today()
    say(f"as of {today} (today); name another day with {option}")
    return today


def one_is_piped(rules: str, facts: Sequence[Path]) -> None:
    """Ends the run where both rules and facts are to come from standard input."""
    if rules == STDIN and PIPED in facts:
        raise click.UsageError("- is standard input: it holds either rules or facts")


def run_rules(
    rules: str,
    ticker: str | None,
    facts: Sequence[Path],
    as_of: dt.date | None,
    settings: Sequence[str],
    library: Sequence[Path],
) -> Run:
    """The whole way from arguments to an evaluation; ends the run with what stands in the way."""
    one_is_piped(rules, facts)
    places = library_of(library)
    return run_checked(open_checked(rules, places), places, ticker, facts, as_of, settings)


def any_day(
    checked: Checked,
    places: Library,
    ticker: str | None,
    facts: Sequence[Path],
    settings: Sequence[str],
    elsewhere: Callable[[], Collection[str]],
) -> AnyDay:
    """Checked rules on a company, to be evaluated as of any day; ends the run with what stands in the way."""
    from evaluator.session.run import AnyDay

    if ticker is not None and not ticker.strip():
        raise click.UsageError("--for names no company; write --for TICKER")
    settled(service.unclear_settings(settings))
    about = settled(service.company_for(checked, ticker, facts))
    show(about.notes)
    given = settled(service.settings_for(service.program_for(checked, about.company, None), settings))
    return AnyDay(checked, about.company, given, places, elsewhere)


def show_outlook(kind: str, model: BaseModel, form: str | None, output: Path | None, told: Told | None = None) -> None:
    """The product of a command of `evaluator/render/outlook/pages`: in a form, or in that which the ending of its file says. `told`: in
    which language people read it, None for English; JSON and CSV are for programs, and stay."""
    chosen = form_of(form, output, LOOKS, "text")
    if told is not None and chosen not in ("json", "csv"):
        with speech(told.language.code):
            _shown(kind, spoken(model, told), chosen, output)
    else:
        _shown(kind, model, chosen, output)


def _shown(kind: str, model: BaseModel, chosen: str, output: Path | None) -> None:
    if chosen == "json":
        from evaluator.render.as_json import render_json

        write(render_json(model), output)
        return
    from evaluator.render.outlook.pages import PAGES, page

    if chosen == "csv":
        write(PAGES[kind].to_csv(model), output)
    elif chosen in ("html", "md"):
        write(page(kind, model, cast(Literal["md", "html"], chosen)), output)
    elif output is not None:
        write("\n".join(PAGES[kind].lines(model, plain)) + "\n", output)
    else:
        for line in PAGES[kind].lines(model, coloured):
            out(line)


def plain(text: str, state: str | None) -> str:
    """A text without colours."""
    return text


def run_checked(
    checked: Checked,
    places: Library,
    ticker: str | None,
    facts: Sequence[Path],
    as_of: dt.date | None,
    settings: Sequence[str],
    elsewhere: Callable[[], Collection[str]] | None = None,
) -> Run:
    """From checked rules and arguments to an evaluation; ends the run with what stands in the way. `elsewhere` gives
    the names that other rules ask for, where several runs share them."""
    if ticker is not None and not ticker.strip():
        raise click.UsageError("--for names no company; write --for TICKER")
    settled(service.unclear_settings(settings))
    about = settled(service.company_for(checked, ticker, facts))
    show(about.notes)
    day = day_of(as_of)
    given = settled(service.settings_for(service.program_for(checked, about.company, day), settings))
    return settled(service.run_on(checked, about.company, day, given, places, elsewhere))
