"""What can stand in a report beside its own sections: the one list of what makes each.

In: rules on a company as of any day, the run that is reported, since when. Out: the models of the commands. Must not know files
or how anything is printed.

To add one: its row in `BESIDE` (with how its page looks in `evaluator/render/outlook/pages.py`) and its place in
`evaluator/schema/beside.py`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from dsl.program.program import Program
from dsl.text.messages import did_you_mean
from dsl.text.record import record
from dsl.types.units import Type
from evaluator.codes.messages import make
from evaluator.outlook.earlier import turned
from evaluator.outlook.flipped import flipped
from evaluator.outlook.timeline import Tick, history
from evaluator.outlook.tornado import BY, part_of, sensitive
from evaluator.outlook.worlds import scenarios
from evaluator.schema.beside import BesideOutput, NotMade, ReportBeside
from evaluator.session.reading import Failed
from evaluator.session.run import AnyDay, Run
from evaluator.session.service import no_draws
from evaluator.values.series import BY_DAY

if TYPE_CHECKING:
    from pydantic import BaseModel


@record
class Asked:
    """Of what a section is made: the run that is reported, its rules as of any day, since when (None: it was not said, and each
    section looks back to a day of its own)."""

    run: Run
    days: AnyDay
    since: dt.date | None
    tick: Tick = lambda done, of: None
    """Told how much of what takes long is done."""

    @property
    def day(self) -> dt.date:
        """The day of the report."""
        return self.run.evaluation.clock.as_of


@record
class Section:
    """What makes a section, of a run and since when it looks back, or says why it cannot be made: as Failed where the report cannot
    be meant so, as NotMade where it is whole without the section. `since`, of what looks back: to which day where none is said, and
    that day in words."""

    made: Callable[[Asked, dt.date], BaseModel | Failed]
    since: Callable[[Asked], tuple[dt.date, str]] | None = None


def _a_year(asked: Asked) -> tuple[dt.date, str]:
    """A year before the report."""
    day = asked.day
    leap = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28 if leap else day.day), "a year back"


def _last_news(asked: Asked) -> tuple[dt.date, str]:
    """The day before figures that do not come daily last became known: without any, a year before the report."""
    program = asked.run.program
    known = [
        f.fact.published
        for f in asked.run.bound.facts
        if f.fact.published <= asked.day and _type_of(program, f.fact.name).series not in BY_DAY
    ]
    if not known:
        return _a_year(asked)
    return max(known) - dt.timedelta(days=1), "the day before figures last became known (prices aside)"


def _type_of(program: Program, name: str) -> Type:
    return (program.inputs.get(name) or program.metrics[name]).type


def _simulated(asked: Asked, since: dt.date) -> BaseModel:
    missing = no_draws()
    if missing is not None:
        (said,) = missing.diagnostics
        return NotMade(why=said.message, mend=said.hint or "")
    from evaluator.outlook.simulated import NotDrawn, simulated, sized  # they need scipy

    try:
        how, drawn = sized(asked.run)
    except NotDrawn as why:
        return NotMade(why=why.why, mend=why.mend)
    return simulated(asked.run, how, drawn)


def _sensitive(asked: Asked, since: dt.date) -> BaseModel:
    by = part_of(BY)
    assert by is not None, "it is a percent"
    return sensitive(asked.run, by)


BESIDE: dict[str, Section] = {
    "flip": Section(lambda asked, since: flipped(asked.run)),
    "scenarios": Section(lambda asked, since: scenarios(asked.run)),
    "simulate": Section(_simulated),
    "sensitivity": Section(_sensitive),
    "changes": Section(lambda asked, since: turned(asked.days, since, asked.day), since=_last_news),
    "history": Section(lambda asked, since: history(asked.days, since, asked.day, None, asked.tick), since=_a_year),
}
"""By the name of the command, in the order in which a report has them."""


def wanted(texts: Iterable[str], since: dt.date | None) -> list[str] | Failed:
    """The sections that `--with` names (several in one text with commas between them), in the order of `BESIDE`; `--since` alone
    asks for what changed. Failed (wrong use) for a name that is none."""
    names = [name.strip() for text in texts for name in text.split(",") if name.strip()]
    if since is not None and not any(name in BESIDE and BESIDE[name].since for name in names):
        names.append("changes")
    unknown = [name for name in names if name not in BESIDE]
    if unknown:
        listed = f"write one of {', '.join(BESIDE)}"
        return _wrong(f"there is no section `{unknown[0]}`", did_you_mean(unknown[0], BESIDE, listed))
    return [name for name in BESIDE if name in names]


def _wrong(what: str, mend: str) -> Failed:
    return Failed((make("C002", None, what=what, mend=mend),), wrong_use=True)


def beside(asked: Asked, names: Iterable[str]) -> ReportBeside | Failed:
    """The report of a run with sections beside its own; Failed where one cannot be made."""
    made: dict[str, object] = {}
    looks_back: dict[str, str] = {}
    for name in names:
        found, says = _made(asked, BESIDE[name])
        if isinstance(found, Failed):
            return found
        made[name] = found
        if says:
            looks_back[name] = says
    report = asked.run.report()
    parts = {name: getattr(report, name) for name in type(report).model_fields}
    return ReportBeside(**parts, beside=BesideOutput.model_validate({**made, "looks_back": looks_back}))


def _made(asked: Asked, section: Section) -> tuple[BaseModel | Failed, str]:
    """A section, and since when it looks back where nobody said it; that nothing was known by then is no fault of who asked."""
    if section.since is None or asked.since is not None:
        return section.made(asked, asked.since or asked.day), ""
    since, why = section.since(asked)
    found = section.made(asked, since)
    if isinstance(found, Failed) and found.wrong_use:
        (said,) = found.diagnostics
        return NotMade(why=said.message, mend=said.hint or ""), ""
    return found, f"Since {since}, {why}; --since DATE names another day."


def not_made(report: ReportBeside) -> list[tuple[str, NotMade]]:
    """The sections that were asked for and could not be made, each with why."""
    found = ((name, getattr(report.beside, name)) for name in BESIDE)
    return [(name, why) for name, why in found if isinstance(why, NotMade)]
