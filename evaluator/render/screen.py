"""A screen as lines of text, as CSV, as a workbook, and as one page to sort and to filter without a network.

In: a `ScreenOutput`, or the frame of a screen. Out: text, bytes. Must not know rules, facts or how anything was judged.

The page has one script, its own. The policy in its head lets that one run, by its hash, and nothing else: no other script, no
request, whatever names of a table hold.
"""

from __future__ import annotations

import base64
import hashlib
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment
from markupsafe import Markup

from evaluator.blocks import writing
from evaluator.render.explanation import Paint, plain
from evaluator.render.languages.speaking import any_of, counted, say, spoken, term, worded
from evaluator.render.languages.writing import punctuated
from evaluator.render.page import bundled, environment
from evaluator.render.text import (
    MAY_STEER,
    STATE_MARKS,
    STATUS_LOOKS,
    STATUS_MARKS,
    TONE_LOOKS,
    TONE_MARKS,
    coded,
    safe_cell,
)
from evaluator.render.wide import columns, flush, padded
from evaluator.schema.report import Check, Report
from evaluator.schema.screens import ScreenCell, ScreenHead, ScreenOutput

if TYPE_CHECKING:
    import polars as pl

ON_SCREEN, ON_PAGE = 25, 5_000
"""So many names are lines of text where nobody says how many, and so many at most stand on a page."""
_WIDTH = 26
_LISTED = 8
_GROUPS = 15
"""So many sectors are lines of text."""
_GOOD = {"true": "good", "false": "flat", "has happened": "bad"}
DOUBT = "in doubt: "
MAX_SHEET = 1_048_575
"""So many names fit into a sheet of a workbook below its head."""


def lines(found: ScreenOutput, paint: Paint = plain) -> Iterator[str]:
    """A screen on a terminal: the names, then what stands apart."""
    if found.what_if:
        yield paint(f"What-if: {found.what_if}", "unknown")
        yield ""
    yield paint(
        say(
            "%(title)s: %(count)s of %(source)s as of %(as_of)s",
            title=found.title,
            count=_count(found.names),
            source=found.source,
            as_of=found.as_of,
        ),
        None,
    )
    yield found.order
    if found.where is not None:
        yield say(
            "where %(where)s: %(found)s kept, %(out)s out, %(open_count)s not decided",
            where=found.where,
            found=found.found,
            out=found.out,
            open_count=found.open_count,
        )
    yield ""
    yield from _grid(found, paint)
    yield from _outcomes(found)
    yield from _kills(found)
    yield from _apart(found)
    yield from _near(found)
    yield from _missing(found)


def _grid(found: ScreenOutput, paint: Paint) -> Iterator[str]:
    heads = [h for h in found.heads if h.kind in ("verdict", "score", "metric")]
    at = {h.name: n for n, h in enumerate(found.heads)}
    ranked, dated = any(r.rank is not None for r in found.rows), any(r.as_of is not None for r in found.rows)
    titles = [
        *([say("rank")] if ranked else []),
        say("name"),
        *([say("as of")] if dated else []),
        *(h.title for h in heads),
    ]
    shown = found.rows
    table = [
        [*([str(r.rank or "–")] if ranked else []), r.name, *([str(r.as_of)] if dated else []),
         *(words(r.cells[at[h.name]]) for h in heads)]
        for r in shown
    ]  # fmt: skip
    right = {n + ranked + dated + 1 for n, h in enumerate(heads) if h.kind != "verdict"} | ({0} if ranked else set())
    widths = [
        min(_WIDTH, max(columns(t), *(columns(row[n]) for row in table))) if table else columns(t)
        for n, t in enumerate(titles)
    ]
    yield "  ".join(_fit(t, widths[n], n in right) for n, t in enumerate(titles)).rstrip()
    for row, said in zip(table, shown, strict=True):
        tones = {n + ranked + dated + 1: said.cells[at[h.name]].tone for n, h in enumerate(heads)}
        cells = [_fit(text, widths[n], n in right) for n, text in enumerate(row)]
        yield "  ".join(paint(c, tones[n]) if tones.get(n) else c for n, c in enumerate(cells)).rstrip()
    left = found.found - len(shown)
    if left > 0:
        yield say("… and %(left)s more; --top %(found)s shows all, -o FILE writes them", left=left, found=found.found)
    yield ""


