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

from dsl.text.messages import did_you_mean
from dsl.text.record import record
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

if TYPE_CHECKING:
    from pydantic import BaseModel


@record
class Asked:
    """Of what a section is made: the run that is reported, its rules as of any day, since when (None: it was not said)."""

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
    """What makes a section, or says why it cannot be made: as Failed where the report cannot be meant so, as NotMade where it
    is whole without the section. `since` where it looks back to a day that must be said."""

    made: Callable[[Asked], BaseModel | Failed]
    since: bool = False


def _since(asked: Asked) -> dt.date:
    assert asked.since is not None, "it was asked for"
    return asked.since


def _simulated(asked: Asked) -> BaseModel:
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


def _sensitive(asked: Asked) -> BaseModel:
    by = part_of(BY)
    assert by is not None, "it is a percent"
    return sensitive(asked.run, by)


BESIDE: dict[str, Section] = {
    "flip": Section(lambda asked: flipped(asked.run)),
    "scenarios": Section(lambda asked: scenarios(asked.run)),
    "simulate": Section(_simulated),
    "sensitivity": Section(_sensitive),
    "changes": Section(lambda asked: turned(asked.days, _since(asked), asked.day), since=True),
    "history": Section(lambda asked: history(asked.days, _since(asked), asked.day, None, asked.tick), since=True),
}
"""By the name of the command, in the order in which a report has them."""


def wanted(texts: Iterable[str], since: dt.date | None) -> list[str] | Failed:
    """The sections that `--with` names (several in one text with commas between them), in the order of `BESIDE`; `--since` alone
    asks for what changed. Failed (wrong use) for a name that is none, and where it is not said since when."""
    names = [name.strip() for text in texts for name in text.split(",") if name.strip()]
    if since is not None and not any(name in BESIDE and BESIDE[name].since for name in names):
        names.append("changes")
    unknown = [name for name in names if name not in BESIDE]
    if unknown:
        listed = f"write one of {', '.join(BESIDE)}"
        return _wrong(f"there is no section `{unknown[0]}`", did_you_mean(unknown[0], BESIDE, listed))
    unsaid = [name for name in names if BESIDE[name].since and since is None]
    if unsaid:
        return _wrong(f"it is not said since when the section `{unsaid[0]}` looks back", "say it with --since DATE")
    return [name for name in BESIDE if name in names]


def _wrong(what: str, mend: str) -> Failed:
    return Failed((make("C002", None, what=what, mend=mend),), wrong_use=True)


def beside(asked: Asked, names: Iterable[str]) -> ReportBeside | Failed:
    """The report of a run with sections beside its own; Failed where one cannot be made."""
    made = {}
    for name in names:
        found = BESIDE[name].made(asked)
        if isinstance(found, Failed):
            return found
        made[name] = found
    report = asked.run.report()
    parts = {name: getattr(report, name) for name in type(report).model_fields}
    return ReportBeside(**parts, beside=BesideOutput.model_validate(made))


def not_made(report: ReportBeside) -> list[tuple[str, NotMade]]:
    """The sections that were asked for and could not be made, each with why."""
    found = ((name, getattr(report.beside, name)) for name in BESIDE)
    return [(name, why) for name, why in found if isinstance(why, NotMade)]
