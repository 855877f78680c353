"""Scenarios side by side and grids of worlds, as lines of text, as CSV, and as the looks of a heat map.

In: a `ScenariosOutput`. Out: lines, a table. Must not know how lines are shown: who shows them paints headings.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from evaluator.render.explanation import Paint, above, plain
from evaluator.render.outlook.blocks import Block, Cell, Heading, Table, Words, cells
from evaluator.render.text import TONE_LOOKS, percent, safe_cell
from evaluator.schema import worlds as w
from evaluator.schema.worlds import Asked, Grid, ScenariosOutput, World

SHADES = " ░▒▓█"
"""Of a figure from the least to the greatest of its grid."""
LEVELS = 7
"""So many colours a heat map has."""
OPEN = "?"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_COLUMN = 34
"""No column of a table is wider."""
_MOST_COLUMNS = 40
_LABEL = 10
"""A value of an axis is written out up to so many characters."""
_ROLES = (("verdict", "Verdicts"), ("kill", "Kills"), ("pillar", "Pillars"))


# --- lines ---------------------------------------------------------------------------------------------------


def lines(found: ScenariosOutput, paint: Paint = plain) -> Iterator[str]:
    """The page: the worlds side by side, weighted by probability, what turns in each; then the grids."""
    about = f" for {found.company}" if found.company is not None else ""
    yield from above(found.what_if, found.alerts, paint)
    yield f"{paint(found.title, None)} ({found.name}){about}, as of {found.as_of}"
    for grid in found.grids:
        yield ""
        yield from _grid(found, grid, paint)
    if found.notes:
        yield ""
        yield from (f"Note: {note}." for note in found.notes)
    if len(found.worlds) > 1:
        yield ""
        yield from _table(rows(found))
        yield from _weighted(found, paint)
        yield from _turned(found, paint)
    elif not found.grids:
        yield "These rules name no scenario. Write one with `scenario`, or look at a grid of worlds with --grid."


def rows(found: ScenariosOutput) -> list[list[str]]:
    """The table: a row for each thing that is said, a column for each world, today's first."""
    worlds = found.worlds
    made = [["", *(w.title + (f" (on {w.base})" if w.base else "") for w in worlds)]]
    if any(w.probability is not None for w in worlds):
        made.append(["Probability", *(percent(w.probability) if w.probability is not None else "–" for w in worlds)])
    for role, _ in _ROLES:
        for named in (n for n in found.names if n.role == role):
            made.append([named.title, *(said(w, named) for w in worlds)])
        if role == "verdict":
            made.append(["Score", *(w.score.text if w.score is not None else "none" for w in worlds)])
    for at, figure in enumerate(worlds[0].figures):
        made.append([figure.title, *(w.figures[at].value.text for w in worlds)])
    return made


def said(world: World, named: Asked) -> str:
    """What a verdict, pillar or kill says in a world, in words."""
    if named.role == "kill":
        return {"true": "happened", "false": "no"}.get(world.kills[named.name], "unknown")
    return " or ".join((world.verdicts if named.role == "verdict" else world.pillars)[named.name])


def _table(made: Sequence[Sequence[str]]) -> Iterator[str]:
    """Columns beside each other, long cells on several lines."""
    widths = [min(_COLUMN, max(len(row[n]) for row in made)) for n in range(len(made[0]))]
    for row in made:
        broken = [list(_broken(cell, wide)) for cell, wide in zip(row, widths, strict=True)]
        for line in range(max(len(cell) for cell in broken)):
            parts = (cell[line] if line < len(cell) else "" for cell in broken)
            yield "  ".join(f"{part:<{wide}}" for part, wide in zip(parts, widths, strict=True)).rstrip()


def _broken(text: str, width: int) -> Iterator[str]:
    line = ""
    for word in text.split(" "):
        if line and len(line) + 1 + len(word) > width:
            yield line
            line = word
        else:
            line = f"{line} {word}" if line else word
    yield line


def _weighted(found: ScenariosOutput, paint: Paint) -> Iterator[str]:
    if not found.weighted:
        return
    yield ""
    rest = f" ({percent(found.unassigned)} is in no scenario, and counts as today's world)" if found.unassigned else ""
    yield paint(f"Weighted by probability{rest}", None)
    if found.weighted_score is not None:
        yield f"  Score: {found.weighted_score.text}"
    for each in found.weighted:
        if each.of.role in ("verdict", "kill"):
            answers = "; ".join(f"{percent(a.probability)} {answer(each.of, a.outcomes)}" for a in each.answers)
            yield f"  {each.of.title}: {answers}"
    yield from (f"  {f.title}: {f.value.text}" for f in found.weighted_figures)


