"""`if C then A else B` as a term: one of two, or what holds both, as `evaluator/values/either.py` has it for values.

In: the truth that is asked, two terms of a kind. Out: one of that kind. Must not know names or declarations.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from evaluator.proofs.encoding.logic import Bool, Real, both, choose, equal, greatest, least, no, same
from evaluator.proofs.encoding.logic import either as one_of
from evaluator.proofs.encoding.terms import ANY_WORD, Group, Num, Options, Term, Tri, Word, pick, unknown, within


def either(question: Tri, yes: Term, no_: Term, dated: bool) -> Term:
    """The first where the question is true, the second where it is false. `dated`: figures are days, which have no bounds."""
    if isinstance(yes, Tri) and isinstance(no_, Tri):
        return _truth(question, yes, no_)
    if isinstance(yes, Options) and isinstance(no_, Options):
        return _options(question, yes, no_)
    if isinstance(yes, Word) and isinstance(no_, Word):
        alike = both(yes.known, no_.known, equal(yes.code, no_.code), no(question.can_nm))
        return _taken(question, yes, no_, Word(alike, yes.code))
    if isinstance(yes, Group) and isinstance(no_, Group):
        words = sorted({*yes.members, *no_.members})
        alike = both(yes.known, no_.known, no(question.can_nm),
                     *(same(yes.members.get(w, False), no_.members.get(w, False)) for w in words))  # fmt: skip
        return _taken(question, yes, no_, Group(alike, yes.members))
    if isinstance(yes, Num) and isinstance(no_, Num):
        open_ = _day(question, yes, no_) if dated else _hull(question, yes, no_)
        return _taken(question, yes, no_, open_)
    return unknown()  # one of them is written as unknown, of a kind that nothing says


def _taken(question: Tri, yes: Term, no_: Term, open_: Term) -> Term:
    found: Term = pick(question.true, yes, pick(question.false, no_, open_))
    return found


def _truth(question: Tri, yes: Tri, no_: Tri) -> Tri:
    """What is possible of the one or of the other."""

    def possible(one: Bool, other: Bool) -> Bool:
        return one_of(both(question.can_true, one), both(question.can_false, other))

    nm = one_of(question.can_nm, possible(yes.can_nm, no_.can_nm))
    return Tri(possible(yes.can_true, no_.can_true), possible(yes.can_false, no_.can_false), nm)


def _options(question: Tri, yes: Options, no_: Options) -> Options:
    words = sorted({*yes.possible, *no_.possible, ANY_WORD})
    found = {
        word: one_of(both(question.can_true, yes.possible.get(word, False)),
                     both(question.can_false, no_.possible.get(word, False)))
        for word in words
    }  # fmt: skip
    any_word = one_of(found[ANY_WORD], question.can_nm)
    return Options({word: one_of(possible, any_word) for word, possible in found.items()})


def _day(question: Tri, yes: Num, no_: Num) -> Num:
    """A day of which both agree, else unknown."""
    alike = both(yes.exact, no_.exact, equal(yes.value, no_.value), no(question.can_nm))
    return Num(yes.value, alike)


def _hull(question: Tri, yes: Num, no_: Num) -> Num:
    """The least bounds that hold both, where the question is open. What means nothing has no bounds."""
    counts = [both(can, no(x.nm)) for can, x in ((question.can_true, yes), (question.can_false, no_))]
    undefined = one_of(question.can_nm, both(question.can_true, yes.undefined), both(question.can_false, no_.undefined))
    nm = no(one_of(*counts))
    lows, highs = [yes.least, no_.least], [yes.most, no_.most]
    low, has_low = _end(counts, lows, least)
    high, has_high = _end(counts, highs, greatest)
    return within(low, high, both(has_low, no(nm)), both(has_high, no(nm)), undefined, nm, True)


def _end(
    counts: list[Bool], ends: list[tuple[Real, Bool]], outermost: Callable[[list[Real]], Real]
) -> tuple[Real, Bool]:
    """The outer of two ends, of those that count; there is one where each that counts has one."""
    (a, has_a), (b, has_b) = ends
    both_count = choose(counts[1], outermost([a, b]), a)
    return choose(counts[0], both_count, b), both(one_of(no(counts[0]), has_a), one_of(no(counts[1]), has_b))


def as_options(word: Word, words: Iterable[tuple[str, Real]]) -> Options:
    """One word, or any of those that it may be, as options; each with its number."""
    unknown_ = no(word.known)
    possible = {name: one_of(unknown_, equal(word.code, code)) for name, code in words}
    return Options({**possible, ANY_WORD: unknown_})


def as_word(options: Options, numbers: Iterable[tuple[str, Real]]) -> Word:
    """The one word that is left, as its number; unknown where several are."""
    code: Real | None = None
    known: list[Bool] = []
    for name, number in numbers:
        if name in options.possible:
            only = options.only(name)
            known.append(only)
            code = number if code is None else choose(only, number, code)
    assert code is not None, "an `if` has words"
    return Word(one_of(*known), code)


def shares(one: Options, other: Options) -> Tri:
    """Whether two are the same word: unknown while several are possible of one, unless they share none."""
    words = ({*one.possible} | {*other.possible}) - {ANY_WORD}
    any_word = one_of(one.possible.get(ANY_WORD, False), other.possible.get(ANY_WORD, False))
    common = one_of(*(both(one.possible.get(w, False), other.possible.get(w, False)) for w in sorted(words)))
    single = one_of(*(both(one.only(w), other.only(w)) for w in sorted(words)))
    return Tri(one_of(any_word, common), one_of(any_word, no(single)))
