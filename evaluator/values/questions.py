"""What is asked with `is` and `includes` of one value, and answered true, false or unknown.

In: values of one period. Out: truths. Must not know time, facts files or programs.
"""

from __future__ import annotations

from dsl.program.declared import DOES_NOT_APPLY
from evaluator.values.shared import union
from evaluator.values.values import NO_CAUSES, Figure, May, Members, Single, Truth, Words


def is_known(value: Single) -> Truth:
    """Whether a value is known: itself never unknown."""
    return Truth.of(value.known, NO_CAUSES, value.facts)


def is_meaningful(value: Single) -> Truth:
    """Itself never n.m.; unknown where that depends on what is not known."""
    if isinstance(value, Truth | Words):
        no, yes = _open(value)
        possible = (May.FALSE if no else May(0)) | (May.TRUE if yes else May(0))
    else:
        maybe = isinstance(value, Figure) and value.undefined
        possible = May.FALSE if isinstance(value, Figure) and value.nm else May.OPEN if maybe else May.TRUE
    return Truth(possible, value.causes if possible is May.OPEN else NO_CAUSES, value.facts)


def is_word(word: str, value: Single) -> Truth:
    """Whether a choice, a text, a status or an outcome is this word."""
    if not isinstance(value, Words) or value.possible is None:
        return Truth.of(None, value.causes, value.facts)
    return _among(frozenset((word,)), value, value.possible)


def is_one_of(words: frozenset[str], value: Single) -> Truth:
    """Whether it is one of these words: true where each that is possible is one, false where none is."""
    if not isinstance(value, Words) or value.possible is None:
        return Truth.of(None, value.causes, value.facts)
    return _among(words, value, value.possible)


def _among(words: frozenset[str], value: Words, possible: tuple[str, ...]) -> Truth:
    """Whether what is possible is among some words; not meaningful where it does not apply."""
    found = May(0)
    for word in possible:
        found |= May.NM if word == DOES_NOT_APPLY else May.TRUE if word in words else May.FALSE
    return Truth(found, NO_CAUSES if found in (May.TRUE, May.FALSE) else value.causes, value.facts)


def _open(value: Truth | Words) -> tuple[bool, bool]:
    """Whether it may mean nothing, and whether it may mean something."""
    if isinstance(value, Truth):
        return bool(value.possible & May.NM), bool(value.possible & May.OPEN)
    possible = value.possible
    return possible is not None and DOES_NOT_APPLY in possible, possible is None or possible != (DOES_NOT_APPLY,)


def is_same(*sides: Single) -> Truth:
    """Whether two are the same word: unknown while several are possible of one, unless they share none."""
    causes, facts = union(side.causes for side in sides), union(side.facts for side in sides)
    left, right = (side.possible if isinstance(side, Words) else None for side in sides)
    if left is None or right is None:
        return Truth.of(None, causes, facts)
    if not set(left) & set(right):
        return Truth.of(False, NO_CAUSES, facts)
    return Truth.of(True if len(left) == len(right) == 1 else None, causes, facts)


def contains(words: str, value: Single) -> Truth:
    """Whether a text holds these words, in capitals or not, whatever blanks are between them."""
    if not isinstance(value, Words) or value.possible is None:
        return Truth.of(None, value.causes, value.facts)
    found = {folded(words) in folded(text) for text in value.possible}
    open_ = len(found) == 2
    return Truth.of(None if open_ else True in found, value.causes if open_ else NO_CAUSES, value.facts)


def folded(text: str) -> str:
    """A text without capitals, with one blank between its words."""
    return " ".join(text.casefold().split())


def includes(member: str, value: Single) -> Truth:
    """Whether a set holds a member."""
    if not isinstance(value, Members) or value.members is None:
        return Truth.of(None, value.causes, value.facts)
    return Truth.of(member in value.members, NO_CAUSES, value.facts)
