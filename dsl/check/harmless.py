"""Fixes that may do harm elsewhere are kept only where the check of the changed text finds nothing new.

In: what a check found, and how to check again with other texts. Out: the same, without the fixes that would do harm.
Must not know why a fix is offered.

A name that is declared as another thing mends the place that was marked, and may be wrong wherever else it is used. So
such a fix is tried before it is offered: at most so many, in texts that are not too long to be checked again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from dsl.text.diagnostics import Diagnostic
from dsl.text.edits import Fix, applied
from dsl.text.source import SourceFile

MAX_TRIED = 6
"""So many fixes are tried in a check; of those beyond, only such are offered as change the marked place alone."""
MAX_LENGTH = 40_000
"""In a longer text none is tried: each is a whole check."""

Again = Callable[[Mapping[str, SourceFile]], Sequence[Diagnostic]]
"""Checks with other texts, by path."""


def harmless(found: tuple[Diagnostic, ...], source: SourceFile, again: Again) -> tuple[Diagnostic, ...]:
    """Findings without the doubtful fixes that add an error, or mend nothing."""
    doubtful = [(d, fix) for d in found for fix in d.fixes if fix.doubtful]
    if not doubtful:
        return found
    tried = MAX_TRIED if len(source.text) <= MAX_LENGTH else 0
    gone = {id(fix) for _, fix in doubtful[:tried] if not _mends(found, fix, again)}
    gone |= {id(fix) for d, fix in doubtful[tried:] if not _at_its_place(d, fix)}
    return tuple(_with(d, gone) for d in found)


def _at_its_place(diagnostic: Diagnostic, fix: Fix) -> bool:
    """Whether a fix changes the marked places alone, and nothing that others use."""
    places = [label.span for label in diagnostic.labels] + ([diagnostic.span] if diagnostic.span else [])
    return all(
        any(e.span.source is p.source and p.start <= e.span.start and e.span.end <= p.end for p in places)
        for e in fix.edits
    )


def _with(diagnostic: Diagnostic, gone: set[int]) -> Diagnostic:
    left = tuple(fix for fix in diagnostic.fixes if id(fix) not in gone)
    return diagnostic if len(left) == len(diagnostic.fixes) else replace(diagnostic, fixes=left)


def _mends(found: Sequence[Diagnostic], fix: Fix, again: Again) -> bool:
    """Whether there are fewer errors with a fix, and none that was not there before."""
    sources = {edit.span.source.path: edit.span.source for edit in fix.edits}
    texts = {
        path: applied(source, [edit for edit in fix.edits if edit.span.source.path == path])
        for path, source in sources.items()
    }
    before = Counter((d.code, d.message) for d in found if d.is_error)
    left = Counter((d.code, d.message) for d in again(texts) if d.is_error)
    return left.total() < before.total() and left <= before
