"""How wide a text is on a terminal, where a Chinese character takes two columns; and texts in columns.

In: texts. Out: numbers of columns, texts cut or filled up. Must not know what they say.
"""

from __future__ import annotations

import unicodedata


def columns(text: str) -> int:
    """How many columns of a terminal a text takes: a Chinese character takes two, an accent on a letter none."""
    return sum(_columns(char) for char in text)


def _columns(char: str) -> int:
    if unicodedata.combining(char) or "\ufe00" <= char <= "\ufe0f":
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def cut(text: str, wide: int) -> str:
    """A text in at most so many columns; `…` where it was longer."""
    if columns(text) <= wide:
        return text
    kept, room = "", wide - 1
    for char in text:
        room -= _columns(char)
        if room < 0:
            break
        kept += char
    return f"{kept.rstrip()}…"


def padded(text: str, wide: int) -> str:
    """The same, filled up with blanks."""
    found = cut(text, wide)
    return found + " " * (wide - columns(found))


def flush(text: str, wide: int) -> str:
    """The same with the blanks before it."""
    found = cut(text, wide)
    return " " * (wide - columns(found)) + found


def filled_up(text: str, wide: int) -> str:
    """The same, never cut."""
    return text + " " * max(0, wide - columns(text))
