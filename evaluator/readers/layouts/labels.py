"""Labels of rows and columns, as they are compared.

In: texts. Out: texts. Must not know tables.
"""

from __future__ import annotations

from collections.abc import Iterable

SEARCHED = 60
"""The head of a mapped table stands in one of so many rows from the top."""


def plain_label(text: str) -> str:
    """A label as it is compared: `  Total revenue:` is `total revenue`."""
    return " ".join(text.replace("\u2019", "'").split()).strip(" :•·–*").casefold()


def one_of(heads: Iterable[str], head: str) -> str | None:
    """The first of `A or B` that is among heads (compared), as it is compared."""
    known = set(heads)
    return next((key for part in head.split(" or ") if (key := plain_label(part)) in known), None)
