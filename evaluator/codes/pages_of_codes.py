"""Every code of the program, of the language and of the evaluator: its severity, its sentence, its page.

In: a code as a user types it. Out: its page, or the nearest codes. Must not know who shows them.
"""

from __future__ import annotations

import re
from pathlib import Path

from dsl.text import messages as language
from dsl.text.messages import Message
from dsl.text.page import Page, read_page, read_sentence
from evaluator.codes import messages as own

FAMILIES = {"T": "Rule files", "F": "Facts files", "C": "The command line", "P": "Proofs"}
"""What the first letter of a code says."""

_TOGETHER = {**language.MESSAGES, **own.MESSAGES}
MESSAGES: dict[str, Message] = {
    code: _TOGETHER[code] for letter in FAMILIES for code in sorted(_TOGETHER) if code[0] == letter
}
"""Every code, in the order in which they are listed."""

_LANGUAGE_PAGES = Path(language.__file__).parent / "pages"
_OWN_PAGES = Path(__file__).parent / "pages"
_TYPED = re.compile(r"(?:error|warning)?\[?([a-z])(\d{1,4})\]?:?", re.IGNORECASE)
_NEAREST = 3


def find(typed: str) -> str | None:
    """The code that is meant: in any case, or as a message shows it (`error[T060]`). None where there is none."""
    match = _TYPED.fullmatch(typed.strip())
    code = f"{match[1].upper()}{match[2]}" if match else ""
    return code if code in MESSAGES else None


def nearest(typed: str) -> list[str]:
    """The codes whose numbers are nearest to one that does not exist; none where it looks like no code."""
    match = _TYPED.fullmatch(typed.strip())
    if match is None:
        return []
    padded = f"{match[1].upper()}{match[2]:0>3}"
    if padded in MESSAGES:  # t14
        return [padded]
    family = [code for code in MESSAGES if code[0] == padded[0]]
    return sorted(sorted(family, key=lambda code: abs(int(code[1:]) - int(match[2])))[:_NEAREST])


def severity(code: str) -> str:
    """`error` or `warning`."""
    return MESSAGES[code].severity.value


def path(code: str) -> Path:
    """Where the page of a code lies."""
    return (_LANGUAGE_PAGES if code in language.MESSAGES else _OWN_PAGES) / f"{code}.md"


def page(code: str) -> Page:
    """The page of a code."""
    return read_page(path(code))


def sentence(code: str) -> str:
    """What a code means, in one sentence."""
    return read_sentence(path(code))
