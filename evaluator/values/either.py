"""One of two values, by a question: what `if C then A else B` gives of one period.

In: a truth, two values of a kind. Out: one of that kind. Must not know time, facts files or programs.

Where the question is not decided, the value may be either of the two: of figures the least bounds that hold both, of
truths and words those that are possible of one of them, of days and sets what both agree on. A question that is not
meaningful gives a figure or a truth that is not meaningful; a word, a day or a set, which never are, is unknown then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from evaluator.values.shared import union
from evaluator.values.unknown import unknown_like
from evaluator.values.values import NO_CAUSES, Causes, Day, Facts, Figure, May, Members, Single, Truth, Words


def either(question: Truth, yes: Single, no: Single) -> Single:
    """The first where the question is true, the second where it is false, what holds both where that is not decided."""
    if question.value is not None:
        taken = yes if question.value else no
        return replace(taken, facts=union((question.facts, taken.facts))) if question.facts else taken
    nothing = bool(question.possible & May.NM)
    open_ = [x for x, truth in ((yes, May.TRUE), (no, May.FALSE)) if question.possible & truth]
    facts = union((question.facts, *(x.facts for x in open_)))
    causes = union((question.causes, *(x.causes for x in open_)))
    match yes:
        case Figure():
            return _figure([x for x in open_ if isinstance(x, Figure)], nothing, causes, facts)
        case Truth():
            possible = May.NM if nothing else May(0)
            for x in open_:
                possible |= x.possible if isinstance(x, Truth) else May(0)
            return Truth(possible, NO_CAUSES if possible in (May.TRUE, May.FALSE) else causes, facts)
        case Words():
            return _words([x for x in open_ if isinstance(x, Words)], nothing, causes, facts)
        case _:
            return _alike(yes, open_, nothing, causes, facts)


def _figure(figures: Sequence[Figure], nothing: bool, causes: Causes, facts: Facts) -> Figure:
    """The least bounds that hold all of several. That the rules allow no other figure is all that is known then."""
    numbers = [x for x in figures if not x.nm]
    if not numbers:
        return Figure.meaningless(causes, facts)
    low, high = min(x.low for x in numbers), max(x.high for x in numbers)
    undefined = nothing or any(x.undefined for x in figures)
    if low == high and not undefined:
        return Figure.exact(low, facts)
    found = Figure(low, high, causes, facts, undefined)
    return found if found.wide else replace(found, assumed=True)


def _words(words: Sequence[Words], nothing: bool, causes: Causes, facts: Facts) -> Words:
    """All words that are possible of one of them."""
    lists = [x.possible for x in words]
    if nothing or None in lists:
        return Words(None, causes, facts)
    found = tuple(dict.fromkeys(word for each in lists if each is not None for word in each))
    return Words(found, NO_CAUSES if len(found) == 1 else causes, facts)


def _alike(kind: Single, open_: Sequence[Single], nothing: bool, causes: Causes, facts: Facts) -> Single:
    """A day or a set of which both agree, else unknown."""
    said = {x.value if isinstance(x, Day) else x.members if isinstance(x, Members) else None for x in open_}
    if nothing or len(said) > 1 or None in said:
        return unknown_like(kind, causes, facts)
    return replace(open_[0], facts=facts)
