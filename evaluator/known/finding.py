"""A finding in the facts, with the facts that it speaks of.

In: nothing. Out: `Found`. Must not know what is looked for, nor what is judged by the facts.
"""

from __future__ import annotations

from dsl.text.diagnostics import Diagnostic
from dsl.text.record import record


@record
class Found:
    """A finding, with the numbers of all facts that it says may be wrong: what follows from them is not said again, and what
    is judged by one of them is in doubt. `only_with`: then only where one of these stands beside it."""

    finding: Diagnostic
    facts: frozenset[int] = frozenset()
    only_with: frozenset[int] = frozenset()

    def touches(self, facts: frozenset[int]) -> bool:
        """Whether it casts doubt on what rests on some facts."""
        return not facts.isdisjoint(self.facts) and (not self.only_with or not facts.isdisjoint(self.only_with))