def answer(of: Asked, outcomes: Sequence[str]) -> str:
    """An answer in words: of a kill whether it happened."""
    words = " or ".join(outcomes)
    return {"true": "happened", "false": "has not happened"}.get(words, words) if of.role == "kill" else words


def _turned(found: ScenariosOutput, paint: Paint) -> Iterator[str]:
    for world in found.worlds[1:]:
        yield ""
        yield paint(world.title, None)
        for each in world.assumes:
            lasting = f" {each.lasting}" if each.lasting else ""
            yield f"  assumes {each.title} {each.value.text}{lasting} (today {each.instead.text})"
        yield from (f"  {text}" for text in world.turned or ["no condition turns"])
        if world.stays:
            yield f"  leaves {', '.join(world.stays)} as a source gives it: assume it too"


# --- grids ---------------------------------------------------------------------------------------------------------


def labels(axis: w.Axis) -> list[str]:
    """The values of an axis as they were asked for (100 USD, also where the company reports in another currency); rounded where
    they have many digits."""
    asked = [setting.partition("=")[2] for setting in axis.settings]
    return [text if len(text) <= _LABEL else value.text for text, value in zip(asked, axis.values, strict=True)]


def signs(grid: Grid) -> dict[str, str]:
    """A sign for the text of each cell: a shade by its size; of words a letter for each decided outcome."""
    cells = [cell for row in grid.cells for cell in row]
    if all(cell.outcomes is None for cell in cells):
        shades = {c.text: SHADES[level(grid, c, len(SHADES))] if c.known else OPEN for c in cells}
        return {text: sign or OPEN for text, sign in shades.items()}
    seen = list(dict.fromkeys(c.text for c in cells if c.known))
    letters = {text: _LETTERS[min(n, len(_LETTERS) - 1)] for n, text in enumerate(seen)}
    return {c.text: letters.get(c.text, OPEN) for c in cells}


def middle(cell: w.Cell) -> float | None:
    """The figure of a cell; of bounds their middle; None where an end is open."""
    return (cell.low + cell.high) / 2 if cell.low is not None and cell.high is not None else None


def level(grid: Grid, cell: w.Cell, of: int) -> int:
    """How great the figure of a cell is among those of its grid, from 0 to one less than `of`."""
    known = [m for row in grid.cells for c in row if c.known and (m := middle(c)) is not None]
    here = middle(cell)
    if here is None or not known or max(known) == min(known):
        return of // 2
    part = (here - min(known)) / (max(known) - min(known))
    return min(of - 1, int(part * of))


def look(grid: Grid, cell: w.Cell) -> str:
    """The colours of a cell in a heat map: of words by their tone, of figures `heat-0` to `heat-6`, `warn` where it is open."""
    if not cell.known:
        return "warn"
    if cell.outcomes is None:
        return f"heat-{level(grid, cell, LEVELS)}" if middle(cell) is not None else "warn"
    if grid.of.role == "verdict":
        return TONE_LOOKS[grid.of.tones[cell.text]] if cell.text in grid.of.tones else "flat"
    return {"true": "accent", "supported": "good", "undermined": "bad", "contested": "warn"}.get(cell.text, "flat")


def _grid(found: ScenariosOutput, grid: Grid, paint: Paint) -> Iterator[str]:
    rows_axis, *more = found.axes
    columns = more[0] if more else None
    across = f" and {columns.title} (across)" if columns is not None else ""
    yield paint(f"{grid.of.title} by {rows_axis.title} (down){across}; today {grid.today.text}", None)
    heads = labels(columns) if columns is not None else [grid.of.title]
    found_signs = signs(grid)
    if len(heads) <= _MOST_COLUMNS:
        words = any(cell.outcomes is not None for row in grid.cells for cell in row)
        texts = [[_written(cell, found_signs[cell.text], words, columns is None) for cell in row] for row in grid.cells]
        made = [["", *heads], *([label, *row] for label, row in zip(labels(rows_axis), texts, strict=True))]
        widths = [max(len(row[n]) for row in made) for n in range(len(made[0]))]
        for line in made:
            first, *others = (f"{cell:>{wide}}" for cell, wide in zip(line, widths, strict=True))
            yield f"  {first}  {'  '.join(others)}".rstrip()
    else:
        room = max(map(len, labels(rows_axis)))
        for label, row in zip(labels(rows_axis), grid.cells, strict=True):
            yield f"  {label:>{room}}  {''.join(found_signs[c.text] for c in row)}"
        assert columns is not None, "one column is never too wide"
        yield f"  {'':>{room}}  from {heads[0]} to {heads[-1]}"
    decided = {sign: text for text, sign in found_signs.items() if sign in _LETTERS}
    if decided and columns is not None:
        yield f"  {', '.join(f'{sign} {text}' for sign, text in decided.items())}"
    if OPEN in found_signs.values() and columns is not None:
        yield "  ? not decided"


