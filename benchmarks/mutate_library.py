"""Breaks the modules of the library on purpose, one place at a time, and asks their own examples whether they notice.

    python -m benchmarks.mutate_library [MODULE …] [--survivors]

In: `rules/library/*.thesis`. Out: for each module how many changes its own examples or proofs (`thesis prove`) notice, how
many they or the statements of tests/rules notice (years of a made-up company, calculated once more in Python), and those
that neither does. Rows that are swapped and can never hold together are no change, if the solver proves it: they are
listed with `--survivors`, and left out of the share.
Changed: every figure (a little up, a little down), every comparison (its edge, its direction), `and` and `or`, `not`,
`is`, plus and minus, times and divided by, a look back or a change taken away, an average made a maximum, a member taken out of a
count, a condition turned from bull to bear, an `applies when` taken away, rows taken out and swapped. Not changed, since
no example can speak of them: titles and texts, weights, tones, horizons, `critical`. A change that the checker refuses
is none.
"""

from __future__ import annotations

import argparse
import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from dsl.check.checker import Checked, check_file
from dsl.link.load import Library
from dsl.syntax import nodes as s
from dsl.syntax.parse import parse
from dsl.text.source import SourceFile
from evaluator.examples.running import run_examples
from evaluator.proofs.encoding.encode import Encoder
from evaluator.proofs.encoding.logic import Bool, both, either, no
from evaluator.proofs.encoding.worlds import Encoders
from evaluator.proofs.findings import UNDECIDED
from evaluator.proofs.prove import prove
from evaluator.proofs.prover import Outcome, Prover
from tests.rules import statements

FOLDER = Path(__file__).resolve().parent.parent / "rules" / "library"
AS_OF = dt.date(2026, 1, 1)
PROOF_SECONDS, EQUIVALENCE_SECONDS = 1.0, 10.0
"""What the solver may take for one table or condition, and to show that a swap of rows changes nothing."""

_TOKEN = re.compile(
    r'"[^"\n]*"|#[^\n]*|\d+(?:\.\d+)?[ ](?:days?|weeks?|months?|quarters?|years?)\b'
    r"|\d+(?:\.\d+)?(?:%|[a-z]+)?(?:[ ][A-Z]{3}\b)?|[A-Za-z_]\w*|<=|>=|!=|[<>=+\-*/^(),~:]"
)
_NUMBER = re.compile(r"(\d+(?:\.\d+)?)(.*)", re.DOTALL)
_SWAPS = {
    "<": ("<=", ">"), "<=": ("<", ">="), ">": (">=", "<"), ">=": (">", "<="),
    "and": ("or",), "or": ("and",), "not": ("",), "is": ("is not",), "+": ("-",), "-": ("+",), "*": ("/",), "/": ("*",),
    "average": ("max",), "bull": ("bear",), "bear": ("bull",),
}  # fmt: skip
_UNTOUCHED = (s.Header, s.Example, s.Input, s.Pillar)
_SILENT = ("weight", "over", "from")
"""Words after which a figure is nothing that an example can speak of."""

Edit = tuple[int, int, str]
"""From where to where of a text, and what is put there."""