def _fit(text: str, width: int, right: bool) -> str:
    return flush(text, width) if right else padded(text, width)


def _outcomes(found: ScreenOutput) -> Iterator[str]:
    for head in (h for h in found.heads if h.kind == "verdict"):
        said = [
            f"{o.outcome or say('not decided')} {o.count}"
            for o in found.outcomes
            if o.verdict == head.name and o.group is None
        ]
        yield f"{head.title}: {', '.join(said) or say('no name')}"
        groups = list(dict.fromkeys(o.group for o in found.outcomes if o.verdict == head.name and o.group is not None))
        if len(groups) > _GROUPS:
            yield say("  by sector: %(count)s of them, in the page and in JSON (-o screen.html)", count=len(groups))
            groups = []
        for group in groups:
            of = [
                f"{o.outcome or say('not decided')} {o.count}"
                for o in found.outcomes
                if (o.verdict, o.group) == (head.name, group)
            ]
            yield f"  {group}: {', '.join(of)}"
        yield ""


def _kills(found: ScreenOutput) -> Iterator[str]:
    """What became of the kills: of whom one has happened, is so already, or is unknown."""
    open_ = [one for one in found.kills if one.names]
    if open_:
        yield say("Kills:")
        for one in open_:
            listed = ", ".join(one.names[:_LISTED]) + (
                say(" and %(count)s more", count=one.count - _LISTED) if one.count > _LISTED else ""
            )
            yield say(
                "  %(title)s: %(state)s for %(count)s: %(names)s",
                title=one.title,
                state=worded(one.state),
                count=_count(one.count),
                names=listed,
            )
        yield ""


def _apart(found: ScreenOutput) -> Iterator[str]:
    for verdict in (h for h in found.heads if h.kind == "verdict"):
        mine = [u for u in found.undecided if u.verdict == verdict.name]
        count = sum(o.count for o in found.outcomes if (o.verdict, o.group, o.outcome) == (verdict.name, None, None))
        if mine:
            yield say("%(title)s is not decided for %(count)s:", title=verdict.title, count=_count(count))
            for one in mine[:_LISTED]:
                yield say(
                    "  %(name)s: %(outcomes)s; missing %(names)s",
                    name=one.name,
                    outcomes=any_of(one.possible),
                    names=", ".join(one.missing) or say("nothing that has a name"),
                )
            if count > _LISTED:
                yield say("  … and %(count)s more; -o FILE lists all", count=count - _LISTED)
            yield ""
    open_ = (found.open, found.open_count, say("of which `%(where)s` is not decided", where=found.where))
    for names, count, what in (
        open_,
        (found.unplaced, found.unplaced_count, say("that the order cannot place, so last")),
    ):
        if names:
            listed = ", ".join(names[:_LISTED]) + (
                say(" and %(count)s more", count=count - _LISTED) if count > _LISTED else ""
            )
            yield f"{_count(count)} {what}: {listed}"
            yield ""


def _count(names: int) -> str:
    return counted(str(names), "name")


def _near(found: ScreenOutput) -> Iterator[str]:
    if found.near:
        yield say("Near a threshold:")
        for one in found.near:
            yield f"  {one.title} ({one.written}): {', '.join(f'{n.name} {n.text}' for n in one.names)}"
        yield ""


def _missing(found: ScreenOutput) -> Iterator[str]:
    gaps = [one for one in found.lacking if one.missing]
    if gaps:
        yield say("Missing:")
    for one in gaps:
        where = (
            say("column `%(column)s`", column=one.column)
            if one.column
            else say("no column")
            if found.taken
            else say("facts files")
        )
        yield say(
            "  %(title)s (%(input)s, %(where)s): %(missing)s of %(of)s names, %(share)s",
            title=one.title,
            input=one.input,
            where=where,
            missing=one.missing,
            of=one.of,
            share=f"{one.share:.0%}",
        )


# --- tables ------------------------------------------------------------------------------------------------


def to_csv(frame: pl.DataFrame) -> str:
    """Every name with its columns, figures in base units. Texts that a spreadsheet would calculate are made texts."""
    return "".join(csv_lines([frame], frame.schema))


