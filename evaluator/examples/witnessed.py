"""Examples from worlds that the solver finds, for what the search among candidates found none: it knows what figures must be
together, such as two whose product lies between two bounds.

In: checked rules, what is not reached. Out: `Suggestion`s, each of which was run. It needs z3. Must not know who asks.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from dsl.check.checker import Checked
from dsl.link.load import Library
from dsl.program import program as p
from evaluator.examples.coverage import Coverage, Target
from evaluator.examples.suggest import Suggestion, draft, proven
from evaluator.proofs.deep import with_room
from evaluator.proofs.verdict_tables import row_world
from evaluator.proofs.witness import Found, Missing, find_world

MOST = 5
"""For so many targets a world is looked for: each may take its seconds."""


def witnessed(
    checked: Checked, before: Coverage, wanted: Sequence[Target], as_of: dt.date, places: Library, seconds: float
) -> list[Suggestion]:
    """Examples for some of what is not reached; `seconds`: what the solver may take for each. Raises ImportError where z3 is not
    installed."""
    program = checked.program
    assert program is not None, "rules with errors are not run"
    drafts: list[Suggestion] = []
    for target in wanted[:MOST]:
        found = with_room(lambda target=target: _world(program, target, as_of, seconds), len(program.order))  # type: ignore[misc]
        if isinstance(found, Found) and found.texts:
            drafts.append(draft(program, [target], found.texts))
    return proven(checked, before, drafts, as_of, places)


def _world(program: p.Program, target: Target, as_of: dt.date, seconds: float) -> Found | Missing:
    if target.part == "row":
        return row_world(program, program.verdicts[target.name], target.row - 1, as_of, seconds)
    declared = program.conditions[target.name]
    asked = declared.when if target.part == "when" else declared.applies
    if asked is None:
        return Missing.NONE
    applies = [declared.applies] if target.part == "when" and declared.applies is not None else []
    return find_world(program, asked, target.wanted, as_of, seconds, beside=applies)
