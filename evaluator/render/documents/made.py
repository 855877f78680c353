"""What a form of a report is made into.

In: nothing. Out: a record. Must not know any form.
"""

from __future__ import annotations

from dsl.text.record import record


@record
class Made:
    """A product, with what must be said of it, in sentences."""

    product: str | bytes
    warnings: tuple[str, ...] = ()
