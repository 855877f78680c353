"""Examples that would cover what is missing: found by search, proven by running them.

In: checked rules, their coverage. Out: `Suggestions`: the text of examples, what each covers, and what none was found for.
Must not know the command line.

1. For each missing target worlds are made from its goal (`goals.py`) and evaluated until one reaches it; failing that,
   worlds drawn at random from the same candidates, always the same ones. 2. Worlds that agree are put together and what
   a world does not need is taken out. 3. The one that covers most comes first; one that adds nothing is left out.
4. The examples are put behind the text of the rules, read, checked and run: only what is then covered is claimed.
"""

from __future__ import annotations

import datetime as dt
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from textwrap import wrap

from dsl.check.checker import Checked, check_file
from dsl.link.load import Library
from dsl.program import program as p
from dsl.program.calls import function
from dsl.text.source import SourceFile
from evaluator.engine import graph as graphs
from evaluator.engine.evaluate import evaluate
from evaluator.engine.evaluation import World
from evaluator.examples.candidates import OTHER_CURRENCY, Candidate, Candidates
from evaluator.examples.coverage import Coverage, Target, coverage, reached
from evaluator.examples.goals import Goal, Solver
from evaluator.examples.running import currencies, run_examples
from evaluator.known.asof import View, view
from evaluator.schema.commands import NotFound, Suggested, SuggestionsOutput

SEED = 20_260_101
"""Of the random search: the same rules give the same examples."""
MAX_EVALUATIONS = 4_000
"""How many worlds are evaluated for one rule file before the search ends and says so."""
MAX_GUIDED, MAX_RANDOM = 40, 120
"""How many worlds are tried for one target, by its goal and at random."""
MAX_GIVEN = 8
"""More names than these make an example hard to read; worlds are not put together beyond it."""

Chosen = dict[str, Candidate]


@dataclass(frozen=True)
class Suggestion:
    """An example that was run: what it sets, what it reaches that nothing before it did."""

    title: str
    text: str
    covers: tuple[Target, ...]


@dataclass(frozen=True)
class Suggestions:
    """What was found, what was not, and whether the search was cut short."""

    found: tuple[Suggestion, ...]
    not_found: tuple[tuple[Target, str], ...]

    def output(self) -> SuggestionsOutput:
        """As the JSON model."""
        examples = [Suggested(title=s.title, text=s.text, covers=[reaches(t) for t in s.covers]) for s in self.found]
        rest = [
            NotFound(words=t.words, why=why, file=t.span.source.path, line=t.span.line) for t, why in self.not_found
        ]
        return SuggestionsOutput(examples=examples, not_found=rest)


def suggest(checked: Checked, before: Coverage, as_of: dt.date, places: Library) -> Suggestions:
    """Examples for what is missing from a coverage; each is run before it is shown."""
    program = checked.program
    assert program is not None, "rules with errors have no coverage"
    missing = before.missing
    search = _Search(program, as_of, missing, checked.source.path)
    picked = search.cover(search.together(search.worlds()))
    found = proven(checked, before, [search.example(*each) for each in picked], as_of, places)
    covered = {t for s in found for t in s.covers}
    rest = tuple((t, search.why_not(t)) for t in missing if t not in covered)
    return Suggestions(tuple(found), rest)


