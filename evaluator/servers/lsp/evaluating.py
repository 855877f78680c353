"""Asks other processes to evaluate, so that typing never waits: one for values, one for what somebody has called for.

In: `Ask`s. Out: `Answer`s, given to whoever takes them, from another thread. Must not know the protocol, nor evaluate.

Of several questions about the values of one file only the newest is asked. A process that dies, or that is stopped since
its question was withdrawn, answers with a sentence; the next question starts another.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import deque
from collections.abc import Callable
from threading import Condition, Thread
from typing import BinaryIO, cast

from dsl.text.record import record
from evaluator.editing.asked import Answer, Ask, receive, send

_BEGIN = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from evaluator.editing.worker import main; main()"
"""The process imports from where this one does, and never from the folder that is open in the editor (`-P`): code that lies
there is not ours."""


@record
class _Job:
    ask: Ask
    key: str


class Lane:
    """One process, and the questions that wait for it."""

    def __init__(self, take: Callable[[Answer], None]) -> None:
        self._take = take
        self._waiting: deque[_Job] = deque()
        self._running: Ask | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._change = Condition()
        self._thread: Thread | None = None
        self._closed = False

    def ask(self, ask: Ask, key: str = "") -> None:
        """Puts a question behind those that wait, in place of one with the same key."""
        with self._change:
            if key:
                self._waiting = deque(job for job in self._waiting if job.key != key)
            self._waiting.append(_Job(ask, key))
            if self._thread is None:
                self._thread = Thread(target=self._run, name="evaluating", daemon=True)
                self._thread.start()
            self._change.notify()

    def withdraw(self, number: int) -> None:
        """Takes a question back; one that is being answered stops with its process."""
        with self._change:
            self._waiting = deque(job for job in self._waiting if job.ask.number != number)
            if self._running is not None and self._running.number == number and self._process is not None:
                self._process.kill()

    def close(self) -> None:
        """Ends the process."""
        with self._change:
            self._closed = True
            self._waiting.clear()
            if self._process is not None:
                self._process.kill()
            self._change.notify()

    def _run(self) -> None:
        while True:
            with self._change:
                while not self._waiting and not self._closed:
                    self._change.wait()
                if self._closed:
                    return
                ask = self._running = self._waiting.popleft().ask
            answer = self._answered(ask)
            with self._change:
                self._running = None
            self._take(answer)

    def _answered(self, ask: Ask) -> Answer:
        try:
            process = self._started()
            send(cast(BinaryIO, process.stdin), ask)
            answer = receive(cast(BinaryIO, process.stdout))
        except (OSError, EOFError, ValueError) as error:
            answer = Answer(ask.number, f"the process that evaluates cannot be used: {error}")
        if isinstance(answer, Answer):
            return answer
        self._let_go()
        return Answer(ask.number, "the process that evaluates has ended before it answered")

    def _started(self) -> subprocess.Popen[bytes]:
        with self._change:
            if self._process is None or self._process.poll() is not None:
                self._let_go()
                self._process = subprocess.Popen(
                    [sys.executable, "-P", "-c", _BEGIN, json.dumps(sys.path)],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                )
            return self._process

    def _let_go(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    stream.close()
            process.wait()


class Evaluators:
    """The two lanes."""

    def __init__(self, take: Callable[[Answer], None]) -> None:
        self.values, self.called = Lane(take), Lane(take)

    def close(self) -> None:
        """Ends both."""
        self.values.close()
        self.called.close()
