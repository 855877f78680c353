"""Proofs of a verdict table: no gap, every row reached, none covered by those above.

In: the encoders of a program, a table, a budget. Out: findings. Must not know how questions are answered.

A row is reached where it is the outcome: it holds, and no row above can: each is false or not meaningful. With an unknown
row above, the outcome is a set. Past a row that is not meaningful an outcome is reached that nobody wrote for it, unless it
asks for what is unknown or not meaningful: that is looked for too, what is bullish first.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import cached_property

from dsl.program import program as p
from dsl.text.diagnostics import Label
from evaluator.engine.evaluation import Evaluation
from evaluator.engine.verdicts import NO_ROW
from evaluator.proofs.encoding.encode import Encoder, row_truth, rows
from evaluator.proofs.encoding.logic import Bool, both, either, no
from evaluator.proofs.encoding.worlds import Encoders
from evaluator.proofs.findings import Finding, Witness, finding, listed, ranges
from evaluator.proofs.prover import Outcome, Prover, asks_what_is_missing, named, parts
from evaluator.proofs.solve import Answer, Budget
from evaluator.proofs.witness import Claim, Examples, Found, Goals, Missing
from evaluator.values.values import May, Words


def caveat(*outcomes: Outcome) -> str:
    """What is added where a bounded figure may yet make a difference."""
    bounded = Outcome.IMPOSSIBLE_WHEN_EXACT in outcomes
    return ", as long as figures are exact and no period is missing" if bounded else ""


def prove_table(encoders: Encoders, verdict: p.Verdict, seconds: float) -> list[Finding]:
    """Every finding about a table."""
    return _Table(encoders, verdict, seconds).findings()


def row_world(program: p.Program, verdict: p.Verdict, at: int, as_of: dt.date, seconds: float) -> Found | Missing:
    """What an example must give so that a row (from 0) of a table is its outcome: a world that the evaluator has confirmed, or why
    there is none."""

    def goals(e: Encoder) -> Sequence[Bool]:
        return _reaching(e, verdict, at)

    examples = Examples(Encoders(program, as_of), Budget(seconds), (verdict.name,))
    return examples.find(goals, lambda evaluation: fired(evaluation, verdict) == at)


def _reaching(e: Encoder, verdict: p.Verdict, at: int) -> Sequence[Bool]:
    truths = rows(e, verdict)
    return [*applying(e, verdict), truths[at].true, *(no(t.can_true) for t in truths[:at])]


class _Table:
    def __init__(self, encoders: Encoders, verdict: p.Verdict, seconds: float) -> None:
        self.program, self.verdict, self.seconds = encoders.program, verdict, seconds
        self.prover = Prover(encoders, seconds, verdict.name)
        self.truths = rows(self.prover.encoder, verdict)
        self.applies = applying(self.prover.encoder, verdict)
        self._asks = [asks_what_is_missing(self.program, row.when) for row in verdict.rows]

    @cached_property
    def _not_true(self) -> list[Bool]:
        """Whether each row is anything but true."""
        return [no(t.true) for t in self.truths]

    @cached_property
    def figures(self) -> list[str]:
        """The figures that its rows speak of."""
        applies = [self.verdict.applies] if self.verdict.applies is not None else []
        return named(self.program, [*applies, *(row.when for row in self.verdict.rows if row.when is not None)])

    def findings(self) -> list[Finding]:
        """Of each row, of the table as a whole, and of what was not decided."""
        outcomes: list[Outcome] = []
        past: list[int] = []
        above: Bool = False
        """Whether a row above is not meaningful."""
        with self.prover.session.supposing() as suppose:
            for sure in self.applies:
                suppose(sure)
            for at, truth in enumerate(self.truths):
                outcomes.append(self.prover.outcome(self._reached(at), self._is_reached(at), [truth.true]))
                nothing = not self._asks[at] and above
                goals, claim = self._past(at), self._is_past(at)
                if nothing is not False and not self.prover.outcome(goals, claim, [truth.true, nothing]).never:
                    past.append(at)
                suppose(no(truth.can_true))
                above = either(above, truth.nm)
        found = [self._unreached(at, caveat(outcome)) for at, outcome in enumerate(outcomes) if outcome.never]
        open_rows = [at + 1 for at, outcome in enumerate(outcomes) if outcome is Outcome.UNDECIDED]
        if self.verdict.rows[-1].when is not None:
            found += self._gap()
        if open_rows:
            what = f"whether row{'s' if len(open_rows) > 1 else ''} {ranges(open_rows)} of verdict `{self.verdict.name}` can be reached"
            span = self.verdict.rows[open_rows[0] - 1].span
            found.append(finding("P011", span, self.verdict.name, what=what, seconds=f"{self.seconds:g}"))
        return found + self._passed(past)

    # --- rows ----------------------------------------------------------------------------------------------------

    def _reached(self, at: int) -> Goals:
        return lambda e: _reaching(e, self.verdict, at)

    def _is_reached(self, at: int) -> Claim:
        return lambda evaluation: fired(evaluation, self.verdict) == at

    def _unreached(self, at: int, but: str) -> Finding:
        """Why a row is never reached: it never holds, rows above hold wherever it does, or one is still unknown."""
        own = self.truths[at]
        row, session = self.verdict.rows[at], self.prover.session
        if session.world(own.true, *self.applies) is Answer.NO:
            clash = self.prover.clash(parts(self.verdict.applies, row.when))
            witness = self.prover.near_miss(clash, f"row {at + 1} of {self.verdict.name} does not hold")
            return finding(
                "P002", row.span, self.verdict.name, row=at + 1, witness=witness, why=excluding(clash), caveat=but
            )
        covering = session.clash(self._not_true[:at], both(own.true, *self.applies))
        if covering is None:
            none: Goals = lambda e: [no(row_truth(e, row).true) for row in self.verdict.rows[:at]]  # noqa: E731
            witness = self._show(at, none, "is still open", True)
            code = "P004" if row.when is None else "P005"
            return finding(code, row.span, self.verdict.name, row=at + 1, witness=witness, caveat=but)
        labels = [Label(self.verdict.rows[n].span, f"row {n + 1}") for n in covering[:5]]
        one_of: Goals = lambda e: [either(*(row_truth(e, self.verdict.rows[n]).true for n in covering))]  # noqa: E731
        witness = self._show(at, one_of, "answers", False)
        numbers = [n + 1 for n in covering]
        holds = f"row {numbers[0]}" if len(numbers) == 1 else f"one of rows {ranges(numbers)}"
        code = "P004" if row.when is None else "P003"
        return finding(
            code, row.span, self.verdict.name, row=at + 1, witness=witness, labels=labels, above=holds, caveat=but
        )

    def _show(self, at: int, beside: Goals, what: str, unknown: bool) -> Witness | None:
        """An example in which a row holds and another answers."""

        def goals(e: Encoder) -> Sequence[Bool]:
            return [*applying(e, self.verdict), row_truth(e, self.verdict.rows[at]).true, *beside(e)]

        def claim(evaluation: Evaluation) -> bool:
            truths = [t for _, t in evaluation.row_truths(self.verdict)]
            above = any(t.possible & May.TRUE for t in truths[:at])
            return truths[at].value is True and above and evaluation.applies(self.verdict).value is True

        found = self.prover.examples.find(goals, claim, self.figures, unknown)
        if not isinstance(found, Found):
            return None
        truths = [t for _, t in found.evaluation.row_truths(self.verdict)]
        first = next(n for n, t in enumerate(truths) if t.possible & May.TRUE)
        return Witness(
            f"row {at + 1} of {self.verdict.name} holds, and row {first + 1} {what}",
            found.texts,
            (outcome_text(found.evaluation, self.verdict),),
        )

    # --- past what is not meaningful ---------------------------------------------------------------------------

    def _past(self, at: int) -> Goals:
        def goals(e: Encoder) -> Sequence[Bool]:
            return [*self._reached(at)(e), either(*(t.nm for t in rows(e, self.verdict)[:at]))]

        return goals

    def _is_past(self, at: int) -> Claim:
        return lambda evaluation: fired(evaluation, self.verdict) == at and bool(passed(evaluation, self.verdict, at))

    def _passed(self, possible: list[int]) -> list[Finding]:
        """Outcomes that are reached past a row that is not meaningful, what is bullish first; of those that are said not to
        be bullish one is enough."""
        found: list[Finding] = []
        unshown: list[int] = []
        warned = False
        for at in sorted(possible, key=lambda n: _TONES.index(self.verdict.rows[n].tone)):
            code = "P015" if self.verdict.rows[at].tone in _NOT_BULLISH else "P014"
            if code == "P015" and warned:
                continue
            shown = self.prover.examples.find(self._past(at), self._is_past(at), self.figures)
            if isinstance(shown, Found):
                warned |= code == "P015"
                found.append(self._past_nothing(code, at, shown))
            elif code == "P014":
                unshown.append(at + 1)
        if unshown:
            where = f"row{'s' if len(unshown) > 1 else ''} {ranges(sorted(unshown))}"
            what = f"whether verdict `{self.verdict.name}` comes to {where} past a row that is not meaningful"
            span = self.verdict.rows[min(unshown) - 1].span
            found.append(finding("P011", span, self.verdict.name, what=what, seconds=f"{self.seconds:g}"))
        return found

    def _past_nothing(self, code: str, at: int, shown: Found) -> Finding:
        name, table = self.verdict.name, self.verdict.rows
        over = passed(shown.evaluation, self.verdict, at)
        words = f"row{'s' if len(over) > 1 else ''} {ranges([n + 1 for n in over])} {'are' if len(over) > 1 else 'is'}"
        asked = [_bracketed(when) for n in over if (when := table[n].when) is not None]
        nothing = tuple(f"{text} is not meaningful" for text in asked if "#" not in text)
        witness = Witness(
            f"{name} comes to row {at + 1}, and {words} not meaningful",
            shown.texts,
            (outcome_text(shown.evaluation, self.verdict), *nothing),
        )
        labels = [Label(table[n].span, "not meaningful there") for n in over[:5]]
        return finding(code, table[at].span, name, row=at + 1, witness=witness, labels=labels, outcome=table[at].outcome,
                       passed=words, asked=asked[0])  # fmt: skip

    # --- gaps ----------------------------------------------------------------------------------------------------

    def _gap(self) -> list[Finding]:
        """No row holds: with every figure known, else with some that are not meaningful, else with some unknown."""
        name, span = self.verdict.name, self.verdict.span
        outcome = self.prover.outcome(self._none_holds, self._says_nothing)
        if outcome.never:
            return []
        for goals, when in (
            (self._all_known, "though every figure is known"),
            (self._all_settled, "where something is not meaningful"),
            (self._none_holds, "where something is unknown"),
        ):
            found = self.prover.examples.find(goals, self._says_nothing, self.figures, True)
            if isinstance(found, Found):
                nots = tuple(f'{name} is not "{o}"' for o in self.verdict.outcomes)
                witness = Witness(f"no row of {name} holds", found.texts, nots)
                return [finding("P001", span, name, when=when, witness=witness)]
        if outcome is Outcome.UNDECIDED:
            what = f"whether verdict `{name}` has a gap"
            return [finding("P011", span, name, what=what, seconds=f"{self.seconds:g}")]
        return [finding("P012", span, name)]

    def _none_holds(self, e: Encoder) -> Sequence[Bool]:
        return [*applying(e, self.verdict), *(no(t.can_true) for t in rows(e, self.verdict))]

    def _all_known(self, e: Encoder) -> Sequence[Bool]:
        known = [e.name(figure).known for figure in self.figures]
        return [*applying(e, self.verdict), *(t.false for t in rows(e, self.verdict)), *known]

    def _all_settled(self, e: Encoder) -> Sequence[Bool]:
        return [*self._none_holds(e), *(e.name(figure).settled for figure in self.figures)]

    def _says_nothing(self, evaluation: Evaluation) -> bool:
        words = evaluation.values[self.verdict.name]
        return isinstance(words, Words) and words.possible == (NO_ROW,)


_TONES = ("bullish", None, "neutral", "bearish")
_NOT_BULLISH = ("neutral", "bearish")


def applying(e: Encoder, verdict: p.Verdict) -> list[Bool]:
    """That a table applies."""
    return [e.truth(verdict.applies).true] if verdict.applies is not None else []


def fired(evaluation: Evaluation, verdict: p.Verdict) -> int | None:
    """The row (from 0) that is the one outcome; None where there is none, or several are possible."""
    if evaluation.applies(verdict).value is not True:
        return None
    for at, (_, truth) in enumerate(evaluation.row_truths(verdict)):
        if truth.possible & May.TRUE:
            return at if truth.value else None
    return None


def passed(evaluation: Evaluation, verdict: p.Verdict, at: int) -> list[int]:
    """The rows (from 0) above one that are not meaningful."""
    return [n for n, (_, truth) in enumerate(evaluation.row_truths(verdict)[:at]) if truth.nm]


def _bracketed(when: p.Expr) -> str:
    return when.text if isinstance(when, p.Ref) else f"({when.text})"


def outcome_text(evaluation: Evaluation, verdict: p.Verdict) -> str:
    """What an example expects of a table."""
    words = evaluation.values[verdict.name]
    assert isinstance(words, Words)
    if words.nm:
        return f"{verdict.name} is not meaningful"
    if words.possible is not None and len(words.possible) == 1 and words.possible[0] != NO_ROW:
        return f'{verdict.name} is "{words.possible[0]}"'
    return f"{verdict.name} is unknown"


def excluding(clash: Sequence[p.Expr]) -> str:
    """Which parts of a condition exclude each other, as a mend."""
    texts = list(dict.fromkeys(f"`{e.text}`" for e in clash))  # `between` is two comparisons of one text
    if not texts:
        return "mend its figures, or take it away"
    if len(texts) == 1:
        return f"{texts[0]} is never true: mend it, or take it away"
    return f"{listed(texts)} exclude each other: mend one of them"