def _written(cell: w.Cell, sign: str, words: bool, alone: bool) -> str:
    """A cell of a grid: of words a letter, and the words where there is room; of figures the figure with its shade."""
    if words:
        return f"{sign} {cell.text}" if alone else sign
    return f"{cell.text} {sign}".rstrip()


# --- a table -----------------------------------------------------------------------------------------------------


def to_csv(found: ScenariosOutput) -> str:
    """A line for each thing that is said in each world (`world` is empty for today's), then one for each cell of each grid;
    figures as numbers in base units."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["kind", "world", "row", "column", "role", "name", "title", "text", "low", "high"])
    for world in found.worlds if len(found.worlds) > 1 else ():
        head = ["scenario", world.name, "", ""]
        for named in found.names:
            text = world.conditions[named.name] if named.role == "condition" else said(world, named)
            writer.writerow([*head, named.role, named.name, safe_cell(named.title), safe_cell(text), "", ""])
        if world.score is not None:
            writer.writerow([*head, "score", "score", "Score", world.score.text, world.score.low, world.score.high])
        for f in world.figures:
            ends = [f.value.low, f.value.high]
            writer.writerow([*head, "figure", f.name, safe_cell(f.title), safe_cell(f.value.text), *ends])
    for grid in found.grids:
        down, *across = found.axes
        for setting, row in zip(down.settings, grid.cells, strict=True):
            for other, cell in zip(across[0].settings if across else [""], row, strict=True):
                head = ["grid", "", safe_cell(setting), safe_cell(other), grid.of.role, grid.of.name]
                writer.writerow([*head, safe_cell(grid.of.title), safe_cell(cell.text), cell.low, cell.high])
    return out.getvalue()


# --- blocks ----------------------------------------------------------------------------------------------------------


def blocks(found: ScenariosOutput) -> Iterator[Block]:
    """The same as the page, to be drawn."""
    for grid in found.grids:
        yield heat_map(found, grid)
    yield from (Words(f"{note}.", "quiet") for note in found.notes)
    if len(found.worlds) < 2:
        if not found.grids:
            yield Words("These rules name no scenario.")
        return
    head, *others = rows(found)
    yield Table(tuple(head), tuple((Cell(row[0]), *(Cell(t, strong=t != row[1]) for t in row[1:])) for row in others))
    if found.weighted:
        rest = (
            f" ({percent(found.unassigned)} is in no scenario, and counts as today's world)" if found.unassigned else ""
        )
        yield Heading(f"Weighted by probability{rest}")
        made = [("Score", found.weighted_score.text)] if found.weighted_score is not None else []
        for each in found.weighted:
            if each.of.role in ("verdict", "kill"):
                made.append(
                    (
                        each.of.title,
                        "; ".join(f"{percent(a.probability)} {answer(each.of, a.outcomes)}" for a in each.answers),
                    )
                )
        made += [(f.title, f.value.text) for f in found.weighted_figures]
        yield Table(("", "Over all worlds"), tuple(cells(*row) for row in made))
    yield Heading("What each assumes, and what turns")
    turned = []
    for world in found.worlds[1:]:
        assumed = tuple(
            f"{a.title} {a.value.text}{f' {a.lasting}' if a.lasting else ''} (today {a.instead.text})"
            for a in world.assumes
        )
        stays = (f"Leaves {', '.join(world.stays)} as a source gives it: assume it too",) if world.stays else ()
        turned.append(
            (Cell(world.title), Cell("", more=assumed), Cell("", more=(*(world.turned or ["nothing"]), *stays)))
        )
    yield Table(("Scenario", "Assumes", "What turns"), tuple(turned))


def heat_map(found: ScenariosOutput, grid: Grid) -> Table:
    """A grid as a table whose cells are coloured."""
    down, *across = found.axes
    heads = labels(across[0]) if across else [grid.of.title]
    by = f" and {across[0].title} (across)" if across else ""
    made = (
        (Cell(label), *(Cell(cell.text, look(grid, cell)) for cell in row))
        for label, row in zip(labels(down), grid.cells, strict=True)
    )
    caption = f"{grid.of.title} by {down.title} (down){by}; today {grid.today.text}"
    return Table(("", *heads), tuple(made), caption, heat=True)
