"""A group of commands of which each is imported when it is called, so that `--help` starts at once.

In: a table of commands with their lines in `--help`, and of modules. Out: a click group. Must not know any command.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

import click


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
        """The command that is meant; a misspelt one is told the nearest."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from dsl.text.messages import did_you_mean

            mend = did_you_mean(args[0], self.lines)
            raise click.UsageError(f"{error.message.rstrip('.')}{'; ' + mend if mend else ''}", ctx) from None
