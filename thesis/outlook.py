"""What would change a run's judgements, from Python.

In: the result model of flips. Out: `Flips`. Must not know how a change is found.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from thesis.errors import short
from thesis.frames import Kind, Table, Tabular, table

if TYPE_CHECKING:
    from evaluator.schema.outlook import FlipOutput

_COLUMNS: dict[str, Kind] = {
    "name": "text", "title": "text", "role": "text", "judgement": "text", "direction": "text", "today": "number",
    "past": "number", "relative": "number", "unit": "text", "setting": "text", "outcomes": "text", "nearest": "flag",
}  # fmt: skip


@dataclass(frozen=True, slots=True, repr=False)
class Flips(Tabular):
    """What would change verdicts and make kills happen: for each figure the smallest change of it alone, the smallest first.
    `str()` is the page as `thesis flip` prints it, `model` all of it as data, with a published schema
    (docs/schema/flip.schema.json); a frame has a row for each change, figures in base units (38% is 0.38)."""

    model: FlipOutput

    @property
    def text(self) -> str:
        """The page, a line each."""
        from dsl.text.hidden import shown
        from evaluator.render.outlook.flips import lines

        return "\n".join(shown(line) for line in lines(self.model))

    def json(self) -> str:
        """The same as JSON."""
        return self.model.model_dump_json(indent=2) + "\n"

    def csv(self) -> str:
        """The changes as CSV."""
        from evaluator.render.outlook.flips import to_csv

        return to_csv(self.model)

    def __str__(self) -> str:
        return self.text

    def _table(self) -> Table:
        rows = (
            (c.name, c.title, c.role, c.judgement, c.direction, c.today.low, c.past.low if c.past else None, c.relative,
             c.today.unit, c.setting, " or ".join(c.outcomes), c.nearest)
            for c in self.model.changes
        )  # fmt: skip
        return table(_COLUMNS, rows)

    def __repr__(self) -> str:
        first = self.model.changes[0].setting if self.model.changes else "no figure alone changes anything"
        return short(f"<{len(self.model.changes)} changes, the smallest {first}>")

    def _repr_html_(self) -> str:
        from thesis.pages import texts

        return texts([self.text])
