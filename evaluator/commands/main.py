"""The command line: `thesis COMMAND`. A command is imported when it is called, so that `--help` starts at once.

In: arguments. Out: the product on stdout, talk on stderr, exit status 0 done, 1 findings, 2 wrong use (and what else
kept a run from its end), 130 stopped by hand (143 by SIGTERM, 129 by SIGHUP).
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from contextlib import contextmanager, suppress
from itertools import takewhile
from typing import TYPE_CHECKING, Any

import click

from evaluator.commands.options import LazyGroup

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

COMMANDS = {
    "new": "Begin a thesis: rules for its kind, and an empty facts file.",
    "report": "Render the verdict report of a thesis.",
    "check": "Find the mistakes in rule files.",
    "diff": "Show how two rule files differ in meaning.",
    "explain": "Show why a name has its value, down to the facts.",
    "flip": "Show what would change a verdict, and by how much.",
    "seek": "Find the figure that gives a value you want.",
    "simulate": "Draw uncertain figures many times (needs scipy).",
    "sensitivity": "Show which input moves the score and figures most.",
    "changes": "Show what turned between two days, and why.",
    "scenarios": "Show scenarios side by side, and grids of worlds.",
    "history": "Show what was judged on each day, by what was known.",
    "graph": "Print the graph of a thesis (Mermaid or JSON).",
    "fmt": "Format rule files in the one standard layout.",
    "test": "Run the examples of rule files.",
    "prove": "Prove that tables have no gap and no dead row (needs z3).",
    "facts": "Import facts, make files for them, fetch filings.",
    "portable": "Show what keeps rules from being used for another company.",
    "compare": "Compare companies side by side.",
    "screen": "Judge every name of a table (needs polars).",
    "templates": "Make the templates of reports your own.",
    "list": "List the modules, theses and tickers that are there.",
    "lsp": "Serve an editor: help at every keystroke.",
}
"""Each command with its line in `--help`; the code is in `evaluator/commands/`."""

MODULES = {
    "new": "rules.new",
    "report": "reports.report",
    "templates": "reports.templates",
    "check": "rules.check",
    "diff": "rules.diff",
    "fmt": "rules.fmt",
    "test": "rules.examples",
    "prove": "rules.prove",
    "facts": "facts.group",
    **{name: f"outlook.{name}" for name in ("flip", "seek", "changes", "scenarios", "history")},
    "list": "listing",
    "sensitivity": "outlook.sensitivity",
    "simulate": "outlook.simulate",
}
"""Where the code of a command is, if not in the module of its name."""

STOPPED = 130
"""The exit status of a run that was stopped by hand, as shells say it: 128 and the number of the signal."""


class _Commands(LazyGroup):
    lines = COMMANDS
    modules = MODULES

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """What stands before the command, read."""
        with _visible_errors():
            return super().make_context(info_name, args, parent, **extra)

    def invoke(self, ctx: click.Context) -> object:
        """Runs the command. A reader that closes the pipe, such as `head`, has what it wanted: that is no failure."""
        _stand_somewhere()
        try:
            with _visible_errors():
                return super().invoke(ctx)
        except BrokenPipeError:
            from evaluator.commands.talk import let_go

            let_go()
            ctx.exit(0)
        except KeyboardInterrupt as stop:
            ctx.exit(_stopped(stop))
        except EOFError as error:  # click would take it for a user who has had enough
            raise _EndOfFile from error
        finally:
            if "evaluator.render.languages.catalogue" in sys.modules:
                from evaluator.commands.talk import left_in_english

                left_in_english()

    def main(self, *args: Any, **named: Any) -> Any:
        """Runs the command line to its end, whatever happens. Click deals with its own exceptions; every other is a
        mistake of ours, of which one sentence is shown, and with `--debug` the traceback."""
        try:
            return super().main(*args, **named)
        except Exception as error:
            from evaluator.commands.talk import last_words

            met = error.__cause__ if isinstance(error, _EndOfFile) else error
            given = named.get("args", args[0] if args else None)
            sys.exit(last_words(met or error, _debug(sys.argv[1:] if given is None else given)))


class _EndOfFile(Exception):
    """Carries an EOFError past click."""


class Stopped(KeyboardInterrupt):
    """A signal that asks the program to end: what is half-written is taken away on the way out."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.status = 128 + number


def _stopped(stop: KeyboardInterrupt) -> int:
    """Says so, and gives the exit status."""
    with suppress(OSError, ValueError):
        click.echo("stopped", err=True)
    return stop.status if isinstance(stop, Stopped) else STOPPED


@contextmanager
def _visible_errors() -> Iterator[None]:
    """What click says of a wrong argument quotes it: characters that steer a terminal are made visible."""
    try:
        yield
    except click.ClickException as error:
        from dsl.text.hidden import shown

        vars(error)["message"] = shown(error.message)
        raise


def _stand_somewhere() -> None:
    """Ends the run where the folder in which it stands is no longer there: no path would mean anything."""
    try:
        os.getcwd()
    except OSError:
        from evaluator.codes.messages import make
        from evaluator.commands.talk import WRONG_USE, fail

        what, mend = "the folder in which you stand is no longer there", "go to another folder, and run it again"
        fail([make("C002", None, what=what, mend=mend)], WRONG_USE)


def _debug(args: Any) -> bool:
    """Whether `--debug` stands before the command. Read here, since a mistake may come before click has read it."""
    return "--debug" in takewhile(lambda arg: str(arg).startswith("-"), args)


def _version(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        from importlib.metadata import PackageNotFoundError, version

        try:
            click.echo(f"thesis {version('thesis-evaluator')}")
        except PackageNotFoundError:
            click.echo("thesis, run from its sources and not installed")
        ctx.exit()


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Show the version.")
@click.option("--debug", is_flag=True, expose_value=False, help="Show the traceback of a mistake in thesis itself.")
def thesis() -> None:
    """Investment theses as rules: evaluate them on sourced facts, and see why, how firm, and what would change it."""


COLLECTED = (50_000, 20, 100)
"""How seldom Python looks for circles of dead objects: what a run makes lives to its end, and to look through it again
and again takes a quarter of the time of a long facts file."""


def main() -> None:
    """Runs the command line."""
    gc.set_threshold(*COLLECTED)
    _own_streams()
    for number in (signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)):
        if signal.getsignal(number) is signal.SIG_DFL:  # `nohup` has it ignored, and it stays so
            signal.signal(number, _stop)
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        thesis(prog_name="thesis")
    except KeyboardInterrupt as stop:  # before the command began
        sys.exit(_stopped(stop))
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # it is over: what comes now would only show a traceback
        gc.freeze()  # the process ends: its memory goes back as a whole, and need not be taken apart first (0.1 s)


def _stop(number: int, frame: FrameType | None) -> None:
    raise Stopped(number)


def _own_streams() -> None:
    """Streams that were closed before the run began lead nowhere: else a file that is opened would get their number, and
    talk would be written into it."""
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)


if __name__ == "__main__":
    main()