class _Search:
    """One search over one program."""

    def __init__(self, program: p.Program, as_of: dt.date, missing: Sequence[Target], path: str) -> None:
        self.program, self.as_of, self.missing = program, as_of, missing
        self._proof = f"`thesis prove {path}`"
        self.order = graphs.order(graphs.build(program))
        self.views: dict[str | None, View] = {}
        self.named = currencies(program, ())
        base = evaluate(program, self.order, self._view(self.named or {OTHER_CURRENCY}), World(alone=True))
        self.candidates = Candidates(base)
        self.solver = Solver(self.candidates)
        self.random = random.Random(SEED)
        self._reached: dict[frozenset[tuple[str, tuple[str, ...]]], frozenset[Target]] = {}

    def _view(self, named: set[str]) -> View:
        """Nothing known, in the one currency that is named."""
        code = next(iter(named)) if len(named) == 1 else None
        if code not in self.views:
            self.views[code] = view(self.program, (), None, self.as_of, code)
        return self.views[code]

    def reach(self, chosen: Chosen) -> frozenset[Target]:
        """Which missing targets a world reaches, by evaluating all of it; once for each world."""
        key = frozenset((name, c.given) for name, c in chosen.items())
        if key not in self._reached:
            given = {name: c.expr for name, c in chosen.items()}
            named = self.named | {e.type.currency for e in given.values() if e.type.currency}
            evaluation = evaluate(self.program, self.order, self._view(named), World(given, alone=True))
            self._reached[key] = frozenset(reached(evaluation, self.missing))
        return self._reached[key]

    @property
    def evaluated(self) -> int:
        """How many worlds were evaluated."""
        return len(self._reached)

    @property
    def spent(self) -> bool:
        """Whether so much was evaluated that the search must end."""
        return self.evaluated >= MAX_EVALUATIONS

    # --- 1. a world for each target ---------------------------------------------------------------------

    def worlds(self) -> list[Chosen]:
        """A world for each target that one was found for; none for what an earlier world reaches anyway."""
        found: list[Chosen] = []
        done: set[Target] = set()
        for target in self.missing:
            if target not in done and not self.spent:
                world = self._guided(target) or self._random(target)
                if world is not None:
                    found.append(world)
                    done |= self.reach(world)
        return found

    def _guided(self, target: Target) -> Chosen | None:
        for world in islice(self.solver.worlds(self.goals(target)), MAX_GUIDED):
            if self.spent:
                break
            if target in self.reach(world):
                return world
        return None

    def goals(self, target: Target) -> list[Goal]:
        """What must hold for a target to be reached."""
        if target.part == "row":
            return list(self.solver.row(self.program.verdicts[target.name], target.row))
        declared = self.program.conditions.get(target.name) or self.program.kills[target.name]
        applies = declared.applies if isinstance(declared, p.Condition) else None
        if target.part == "applies":
            return [(applies, target.wanted)] if applies is not None else []
        return [*([(applies, True)] if applies is not None else []), (declared.when, target.wanted)]

    def _random(self, target: Target) -> Chosen | None:
        """Values drawn from the candidates of all names upstream that decisions ask for."""
        asked = p.names_in(*(expr for expr, _ in self.goals(target)))
        names = sorted(n for n in self.program.upstream(asked) if self.candidates.settable(n))
        names = [n for n in names if self.candidates.of(n)]
        for _ in range(MAX_RANDOM if names else 0):
            if self.spent:
                return None
            picked = [n for n in names if self.random.random() < 0.8]
            world = {n: self.random.choice(self.candidates.of(n)) for n in picked}
            if target in self.reach(world):
                return world
        return None

    # --- 2. fewer and smaller -------------------------------------------------------------------------------

    def together(self, worlds: Sequence[Chosen]) -> list[Chosen]:
        """Worlds that set nothing differently and lose nothing by it become one."""
        found: list[Chosen] = []
        for world in worlds:
            for n, other in enumerate(found):
                both = {**other, **world}
                agree = all(other[name].given == c.given for name, c in world.items() if name in other)
                small = len(both) <= MAX_GIVEN and not self.spent
                if agree and small and self.reach(both) >= self.reach(world) | self.reach(other):
                    found[n] = both
                    break
            else:
                found.append(world)
        return found

    def cover(self, worlds: Sequence[Chosen]) -> list[tuple[Chosen, list[Target]]]:
        """The world that covers most of what is left, and so on; each without what it can do without."""
        left = set(self.missing)
        options = list(worlds)
        picked: list[tuple[Chosen, list[Target]]] = []
        while left and options:
            world = max(options, key=lambda o: (len(self.reach(o) & left), -len(o)))
            claimed = [t for t in self.missing if t in self.reach(world) & left]
            if not claimed:
                break
            options = [o for o in options if o is not world]
            left -= set(claimed)
            picked.append((self._trimmed(world, claimed), claimed))
        return picked

    def _trimmed(self, world: Chosen, claimed: Sequence[Target]) -> Chosen:
        for name in sorted(world):
            less = {n: c for n, c in world.items() if n != name}
            if less and self.reach(less) >= set(claimed):
                world = less
        return world

    # --- 3. in words -------------------------------------------------------------------------------------------

    def example(self, world: Chosen, claimed: Sequence[Target]) -> Suggestion:
        """The example as it is written."""
        order = {
            name: n for n, name in enumerate([*self.program.inputs, *self.program.metrics, *self.program.forecasts])
        }
        given = [text for name in sorted(world, key=order.__getitem__) for text in world[name].given]
        return draft(self.program, claimed, given)

    def why_not(self, target: Target) -> str:
        """What is known about a target that no example was found for, and who may know more: a proof looks at every
        world, and speaks of each kind of target (rows, conditions, `applies when`)."""
        past = self._own_past(target)
        if past:
            return (
                f"it holds `{past}` against its own past, and none of the pasts that were tried does it: give the periods"
                " yourself, or give the change a name with `metric`, and use that here;"
                f" {self._proof} looks at each period, and says if it can never be"
            )
        if self.spent:
            return f"the search ended after {self.evaluated} tries; {self._proof} says if it can never be"
        return f"nothing was found that does it; {self._proof} says if it can never be"

    def _own_past(self, target: Target) -> str:
        """The name that a target compares with its own past, in the expression itself."""
        for expr, _ in self.goals(target):
            for node in p.walk(expr):
                if isinstance(node, p.Call) and function(node).compares_with_past:
                    return min(p.names_in(node), default="")
        return ""


