"""Rows that say of which segment they are: a fact of a segment is one of a name of its own, `ebita.cloud`.

In: the cells of a row. Out: the same under that name. Must not know rules: whether the name comes by segment is for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from dsl.program.paths import of_segment as called
from evaluator.readers.rows import Cell

SEGMENT = "segment"
"""The key, or the column, that says it. One that is empty says nothing: the fact is of the whole company."""


def of_segment(cells: Mapping[str, Cell]) -> dict[str, Cell]:
    """The cells of a fact, under the name of its segment's figure where they say one."""
    kept = {key: cell for key, cell in cells.items() if key != SEGMENT}
    said = cells.get(SEGMENT)
    if said is not None and "name" in kept and str(said.text).strip():
        kept["name"] = replace(kept["name"], text=called(str(kept["name"].text), str(said.text).strip()))
    return kept
