"""Words and days of all names at once: what a choice, a text, a status or an outcome may be.

In: terms. Out: `Words`, `Day`. Must not know rules. Words are those that are possible, each with whether it is; a word is a text that
is written, or a column of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dsl.program.declared import DOES_NOT_APPLY
from evaluator.columnar.algebra.figures import Figures
from evaluator.columnar.algebra.terms import Term
from evaluator.columnar.algebra.truths import Truth


@dataclass(frozen=True, slots=True)
class Words:
    """Each word with whether it is possible; `any_`: whether it may be any word at all."""

    each: tuple[tuple[Term, Term], ...]
    any_: Term


@dataclass(frozen=True, slots=True)
class Day:
    """A day; null where it is unknown."""

    value: Term


def written(f: Figures, words: Sequence[str] | None) -> Words:
    """A constant."""
    k = f.terms
    return Words(tuple((k.const(w), k.true) for w in words or ()), k.const(words is None))


def of_column(f: Figures, column: Term) -> Words:
    """A column of texts; where it is null, any word."""
    k = f.terms
    missing = k.is_null(column)
    return Words(((column, k.negated(missing)),), missing)


def among(f: Figures, words: frozenset[str], value: Words) -> Truth:
    """Whether it is one of some words; not meaningful where it does not apply."""
    k = f.terms
    true, false, nm = [value.any_], [value.any_], []
    for word, may in value.each:
        is_one = k.any(*(k.eq(word, k.const(w)) for w in sorted(words)))
        none = k.eq(word, k.const(DOES_NOT_APPLY)) if word.constant else k.false
        true.append(k.both(may, is_one, k.negated(none)))
        false.append(k.both(may, k.negated(is_one), k.negated(none)))
        nm.append(k.both(may, none))
    return Truth(k.any(*true), k.any(*false), k.any(*nm))


def is_same(f: Figures, left: Words, right: Words) -> Truth:
    """Whether two are the same word."""
    k = f.terms
    open_ = k.any(left.any_, right.any_)
    shared = k.any(*(k.both(m, n, k.eq(a, b)) for a, m in left.each for b, n in right.each))
    alone = k.both(_alone(f, left), _alone(f, right))
    return Truth(k.any(open_, shared), k.any(open_, k.negated(k.both(shared, alone))), k.false)


def _alone(f: Figures, words: Words) -> Term:
    """Whether one word alone is possible."""
    k = f.terms
    pairs = [
        k.both(m, n, k.ne(a, b)) for at, (a, m) in enumerate(words.each) for b, n in words.each[at + 1 :]
    ]  # fmt: skip
    return k.both(k.negated(words.any_), k.negated(k.any(*pairs)))


def contains(f: Figures, folded: str, value: Words) -> Truth:
    """Whether a text holds these words."""
    k = f.terms
    true = [k.both(may, k.contains(word, folded)) for word, may in value.each]
    false = [k.both(may, k.negated(k.contains(word, folded))) for word, may in value.each]
    return Truth(k.any(value.any_, *true), k.any(value.any_, *false), k.false)


def known(f: Figures, value: Words) -> Term:
    """Whether one word is left, and it says something."""
    return f.terms.both(_alone(f, value), f.terms.negated(nothing(f, value)))


def nothing(f: Figures, value: Words) -> Term:
    """Whether it may be that it does not apply."""
    k = f.terms
    return k.any(*(may for word, may in value.each if word is k.const(DOES_NOT_APPLY)))


def is_meaningful(f: Figures, value: Words) -> Truth:
    """Whether it says something."""
    k = f.terms
    says = k.any(value.any_, *(may for word, may in value.each if word is not k.const(DOES_NOT_APPLY)))
    return Truth(says, nothing(f, value), k.false)


def chosen(f: Figures, mask: Term, yes: Words, no: Words) -> Words:
    """One of two by a column that is decided."""
    return _both(f, mask, f.terms.negated(mask), yes, no)


def either(f: Figures, asked: Truth, yes: Words, no: Words) -> Words:
    """All words that are possible of one of the two that are; any word where the question is not meaningful."""
    k = f.terms
    found = _both(f, asked.true, asked.false, yes, no)
    anything = k.any(asked.nm, found.any_)
    return Words(tuple((w, k.both(m, k.negated(anything))) for w, m in found.each), anything)


def _both(f: Figures, of_yes: Term, of_no: Term, yes: Words, no: Words) -> Words:
    k = f.terms
    found: dict[int, tuple[Term, Term]] = {}
    for words, may in ((yes, of_yes), (no, of_no)):
        for word, possible in words.each:
            before = found.get(word.number, (word, k.false))[1]
            found[word.number] = word, k.any(before, k.both(may, possible))
    return Words(tuple(found.values()), k.any(k.both(of_yes, yes.any_), k.both(of_no, no.any_)))


def either_day(f: Figures, asked: Truth, yes: Day, no: Day) -> Day:
    """A day on which both agree that are possible, else unknown."""
    k = f.terms
    nothing = k.null("d")
    open_ = k.when(k.eq(yes.value, no.value), yes.value, nothing)
    return Day(k.when(f.holds(asked), yes.value, k.when(f.fails(asked), no.value, k.when(asked.nm, nothing, open_))))
