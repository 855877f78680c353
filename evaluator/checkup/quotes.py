"""What a company's shares are quoted in, beside its statements: a currency that nobody said, the price of a receipt beside
figures of a share.

In: an `Audited`. Out: findings, one for each name, with their facts. Must not know how they are printed. What is sure to be wrong is
refused before (`known/quoted.py`); here is what only the author can tell.
"""

from __future__ import annotations

from collections.abc import Iterator

from evaluator.checkup.audited import Audited, Line, beside
from evaluator.codes.messages import make
from evaluator.facts.currencies import of_exchange
from evaluator.known.bind import BoundFact
from evaluator.known.finding import Found
from evaluator.known.quoted import AT_HOME, is_quoted, refused
from evaluator.known.typed_value import shown

_SAY = "write in the head for how many shares one stands: `shares_per_receipt: 8`, or 1 where it is the share itself"


def quotes(a: Audited) -> Iterator[Found]:
    """Prices whose currency, or whose basis, is a guess."""
    for line in a.lines:
        if line.months == 0 and line.is_per_share and (is_quoted(line.declared) or "price" in line.words):
            yield from _of(a, line)


def _of(a: Audited, line: Line) -> Iterator[Found]:
    facts = [point.fact for point in line.points]
    bare = [f for f in facts if f.currency is None]
    own = a.company.currency
    guess = own != AT_HOME and of_exchange(a.company.ticker) != own
    if bare and guess and not refused(a.company, line.declared, [f.currency for f in a.seen.by_name[line.name]]):
        more = f" of {bare[0].label}" + (f" (and {len(bare) - 1} more)" if len(bare) > 1 else "")
        given = shown(bare[0].fact.value)
        found = make("F062", bare[0].fact.value_place, name=line.name, more=more, own=own, given=given)
        yield Found(found, frozenset(f.number for f in bare))
    abroad = [f for f in facts if f.currency not in (None, own)]
    others = _on_the_basis_of_a_share(a, line, abroad[0]) if abroad else []
    if not others:
        return
    mend = _SAY
    if not line.declared.type.share:
        mend = f"declare `{line.name}` as `money per share`; {_SAY}"
    elif a.company.shares_per_receipt is not None:
        return
    names = ", ".join(dict.fromkeys(f"`{f.fact.name}`" for f in others))
    found = make(
        "F063", abroad[0].fact.value_place, name=line.name, abroad=abroad[0].currency, others=names, own=own, mend=mend
    )
    of_shares = {f.fact.name for f in others}
    on_their_basis = frozenset(f.number for f in a.seen.facts if f.fact.name in of_shares)
    yield Found(beside(found, others, a), frozenset(f.number for f in abroad), on_their_basis)


def _on_the_basis_of_a_share(a: Audited, price: Line, quoted: BoundFact) -> list[BoundFact]:
    """The newest figure of each name that counts shares, or is an amount per share in the currency of the statements."""
    found = []
    for line in a.lines:
        newest = line.points[-1].fact
        per_share = line.is_per_share and newest.currency in (None, a.company.currency) and not is_quoted(line.declared)
        if line is not price and newest.fact.name != quoted.fact.name and (per_share or line.is_shares):
            found.append(newest)
    return found
