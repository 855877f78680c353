"""`thesis templates`: the templates of reports, for an analyst to change."""

from __future__ import annotations

from pathlib import Path

import click

from evaluator.commands.options import PATH, format_option
from evaluator.commands.talk import WRONG_USE, fail, out, out_json, say


@click.group("templates")
def command() -> None:
    """The templates of reports: make them your own."""


@command.command("export")
@click.argument("folder", type=PATH, metavar="DIR")
@format_option()
def export(folder: Path, form: str) -> None:
    """Write templates to begin with into DIR, a house style, and below DIR/shipped a copy of all that ship, to look things
    up in. Nothing that is there is overwritten."""
    from evaluator.codes.messages import make
    from evaluator.render.templating.export import export as written_to
    from evaluator.schema.commands import TemplatesOutput
    from evaluator.session.places import templates_dir

    if folder.exists() and not folder.is_dir():
        fail([make("C002", None, at=str(folder), what="this is a file, not a folder", mend="name a folder")], WRONG_USE)
    written, problems = written_to(templates_dir(), folder)
    if problems:
        fail(problems, WRONG_USE)
    own = [str(path) for path in written if "shipped" not in path.relative_to(folder).parts]
    steps = [
        f"change {own[0]}: write the blocks that are yours; docs/templates.md lists them",
        f"thesis report RULES --template {folder} -o memo.html",
        f"thesis report RULES --template {folder} --watch",
    ]
    if form == "json":
        out_json(TemplatesOutput(folder=str(folder), written=[str(path) for path in written], next=steps))
        return
    for path in own:
        out(path)
    out(f"{folder / 'shipped'} (the templates that ship, to look things up in)")
    say("To do next:")
    for number, step in enumerate(steps, 1):
        say(f"  {number}. {step}")
