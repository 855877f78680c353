"""Rules evaluated on a company from Python.

In: rules and a company, as names, paths, texts or objects; a day; settings. Out: `Run`, `Report`. Must not know how
anything is calculated.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from thesis import judgements as j
from thesis.companies import Company
from thesis.errors import Diagnostic, diagnostics, refusal, settled, short, unknown_name
from thesis.explanations import Explanation
from thesis.frames import Table, Tabular
from thesis.outlook import Changes, Draws, Flips, History, Sensitivity, Sought, Worlds
from thesis.pages import table
from thesis.reports import Report
from thesis.rulefiles import load
from thesis.values import Figure, Lean, Named, Names, Reason, named_table

if TYPE_CHECKING:
    from dsl.link.library import Library
    from evaluator.outlook.earlier import Before
    from evaluator.session.run import AnyDay
    from evaluator.session.run import Run as Evaluated
    from evaluator.session.service import About
    from thesis.asked import AsOf, Given, Paths
    from thesis.reading import Reader
    from thesis.rulefiles import Rules


@dataclass(frozen=True, repr=False)
class Run(Lean, Tabular):
    """Rules evaluated on a company's facts as of a day: a value that nothing changes, and that can be pickled.

    `run[name]` is what any name of the rules came to; `verdicts`, `conditions`, `pillars`, `kills`, `scenarios` and
    `missing` are what was judged, by name. `evaluated` and `about` are the program's own.
    """

    evaluated: Evaluated
    about: About
    today: bool = False
    """Whether the as-of day is today for want of another."""
    rules: Rules | None = field(default=None, compare=False)
    """The rules as they were read, for what looks at other days or asks more of them."""

    # --- what it was made from ---------------------------------------------------------------------------

    @property
    def name(self) -> str:
        """The name of the rules."""
        return self.evaluated.program.name

    @property
    def title(self) -> str:
        """The title of the rules."""
        return self.evaluated.program.title

    @property
    def fingerprint(self) -> str:
        """The hash of what the rules mean (SHA-256)."""
        return self.evaluated.fingerprint

    @property
    def company(self) -> Company:
        """The company, with the facts that were known on the day."""
        return Company(self.about, self.as_of)

    @property
    def as_of(self) -> dt.date:
        """The day: nothing that became known later was looked at."""
        return self.evaluated.evaluation.clock.as_of

    @property
    def settings(self) -> Mapping[str, str]:
        """What was set by hand, as written."""
        return {name: expr.text for name, expr in self.evaluated.evaluation.world.replaced.items()}

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Warnings about facts files, facts and rules."""
        return diagnostics([*self.about.notes, *self.evaluated.warnings])

    # --- what it came to ---------------------------------------------------------------------------------

    def __getitem__(self, name: str) -> Named:
        """A name of the rules and what it came to. Raises UnknownNameError, with the nearest name."""
        return self._reader.named(self._known(name))

    def _known(self, name: str) -> str:
        if name not in self:
            raise unknown_name(name, list(self), "name", "in these rules")
        return name

    def __iter__(self) -> Iterator[str]:
        """The names that have a value, each after those that it needs."""
        return iter(self.evaluated.program.order)

    def __len__(self) -> int:
        return len(self.evaluated.program.order)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name in self.evaluated.evaluation.values

    @property
    def verdicts(self) -> Names[j.Verdict]:
        """The tables, by name."""
        return j.verdicts(self._model)

    @property
    def conditions(self) -> Names[j.Condition]:
        """The bulls and bears, by name."""
        return j.conditions(self._model)

    @property
    def pillars(self) -> Names[j.Pillar]:
        """The pillars, by name."""
        return j.pillars(self._model)

    @property
    def kills(self) -> Names[j.Kill]:
        """What would end the thesis, by name."""
        return j.kills(self._model)

    @property
    def valuations(self) -> Names[j.Valuation]:
        """What something is worth beside its price, by name."""
        return j.valuations(self._model)

    @property
    def scenarios(self) -> Names[j.Scenario]:
        """The scenarios of the rules, by name."""
        return j.scenarios(self._model)

    @property
    def missing(self) -> Names[j.Missing]:
        """The figures that are missing, by name, the most telling first."""
        return j.missing(self._model)

    @property
    def alerts(self) -> tuple[j.Alert, ...]:
        """What must be known before the verdicts are read: kills that have happened, critical bears that are true, missed
        catalysts, figures in doubt, ratios that divide by a figure below 0."""
        return j.alerts(self._model)

    @property
    def score(self) -> Figure | None:
        """The score, from -1 (all that applies speaks against) to 1; None where nothing applies."""
        return j.score(self._model)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a reader should know, in words."""
        return tuple(self._model.warnings)

    # --- what is asked of it -----------------------------------------------------------------------------

    def report(self, *sections: str, since: AsOf = None) -> Report:
        """The verdict report; `sections` are what else stands in it: "flip", "scenarios", "simulate", "sensitivity", "changes",
        "history", of which the last two look back to the day `since` (None: before figures last became known, and a year). Raises
        ThesisError for another name, and where a section cannot be made; where one cannot for want of scipy, or since nothing is
        uncertain or was known, it says so in its place."""
        if not sections and since is None:
            return Report(self._model, self.evaluated)
        from evaluator.outlook.beside import Asked, beside, wanted
        from thesis.asked import day

        begin = day(since) if since is not None else None
        names = settled(wanted(sections, begin))
        return Report(settled(beside(Asked(self.evaluated, self._any_day, begin), names)), self.evaluated)

    def explain(self, name: str) -> Explanation:
        """Why a name has its value, down to the facts. Raises UnknownNameError, with the nearest name."""
        from evaluator.session.service import explained

        return Explanation(settled(explained(self.evaluated, self._known(name))))

    def what_if(self, settings: Mapping[str, Given] | None = None, /, **values: Given) -> Run:
        """The same run with values set by hand: another run, the same as if it had been given them from the start.

        In: values by name, as texts in the way of rules ("30%", "10bn CNY", "unknown"), None for unknown, or as numbers,
        dates and truths where the unit is unambiguous: 0.3 of a percent is refused, since it may be meant as 30% or as
        0.3%, and so is money without its currency. What this run sets stays set. Raises ThesisError for names that
        cannot be set and for values of another unit.
        """
        from evaluator.session import service
        from thesis.asked import PYTHON, settings_of

        if isinstance(settings, Mapping):
            twice = [name for name in settings if name in values]
            if twice:
                raise refusal(f"`{twice[0]}` is set twice here", "keep one of them")
        texts = [*settings_of(self.evaluated.program, settings), *settings_of(self.evaluated.program, values)]
        return replace(self, evaluated=settled(service.what_if(self.evaluated, texts, PYTHON)))

    def flips(self, *judgements: str) -> Flips:
        """What would change some verdicts, or make some kills happen (all, where none is named): for each figure the smallest
        change of it alone. Raises ThesisError for a name that is neither."""
        from evaluator.outlook.flipped import flipped
        from evaluator.session.service import judgements_of

        return Flips(flipped(self.evaluated, settled(judgements_of(self.evaluated, judgements))))

    def seek(self, goal: str, by: str) -> Sought:
        """Which figure of the name `by` gives an expression the value that is wanted: `run.seek("price / eps = 15x", "price")`.
        Raises ThesisError where that cannot be sought."""
        from evaluator.codes.messages import make
        from evaluator.outlook.sought import Goal, NotSought, sought
        from evaluator.session import service
        from evaluator.session.reading import Failed

        left, right = settled(service.goal_of(goal))
        reached = f"({left}) >= ({right})"
        asked = settled(service.questions(self._rules.checked, [f"({left})", f"({right})", reached]))
        there = self._any_day.of(asked.checked).at(self.as_of)
        names, run = asked.names, settled(there)
        missing = service.has_name(run, by)
        if missing is not None:
            settled(missing)
        goal_of = Goal(f"{left} = {right}", names[f"({left})"], names[f"({right})"], names[reached])
        found = sought(run, goal_of, by)
        if isinstance(found, NotSought):
            return settled(Failed((make("C002", None, what=found.why, mend=found.mend),), wrong_use=True))
        return Sought(found)

    def worlds(self, *show: str, grid: str | Sequence[str] = ()) -> Worlds:
        """The scenarios of the rules beside today, and weighted by probability. `show`: the names that are looked at (none: what
        differs); `grid`: one range or two, `"growth=10%..50%:9"`. Raises ThesisError for names that are not there and grids that
        cannot be meant."""
        from evaluator.outlook.grids import planned
        from evaluator.outlook.worlds import scenarios
        from evaluator.session.service import shown_names

        missing = shown_names(self.evaluated, show)
        if missing is not None:
            settled(missing)
        texts = [grid] if isinstance(grid, str) else list(grid)
        plan = settled(planned(self.evaluated, texts, show)) if texts else None
        return Worlds(scenarios(self.evaluated, show, plan))

    def simulate(self, *figures: str, draws: int | None = None, seed: int = 1, method: str = "sobol") -> Draws:
        """What many draws of the figures that the rules call uncertain come to: how often each outcome, condition and kill comes,
        which name drives each verdict, quantiles of figures (`figures`, by name; none: the key figures). `draws`: how many (None:
        65,536, or 1,024 where rules must be evaluated draw by draw); the same `seed` gives the same result; `method`: "sobol" or
        "random". Needs scipy. Raises ThesisError without it, where nothing is uncertain, and for figures and numbers that cannot be
        meant."""
        from evaluator.session.service import figures_of, no_draws
        from thesis.asked import whole

        missing = no_draws()
        if missing is not None:
            settled(missing)
        from evaluator.codes.messages import make
        from evaluator.outlook.simulated import METHODS, NotDrawn, simulated, sized
        from evaluator.session.reading import Failed

        if method not in METHODS:
            raise refusal(f"there is no method {method!r} of drawing", 'it is "sobol" or "random"')
        count = whole(draws, "draws", 1) if draws is not None else None
        wanted = settled(figures_of(self.evaluated, figures))
        try:
            asked, drawn = sized(self.evaluated, count, whole(seed, "seed", 0), method, wanted)
        except NotDrawn as why:
            return settled(Failed((make("C002", None, what=why.why, mend=why.mend),), wrong_use=True))
        return Draws(simulated(self.evaluated, asked, drawn))

    def sensitivity(self, *figures: str, by: str = "10%") -> Sensitivity:
        """What one name at a time does to the score and the key figures (or to `figures`, by name), and where verdicts turn on the
        way: each at `by` of today's figure less and more, or at 5% and 95% of its distribution where it is uncertain. Raises
        ThesisError for names that are no figures and for a `by` that is no percent above 0%."""
        from evaluator.outlook.tornado import part_of, sensitive
        from evaluator.session.service import figures_of

        part = part_of(by) if isinstance(by, str) else None
        if part is None:
            raise refusal(f"`by` is no percent above 0%: {by!r}", 'write it as `by="10%"`')
        return Sensitivity(sensitive(self.evaluated, part, settled(figures_of(self.evaluated, figures))))

    def changes(
        self, since: AsOf, *, rules_as_of: str | None = None, rules_before: str | Rules | None = None
    ) -> Changes:
        """What turned from an earlier day to this run's, and why. `rules_as_of`: the rules of the earlier day are those of a
        commit; `rules_before`: they are these. Raises ThesisError where days, commit or rules cannot be meant."""
        from evaluator.outlook.earlier import of_file, turned
        from thesis.asked import day

        if rules_as_of is not None and rules_before is not None:
            raise refusal(
                "`rules_as_of` and `rules_before` both say which rules were the earlier ones", "keep one of them"
            )
        before = self._of_commit(rules_as_of) if rules_as_of is not None else None
        if rules_before is not None:
            before = settled(of_file(load(rules_before).checked, self._any_day))
        return Changes(settled(turned(self._any_day, day(since), self.as_of, before)))

    def history(self, since: AsOf, *, rules_as_of: str | None = None) -> History:
        """What was judged on each day from an earlier one to this run's, by what was known on it; `rules_as_of`: beside it what the
        rules of a commit judge. Raises ThesisError where days or commit cannot be meant."""
        from evaluator.outlook.timeline import history
        from thesis.asked import day

        before = self._of_commit(rules_as_of) if rules_as_of is not None else None
        return History(settled(history(self._any_day, day(since), self.as_of, before)))

    @property
    def _rules(self) -> Rules:
        if self.rules is None:
            raise refusal("this run does not know the rules that it was made from", "make it with `thesis.evaluate`")
        return self.rules

    @property
    def _any_day(self) -> AnyDay:
        """The same rules and settings on the same facts, as of any day."""
        from evaluator.session.run import AnyDay

        bound = self.evaluated.bound
        replaced = self.evaluated.evaluation.world.replaced
        return AnyDay(self._rules.checked, self.evaluated.company, replaced, elsewhere=lambda: bound.ignored)

    def _of_commit(self, asked: str) -> Before:
        from evaluator.outlook.earlier import of_commit
        from evaluator.session.committed import at_commit

        texts = [f"{name}={text}" for name, text in self.settings.items()]
        return settled(
            of_commit(settled(at_commit(self._rules.path, self._rules.library, asked)), self._any_day, texts)
        )

    # --- how it shows itself -----------------------------------------------------------------------------

    @cached_property
    def _model(self) -> Any:
        return self.evaluated.report()

    @cached_property
    def _reader(self) -> Reader:
        from thesis.reading import Reader

        return Reader(self.evaluated.evaluation)

    def _day(self) -> str:
        return f"as of {self.as_of}{' (today)' if self.today else ''}"

    def __repr__(self) -> str:
        said = "; ".join(repr(v)[1:-1] for v in self.verdicts.values())
        return short(f"<{self.name} on {self.about.company.ticker} {self._day()}{f': {said}' if said else ''}>")

    def _table(self) -> Table:
        """A row for each name that has a value."""
        return named_table([self._reader.named(name, periods=False) for name in self])

    def _repr_html_(self) -> str:
        rows = [(v.title, " or ".join(v.outcomes), v.because or _first(v.reasons)) for v in self.verdicts.values()]
        score = self.score
        notes = [
            *([f"Score: {score.text}, from −100% to +100%"] if score is not None else []),
            *(f"To know first: {alert}" for alert in self.alerts),
            *(f"Set by hand: {name} = {value}" for name, value in self.settings.items()),
            *(f"Warning: {warning}" for warning in self.warnings),
        ]
        title = f"{self.title}: {self.about.company.name} ({self.about.company.ticker}), {self._day()}"
        return table(title, ("verdict", "outcome", "because"), rows, notes)


def _first(reasons: Sequence[Reason]) -> str:
    return f"unknown: {reasons[0]}" if reasons else ""


def evaluate(
    rules: str | os.PathLike[str] | Rules,
    company: str | os.PathLike[str] | Sequence[str | os.PathLike[str]] | Company | None = None,
    *,
    as_of: AsOf = None,
    settings: Mapping[str, Given] | None = None,
    facts: Paths | None = None,
    library: Paths | None = None,
) -> Run:
    """Rules evaluated on a company's facts as of a day.

    In:
      rules: by name ("alibaba"), by path, as text, or `thesis.load(…)`.
      company: by ticker ("BABA"), by the files that hold its facts, or `thesis.facts(…)`; None: the one of the thesis.
      as_of: "2026-05-14", a date or a datetime. Nothing that became known later is looked at. None: today, and the run
        says so.
      settings: values by name in place of facts, thresholds or formulas, as in `Run.what_if`.
      facts: files, or folders with TICKER.yaml or TICKER/, where the ticker's facts are (None: where facts are kept).
      library: folders in which modules are looked for before all others.

    Out: the run. What is missing is unknown in it, with its cause, and never a reason to fail. Raises ThesisError where
    rules or facts cannot be read or have errors, and for names, days and settings that cannot be meant.
    """
    return evaluated(rules, company, as_of, settings, facts, library)


def evaluated(
    rules: str | os.PathLike[str] | Rules,
    company: object,
    as_of: AsOf,
    settings: object,
    facts: Paths | None,
    library: Paths | None,
    elsewhere: Callable[[Library], Callable[[], Collection[str]]] | None = None,
) -> Run:
    """The same; `elsewhere` gives, for a library, the names that its rules ask for, where several runs share them."""
    from evaluator.session import service
    from thesis.asked import PYTHON, company_of, day_of, settings_of

    opened = load(rules, library=library)
    about = company_of(company, facts, opened.checked)
    day, today = day_of(as_of)
    texts = settings_of(service.program_for(opened.checked, about.company, day), settings)
    names = elsewhere(opened.library) if elsewhere is not None else None
    found = service.evaluate(
        opened.checked, about, day, settings=texts, places=opened.library, asking=PYTHON, elsewhere=names
    )
    return Run(settled(found).run, about, today, opened)


def report(
    rules: str | os.PathLike[str] | Rules,
    company: str | os.PathLike[str] | Sequence[str | os.PathLike[str]] | Company | None = None,
    *,
    as_of: AsOf = None,
    settings: Mapping[str, Given] | None = None,
    facts: Paths | None = None,
    library: Paths | None = None,
) -> Report:
    """The verdict report of rules on a company: what `evaluate` takes, and its `report()`. Raises ThesisError as `evaluate` does."""
    return evaluated(rules, company, as_of, settings, facts, library).report()