@dataclass(frozen=True)
class Token:
    """A word of the text and where it stands."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Mutant:
    """A change: what stood there, what stands there now, on which line, and the whole text."""

    module: str
    line: int
    was: str
    now: str
    text: str
    swapped: tuple[str, int] | None = None
    """The table, and the first of the two rows (from 0) that changed places."""

    def __str__(self) -> str:
        return f"{self.module}:{self.line}: `{self.was}` became `{self.now or 'nothing'}`"


def mutants(module: str, text: str) -> Iterator[Mutant]:
    """Every change of a module, in the order of its text."""
    declared = parse(SourceFile(f"{module}.thesis", text)).file.declarations
    edges = [*(d.span.start for d in declared), len(text)]
    for declaration, (start, end) in zip(declared, pairwise(edges), strict=True):
        if isinstance(declaration, _UNTOUCHED):
            continue
        tokens = [Token(m[0], m.start(), m.end()) for m in _TOKEN.finditer(text, start, end) if m[0][0] != "#"]
        edits = [e for at in range(len(tokens)) for e in _edits(tokens, at)]
        swaps: dict[Edit, tuple[str, int]] = {}
        if isinstance(declaration, s.Verdict):
            removed, swaps = _rows(text, tokens, declaration.name.name)
            edits += [*removed, *swaps]
        for edit in edits:
            begins, ends, now = edit
            was, changed = " ".join(text[begins:ends].split()), text[:begins] + now + text[ends:]
            line = text.count("\n", 0, begins) + 1
            yield Mutant(module, line, was, " ".join(now.split()), changed, swaps.get(edit))


def _edits(tokens: list[Token], at: int) -> Iterator[Edit]:
    """The changes at one word."""
    token, before = tokens[at], tokens[at - 1].text if at else ""
    after = tokens[at + 1].text if at + 1 < len(tokens) else ""
    if token.text[0] == '"' or before in _SILENT or (token.text == "is" and after == "not"):
        return
    for now in _SWAPS.get(token.text, ()):
        yield token.start, token.end, now
    if token.text[0].isdigit():
        for now in _nudged(token.text):
            yield token.start, token.end, now
    if token.text in ("lag", "change"):
        yield token.start, tokens[_closing(tokens, at)].end, tokens[at + 2].text
    if token.text == "count":
        inner = range(at + 2, _closing(tokens, at), 2)
        for n in inner:
            first = n == inner[0]
            yield (
                (token.start, token.start, "")
                if len(inner) == 1
                else ((tokens[n].start, tokens[n + 1].end, "") if first else (tokens[n - 1].start, tokens[n].end, ""))
            )
    if token.text == "applies":
        yield token.start, next(t.start for t in tokens[at + 2 :] if t.text == "when"), ""


def _nudged(word: str) -> Iterator[str]:
    """A figure a little up and a little down: whole numbers and durations by one, others by a tenth; 0 becomes 1."""
    match = _NUMBER.fullmatch(word)
    assert match is not None
    digits, unit = match.groups()
    if float(digits) == 0:
        yield f"1{unit}"
    elif "." in digits or unit.endswith(("%", "x")) or unit[-3:].isupper():
        places = len(digits.partition(".")[2]) + 1
        yield f"{float(digits) * 1.1:.{places}f}{unit}"
        yield f"{float(digits) * 0.9:.{places}f}{unit}"
    else:
        yield f"{int(digits) + 1}{unit}"
        yield f"{int(digits) - 1}{unit}"


def _closing(tokens: list[Token], at: int) -> int:
    """Where the bracket stands that closes the one after a function's name."""
    depth = 0
    for n in range(at + 1, len(tokens)):
        depth += {"(": 1, ")": -1}.get(tokens[n].text, 0)
        if depth == 0:
            return n
    raise AssertionError("a bracket that is never closed")


def _rows(text: str, tokens: list[Token], verdict: str) -> tuple[list[Edit], dict[Edit, tuple[str, int]]]:
    """A table's rows, each taken out, outcomes that change places; and each row swapped with the next."""
    begins = [n for n, t in enumerate(tokens) if t.text in ("when", "otherwise")]
    starts = [n for n in begins if n == 0 or tokens[n - 1].text != "applies"]
    rows = [(tokens[a].start, tokens[b].start) for a, b in pairwise(starts)]
    swaps = {(a, d, text[c:d] + text[a:b]): (verdict, n) for n, ((a, b), (c, d)) in enumerate(pairwise(rows))}
    outcomes = [next(t for t in tokens[n:] if t.text[0] == '"') for n in starts]
    edits = [(start, end, "") for start, end in rows]
    for one, other in pairwise(outcomes):
        edits.append((one.start, other.end, other.text + text[one.end : other.start] + one.text))
    return edits, swaps


def checked(module: str, text: str) -> Checked:
    """A text that stands for a module of the library."""
    return check_file(SourceFile(str(FOLDER / f"{module}.thesis"), text), Library((FOLDER,)))


def by_examples(module: str, rules: Checked) -> bool:
    """Whether an example of the module fails."""
    assert rules.program is not None
    own = [e for e in rules.program.examples if e.origin == module]
    return any(not e.passed for e in run_examples(rules.program, AS_OF, own))


def by_proofs(module: str, rules: Checked) -> bool:
    """Whether the proofs say something that they do not say of the module as it is."""
    return bool(_proofs(rules) - _own_proofs(module))