def draft(program: p.Program, claimed: Sequence[Target], given: Sequence[str]) -> Suggestion:
    """An example as it is written, which claims to reach something: whether it does is not known before it is run (`proven`)."""
    title = _title(program, claimed)
    expect = list(dict.fromkeys(_expected(program, target) for target in claimed))
    text = f'example "{title}"\n{_clause("given", given)}\n{_clause("expect", expect)}\n'
    return Suggestion(title, text, tuple(claimed))


def _title(program: p.Program, claimed: Sequence[Target]) -> str:
    first = next((t for t in claimed if t.part == "row"), claimed[0])
    declared = program.declared(first.name)
    if first.part == "row":
        outcome = program.verdicts[first.name].rows[first.row - 1].outcome
        said = f"{declared.title}: {outcome}"
    elif first.part == "applies":
        said = f"{declared.title}: {'applies' if first.wanted else 'does not apply'}"
    else:
        said = f"{declared.title}: {'true' if first.wanted else 'false'}"
    return said if len(claimed) == 1 else f"{said}, and {len(claimed) - 1} more"


def _expected(program: p.Program, target: Target) -> str:
    if target.part == "row":
        return f'{target.name} is "{program.verdicts[target.name].rows[target.row - 1].outcome}"'
    if target.part == "when":
        return f"{target.name} is {'true' if target.wanted else 'false'}"
    applies = program.conditions[target.name].applies
    text = _one_line(applies.span.text) if applies is not None else ""
    return text if target.wanted else f"not ({text})"


def reaches(target: Target) -> str:
    """What an example reaches, in words: the reverse of what is said of it when missing."""
    return target.words.replace("never reached", "reached").replace("never ", "")


_COMMENT = re.compile(r'("[^"\n]*")|#[^\n]*')


def _one_line(text: str) -> str:
    """An expression on one line, without the comments in it."""
    return " ".join(_COMMENT.sub(lambda m: m.group(1) or "", text).split())


def _clause(word: str, parts: Sequence[str]) -> str:
    """`given a, b, …`, wrapped between its parts and not within them."""
    joined = ", ".join(part.replace(" ", "\0") for part in parts)
    indent = " " * (len(word) + 3)
    lines = wrap(f"{word} {joined}", 110, initial_indent="  ", subsequent_indent=indent, break_long_words=False,
                 break_on_hyphens=False)  # fmt: skip
    return "\n".join(lines).replace("\0", " ")


def proven(
    checked: Checked, before: Coverage, drafts: Sequence[Suggestion], as_of: dt.date, places: Library
) -> list[Suggestion]:
    """The drafts put behind the rules, read, checked and run: each with what it then adds, without those that add
    nothing or fail."""
    if not drafts:
        return []
    text = checked.source.text.rstrip("\n") + "\n\n" + "\n".join(d.text for d in drafts)
    again = check_file(SourceFile(checked.source.path, text), places)
    if again.program is None:  # one that cannot be read must not take the others with it
        return [s for d in drafts for s in proven(checked, before, [d], as_of, places)] if len(drafts) > 1 else []
    own = [e for e in again.program.examples if e.span.source.path == checked.source.path][-len(drafts) :]
    covered = set(before.reached)
    found = []
    for draft, ran in zip(drafts, run_examples(again.program, as_of, own), strict=True):
        reach = coverage(again.program, [ran]).reached
        covers = tuple(t for t in before.targets if t in reach and t not in covered)
        if ran.passed and covers and ran.example.title == draft.title:
            found.append(replace(draft, covers=covers))
            covered |= set(covers)
    return found
