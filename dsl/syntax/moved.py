"""The same nodes at another place: what was written once and stands elsewhere now needs no reading again.

In: nodes, the source they are to stand in, how far they move. Out: equal nodes with other places. Must not know what
any node means.
"""

from __future__ import annotations

from typing import Any, TypeVar

from dsl.syntax import nodes as s
from dsl.text.source import SourceFile, Span

_PLAIN = frozenset({str, bool, int, float, type(None)})
"""What stands nowhere."""
N = TypeVar("N", bound=s.Node)


def moved(node: N, source: SourceFile, by: int) -> N:
    """A node with all its places in `source`, `by` characters further on."""
    made: N = _moved(node, source, by)
    return made


def _moved(value: Any, source: SourceFile, by: int) -> Any:
    """A node, or a tuple of parts: most parts are plain, or places, and are dealt with where they stand."""
    kind = type(value)
    if kind is tuple:
        if not value:
            return value
        parts, made = value, tuple
    elif isinstance(value, s.Node):
        parts, made = [getattr(value, name) for name in kind.__match_args__], None
    else:
        return value
    found = [
        part
        if (of := type(part)) in _PLAIN
        else Span(source, part.start + by, part.end + by)
        if of is Span
        else _moved(part, source, by)
        for part in parts
    ]
    return tuple(found) if made else kind(*found)
