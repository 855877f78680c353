"""Characters that are not seen where they are shown, or that steer what shows them: a terminal, the direction of a line.

In: texts from outside. Out: whether they hold any, and the texts as they can be shown. Must not know what they mean.

What a file, a name or an argument says reaches a terminal through `shown` alone: `to_text` of a diagnostic and
`evaluator/commands/talk.py` call it, and nothing else writes. See Boucher and Anderson, "Trojan Source: Invisible
Vulnerabilities", 2021, and Unicode Technical Standard 39, "Unicode Security Mechanisms", on default ignorables.
"""

from __future__ import annotations

import re

HIDDEN = re.compile(
    "["
    "\x00-\x08\x0b\x0e-\x1f\x7f-\x9f"  # what commands a terminal: C0 and C1
    "\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"  # what is not seen, and marks of direction
    "\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\ufe00-\ufe0d"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff"  # tags, which spell whole sentences that nobody sees
    "\ud800-\udfff"  # halves of characters: no text holds them
    "]"
)
"""With one of these, what is shown is not what stands there. They have no place in rules or facts; blanks, tabs and ends
of lines do, and so do the selectors that make a sign an emoji (U+FE0E, U+FE0F)."""
_PLAIN = bytes(code for code in range(128) if not HIDDEN.match(chr(code)))
"""The characters of ASCII that are none of these."""
_STEERS = re.compile(f"{HIDDEN.pattern[:-1]}\x0c\r]")


def code_point(char: str) -> str:
    """`U+202E`."""
    return f"U+{ord(char):04X}"


def shown(text: str) -> str:
    """A text as a terminal may show it: each hidden character stands as its picture or its number (`<U+202E>`)."""
    if text.isascii() and text.isprintable():
        return text
    return _STEERS.sub(_visible, text)


def _visible(found: re.Match[str]) -> str:
    code = ord(found[0])
    if code < 0x20:
        return chr(0x2400 + code)
    return "\N{SYMBOL FOR DELETE}" if code == 0x7F else f"<{code_point(found[0])}>"


def one_line(text: str) -> str:
    """The same on one line: what is quoted from a file cannot pass for a separate line."""
    return shown(text).replace("\n", "\N{SYMBOL FOR NEWLINE}")


def escaped(json: str) -> str:
    """A JSON text that says the same with its hidden characters as `\\uXXXX`: whoever shows it as it is sees them."""
    rare = json.encode("utf-8", "surrogatepass").translate(
        None, _PLAIN
    )  # a report has 600,000 characters, a few of them rare
    if not HIDDEN.search(rare.decode("utf-8", "surrogatepass")):
        return json
    return HIDDEN.sub(_in_json, json)


def _in_json(found: re.Match[str]) -> str:
    units = found[0].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[n : n + 2].hex()}" for n in range(0, len(units), 2))
