"""Sets of all names at once: of each word that a set can hold, whether it does.

In: terms. Out: `Members`. Must not know rules or tables. A set is known or not; one that is not known holds no word for sure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from evaluator.columnar.algebra.figures import Bounded, Figures, Number
from evaluator.columnar.algebra.terms import Term
from evaluator.columnar.algebra.truths import Truth


@dataclass(frozen=True, slots=True)
class Members:
    """Each word with whether the set holds it, false where the set is not known; and whether it is known."""

    each: Mapping[str, Term]
    known: Term


def written(f: Figures, words: Iterable[str] | None) -> Members:
    """A constant; None: a set that is not known."""
    return Members(dict.fromkeys(words or (), f.terms.true), f.terms.const(words is not None))


def of_column(f: Figures, column: Term, options: Iterable[str]) -> Members:
    """A column of texts, each the words of a set with commas between them; where it is null, the set is not known."""
    k = f.terms
    return Members({word: k.has_member(column, word) for word in options}, k.negated(k.is_null(column)))


def includes(f: Figures, member: str, value: Members) -> Truth:
    """Whether a set holds a word."""
    k = f.terms
    held, unknown = value.each.get(member, k.false), k.negated(value.known)
    return Truth(k.any(unknown, held), k.any(unknown, k.negated(held)), k.false)


def count(f: Figures, value: Members, options: int) -> Number:
    """How many words a set holds: of one that is not known none to all of its options."""
    k = f.terms
    many = k.weighed([(held, 1.0) for held in value.each.values()])
    if value.known is k.true:
        return f.plain(many)
    most = k.when(value.known, many, k.const(float(options)))
    return Bounded(k.when(value.known, many, k.const(0.0)), most, k.false, k.false, k.false)


def chosen(f: Figures, mask: Term, yes: Members, no: Members) -> Members:
    """One of two by a column that is decided."""
    k = f.terms
    return Members(
        {word: k.when(mask, yes.each.get(word, k.false), no.each.get(word, k.false)) for word in _words(yes, no)},
        k.when(mask, yes.known, no.known),
    )


def either(f: Figures, asked: Truth, yes: Members, no: Members) -> Members:
    """One of two by a question; where it is not decided the set that both are, else one that is not known."""
    k = f.terms
    holds, fails = f.holds(asked), f.fails(asked)
    differs = (
        k.ne(k.number(yes.each.get(word, k.false)), k.number(no.each.get(word, k.false))) for word in _words(yes, no)
    )
    alike = k.both(yes.known, no.known, k.negated(k.any(*differs)), k.negated(asked.nm))
    known = k.any(k.both(holds, yes.known), k.both(fails, no.known), alike)
    decided = chosen(f, k.negated(fails), yes, no)
    return Members({word: k.both(known, held) for word, held in decided.each.items()}, known)


def _words(yes: Members, no: Members) -> Iterable[str]:
    return dict.fromkeys((*yes.each, *no.each))
