"""In which steps terms are calculated: what is used more than once is a column of its own, so that a plan grows as its graph does.

In: terms to give, columns to keep. Out: the steps, for any back end. Must not know back ends.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from evaluator.columnar.algebra.terms import Term

_LEAVES = ("const", "null", "col")
_FREE = (*_LEAVES, "not", "neg")
"""What costs no more than a column."""
MOST_DEAD = 48
"""So many columns are carried along that nobody asks for."""
DEEP = 12
"""So deep an expression may be before a part of it becomes a column."""
MARK = "~"
"""Before the number of a term in the name of its column: no input is called so."""


@dataclass(frozen=True, slots=True)
class Step:
    """The terms that become columns, and the columns that are kept after it; None: all."""

    new: tuple[Term, ...]
    left: tuple[str, ...] | None


class Steps:
    """The steps to some outputs. `own`: the column of each term that has one; `deep`: as `DEEP`."""

    def __init__(self, keep: Sequence[str], outputs: Mapping[str, Term], deep: int = DEEP) -> None:
        self.deep = deep
        self.keep, self.outputs = tuple(keep), outputs
        self.own: dict[int, str] = {}
        self.order: list[Term] = []
        self.used: dict[int, int] = {}
        self.step: dict[int, int] = {}
        self._depth: dict[int, int] = {}
        self._count(list(outputs.values()))
        self._place()

    def _count(self, wanted: Sequence[Term]) -> None:
        seen: set[int] = set()
        stack = list(wanted)
        for term in wanted:
            self.used[term.number] = self.used.get(term.number, 0) + 1
        while stack:
            term = stack.pop()
            if term.number in seen:
                continue
            seen.add(term.number)
            self.order.append(term)
            for part in term.parts:
                self.used[part.number] = self.used.get(part.number, 0) + 1
                stack.append(part)
        self.order.sort(key=lambda t: t.number)

    def _place(self) -> None:
        """In which step each term can be had, and which has a column."""
        for term in self.order:
            step = max((self.step[part.number] for part in term.parts), default=0)
            depth = 1 + max((self._depth[part.number] for part in term.parts), default=0)
            shared = self.used[term.number] > 1 and term.op not in _FREE
            if shared or depth > self.deep:
                self.own[term.number] = f"{MARK}{term.number}"
                step, depth = step + 1, 0
            self.step[term.number], self._depth[term.number] = step, depth

    def steps(self) -> Iterator[Step]:
        """Each step, in order."""
        steps: dict[int, list[Term]] = {}
        for term in self.order:
            if term.number in self.own:
                steps.setdefault(self.step[term.number], []).append(term)
        last = max(steps, default=0) + 1
        until = self._until(steps, last)
        here = {c for c in until if not c.startswith(MARK)}
        for step in range(1, last):
            new = tuple(term for term in steps[step] if self.own[term.number] in until)
            here.update(self.own[term.number] for term in new)
            live = {c for c in here if until[c] > step}
            dead = len(here) - len(live) > MOST_DEAD  # a column that nobody asks for any more takes memory
            here = live if dead else here
            yield Step(new, tuple(sorted(live)) if dead else None)

    def _until(self, steps: Mapping[int, Sequence[Term]], last: int) -> dict[str, int]:
        """Up to which step each column is asked for."""
        found = dict.fromkeys(self.keep, last)

        def ask(term: Term, step: int) -> None:
            stack = list(term.parts)
            while stack:
                part = stack.pop()
                name = self.own.get(part.number) or (part.value if part.op == "col" else None)
                if name is not None:
                    found[name] = max(found.get(name, 0), step)
                else:
                    stack.extend(part.parts)

        for step, terms in steps.items():
            for term in terms:
                ask(term, step)
        for term in self.outputs.values():
            ask(Term("", (term,), "", False, -1, (term,)), last)
        return found
