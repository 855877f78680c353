"""What has come from the editor, and from what works for the server, and is not dealt with yet.

In: messages, answers. Out: one after the other. Must not know what they ask.
"""

from __future__ import annotations

from collections import deque
from threading import Condition

from dsl.text.record import record
from evaluator.editing.asked import Answer
from evaluator.servers.lsp.aside import Done
from evaluator.servers.lsp.wire import Malformed, Message


@record
class Ended:
    """The editor is gone."""


Item = Message | Malformed | Answer | Done | Ended


class Inbox:
    """What has come and is not dealt with yet."""

    def __init__(self) -> None:
        self._items: deque[Item] = deque()
        self._change = Condition()
        self._cancelled: set[object] = set()

    def put(self, item: Item) -> None:
        """Something came."""
        with self._change:
            if isinstance(item, dict) and item.get("method") == "$/cancelRequest":
                params = item.get("params")
                number = params.get("id") if isinstance(params, dict) else None
                if isinstance(number, int | str):
                    self._cancelled.add(number)
            self._items.append(item)
            self._change.notify()

    def take(self, wait: float | None) -> Item | None:
        """The next; None where nothing came for so many seconds."""
        with self._change:
            if not self._items:
                self._change.wait(wait)
            return self._items.popleft() if self._items else None

    def cancelled(self, number: object) -> bool:
        """Whether a request was cancelled; asked once for each."""
        with self._change:
            if number in self._cancelled:
                self._cancelled.discard(number)
                return True
            return False

    def forget(self, number: object) -> None:
        """A request is answered: that it was cancelled says nothing any more."""
        with self._change:
            self._cancelled.discard(number)
