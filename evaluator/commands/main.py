"""The command line: `thesis COMMAND`. A command is imported when it is called, so that `--help` starts at once.

In: arguments. Out: the product on stdout, talk on stderr, exit status 0 done, 1 findings, 2 wrong use.
"""

from __future__ import annotations

import os
import sys

import click

from evaluator.commands.lazy import LazyGroup

COMMANDS = {
    "report": "Render the verdict report of a thesis.",
    "check": "Find the mistakes in rule files.",
    "diff": "Show how two rule files differ in meaning.",
    "explain": "Show why a name has its value, down to the facts.",
    "graph": "Print the graph of a thesis (Mermaid or JSON).",
    "fmt": "Lay rule files out in the one canonical way.",
    "test": "Run the examples of rule files.",
    "prove": "Prove that tables have no gap and no dead row (needs z3).",
    "facts": "Import facts, make files for them, fetch filings.",
    "portable": "Say what stands between rules and another company.",
    "compare": "Hold companies side by side.",
    "list": "List the modules, theses and tickers that are there.",
}
"""Each command with its line in `--help`; the code is in `evaluator/commands/`."""

_MODULES = {"test": "examples", "list": "listing", "facts": "facts.group"}


class _Commands(LazyGroup):
    lines = COMMANDS
    modules = _MODULES

    def invoke(self, ctx: click.Context) -> object:
        """Runs the command. A reader that closes the pipe, such as `head`, has what it wanted: that is no failure."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            for stream in (sys.stdout, sys.stderr):
                os.dup2(nowhere, stream.fileno())
            ctx.exit(0)


def _version(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        from importlib.metadata import version

        click.echo(f"thesis {version('thesis-evaluator')}")
        ctx.exit()


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Show the version.")
def thesis() -> None:
    """Investment theses as rules: evaluate them on sourced facts, and see why, how firm, and what would change it."""


def main() -> None:
    """Runs the command line."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")
    thesis(prog_name="thesis")


if __name__ == "__main__":
    main()
