"""Messages as they stand in a stream: a head that says how long they are, and JSON.

In: a stream of bytes. Out: messages, or what is wrong with one. Must not know what a message asks.
"""

from __future__ import annotations

import json
from typing import Any, BinaryIO

from dsl.text.record import record

MAX_BYTES = 64 * 1024 * 1024
"""A longer message is refused: no editor sends one, and reading it would fill the memory."""
MAX_HEAD = 8 * 1024


@record
class Malformed:
    """Something that is no message; reading can go on behind it where `over` is False."""

    reason: str
    over: bool = False


Message = dict[str, Any]


def read(stream: BinaryIO) -> Message | Malformed | None:
    """The next message; None at the end of the stream. Never raises for what the stream may hold."""
    length: int | None = None
    first = True
    while True:
        line = stream.readline(MAX_HEAD)
        if not line:
            return None if first else Malformed("the stream ends inside the head of a message", over=True)
        first = False
        text = line.strip()
        if not text:
            if length is None and line in (b"\r\n", b"\n"):
                return Malformed("a message has no Content-Length")
            break
        name, _, value = text.partition(b":")
        if name.strip().lower() == b"content-length":
            if not value.strip().isdigit():
                return Malformed("Content-Length is no number", over=True)
            length = int(value)
    if length is None or length > MAX_BYTES:
        return Malformed(f"a message of {length} bytes; the most is {MAX_BYTES}", over=True)
    data = _exactly(stream, length)
    if len(data) < length:
        return Malformed("the stream ends inside a message", over=True)
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return Malformed("a message is no JSON")
    return found if isinstance(found, dict) else Malformed("a message is no JSON object")


def _exactly(stream: BinaryIO, length: int) -> bytes:
    parts: list[bytes] = []
    left = length
    while left and (part := stream.read(left)):
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def framed(message: Message) -> bytes:
    """A message as it is written. A lone half of a surrogate pair, which is no text, goes as an escape."""
    data = json.dumps(message, ensure_ascii=True, separators=(",", ":")).encode("ascii")
    return b"Content-Length: %d\r\n\r\n%b" % (len(data), data)
