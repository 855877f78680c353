"""Scenarios side by side and grids of worlds, as lines of text, as CSV, and as the looks of a heat map.

In: a `ScenariosOutput`. Out: lines, a table. Must not know how lines are shown: who shows them paints headings.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from evaluator.render.explanation import Paint, plain
from evaluator.render.languages.speaking import any_of, say, worded
from evaluator.render.outlook.blocks import Block, Cell, Heading, Table, Words, cells
from evaluator.render.outlook.heads import head_as_of
from evaluator.render.text import TONE_LOOKS, made, percent, safe_cell
from evaluator.render.wide import columns, filled_up
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
    yield from head_as_of(found, paint)
    for grid in found.grids:
        yield ""
        yield from _grid(found, grid, paint)
    if found.notes:
        yield ""
        yield from (say("Note: %(note)s.", note=note) for note in found.notes)
    if len(found.worlds) > 1:
        yield ""
        yield from _table(rows(found))
        yield from _weighted(found, paint)
        yield from _turned(found, paint)
    elif not found.grids:
        yield say("These rules name no scenario. Write one with `scenario`, or look at a grid of worlds with --grid.")


def rows(found: ScenariosOutput) -> list[list[str]]:
    """The table: a row for each thing that is said, a column for each world, today's first."""
    worlds = found.worlds
    made = [["", *(w.title + (say(" (on %(base)s)", base=w.base) if w.base else "") for w in worlds)]]
    if any(w.probability is not None for w in worlds):
        made.append(
            [say("Probability"), *(percent(w.probability) if w.probability is not None else "–" for w in worlds)]
        )
    for role, _ in _ROLES:
        for named in (n for n in found.names if n.role == role):
            made.append([named.title, *(said(w, named) for w in worlds)])
        if role == "verdict":
            made.append([say("Score"), *(w.score.text if w.score is not None else say("none") for w in worlds)])
    for at, figure in enumerate(worlds[0].figures):
        made.append([figure.title, *(w.figures[at].value.text for w in worlds)])
    return made


def said(world: World, named: Asked) -> str:
    """What a verdict, pillar or kill says in a world, in words."""
    if named.role == "kill":
        return {"true": say("happened"), "false": say("no")}.get(world.kills[named.name], say("unknown"))
    return any_of((world.verdicts if named.role == "verdict" else world.pillars)[named.name])


def _table(made: Sequence[Sequence[str]]) -> Iterator[str]:
    """Columns beside each other, long cells on several lines."""
    widths = [min(_COLUMN, max(columns(row[n]) for row in made)) for n in range(len(made[0]))]
    for row in made:
        broken = [list(_broken(cell, wide)) for cell, wide in zip(row, widths, strict=True)]
        for line in range(max(len(cell) for cell in broken)):
            parts = (cell[line] if line < len(cell) else "" for cell in broken)
            yield "  ".join(filled_up(part, wide) for part, wide in zip(parts, widths, strict=True)).rstrip()


def _broken(text: str, width: int) -> Iterator[str]:
    line = ""
    for word in text.split(" "):
        if line and columns(line) + 1 + columns(word) > width:
            yield line
            line = word
        else:
            line = f"{line} {word}" if line else word
    yield line


def _weighted(found: ScenariosOutput, paint: Paint) -> Iterator[str]:
    if not found.weighted:
        return
    yield ""
    rest = (
        say(" (%(share)s is in no scenario, and counts as today's world)", share=percent(found.unassigned))
        if found.unassigned
        else ""
    )
    yield paint(say("Weighted by probability%(rest)s", rest=rest), None)
    if found.weighted_score is not None:
        yield say("  Score: %(weighted_score)s", weighted_score=found.weighted_score.text)
    for each in found.weighted:
        if each.of.role in ("verdict", "kill"):
            answers = "; ".join(f"{percent(a.probability)} {answer(each.of, a.outcomes)}" for a in each.answers)
            yield f"  {each.of.title}: {answers}"
    yield from (f"  {f.title}: {f.value.text}" for f in found.weighted_figures)


def answer(of: Asked, outcomes: Sequence[str]) -> str:
    """An answer in words: of a kill whether it happened."""
    if of.role == "kill":
        return say(" or ").join(
            {"true": say("happened"), "false": say("has not happened")}.get(w, worded(w)) for w in outcomes
        )
    return any_of(outcomes)


