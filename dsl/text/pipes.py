"""What comes out of a pipe: a named one, `<(…)` of a shell, standard input. It comes once, and is kept for whoever asks again.

In: the path of a pipe. Out: its bytes. Must not know what they mean.

A pipe that nobody writes to, or that says nothing for long, is not waited for without end; one that never ends is left once it
gave more than any reader takes.
"""

from __future__ import annotations

import os
import select
import time
from pathlib import Path

from dsl.text.bounded import Bounded

MAX_BYTES = 128 * 1024 * 1024
"""More than the largest file that a reader takes."""
WRITER_SECONDS = 1.0
"""So long is waited until somebody writes to a pipe."""
SILENT_SECONDS = 60.0
"""So long may who has it open write nothing: whatever is downloaded into a pipe begins by then."""
_CHUNK = 1 << 16
_PAUSE = 0.01

_Key = tuple[int, int]
_came: Bounded[_Key, tuple[int, bytes]] = Bounded(8)
"""By device and number of the pipe: when it was last written to, and what came. Written to again, it is another text."""


class SilentPipeError(Exception):
    """Nothing came, or not to its end; the sentence says how long was waited."""


def drained(path: Path) -> bytes:
    """All bytes of a pipe, at most one beyond MAX_BYTES.

    Raises SilentPipeError where nobody writes, OSError where it cannot be opened.
    """
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY)
    try:
        found = os.fstat(handle)
        key = (found.st_dev, found.st_ino)
        kept = _came.get(key)
        if kept is not None and kept[0] == found.st_mtime_ns:
            return kept[1]
        data = _read(handle)
        _came.put(key, (os.fstat(handle).st_mtime_ns, data))
        return data
    finally:
        os.close(handle)


def _read(handle: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    heard = time.monotonic()
    while size <= MAX_BYTES:
        part = _part(handle)
        waited = time.monotonic() - heard
        if part:
            parts.append(part)
            size += len(part)
            heard = time.monotonic()
        elif part is None:  # somebody has it open, and has nothing to say yet
            if waited > SILENT_SECONDS:
                raise SilentPipeError(f"nothing came out of this pipe for {SILENT_SECONDS:g} s")
            select.select([handle], [], [], _PAUSE)
        elif parts:
            break
        elif waited > WRITER_SECONDS:
            raise SilentPipeError(f"nothing was written to this pipe within {WRITER_SECONDS:g} s")
        else:
            time.sleep(_PAUSE)
    return b"".join(parts)[: MAX_BYTES + 1]


def _part(handle: int) -> bytes | None:
    """What is there now; nothing where nobody has the pipe open for writing, None where somebody has and wrote nothing."""
    try:
        return os.read(handle, _CHUNK)
    except BlockingIOError:
        return None
