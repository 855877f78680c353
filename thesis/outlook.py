"""What would change a run's judgements, and what changed them, from Python.

In: the result models of commands. Out: `Flips`, `Sought`, `Changes`, `Worlds`, `Draws`, `Sensitivity`, `History`.
Must not know how anything is found.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from thesis.errors import short
from thesis.frames import Kind, Table, Tabular, table

if TYPE_CHECKING:
    from evaluator.schema.history import HistoryOutput
    from evaluator.schema.outlook import ChangesOutput, FlipOutput, SeekOutput
    from evaluator.schema.parts import Shown
    from evaluator.schema.simulation import SensitivityOutput, SimulateOutput
    from evaluator.schema.worlds import ScenariosOutput


class Outlook(Tabular):
    """What all of them share: `str()` is the page as the command prints it, `model` all of it as data, with a published schema."""

    __slots__ = ()
    KIND: ClassVar[str]
    """The command that prints the same."""
    COLUMNS: ClassVar[dict[str, Kind]]
    model: Any

    @property
    def text(self) -> str:
        """The page, a line each."""
        from dsl.text.hidden import shown
        from evaluator.render.outlook.pages import text

        return "\n".join(shown(line) for line in text(self.KIND, self.model).splitlines())

    def json(self) -> str:
        """The same as JSON."""
        from evaluator.render.as_json import render_json

        return render_json(self.model)

    def csv(self) -> str:
        """The same as a table, as CSV."""
        from evaluator.render.outlook.pages import PAGES

        return PAGES[self.KIND].to_csv(self.model)

    def html(self) -> str:
        """The same as one self-contained page: no script, no request."""
        return self._page("html")

    def markdown(self) -> str:
        """The same as Markdown."""
        return self._page("md")

    def _page(self, form: Literal["html", "md"]) -> str:
        from evaluator.render.outlook.pages import page

        return page(self.KIND, self.model, form)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Writes .html, .md, .json or .csv. Raises ThesisError for another ending and where nothing can be written."""
        from thesis.reports import save

        html, md = self.html, self.markdown
        return save(
            path,
            {".html": html, ".htm": html, ".md": md, ".markdown": md, ".json": self.json, ".csv": self.csv},
        )

    def __str__(self) -> str:
        return self.text

    def _rows(self) -> Iterable[tuple[Any, ...]]:
        raise NotImplementedError

    def _table(self) -> Table:
        return table(self.COLUMNS, self._rows())

    def _repr_html_(self) -> str:
        from thesis.pages import texts

        return texts([self.text])


def _ends(value: Shown | None) -> tuple[float | None, float | None]:
    return (value.low, value.high) if value is not None else (None, None)


@dataclass(frozen=True, slots=True, repr=False)
class Flips(Outlook):
    """What would change verdicts and make kills happen: for each figure the smallest change of it alone, the smallest first.
    `model` is of docs/schema/flip.schema.json; a frame has a row for each change, figures in base units (38% is 0.38)."""

    model: FlipOutput
    KIND: ClassVar[str] = "flip"
    COLUMNS: ClassVar[dict[str, Kind]] = {
        "name": "text", "title": "text", "role": "text", "judgement": "text", "direction": "text", "today": "number",
        "past": "number", "relative": "number", "unit": "text", "setting": "text", "outcomes": "text", "nearest": "flag",
    }  # fmt: skip

    def _rows(self) -> Iterable[tuple[Any, ...]]:
        return (
            (c.name, c.title, c.role, c.judgement, c.direction, c.today.low, c.past.low if c.past else None, c.relative,
             c.today.unit, c.setting, " or ".join(c.outcomes), c.nearest)
            for c in self.model.changes
        )  # fmt: skip

    def __repr__(self) -> str:
        first = self.model.changes[0].setting if self.model.changes else "no figure alone changes anything"
        return short(f"<{len(self.model.changes)} changes, the smallest {first}>")


@dataclass(frozen=True, slots=True, repr=False)
class Sought(Outlook):
    """Which figure of one name gives an expression the value that is wanted, the nearest first. `model` is of
    docs/schema/seek.schema.json; a frame has a row for each figure, in base units."""

    model: SeekOutput
    KIND: ClassVar[str] = "seek"
    COLUMNS: ClassVar[dict[str, Kind]] = {
        "direction": "text", "at": "number", "setting": "text", "gives": "number", "exact": "flag", "nearest": "flag",
    }  # fmt: skip

    def _rows(self) -> Iterable[tuple[Any, ...]]:
        return ((r.direction, r.at.low, r.setting, r.gives.low, r.exact, r.nearest) for r in self.model.reached)

    def __repr__(self) -> str:
        found = self.model.reached
        return short(f"<{self.model.goal}: {found[0].setting if found else 'nothing reaches it'}>")


@dataclass(frozen=True, slots=True, repr=False)
class Changes(Outlook):
    """What turned between two days, and why. `model` is of docs/schema/changes.schema.json; a frame has a row for each judgement
    that turned."""

    model: ChangesOutput
    KIND: ClassVar[str] = "changes"
    COLUMNS: ClassVar[dict[str, Kind]] = {
        "role": "text", "name": "text", "title": "text", "before": "text", "after": "text", "causes": "text",
    }  # fmt: skip

    def _rows(self) -> Iterable[tuple[Any, ...]]:
        return ((t.role, t.name, t.title, t.before, t.after, " and ".join(t.causes)) for t in self.model.turned)

    def __repr__(self) -> str:
        from evaluator.render.outlook.changes import sentence

        return short(f"<{self.model.begin} to {self.model.end}: {sentence(self.model)}>")