def _turned(found: ScenariosOutput, paint: Paint) -> Iterator[str]:
    for world in found.worlds[1:]:
        yield ""
        yield paint(world.title, None)
        for each in world.assumes:
            lasting = f" {made(each.lasting)}" if each.lasting else ""
            yield say(
                "  assumes %(title)s %(value)s%(lasting)s (today %(instead)s)",
                title=each.title,
                value=each.value.text,
                lasting=lasting,
                instead=each.instead.text,
            )
        yield from (f"  {text}" for text in world.turned or [say("no condition turns")])
        if world.stays:
            yield say("  leaves %(names)s as a source gives it: assume it too", names=", ".join(world.stays))


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
    return {"true": "accent", "supported": "good", "undermined": "bad", "contested": "warn"}.get(
        cell.outcomes[0], "flat"
    )


def _grid(found: ScenariosOutput, grid: Grid, paint: Paint) -> Iterator[str]:
    rows_axis, *more = found.axes
    columns = more[0] if more else None
    across = say(" and %(title)s (across)", title=columns.title) if columns is not None else ""
    yield paint(
        say(
            "%(title)s by %(title2)s (down)%(across)s; today %(today)s",
            title=grid.of.title,
            title2=rows_axis.title,
            across=across,
            today=grid.today.text,
        ),
        None,
    )
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
        yield f"  {'':>{room}}  {say('from %(first)s to %(last)s', first=heads[0], last=heads[-1])}"
    decided = {sign: text for text, sign in found_signs.items() if sign in _LETTERS}
    if decided and columns is not None:
        yield f"  {', '.join(f'{sign} {text}' for sign, text in decided.items())}"
    if OPEN in found_signs.values() and columns is not None:
        yield say("  ? not decided")


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
            yield Words(say("These rules name no scenario."))
        return
    head, *others = rows(found)
    yield Table(tuple(head), tuple((Cell(row[0]), *(Cell(t, strong=t != row[1]) for t in row[1:])) for row in others))
    if found.weighted:
        rest = (
            say(" (%(share)s is in no scenario, and counts as today's world)", share=percent(found.unassigned))
            if found.unassigned
            else ""
        )
        yield Heading(say("Weighted by probability%(rest)s", rest=rest))
        said_of = [(say("Score"), found.weighted_score.text)] if found.weighted_score is not None else []
        for each in found.weighted:
            if each.of.role in ("verdict", "kill"):
                said_of.append(
                    (
                        each.of.title,
                        "; ".join(f"{percent(a.probability)} {answer(each.of, a.outcomes)}" for a in each.answers),
                    )
                )
        said_of += [(f.title, f.value.text) for f in found.weighted_figures]
        yield Table(("", say("Over all worlds")), tuple(cells(*row) for row in said_of))
    yield Heading(say("What each assumes, and what turns"))
    turned = []
    for world in found.worlds[1:]:
        assumed = tuple(
            say(
                "%(title)s %(value)s%(more)s (today %(instead)s)",
                title=a.title,
                value=a.value.text,
                more=f" {made(a.lasting)}" if a.lasting else "",
                instead=a.instead.text,
            )
            for a in world.assumes
        )
        stays = (
            (say("Leaves %(names)s as a source gives it: assume it too", names=", ".join(world.stays)),)
            if world.stays
            else ()
        )
        turned.append(
            (Cell(world.title), Cell("", more=assumed), Cell("", more=(*(world.turned or [say("nothing")]), *stays)))
        )
    yield Table((say("Scenario"), say("Assumes"), say("What turns")), tuple(turned))


def heat_map(found: ScenariosOutput, grid: Grid) -> Table:
    """A grid as a table whose cells are coloured."""
    down, *across = found.axes
    heads = labels(across[0]) if across else [grid.of.title]
    by = say(" and %(title)s (across)", title=across[0].title) if across else ""
    made = (
        (Cell(label), *(Cell(cell.text, look(grid, cell)) for cell in row))
        for label, row in zip(labels(down), grid.cells, strict=True)
    )
    caption = say(
        "%(title)s by %(title2)s (down)%(by)s; today %(today)s",
        title=grid.of.title,
        title2=down.title,
        by=by,
        today=grid.today.text,
    )
    return Table(("", *heads), tuple(made), caption, heat=True)
