"""Control characters as their pictures: what a file holds must not steer the terminal that shows it.

In: nothing. Out: a table for `str.translate`. Must not know what is shown.
"""

from __future__ import annotations

CONTROL = {n: 0x2400 + n for n in range(32) if chr(n) not in "\n\t"} | {127: 0x2421}
"""Control characters of a file shown as their pictures."""
