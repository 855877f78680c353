"""What is wrong in a file, each finding at a place of this file.

In: a `View`. Out: `Finding`s: those of the batch check, one for one. Must not know editors.
"""

from __future__ import annotations

from pathlib import Path

from dsl.ide.view import View
from dsl.syntax import nodes as s
from dsl.text.diagnostics import Diagnostic
from dsl.text.record import record
from dsl.text.source import SourceFile, Span


@record
class Finding:
    """A finding and where it is shown in this file. `elsewhere`: it is about a module, and stands at the `uses`."""

    diagnostic: Diagnostic
    span: Span
    elsewhere: bool = False


def findings(view: View) -> tuple[Finding, ...]:
    """Everything that `thesis check` says of the file, in its order."""
    return tuple(_placed(view, found) for found in view.checked.diagnostics)


def _placed(view: View, found: Diagnostic) -> Finding:
    source = view.source
    if found.span is not None and found.span.source.path == source.path:
        return Finding(found, _here(found.span, source))
    about = found.span.source.path if found.span is not None else found.path
    if about is None or about == source.path:
        return Finding(found, source.span(0, 0))
    return Finding(found, _use_of(view, about), elsewhere=True)


def _here(span: Span, source: SourceFile) -> Span:
    """A place in the text as it was written, where it is one of a text that was put together from it."""
    if span.source == source:
        return span
    start, end = (source.offset(*span.source.utf16(at)) for at in (span.start, span.end))
    return source.span(start, max(start, end))


def _use_of(view: View, path: str) -> Span:
    """Where a module comes into a file: at its name behind `uses`, else at the first module, else at the beginning."""
    header = view.checked.linked.header
    uses = header.uses if isinstance(header, s.Header) else ()
    own = next((m.name for m in view.checked.linked.modules if m.source.path == path), Path(path).stem)
    named = [use.module.span for use in uses if use.module.name == own]
    places = [*named, *(use.module.span for use in uses)]
    return next((place for place in places if place.source.path == view.source.path), view.source.span(0, 0))