def csv_lines(frames: Iterable[pl.DataFrame], schema: Mapping[str, pl.DataType]) -> Iterator[str]:
    """The same of frames one after another, as texts: the head first."""
    return writing.lines(frames, schema, _as_texts)


def write_csv(frames: Iterable[pl.DataFrame], schema: Mapping[str, pl.DataType], path: Path) -> None:
    """The same as a file. Raises OSError."""
    writing.csv(frames, schema, path, _as_texts)


def _as_texts(frame: pl.DataFrame) -> pl.DataFrame:
    """Words that are left as one text, and texts that steer a spreadsheet as texts."""
    import polars as pl

    lists = [pl.col(n).list.join(" | ") for n, dtype in frame.schema.items() if isinstance(dtype, pl.List)]
    plain = frame.with_columns(lists)
    safe = []
    for name, dtype in plain.schema.items():
        column = pl.col(name)
        if dtype == pl.String:
            steer = plain.select(column.filter(column.str.contains(MAY_STEER)).unique()).to_series().to_list()
            column = column.replace(steer, [safe_cell(text) for text in steer]) if steer else column
        safe.append(column.alias(safe_cell(name)))
    return plain.select(safe)


def to_xlsx(frame: pl.DataFrame, found: ScreenOutput) -> bytes:
    """The names as a workbook, and what is to be known of them beside. Nothing in it is a formula or a link. Raises ValueError for
    more than `MAX_SHEET` names."""
    if frame.height > MAX_SHEET:
        raise ValueError(f"a sheet of a workbook holds {MAX_SHEET} names, and these are {frame.height}")
    import datetime as dt

    import xlsxwriter

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, options)
    created = dt.datetime.combine(found.as_of, dt.time())
    book.set_properties(
        {"title": say("Screen: %(title)s", title=found.title), "comments": found.disclaimer, "created": created}
    )
    bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet(say("Screen"))
    sheet.freeze_panes(1, 1)
    sheet.write_row(0, 0, frame.columns, bold)
    for at, row in enumerate(frame.iter_rows(), 1):
        for n, value in enumerate(row):
            if isinstance(value, bool):
                sheet.write_boolean(at, n, value)
            elif isinstance(value, dt.date):
                sheet.write_datetime(at, n, dt.datetime.combine(value, dt.time()), day)
            elif isinstance(value, int | float):
                sheet.write_number(at, n, value)
            elif value is not None:
                sheet.write_string(at, n, " | ".join(map(str, value)) if isinstance(value, list) else str(value))
    if frame.height:
        sheet.autofilter(0, 0, frame.height, frame.width - 1)
    notes = book.add_worksheet(say("Read first"))
    notes.set_column(0, 0, 120)
    set_ = [say("What-if: %(what_if)s", what_if=found.what_if)] if found.what_if else []
    said = [
        say("%(title)s, as of %(as_of)s", title=found.title, as_of=found.as_of),
        *set_,
        found.order,
        *found.told,
        say("judged %(engine)s", engine=found.engine),
        found.disclaimer,
    ]
    for at, text in enumerate(said):
        notes.write_string(at, 0, text, bold if at == 0 else None)
    book.close()
    return out.getvalue()


# --- the page ----------------------------------------------------------------------------------------------


def to_html(found: ScreenOutput, templates: Path | None = None) -> str:
    """The page, in the language that is spoken; `templates` is the folder to read, the project's own where none is named."""
    jinja = environment_of_screen((templates or bundled()).resolve(), spoken().code)
    script = jinja.get_template("partials/screen.js.j2").render().strip()
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    ranked, dated = any(r.rank is not None for r in found.rows), any(r.as_of is not None for r in found.rows)
    grouped = any(r.group for r in found.rows)
    text = jinja.get_template("screen.html.j2").render(
        s=found, script=Markup(script), policy=Markup(policy), ranked=ranked, dated=dated,
        grouped=grouped, choices=_choices(found, 1 + ranked + dated, grouped),
    )  # fmt: skip
    return punctuated(text.rstrip() + "\n", spoken())


