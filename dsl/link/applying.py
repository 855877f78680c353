"""What does not apply because of what it speaks of, and findings in texts that nobody wrote.

In: `Linked`, diagnostics. Out: `Linked` in which a condition applies only where a pillar of it does; diagnostics without edits
of texts that are no file. Must not know types.
"""

from __future__ import annotations

from dataclasses import replace

from dsl.link.linked import Entry, Linked
from dsl.syntax import nodes as s
from dsl.syntax.joined import joined
from dsl.text.diagnostics import Diagnostic
from dsl.text.renamed import is_written


def applying(linked: Linked) -> Linked:
    """A condition counts only where one of the pillars that it speaks about applies: that goes into its own `applies when`."""
    pillars = {n: e.declaration for n, e in linked.entries.items() if isinstance(e.declaration, s.Pillar)}
    if not any(pillar.applies is not None for pillar in pillars.values()):
        return linked
    return replace(linked, entries={n: _applying(e, pillars) for n, e in linked.entries.items()})


def _applying(entry: Entry, pillars: dict[str, s.Pillar]) -> Entry:
    condition = entry.declaration
    if not isinstance(condition, s.Condition):
        return entry
    own = [pillars[n.name].applies if n.name in pillars else None for n in condition.pillars]
    if not own or None in own:
        return entry
    applies = joined("and", (condition.applies, joined("or", own)))
    return replace(entry, declaration=replace(condition, applies=applies))


def as_written(found: Diagnostic) -> Diagnostic:
    """A finding with the edits alone that change a text which somebody wrote."""
    if not found.fixes or all(is_written(edit.span) for fix in found.fixes for edit in fix.edits):
        return found
    return replace(found, fixes=tuple(fix for fix in found.fixes if all(is_written(e.span) for e in fix.edits)))
