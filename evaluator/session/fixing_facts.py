"""Facts files with their sure mends applied and written: `thesis facts check --fix`.

In: findings. Out: how many were mended in each file, and what stood in the way. Must not print, nor judge facts.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dsl.text.diagnostics import Diagnostic
from dsl.text.edits import Edit, apart, applied, as_saved
from dsl.text.record import record
from dsl.text.source import SourceFile, UnreadableFileError, decode
from evaluator.codes.messages import make
from evaluator.session.writing import rewrite


@record
class MendedFile:
    """A facts file after it: how many findings were mended in it, or why it was left as it is."""

    path: str
    mended: int
    problem: Diagnostic | None = None


def mend_facts(found: Sequence[Diagnostic]) -> list[MendedFile]:
    """Applies every fix that can mean but one thing, and writes each file whole or not at all. A file that is no longer what
    was read is left."""
    chosen: dict[SourceFile, list[tuple[Edit, ...]]] = {}
    for diagnostic in found:
        fix = diagnostic.sure_fix
        sources = {edit.span.source for edit in fix.edits} if fix is not None else set()
        if fix is None or len(sources) != 1 or any(source.sheet is not None for source in sources):
            continue  # a workbook is no text
        mine = chosen.setdefault(sources.pop(), [])
        if all(apart(fix.edits, other) for other in mine):
            mine.append(fix.edits)
    return [_written(source, fixes) for source, fixes in chosen.items()]


def _written(source: SourceFile, fixes: Sequence[tuple[Edit, ...]]) -> MendedFile:
    path = Path(source.path)
    try:
        before = path.read_bytes()
        same = decode(source.path, before) == source.text
    except UnreadableFileError:
        return MendedFile(source.path, 0)  # a table that was saved in another encoding stays as it is
    except OSError:
        before, same = b"", False
    if not same:
        what, mend = "the file was changed while it was read", "run the command again"
        return MendedFile(source.path, 0, make("C002", None, at=source.path, what=what, mend=mend))
    after = applied(source, [edit for fix in fixes for edit in fix])
    problem = rewrite(path, source.path, before, as_saved(before, after.text))
    return MendedFile(source.path, 0 if problem else len(fixes), problem)
