"""Work that takes long, done one piece after the other by a thread of its own, so that all else is answered meanwhile.

In: functions. Out: `Done`s, given to whoever takes them, from that thread. Must not know the protocol, nor what is worked out.

What is worked on must stay as it is: a function is given a `State` that nothing changes any more (`State.as_it_is`).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from threading import Condition, Thread

from dsl.text.record import record


@record
class Done:
    """What became of a piece of work: its number, what came out of it, or what it raised."""

    number: int
    result: object = None
    error: Exception | None = None


@record
class _Job:
    number: int
    work: Callable[[], object]
    key: str


class Aside:
    """The thread, and the work that waits for it."""

    def __init__(self, take: Callable[[Done], None]) -> None:
        self._take = take
        self._waiting: deque[_Job] = deque()
        self._change = Condition()
        self._thread: Thread | None = None
        self._number = 0

    def put(self, work: Callable[[], object], key: str = "") -> int:
        """Puts work behind what waits, in place of work with the same key that has not begun. Its number."""
        with self._change:
            self._number += 1
            if key:
                self._waiting = deque(job for job in self._waiting if job.key != key)
            self._waiting.append(_Job(self._number, work, key))
            if self._thread is None:
                self._thread = Thread(target=self._run, name="aside", daemon=True)
                self._thread.start()
            self._change.notify()
            return self._number

    def withdraw(self, number: int) -> bool:
        """Takes work back; False where it has begun already, and its result will come."""
        with self._change:
            before = len(self._waiting)
            self._waiting = deque(job for job in self._waiting if job.number != number)
            return len(self._waiting) < before

    def _run(self) -> None:
        while True:
            with self._change:
                while not self._waiting:
                    self._change.wait()
                job = self._waiting.popleft()
            try:
                done = Done(job.number, job.work())
            except Exception as error:  # who asked is told, and the next piece of work is done all the same
                done = Done(job.number, error=error)
            self._take(done)
