"""Truths of all names at once: Kleene's logic over the truths that are still possible, as in `bounds`.

In: terms. Out: `Truth`s of terms. Must not know figures or rules. What is possible is said by three columns that are never
null: whether it may be true, may be false, may be not meaningful; where several are, it is unknown. Most truths can say what they are
in one nullable column besides (`sure`), which costs a back end one operation where the three cost it six.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from evaluator.columnar.algebra.terms import Term, Terms
from evaluator.values import values


@dataclass(frozen=True, slots=True)
class Truth:
    """Whether it may be true, false, not meaningful. `sure`, where there is one: true where it is true alone, false where it is false
    alone, else null."""

    true: Term
    false: Term
    nm: Term
    sure: Term | None = None


class Truths:
    """The logic of `bounds`, over terms."""

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self.yes = Truth(terms.true, terms.false, terms.false, terms.true)
        self.no = Truth(terms.false, terms.true, terms.false, terms.false)
        self.open = Truth(terms.true, terms.true, terms.false, terms.null("b"))

    def of(self, truth: values.Truth) -> Truth:
        """A constant."""
        k, may = self.terms, truth.possible
        return Truth(*(k.const(bool(may & m)) for m in (values.May.TRUE, values.May.FALSE, values.May.NM)))

    def decided(self, asked: Term) -> Truth:
        """True or false."""
        return Truth(asked, self.terms.negated(asked), self.terms.false, asked)

    def kleene(self, sure: Term, nm: Term) -> Truth:
        """What a nullable column says, which may be true and may be false where it is null, and is not meaningful there alone."""
        k = self.terms
        return Truth(k.fill(sure, True), k.negated(k.fill(sure, False)), nm, sure)

    def says_plainly(self, a: Truth) -> bool:
        """Whether it may be true and may be false wherever it is not sure."""
        k = self.terms
        return a.sure is not None and a.true is k.fill(a.sure, True) and a.false is k.negated(k.fill(a.sure, False))

    # --- questions ----------------------------------------------------------------------------------------------

    def holds(self, a: Truth) -> Term:
        """Whether it is true, whatever becomes known."""
        k = self.terms
        return k.both(a.true, k.negated(a.false), k.negated(a.nm)) if a.sure is None else k.fill(a.sure, False)

    def fails(self, a: Truth) -> Term:
        """Whether it is false, whatever becomes known."""
        k = self.terms
        return (
            k.both(a.false, k.negated(a.true), k.negated(a.nm)) if a.sure is None else k.negated(k.fill(a.sure, True))
        )

    def means_nothing(self, a: Truth) -> Term:
        """Whether it is not meaningful, whatever becomes known."""
        k = self.terms
        return k.both(a.nm, k.negated(a.true), k.negated(a.false))

    def known(self, a: Truth) -> Term:
        """Whether it is true or false."""
        return self.terms.any(self.holds(a), self.fails(a))

    def settled(self, a: Truth) -> Term:
        """Whether one truth alone is possible."""
        return self.terms.any(self.known(a), self.means_nothing(a))

    # --- logic ----------------------------------------------------------------------------------------------------

    def negate(self, a: Truth, /) -> Truth:
        """True and false change places."""
        return Truth(a.false, a.true, a.nm, None if a.sure is None else self.terms.negated(a.sure))

    def conjunction(self, items: Iterable[Truth], /) -> Truth:
        """The least of some: false, not meaningful, true."""
        k, each = self.terms, list(items)
        said = [a.sure for a in each if a.sure is not None]
        sure = k.both(*said) if len(said) == len(each) else None
        nm = k.any(*(a.nm for a in each))
        if sure is not None and all(map(self.says_plainly, each)):
            return self.kleene(sure, k.both(nm, k.fill(sure, True)))
        nm = k.both(nm, *(k.any(a.nm, a.true) for a in each))
        return Truth(k.both(*(a.true for a in each)), k.any(*(a.false for a in each)), nm, sure)

    def disjunction(self, items: Iterable[Truth], /) -> Truth:
        """The most of some."""
        return self.negate(self.conjunction([self.negate(a) for a in items]))

    def at_least(self, items: Sequence[Truth], least: int) -> Truth:
        """Whether so many of several hold (`bounds.several`)."""
        k = self.terms

        def many(flags: Iterable[Term], at_least: int) -> Term:
            return k.le(k.const(float(at_least)), k.weighed([(flag, 1.0) for flag in flags]))

        true = many((a.true for a in items), least)
        false = k.negated(many((k.negated(a.false) for a in items), least))
        sure = many((self.holds(a) for a in items), least)
        enough = many((k.negated(self.fails(a)) for a in items), least)
        return Truth(true, false, k.both(k.any(*(a.nm for a in items)), k.negated(sure), enough))

    def either(self, asked: Truth, yes: Truth, no: Truth) -> Truth:
        """One of two by a question: all that is possible of those that are possible; not meaningful where the question is."""
        k = self.terms

        def one(a: Term, b: Term) -> Term:
            return k.any(k.both(asked.true, a), k.both(asked.false, b))

        return Truth(one(yes.true, no.true), one(yes.false, no.false), k.any(one(yes.nm, no.nm), asked.nm))

    def chosen(self, mask: Term, yes: Truth, no: Truth) -> Truth:
        """One of two by a column that is decided."""
        return self.either(self.decided(mask), yes, no)
