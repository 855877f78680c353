"""Names side by side as Markdown, as one HTML page, and as CSV.

In: a `CompareOutput` and the folder of templates. Out: text. Must not know rules, facts or how anything was calculated.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment

from evaluator.render.languages.catalogue import ENGLISH
from evaluator.render.languages.speaking import english, say, spoken, worded
from evaluator.render.languages.writing import punctuated
from evaluator.render.page import Format, bundled, environment, tidy
from evaluator.render.text import (
    CATALYST_LOOKS,
    KILL_LOOKS,
    KILL_MARKS,
    STATE_MARKS,
    STATUS_LOOKS,
    STATUS_MARKS,
    TONE_LOOKS,
    TONE_MARKS,
    safe_cell,
)
from evaluator.schema.names import Cell, ComparedName, CompareOutput, Row

_MARKS: dict[str, str] = {
    **{word: mark for word, (_, mark) in CATALYST_LOOKS.items()},
    **KILL_MARKS,
    **STATE_MARKS,
    **STATUS_MARKS,
    **{tone: mark for tone, mark in TONE_MARKS.items() if tone is not None},
    "not asked": "·",
    "figure": "",
    "bounded": "",
    "decided": "◆",
}
_LOOKS = {
    **{word: look for word, (look, _) in CATALYST_LOOKS.items()},
    **KILL_LOOKS,
    **STATUS_LOOKS,
    **{tone: look for tone, look in TONE_LOOKS.items() if tone is not None},
}


def render_compare(found: CompareOutput, format: Format, templates: Path | None = None) -> str:
    """The grid as a page, in the language that is spoken; `templates` is the folder to read, the project's own where none is named."""
    jinja = environment_of_grid(format, (templates or bundled()).resolve(), spoken().code)
    text = jinja.get_template(f"compare.{format}.j2").render(c=found)
    return punctuated(tidy(text) if format == "md" else text.rstrip() + "\n", spoken())


@lru_cache(maxsize=8)
def environment_of_grid(format: Format, folder: Path, code: str = ENGLISH) -> Environment:
    """The memo's environment with the grid's own filters, which the memo does not see."""
    jinja = environment(format, folder, code).overlay()
    own = {"mark": mark, "marked": marked, "cell_look": cell_look, "asked_otherwise": asked_otherwise, "words_of": words_of,
           "fingerprints": fingerprints}  # fmt: skip
    jinja.filters = {**jinja.filters, **own}
    return jinja


def mark(cell: Cell) -> str:
    """The sign beside a cell's words."""
    return _MARKS[cell.state]


def marked(cell: Cell) -> str:
    """The sign and the words, with `!` behind them where something must be known first."""
    return f"{mark(cell)} {words_of(cell)}{' !' if cell.alert else ''}".strip()


def words_of(cell: Cell) -> str:
    """What a cell says, in the language that is spoken."""
    return cell.text if english() else say("not asked") if cell.state == "not asked" else worded(cell.text)


def cell_look(cell: Cell, row: Row) -> str:
    """good, bad, warn (unknown) or flat: what the cell does to the thesis."""
    if cell.state == "unknown":
        return "warn"
    if cell.state == "true":
        return "good" if row.side == "bull" else "bad"
    return _LOOKS.get(cell.state, "flat")


def asked_otherwise(rows: Iterable[Row]) -> list[tuple[Row, list[Cell]]]:
    """The rows that some name's rules ask otherwise than the first name's do, with those cells."""
    found = ((row, [cell for cell in row.cells if cell.otherwise]) for row in rows)
    return [(row, cells) for row, cells in found if cells]


def fingerprints(names: Iterable[ComparedName]) -> list[tuple[str, str]]:
    """Each rule file that was used with the hash of what it means, once."""
    return list(dict.fromkeys((n.rules, n.fingerprint) for n in names))


def about(found: CompareOutput) -> Iterator[tuple[str, str, list[str]]]:
    """What is said of the names before the rows begin: key, words, a text a name."""
    yield "company", say("Company"), [n.company for n in found.names]
    yield "rules", say("Rules"), [n.rules for n in found.names]
    yield "currency", say("Money in"), [n.currency for n in found.names]
    yield "fiscal_year_ends", say("Fiscal year ends"), [n.fiscal_year_ends for n in found.names]
    yield "as_of", say("As of"), [found.as_of.isoformat() for _ in found.names]
    yield (
        "period_read",
        say("Period read"),
        ["; ".join(read.period for read in n.reads) or say("none") for n in found.names],
    )
    yield (
        "days_old",
        say("Days since it ended"),
        ["; ".join(str(read.age_days) for read in n.reads) for n in found.names],
    )
    yield (
        "decided",
        say("Conditions decided"),
        [say("%(decided)s of %(conditions)s", decided=n.decided, conditions=n.conditions) for n in found.names],
    )
    yield (
        "missing",
        say("What would tell most"),
        ["; ".join(n.missing) or say("no one figure alone") for n in found.names],
    )
    if any(n.alerts for n in found.names):
        yield "alerts", say("To know first"), ["; ".join(alert.text for alert in n.alerts) for n in found.names]


def to_csv(found: CompareOutput) -> str:
    """The grid as CSV: a line a row, a column a name; the ends of the score are separate lines, as numbers."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["kind", "name", "title", "side", "weight", *(safe_cell(n.ticker) for n in found.names)])
    for key, words, texts in about(found):
        writer.writerow(["about", key, words, "", "", *map(safe_cell, texts)])
    for row in found.rows:
        weight = "" if row.weight is None else f"{row.weight:g}"
        head = [row.kind, safe_cell(row.name), safe_cell(row.title), row.side or "", weight]
        writer.writerow([*head, *(safe_cell(cell.text + (" !" if cell.alert else "")) for cell in row.cells)])
        if row.kind == "score":
            for end in ("low", "high"):
                numbers = [getattr(cell, end) for cell in row.cells]
                head = ["score", f"score_{end}", f"Its {end} end", "", ""]
                writer.writerow([*head, *("" if x is None else repr(x) for x in numbers)])
    return out.getvalue()
