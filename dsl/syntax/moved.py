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
    kind = type(value)
    if kind is Span:
        return Span(source, value.start + by, value.end + by)
    if kind in _PLAIN:  # most parts are: they are passed over first
        return value
    if kind is tuple:
        return tuple([_moved(each, source, by) for each in value]) if value else value
    if isinstance(value, s.Node):
        return kind(*[_moved(getattr(value, name), source, by) for name in kind.__match_args__])
    return value