@cache
def _own_proofs(module: str) -> frozenset[tuple[str, str]]:
    return _proofs(_as_it_is(module))


def _proofs(rules: Checked) -> frozenset[tuple[str, str]]:
    assert rules.program is not None
    found = [f for proved in prove(rules.program, AS_OF, PROOF_SECONDS).proved for f in proved.findings]
    return frozenset((f.code, f.name) for f in found if f.code not in UNDECIDED)


@cache
def _as_it_is(module: str) -> Checked:
    return checked(module, (FOLDER / f"{module}.thesis").read_text("utf-8"))


def is_no_change(mutant: Mutant) -> bool:
    """Whether rows changed places of which, in every world, neither can hold unless the other is false: the solver says."""
    program = _as_it_is(mutant.module).program
    if mutant.swapped is None or program is None:
        return False
    name, at = mutant.swapped
    first, second = (row.when for row in program.verdicts[name].rows[at : at + 2])
    assert first is not None
    assert second is not None
    prover = Prover(Encoders(program, AS_OF), EQUIVALENCE_SECONDS, name)

    def goals(e: Encoder) -> list[Bool]:
        a, b = e.truth(first), e.truth(second)
        return [either(both(a.true, no(b.false)), both(b.true, no(a.false)))]

    return prover.outcome(goals) in (Outcome.IMPOSSIBLE, Outcome.IMPOSSIBLE_WHEN_EXACT)


def by_statements(module: str, rules: Checked) -> bool:
    """Whether the years of the made-up company come out otherwise."""
    stumbled = statements.differences(module, rules, statements.STUMBLED, comes_well=False)
    return bool(stumbled or statements.differences(module, rules))


@dataclass
class Share:
    """How many changes were tried; which change nothing; which its own examples and proofs did not notice, nor, of
    these, the statements."""

    tried: int
    no_change: list[Mutant]
    past_own: list[Mutant]
    past_all: list[Mutant]

    @property
    def own(self) -> float:
        """The share that a module's own examples and proofs notice."""
        return 1 - len(self.past_own) / self.tried

    @property
    def all(self) -> float:
        """The share that they or the statements notice."""
        return 1 - len(self.past_all) / self.tried

    def __add__(self, other: Share) -> Share:
        return Share(self.tried + other.tried, self.no_change + other.no_change, self.past_own + other.past_own,
                     self.past_all + other.past_all)  # fmt: skip


def judge(found: list[Mutant]) -> Share:
    """Tries changes; those that the checker refuses are left out."""
    share = Share(0, [], [], [])
    for mutant in found:
        rules = checked(mutant.module, mutant.text)
        if rules.program is None:
            continue
        noticed = by_examples(mutant.module, rules)
        if not noticed and is_no_change(mutant):
            share.no_change.append(mutant)
            continue
        share.tried += 1
        if not (noticed or by_proofs(mutant.module, rules)):
            share.past_own.append(mutant)
            if not by_statements(mutant.module, rules):
                share.past_all.append(mutant)
    return share


def modules() -> list[str]:
    """The modules of the library that judge something, by name."""
    return sorted(p.stem for p in FOLDER.glob("*.thesis") if p.stem not in statements.DECLARING)


def _line(name: str, share: Share) -> str:
    same = f", {len(share.no_change)} more change nothing" if share.no_change else ""
    return (
        f"{name:<22} {share.tried:>4} changes, own examples and proofs notice {share.own:>6.1%}, "
        f"with the statements {share.all:>6.1%}{same}"
    )


def main() -> None:
    """Prints the share of each module and of all."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("modules", nargs="*", default=modules(), metavar="MODULE")
    parser.add_argument("--survivors", action="store_true", help="list the changes that are not noticed")
    options = parser.parse_args()
    total = Share(0, [], [], [])
    for module in options.modules:
        share = judge(list(mutants(module, (FOLDER / f"{module}.thesis").read_text("utf-8"))))
        total += share
        print(_line(module, share), flush=True)
        if options.survivors:
            for mutant in share.past_own:
                print(f"    {mutant}{'' if mutant in share.past_all else ' (the statements notice)'}")
            for mutant in share.no_change:
                print(f"    no change, the two rows never hold together: {mutant}")
    print(_line("all", total))


if __name__ == "__main__":
    main()
