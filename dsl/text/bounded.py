"""A memory of what was worked out before: bounded, so that it never grows without end, and safe in threads.

In: keys and values. Out: the values again, as long as they are kept. Must not know what they are.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Bounded(Generic[K, V]):
    """The values that were put or asked for last, at most `most` of them. A value must follow from its key alone (or be
    checked by who takes it): then it makes no difference which thread put it."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._kept: OrderedDict[K, V] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def __repr__(self) -> str:
        return f"Bounded({len(self)} of {self.most})"

    def get(self, key: K) -> V | None:
        """The value of a key, or None where there is none any more."""
        with self._lock:
            value = self._kept.get(key)
            if value is not None:
                self._kept.move_to_end(key)
            return value

    def put(self, key: K, value: V) -> None:
        """Keeps a value; the one that was asked for longest ago goes where there are too many."""
        with self._lock:
            self._kept[key] = value
            self._kept.move_to_end(key)
            if len(self._kept) > self.most:
                self._kept.popitem(last=False)