@dataclass(frozen=True, slots=True, repr=False)
class Worlds(Outlook):
    """The scenarios beside today, weighted by probability, and grids of worlds. `model` is of docs/schema/scenarios.schema.json; a
    frame has a row for each verdict, score and figure in each world (`world` is '' today), or for each cell of the grids, where
    there are any; figures in base units."""

    model: ScenariosOutput
    KIND: ClassVar[str] = "scenarios"
    COLUMNS: ClassVar[dict[str, Kind]] = {
        "world": "text", "row": "text", "column": "text", "role": "text", "name": "text", "text": "text", "low": "number",
        "high": "number",
    }  # fmt: skip

    def _rows(self) -> Iterable[tuple[Any, ...]]:
        if self.model.grids:
            down, *across = self.model.axes
            for grid in self.model.grids:
                for row, cells in zip(down.settings, grid.cells, strict=True):
                    for column, cell in zip(across[0].settings if across else [None], cells, strict=True):
                        yield None, row, column, grid.of.role, grid.of.name, cell.text, cell.low, cell.high
            return
        for world in self.model.worlds:
            for name, outcomes in world.verdicts.items():
                yield world.name, None, None, "verdict", name, " or ".join(outcomes), None, None
            if world.score is not None:
                yield world.name, None, None, "score", "score", world.score.text, *_ends(world.score)
            for f in world.figures:
                yield world.name, None, None, "figure", f.name, f.value.text, *_ends(f.value)

    def __repr__(self) -> str:
        grids = "".join(f", {g.of.title} in {sum(map(len, g.cells))} worlds of a grid" for g in self.model.grids)
        return short(f"<{len(self.model.worlds) - 1} scenarios beside today{grids}>")


@dataclass(frozen=True, slots=True, repr=False)
class Draws(Outlook):
    """What verdicts, kills, conditions and figures come to over many draws of what is uncertain. `model` is of
    docs/schema/simulate.schema.json; a frame has a row for each outcome, state and quantile, and for what drives a verdict, with its
    standard error: shares from 0 to 1, figures in base units."""

    model: SimulateOutput
    KIND: ClassVar[str] = "simulate"
    COLUMNS: ClassVar[dict[str, Kind]] = {
        "kind": "text", "role": "text", "name": "text", "title": "text", "of": "text", "value": "number", "unit": "text",
        "error": "number", "text": "text",
    }  # fmt: skip

    def _rows(self) -> Iterable[tuple[Any, ...]]:
        from evaluator.render.outlook.simulation import rows

        return rows(self.model)

    def __repr__(self) -> str:
        said = "; ".join(
            f"{j.title}: {' or '.join(j.outcomes[0].outcomes)} in {j.outcomes[0].share.text}"
            for j in self.model.judgements
            if j.role == "verdict" and j.outcomes
        )
        return short(f"<{self.model.draws:,} draws{f'; {said}' if said else ''}>")


@dataclass(frozen=True, slots=True, repr=False)
class Sensitivity(Outlook):
    """What one name at a time does to the score and to figures, the greatest first. `model` is of
    docs/schema/sensitivity.schema.json; a frame has a row for each name and figure, in base units."""

    model: SensitivityOutput
    KIND: ClassVar[str] = "sensitivity"
    COLUMNS: ClassVar[dict[str, Kind]] = {
        "figure": "text", "figure_title": "text", "name": "text", "title": "text", "basis": "text", "today": "number",
        "low": "number", "high": "number", "unit": "text", "low_text": "text", "high_text": "text", "figure_today": "number",
        "at_low": "number", "at_high": "number", "figure_unit": "text", "swing": "number", "turns": "text",
    }  # fmt: skip

    def svg(self) -> str:
        """The bars as a drawing."""
        from evaluator.render.outlook.tornado import svg

        return svg(self.model)

    def _rows(self) -> Iterable[tuple[Any, ...]]:
        from evaluator.render.outlook.tornado import rows

        return rows(self.model)

    def __repr__(self) -> str:
        moves = (f"{t.title} most by {t.bars[0].title}" for t in self.model.tornados if t.bars)
        return short(f"<{'; '.join(moves) or 'nothing that was varied changes anything'}>")


@dataclass(frozen=True, slots=True, repr=False)
class History(Outlook):
    """What was judged on each day, by what was known on it. `model` is of docs/schema/history.schema.json; a frame has a row for
    each point and verdict."""

    model: HistoryOutput
    KIND: ClassVar[str] = "history"
    COLUMNS: ClassVar[dict[str, Kind]] = {
        "day": "day", "rules": "text", "why": "text", "verdict": "text", "outcomes": "text", "score_low": "number",
        "score_high": "number",
    }  # fmt: skip

    def _rows(self) -> Iterable[tuple[Any, ...]]:
        for track in self.model.tracks:
            for p in track.points:
                for name, outcomes in p.verdicts.items() or [(None, [])]:
                    yield p.day, track.commit or "today", p.why, name, " or ".join(outcomes), *_ends(p.score)

    def __repr__(self) -> str:
        points = self.model.tracks[0].points
        turned = sum(bool(p.turned) for p in points)
        return short(f"<{self.model.begin} to {self.model.end}: {len(points)} days, on {turned} something turned>")
