"""`thesis screen`."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dsl.text.edits import did_you_mean
from evaluator.codes.messages import make
from evaluator.commands.common import day_of, library_of, open_checked, plain, settled
from evaluator.commands.forms import form_of
from evaluator.commands.looks import speech, spoken, told_of
from evaluator.commands.options import (
    NAME,
    PATH,
    as_of_option,
    language_option,
    library_option,
    output_option,
    set_option,
)
from evaluator.commands.talk import FINDINGS, WRONG_USE, coloured, fail, out, say, show, write, write_made
from evaluator.session.reading import Failed

if TYPE_CHECKING:
    from dsl.check.checker import Checked
    from dsl.text.diagnostics import Diagnostic
    from evaluator.blocks.parts import Scratch
    from evaluator.readers.layouts.mapping import Layout
    from evaluator.render.languages.telling import Told
    from evaluator.universe.files import Raw
    from evaluator.universe.running import Options, Whole
    from evaluator.universe.screened import Screened

EXPLAINED = 1_000
ENGINES = ("auto", "rows", "spark")
_FORMS = ("text", "json", "csv", "html", "xlsx", "parquet")


def _engine(context: click.Context, option: click.Parameter, typed: str) -> str:
    """An engine that there is."""
    if typed not in ENGINES and not typed.startswith("spark:"):
        raise click.BadParameter(did_you_mean(typed, ENGINES, f"write one of {', '.join(ENGINES)}, spark://HOST:PORT"))
    return typed


def _explained(context: click.Context, option: click.Parameter, typed: str) -> int | None:
    """How many names are explained; None: all."""
    if typed == "all":
        return None
    if not typed.isdecimal() or not typed.isascii():
        raise click.BadParameter("write a whole number, or all")
    return int(typed)


@click.command("screen")
@click.argument("rules", type=NAME)
@click.option(
    "--universe", type=PATH, required=True, metavar="FILE|FOLDER",
    help="A table with a row for each name (.csv, .parquet, .arrow), or a folder of facts files.",
)  # fmt: skip
@click.option("--where", type=NAME, metavar="EXPR", help='Keep the names of which this holds: "pe > 0x and pe < 15x".')
@click.option(
    "--sort", type=NAME, metavar="KEY",
    help="A metric, a verdict, score, name, given; or ranks: \"rank(roc) + rank(pe, lowest first)\".",
)  # fmt: skip
@click.option("--top", type=click.IntRange(min=1), metavar="N", help="The first N names alone.")
@click.option("--metrics", metavar="A,B,…", help="The figures to show: metrics or expressions.")
@click.option("--why", "name", type=NAME, metavar="NAME", help="Why one name is in or out, in place of the screen.")
@click.option("--history", is_flag=True, help="Each name as of each day on which a row of it became known.")
@click.option(
    "--mapping", type=PATH, metavar="FILE", help="Which column is which input, and in which unit: a mapping file."
)
@click.option(
    "--map", "mapped", multiple=True, metavar="COLUMN=INPUT[:UNIT]",
    help="The same for one column: \"Dividend Yield=dividend_yield:fraction\".",
)  # fmt: skip
@click.option("--leave-out", multiple=True, metavar="COLUMN", help="Do not read this column.")
@click.option("--ticker", metavar="COLUMN", help="The column of the names.")
@click.option("--by", metavar="COLUMN", help="The column of the sector: outcomes are counted and ranks made by it.")
@click.option("--period", metavar="COLUMN", help="The column of the days on which periods end.")
@click.option("--each", metavar="LENGTH", help="How long these periods are: quarter, half, year, month or day.")
@click.option("--known", metavar="COLUMN", help="The column of the days since which rows are known.")
@click.option(
    "--currency", metavar="CODE", help="The currency of all money; where it is a column, say so in a mapping."
)
@click.option("--unit", metavar="UNIT", help="The unit of all money that is not per share: thousands, millions, …")
@click.option("--decimal", type=click.Choice(["point", "comma"]), help="How decimals are written: 1,234.5 or 1.234,5.")
@click.option("--engine", type=NAME, default="auto", show_default=True, callback=_engine, metavar="ENGINE",
              help="Who judges: auto (the fastest that can), rows (the reference evaluator), spark (Apache Spark here), "
                   "spark://HOST:PORT (a cluster).")  # fmt: skip
@set_option("Put a value in place of a threshold, a formula or a column, for all names.")
@click.option("--explain", default=str(EXPLAINED), show_default=True, callback=_explained, metavar="N|all",
              help="Of so many names that are not decided it is said what is missing; each takes some milliseconds.")  # fmt: skip
@as_of_option()
@library_option
@language_option
@click.option("--format", "form", type=click.Choice(_FORMS), help="Default: by the ending of -o, else text.")
@output_option
def command(
    rules: str,
    universe: Path,
    name: str | None,
    as_of: dt.date | None,
    library: tuple[Path, ...],
    language: str,
    form: str | None,
    output: Path | None,
    engine: str,
    mapping: Path | None,
    mapped: tuple[str, ...],
    leave_out: tuple[str, ...],
    where: str | None,
    sort: str | None,
    top: int | None,
    metrics: str | None,
    by: str | None,
    history: bool,
    settings: tuple[str, ...],
    explain: int | None,
    **said: str | None,
) -> None:
    """Judge every name of a universe by RULES: verdicts, scores and figures, ranked and filtered.

    Which column was taken for which input, and what is in doubt, is said on stderr.
    """
    chosen = form_of(form, output, _FORMS, "text")
    if chosen in ("xlsx", "parquet") and output is None:
        raise click.UsageError(f"{chosen} is not for the screen; name a file with -o")
    places = library_of(library)
    checked = open_checked(rules, places)
    day = day_of(as_of)
    from evaluator.universe.running import Options, folder_of, table_of

    layout = _layout(mapping, mapped, leave_out, said)
    figures = _parted(metrics or "")
    rows = _rows(chosen, top, output)
    asked = Options(
        day,
        layout,
        where,
        sort,
        figures,
        top,
        by,
        history,
        None if engine == "auto" else engine,
        rows,
        explain,
        settings,
        tell=say,
    )
    if engine.startswith("spark"):
        if settings:
            mend = "leave --engine out, or write the value into the rules"
            fail([make("C002", None, what="--set is not for Spark", mend=mend)], WRONG_USE)
        _on_spark(checked, universe, asked, engine, name, chosen, output, language)
        return
    from evaluator.blocks.parts import Scratch

    with Scratch(_folder_of(output)) as scratch:
        try:
            if os.path.isdir(universe):
                whole = settled(folder_of(checked, universe, asked, places))
            else:
                whole = settled(table_of(checked, _raw(universe, scratch), asked))
            show(whole.asked.notes)
            if name is not None:
                _why(whole, name, chosen, output, told_of(language, checked))
                return
            found = settled(whole.screened(scratch))
        except OSError as error:
            fail([_no_room(universe, error)], WRONG_USE)
        _told(found.output.told, found.output.engine)
        _written(found, chosen, output, told_of(language, checked))


def _folder_of(output: Path | None) -> Path | None:
    """Where what does not fit into memory is put: on the disk on which the product shall be."""
    return Path(os.path.realpath(output)).parent if output is not None else None


def _no_room(universe: Path, error: OSError) -> Diagnostic:
    """That what does not fit into memory does not fit on the disk either."""
    what = f"what does not fit into memory cannot be put on disk: {(error.strerror or str(error)).lower()}"
    mend = "name an -o FILE on a disk with more space, or give a table with fewer names or columns"
    return make("C002", None, at=str(universe), what=what, mend=mend)


def _told(told: Sequence[str], engine: str) -> None:
    """What was taken for what, what is in doubt, and who judged."""
    for line in told:
        say(line)
    say(f"judged {engine}")
    say()


def _on_spark(
    checked: Checked,
    universe: Path,
    asked: Options,
    engine: str,
    name: str | None,
    form: str,
    output: Path | None,
    language: str,
) -> None:
    """The screen by Spark: Parquet is written there, anything else is brought together here."""
    from evaluator.session.places import from_here
    from evaluator.spark.running import of_path

    found = settled(of_path(checked, universe, from_here(universe), asked, engine))
    show(found.question.notes)
    if name is not None:
        _why(settled(found.one(name)), name, form, output, told_of(language, checked))
    elif form == "parquet" and output is not None:
        failed = found.written(output)
        if failed is not None:
            settled(failed)
        _told(found.universe.told, found.engine)
    else:
        whole = settled(found.collected())
        _told(whole.output.told, whole.output.engine)
        _written(whole, form, output, told_of(language, checked))


def _rows(form: str, top: int | None, output: Path | None) -> int:
    """How many names the form shows: lines of text a screenful, a page as many as a browser sorts at once, a table none of the
    model, since it is made of the frame."""
    from evaluator.render.screen import ON_PAGE, ON_SCREEN
    from evaluator.universe.screened import MAX_ROWS

    if form in ("csv", "xlsx", "parquet"):
        return 0
    if form == "text" and output is None:
        return min(top or ON_SCREEN, MAX_ROWS)
    return ON_PAGE if form == "html" else MAX_ROWS


def _raw(path: Path, scratch: Scratch) -> Raw:
    """The table; ends the run where it cannot be read. Raises OSError for a full disk."""
    from dsl.text.source import UnreadableFileError
    from evaluator.session.places import from_here
    from evaluator.universe import files, running

    try:
        return files.staged(files.opened(path, from_here(path)), scratch)
    except UnreadableFileError as error:
        fail(running.unreadable(error).diagnostics, WRONG_USE)


def _layout(
    mapping: Path | None, mapped: tuple[str, ...], leave_out: tuple[str, ...], said: dict[str, str | None]
) -> Layout:
    """What a mapping file and options say of the table; an option goes before the file."""
    from evaluator.universe.layouts import layout_of

    found = layout_of(mapping, mapped, leave_out, said)
    if isinstance(found, Failed):
        fail(found.diagnostics, WRONG_USE if found.wrong_use else FINDINGS)
    return found


def _parted(text: str) -> tuple[str, ...]:
    """`a, max(b, c)` in its parts: a comma within brackets parts nothing."""
    parts, depth, now = [], 0, ""
    for sign in text:
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if sign == "," and depth == 0:
            parts.append(now)
            now = ""
        else:
            now += sign
    return tuple(part.strip() for part in (*parts, now) if part.strip())


def _written(found: Screened, form: str, output: Path | None, told: Told | None) -> None:
    if told is not None and form in ("text", "html", "xlsx"):
        with speech(told.language.code):
            _in_form(replace(found, output=spoken(found.output, told)), form, output)
    else:
        _in_form(found, form, output)


def _in_form(found: Screened, form: str, output: Path | None) -> None:
    from evaluator.render import screen as render

    if form == "json":
        from evaluator.render.as_json import render_json

        write(render_json(found.output), output)
    elif form == "csv" and output is None:
        for text in render.csv_lines(found.blocks(), found.schema):
            write(text, None)
    elif form == "csv" and output is not None:
        write_made(lambda path: render.write_csv(found.blocks(), found.schema, path), output)
    elif form == "html":
        write(render.to_html(found.output), output)
    elif form == "xlsx" and found.count > render.MAX_SHEET:
        what = f"a sheet of a workbook holds {render.MAX_SHEET:,} names, and these are {found.count:,}"
        mend = "write .parquet or .csv, or the first ones with --top"
        fail([make("C002", None, at=str(output), what=what, mend=mend)], WRONG_USE)
    elif form == "xlsx":
        write(render.to_xlsx(found.frame, found.output), output)
    elif form == "parquet" and output is not None:
        from evaluator.blocks import writing

        write_made(lambda path: writing.parquet(found.blocks(), found.schema, path), output)
    elif output is not None:
        write("\n".join(render.lines(found.output, plain)) + "\n", output)
    else:
        for line in render.lines(found.output, coloured):
            out(line)


def _why(whole: Whole, name: str, form: str, output: Path | None, told: Told | None) -> None:
    """Why one name is in or out."""
    run = settled(whole.why(name))
    report = run.report()
    if form == "json":
        from evaluator.render.as_json import render_json

        write(render_json(report), output)
        return
    from evaluator.render.screen import why
    from evaluator.report.checks import state

    asked = whole.asked
    holds = state(run.evaluation.truth(asked.program.metrics[asked.where].value)) if asked.where is not None else None
    with speech(told.language.code if told is not None else "en"):
        found = why(spoken(report, told), asked.where_text, holds)
    if output is not None:
        write("\n".join(found) + "\n", output)
        return
    for line in found:
        out(line)
