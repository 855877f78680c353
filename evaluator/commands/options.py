"""How commands are declared: groups of which each command is imported when it is called, and the options that several
commands have, each said once.

In: tables of commands with their lines in `--help`. Out: click groups and options. Must not know any command, nor import
anything but click and what a day is, so that `--help` starts at once.
"""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Callable, Mapping
from functools import wraps
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

import click

from dsl.types.days import FIRST_YEAR, LAST_YEAR, WRITTEN, in_range
from evaluator.commands.forms import form_of

F = TypeVar("F", bound=Callable[..., Any])


class LazyGroup(click.Group):
    """Commands by name: `lines` in the order in which help lists them; `modules` where a module has another name."""

    lines: Mapping[str, str] = {}
    modules: Mapping[str, str] = {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in order."""
        return list(self.lines)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name, imported now; None where there is none."""
        if cmd_name not in self.lines:
            return None
        module = import_module(f"evaluator.commands.{self.modules.get(cmd_name, cmd_name)}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list in `--help`, without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl(list(self.lines.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is meant; for a misspelt one the nearest is named."""
        if not args:
            raise click.UsageError("no command is named", ctx)
        name = args[0]  # click takes what looks like an option out of the list: `thesis -- --`
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from dsl.text.messages import did_you_mean

            mend = did_you_mean(name, self.lines)
            raise click.UsageError(f"{error.message.rstrip('.')}{'; ' + mend if mend else ''}", ctx) from None


# --- options ---------------------------------------------------------------------------------------------


if TYPE_CHECKING:
    _DayParam = click.ParamType[dt.date]
    _PathParam = click.ParamType[Path]
    _NameParam = click.ParamType[str]
    PartParam = click.ParamType[float]
else:  # click says of which type a parameter is only since 8.4
    _DayParam = _PathParam = _NameParam = PartParam = click.ParamType


class DayType(_DayParam):
    """A day as YYYY-MM-DD, of the years in which rules and facts have days."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dt.date:
        """The day, or a usage error that says how it is written."""
        if isinstance(value, dt.date):
            return value
        if not re.fullmatch(WRITTEN, value):
            self.fail(f"`{value}` is not a day; write it as YYYY-MM-DD, such as 2026-05-14", param, ctx)
        try:
            day = dt.date.fromisoformat(value)
        except ValueError:
            self.fail(f"there is no day {value} in the calendar", param, ctx)
        if not in_range(day):
            self.fail(f"{value} is not a day of the years {FIRST_YEAR} to {LAST_YEAR}", param, ctx)
        return day


class PathType(_PathParam):
    """The path of a file or folder; `output`: of a file that is to be written; `piped`: - is standard input."""

    name = "path"

    def __init__(self, output: bool = False, piped: bool = False) -> None:
        self.output, self.piped = output, piped

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """The path, or a usage error: an empty one would be the folder one is in, and one that ends in / is a folder."""
        text = os.fspath(value)
        if not text:
            self.fail("the path is empty; name a file or a folder", param, ctx)
        if not _can_be_named(text):
            self.fail("no file can have such a name; name another", param, ctx)
        if self.piped and text == STDIN:
            return PIPED
        if self.output and text.endswith(os.sep):
            self.fail(f"`{text}` names a folder; name the file to write", param, ctx)
        return Path(text)


class NameType(_NameParam):
    """The name of rules, a company, a file: anything but nothing."""

    name = "text"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The name, or a usage error where it is empty."""
        if not str(value).strip():
            self.fail("it is empty; write a name or a path", param, ctx)
        if not _can_be_named(str(value)):
            self.fail("it holds what no name can hold; write another", param, ctx)
        return str(value)


def _can_be_named(text: str) -> bool:
    """Whether the operating system has a way to write a name."""
    try:
        return b"\0" not in os.fsencode(text)
    except UnicodeEncodeError:
        return False


NAME = NameType()
PATH, OUTPUT = PathType(), PathType(output=True)
STDIN = "-"
PIPED = Path("/dev/stdin")
"""The path of what is piped in."""


class Option(Protocol):
    """Gives a command an option, and leaves it the command that it is."""

    def __call__(self, command: F, /) -> F:
        """The command with the option."""


facts_option = click.option(
    "--facts",
    type=PathType(piped=True),
    multiple=True,
    metavar="PATH",
    help="A facts file, a folder with TICKER.yaml or TICKER/, or - (YAML piped in); several are put together.",
)


library_option = click.option(
    "--library", type=PATH, multiple=True, metavar="FOLDER", help="Look for modules here first."
)
all_option = click.option(
    "--all", "all_of_it", is_flag=True, help="Look through a folder to its end, on other file systems too."
)
output_option = click.option("-o", "--output", type=OUTPUT, metavar="FILE", help="Write here in place of stdout.")
for_option = click.option(
    "--for", "ticker", type=NAME, metavar="TICKER", help="The company, if not the one the thesis is for."
)


def as_of_option(does: str = "Only what was known on this day (default: today).") -> Option:
    """--as-of DATE; `does` is its line in `--help`."""
    return click.option("--as-of", type=DayType(), metavar="DATE", help=does)


def set_option(does: str) -> Option:
    """--set NAME=VALUE, any number of times; `does` is its line in `--help`."""
    return click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help=does)


def rules_option(does: str) -> Option:
    """--rules RULES, any number of times, of a command that needs none; `does` is its line in `--help`."""
    return click.option("--rules", type=NAME, multiple=True, metavar="RULES", help=does)


def format_option(*forms: str) -> Option:
    """--format, the first form being the one without it; text or json where none is named."""
    forms = forms or ("text", "json")
    return click.option("--format", "form", type=click.Choice(forms), default=forms[0], show_default=True)


def language_option(command: F) -> F:
    """--language of what is read by people."""
    return click.option(
        "--language", type=click.Choice(("en", "zh")), default="en", help="The language of what is read: en or zh."
    )(command)


def look_options(command: F) -> F:
    """--template, --style and --language of what is a memo."""
    template = click.option(
        "--template",
        type=PATH,
        metavar="PATH",
        help="A folder of templates (`thesis templates export`), or a .docx for the styles of -o x.docx.",
    )
    style = click.option("--style", type=PATH, metavar="FILE", help="A house style: name, logo, colours, fonts.")
    return template(style(language_option(command)))


def page_option(*forms: str, otherwise: str = "md") -> Option:
    """--format of what may be a page: without it the ending of the output says the form, and without an output it is
    `otherwise`."""
    does = f"Default: by the ending of -o, else {otherwise}."
    return click.option("--format", "form", type=click.Choice(forms), help=does)


LOOKS = ("text", "json", "csv", "html", "md")
"""The forms of what is lines of text, and may be a table or a page as well."""


def look_option(command: F) -> F:
    """--language, --format and -o of one of `LOOKS`. A name that says no form is refused before anything is looked at."""

    @wraps(command)
    def asked(**given: Any) -> Any:
        form_of(given["form"], given["output"], LOOKS, "text")
        return command(**given)

    return language_option(page_option(*LOOKS, otherwise="text")(output_option(cast(F, asked))))


def rules_as_of_option(does: str) -> Option:
    """--rules-as-of COMMIT; `does` is its line in `--help`."""
    return click.option("--rules-as-of", type=NAME, metavar="COMMIT", help=does)


def company_options(command: F) -> F:
    """--for, --facts, --as-of, --set, --library."""
    options: list[Option] = [
        for_option,
        facts_option,
        as_of_option("Use only what was known on this day (default: today)."),
        set_option("Put a value in place of a fact, threshold or formula."),
        library_option,
    ]
    for option in reversed(options):
        command = option(command)
    return command
