"""How well one colour is read on another, and the nearest shade that is.

In: colours as `#rrggbb`. Out: ratios, colours. Must not know what they are for.

Relative luminance and the ratio are those of WCAG 2.2 (w3.org/TR/WCAG22, "contrast ratio"): from 1 to 21.
"""

from __future__ import annotations

AA = 4.5
"""What text needs (WCAG 2.2, success criterion 1.4.3)."""
_STEPS = 100


def channels(colour: str) -> tuple[int, int, int]:
    """`#1f4e79` as red, green and blue, 0 to 255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def mixed(colour: str, other: str, share: float) -> str:
    """A colour with such a share of another in it."""
    pairs = zip(channels(colour), channels(other), strict=True)
    return "#" + "".join(f"{round(one + (two - one) * share):02x}" for one, two in pairs)


def ratio(colour: str, other: str) -> float:
    """The contrast of two colours, 1 to 21."""
    light, dark = sorted((_luminance(colour), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [part / 255 for part in channels(colour)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def readable(colour: str, on: str, least: float = AA) -> str:
    """The colour itself where it can be read on another, else the nearest shade towards black or white that can."""
    ends = ("#000000", "#ffffff")
    for step in range(_STEPS + 1):
        for end in sorted(ends, key=lambda end: -ratio(end, on)):
            shade = mixed(colour, end, step / _STEPS)
            if ratio(shade, on) >= least:
                return shade
    return max(ends, key=lambda end: ratio(end, on))
