"""Why a name has its value: the tree from it down to the facts.

In: the tree of the result model. Out: `Explanation`. Must not know how the tree is made.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from thesis.errors import short

if TYPE_CHECKING:
    from evaluator.schema.report import NodeExplanation


@dataclass(frozen=True, slots=True, repr=False)
class Explanation:
    """One name explained. `str()` is the tree as `thesis explain` prints it, `tree` the same as data; `json()` has a
    published schema (docs/schema/explain.schema.json)."""

    tree: NodeExplanation

    @property
    def name(self) -> str:
        """The name that is explained."""
        return self.tree.name

    @property
    def text(self) -> str:
        """The tree, a line each."""
        from dsl.text.hidden import shown
        from evaluator.render.explanation import lines

        return "\n".join(shown(line) for line in lines(self.tree))

    def json(self) -> str:
        """The tree as JSON."""
        from evaluator.schema.report import ExplainOutput

        return ExplainOutput(explained=[self.tree]).model_dump_json(indent=2) + "\n"

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return short(f"<{self.tree.name} = {self.tree.value.text}>")

    def _repr_html_(self) -> str:
        from thesis.pages import texts

        return texts([self.text])