def _choices(found: ScreenOutput, first: int, grouped: bool) -> list[dict[str, Any]]:
    """What the page can be filtered by: the sector, each verdict."""
    choices: list[dict[str, Any]] = []
    if grouped:
        groups = sorted({r.group for r in found.rows if r.group})
        choices.append({"title": say("Sector"), "column": first + len(found.heads), "words": groups})
    for at, head in enumerate(found.heads):
        if head.kind == "verdict":
            said = {say("unknown") if r.cells[at].state == "unknown" else words(r.cells[at]) for r in found.rows}
            choices.append({"title": head.title, "column": first + at, "words": sorted(said)})
    return choices


@lru_cache(maxsize=8)
def environment_of_screen(folder: Path, code: str = "en") -> Environment:
    """The memo's environment with the filters of a screen, which the memo does not see."""
    jinja = environment("html", folder, code).overlay()
    jinja.filters = {
        **jinja.filters,
        "screen_look": look,
        "screen_mark": mark,
        "screen_words": words,
        "told": _told,
        "worded": worded,
    }
    jinja.tests = {**jinja.tests, "in_doubt": _in_doubt}
    return jinja


def look(cell: ScreenCell, head: ScreenHead) -> str:
    """The look of a word: for, against, open; its word says the same."""
    if cell.state == "unknown":
        return "warn"
    if head.kind == "verdict":
        return TONE_LOOKS[cell.tone] if cell.tone is not None else "flat"
    return STATUS_LOOKS.get(cell.state, "flat") if head.kind == "pillar" else _GOOD.get(cell.state, "flat")


def mark(cell: ScreenCell, head: ScreenHead) -> str:
    """The mark of a word."""
    if cell.state == "unknown":
        return "?"
    if head.kind == "verdict":
        return TONE_MARKS[cell.tone] if cell.tone is not None else "◆"
    return STATUS_MARKS.get(cell.state, "○") if head.kind == "pillar" else STATE_MARKS.get(cell.state, "○")


def words(cell: ScreenCell) -> str:
    """What a cell says."""
    return worded(cell.text)


def _in_doubt(text: str) -> bool:
    return text.startswith((DOUBT, "look-ahead:"))


def _told(text: str) -> Markup:
    """What is said of the data, with what stands in backticks as code."""
    return coded(text.removeprefix(DOUBT))


def why(report: Report, where: str | None, holds: str | None) -> Sequence[str]:
    """Why a name is in or out: what `where` says, each verdict, each condition with its comparisons, what is missing."""
    company = report.company
    assert company is not None, "a screen judges companies"
    found = [say("What-if: %(what_if)s", what_if=report.what_if), ""] if report.what_if else []
    found.append(
        say(
            "%(ticker)s (%(name)s) by %(title)s, as of %(as_of)s",
            ticker=company.ticker,
            name=company.name,
            title=report.title,
            as_of=report.as_of,
        )
    )
    if where is not None:
        found.append(say("where %(where)s: %(holds)s", where=where, holds=holds))
    for verdict in report.verdicts:
        said = (
            verdict.outcomes[0]
            if verdict.decided
            else say("not decided: %(names)s", names=say(" or ").join(verdict.outcomes))
        )
        found += ["", f"{verdict.title}: {said}"]
        found += [f"  {verdict.because}"] if verdict.because else []
        for row in verdict.rows:
            found.append(
                f"  {padded(term(row.holds), 14)} {row.written}: {row.outcome}{(say('  <- decides') if row.decides else '')}"
            )
    if report.conditions:
        found += ["", say("Conditions:")]
    for condition in report.conditions:
        found.append(f"  {padded(term(condition.state), 14)} {condition.title} ({term(condition.side)})")
        found += [f"    {_check(check)}" for check in condition.checks]
        found += [
            say(
                "    missing: %(figure)s: %(reason)s", figure=f"{r.title or r.name} {r.period}".strip(), reason=r.reason
            )
            for r in condition.reasons
        ]
    return found


def _check(check: Check) -> str:
    """A comparison with its figures: `Price/earnings 118.9x, asked <= 15x`."""
    limit = check.limit.text if check.limit is not None else check.threshold
    asked = say(", asked %(operator)s %(limit)s", operator=check.operator, limit=limit) if limit else ""
    return f"{check.figure} {check.value.text}{asked}{' ' + check.lasting if check.lasting else ''}"
