"""From rules and a universe to a screen, for the command line and for Python alike.

In: checked rules, a table or a folder of facts files, what is asked. Out: `Screened`, the report of one name, or `Failed`. Must not
print, and must not know formats.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from dsl.check.checker import Checked
from dsl.link.library import Library
from dsl.text.diagnostics import Diagnostic
from dsl.text.edits import did_you_mean
from dsl.text.source import UnreadableFileError
from evaluator.blocks.parts import BLOCK, Scratch, collected
from evaluator.codes.messages import make
from evaluator.engine.evaluation import Evaluation
from evaluator.known.bind import Bound, bind
from evaluator.readers.layouts.mapping import Layout
from evaluator.report.doubts import doubts
from evaluator.report.events import alarms
from evaluator.schema.screens import TakenColumn
from evaluator.screening.by_rows import Judge, framed, recorded
from evaluator.screening.companies import Named, NotJudgedError, named
from evaluator.screening.pace import Pace, TooManyNamesError, nobody
from evaluator.screening.protocol import NAME
from evaluator.session.fact_files import tickers_in
from evaluator.session.reading import Failed
from evaluator.session.run import Pasts, Run, evaluated
from evaluator.session.service import COMMAND_LINE, Asking, company_of, names_elsewhere
from evaluator.universe import files
from evaluator.universe.asking import Question, question
from evaluator.universe.columns import Column
from evaluator.universe.engines import BY_ROWS, EXPLAINED, ROWS, Judged, judged
from evaluator.universe.reading import COMPANY as COMPANY_OF
from evaluator.universe.reading import GROUP as GROUP_OF
from evaluator.universe.reading import Reader, Universe
from evaluator.universe.screened import COMPANY, GROUP, MAX_ROWS, Screened, Setting, of_parts, screened

if TYPE_CHECKING:
    import polars as pl

    from evaluator.facts.model import Company


LOOKED_AT = 16
"""Of so many names, the first of a screen, it is said what speaks against believing their verdicts."""
_NAMED, _KNOWN = 6, 100_000


@dataclass(frozen=True)
class Options:
    """What is asked of a screen, as it is typed. `layout`: which column is what, and in which unit; `by`: the column of the sector;
    `engine`: None for the fastest that can do all of it, `rows` for the reference evaluator."""

    as_of: dt.date
    layout: Layout = field(default_factory=lambda: Layout(names={}))
    where: str | None = None
    sort: str | None = None
    metrics: tuple[str, ...] = ()
    top: int | None = None
    by: str | None = None
    history: bool = False
    engine: str | None = None
    rows: int = MAX_ROWS
    """So many names are in the model that is printed; the frame has all."""
    explained: int | None = EXPLAINED
    """Of so many names that are not decided it is said what is missing; None: of all."""
    settings: tuple[str, ...] = ()
    """`NAME=VALUE`, set for all names."""
    asking: Asking = COMMAND_LINE
    block: int = BLOCK
    """So many rows are judged at a time."""
    tell: Callable[[str], None] = nobody
    """Who is told, before it starts, what will take long."""

    def pace(self, source: str) -> Pace:
        """What is done about many names that are judged one by one."""
        return Pace(source, self.engine == ROWS, self.tell)


@dataclass(frozen=True)
class Whole:
    """A universe with its rules: to be screened, or asked about one name."""

    asked: Question
    options: Options
    table: Universe | None
    folder: Folder | None

    def screened(self, scratch: Scratch | None = None) -> Screened | Failed:
        """The screen, with what stands against believing its first names. `scratch`: where what does not fit into memory is put; it must
        stay as long as the screen is read. Raises OSError for a full disk."""
        found = _of_table(self, scratch) if self.table is not None else _of_folder(self)
        if isinstance(found, Failed) or self.options.history:
            return found
        said = [*found.output.told, *self._against(found.names(LOOKED_AT))]
        return replace(found, output=found.output.model_copy(update={"told": said}))

    def _against(self, names: Sequence[str]) -> list[str]:
        """What a report of these names says above its verdicts: judgements by a ratio whose denominator is below 0, kills that have
        happened and critical bears."""
        found: dict[str, list[str]] = {}
        for ticker, run in self._runs(names):
            for doubt in doubts(run.evaluation):
                why = f"{doubt.figure} divides by {doubt.denominator}, which is below 0"
                found.setdefault(f"{doubt.title} is {doubt.says}, and may mean nothing: {why}", []).append(ticker)
            for alarm in alarms(run.evaluation):
                if alarm.kind != "missed catalyst":
                    what = (
                        "would end the thesis, and has happened"
                        if alarm.kind == "kill"
                        else "a critical bear that is true"
                    )
                    found.setdefault(f"{alarm.title}: {what}", []).append(ticker)
        order = {name: at for at, name in enumerate(names)}
        return [f"in doubt: {_few(sorted(of, key=order.__getitem__))}: {said}" for said, of in found.items()]

    def held(self) -> Whole:
        """The same with its rows in memory: what changes on disk afterwards changes nothing here."""
        if self.table is None:
            return self
        return replace(self, table=self.table.held())

    def why(self, name: str) -> Run | Failed:
        """The rules on one name, for its report: why it is in or out."""
        for ticker, run in self._runs([name]):
            if ticker == name:
                return run
        known = self._names()
        mend = did_you_mean(name, known, f"there are {', '.join(known[:12])}{', …' if len(known) > 12 else ''}")
        source = self.table.table.source if self.table is not None else str(self.folder.path if self.folder else "")
        return Failed((make("C002", None, at=source, what=f"there is no `{name}` in this universe", mend=mend),), True)

    def _names(self) -> list[str]:
        """The names, or of very many the first."""
        if self.table is not None:
            return (
                collected(self.table.table.rows.select(NAME).head(_KNOWN))[NAME].unique(maintain_order=True).to_list()
            )
        assert self.folder is not None
        return [one.company.ticker for one in self.folder.names]

    def _runs(self, wanted: Sequence[str]) -> Iterator[tuple[str, Run]]:
        program, world = self.asked.plain, self.asked.world
        if self.table is not None:
            rows = self.table.named(wanted).lazy().select(self.table.table.rows.collect_schema().names())
            names = list(named(program, replace(self.table.table, rows=rows)))
        else:
            names = [one for one in (self.folder.names if self.folder else ()) if one.company.ticker in wanted]
        judge = Judge(program)
        for one in names:
            pasts = Pasts(program, judge.graph, one.bound.facts, one.company)
            day = self.options.as_of
            found: Evaluation = evaluated(program, judge.graph, one.bound.facts, one.company, day, world, pasts)
            fingerprint = self.asked.checked.fingerprint()
            yield one.company.ticker, Run(program, one.company, one.bound, judge.graph, found, (), fingerprint)


@dataclass(frozen=True)
class Folder:
    """A folder of facts files: its companies, and what is said of those that cannot be read."""

    path: Path
    names: tuple[Named, ...]
    told: tuple[str, ...]


def table_of(checked: Checked, raw: files.Raw, options: Options) -> Whole | Failed:
    """A table as a universe."""
    asked = _question(checked, options)
    if isinstance(asked, Failed):
        return asked
    assert checked.program is not None
    reader = Reader(raw, checked.program, options.layout, options.as_of, options.by, options.history)
    try:
        found = files.read(reader.universe, raw.name, rows=raw.rows)
    except UnreadableFileError as error:
        return unreadable(error)
    if found is None or reader.problems:
        return Failed(tuple(reader.problems))
    return Whole(asked, options, found, None)


def folder_of(checked: Checked, folder: Path, options: Options, places: Library) -> Whole | Failed:
    """A folder of facts files as a universe: each company as its report has it."""
    asked = _question(checked, options)
    if isinstance(asked, Failed):
        return asked
    try:
        files.needs_polars(str(folder))
    except UnreadableFileError as error:
        return unreadable(error)
    tickers = tickers_in([folder])
    if not tickers:
        mend = "name a folder with facts files, or a table of names (.csv, .parquet, .arrow)"
        return _wrong(make("C002", None, at=str(folder), what="there are no facts in this folder", mend=mend))
    try:
        options.pace(str(folder)).before(
            len(tickers), ["a folder of facts files has no columns; a table (.parquet) has"]
        )
    except TooManyNamesError as error:
        return _wrong(error.finding)
    elsewhere = names_elsewhere(places)
    names, told = [], []
    for ticker in tickers:
        about = company_of(ticker, [folder])
        if isinstance(about, Failed):
            told.append(_not_read(ticker, about.diagnostics))
            continue
        calendar = about.company.fiscal_year_ends.on(options.as_of)
        bound = bind(asked.program, about.company, elsewhere, calendar)
        wrong = [d for d in bound.diagnostics if d.is_error]
        if wrong:
            told.append(_not_read(ticker, wrong))
            continue
        names.append(Named(about.company, bound, _days(about.company, bound, options.as_of)))
    if not names:
        return Failed(tuple(make("C002", None, at=str(folder), what=t, mend="run `thesis facts check`") for t in told))
    return Whole(asked, options, None, Folder(folder, tuple(names), tuple(told)))


def _question(checked: Checked, options: Options) -> Question | Failed:
    return question(
        checked, options.where, options.sort, options.metrics, options.history, options.settings, options.asking
    )


def unreadable(error: UnreadableFileError) -> Failed:
    """That a file cannot be read."""
    return _wrong(make("F001", None, at=error.path, reason=error.reason, mend=error.hint))


# --- judging -----------------------------------------------------------------------------------------------


def _of_table(whole: Whole, scratch: Scratch | None) -> Screened | Failed:
    universe, options, asked = whole.table, whole.options, whole.asked
    assert universe is not None
    wanted = asked.asked(options.history)

    def work() -> Judged:
        blocks = lambda: universe.blocks(options.block)  # noqa: E731
        beside = {COMPANY_OF: COMPANY, GROUP_OF: GROUP}
        return judged(
            asked.program, universe.table, wanted, options.engine, blocks, universe.named, beside, scratch,
            options.pace(universe.table.source), options.explained, asked.by_rows,
        )  # fmt: skip

    try:
        found = files.read(work, universe.table.source, rows=universe.raw)
    except NotJudgedError as error:
        return Failed(error.findings)
    except TooManyNamesError as error:
        return _wrong(error.finding)
    except UnreadableFileError as error:
        return unreadable(error)
    chosen = universe.chosen
    taken = tuple(
        TakenColumn(column=c.head, input=c.name, title=c.declared.title, unit=_unit(c), how=c.how)
        for c in chosen.inputs
    )  # fmt: skip
    setting = Setting(
        options.as_of, universe.table.source, found.engine, universe.told, taken, tuple(chosen.unused), options.history,
        chosen.group, options.rows,
    )  # fmt: skip
    return of_parts(asked, found, setting, options.top, scratch)


def _of_folder(whole: Whole) -> Screened | Failed:
    import polars as pl

    folder, options, asked = whole.folder, whole.options, whole.asked
    assert folder is not None
    wanted = asked.asked(options.history)
    judge, records = Judge(asked.program, asked.by_rows), []
    for one in folder.names:
        days = one.days if options.history else (options.as_of,)
        for day, evaluation in judge.evaluations(one.company, one.bound.facts, days):
            records.append(recorded(evaluation, one.company.ticker, wanted, day))
    frame: pl.DataFrame = framed(asked.program, wanted, records).collect()
    texts = {NAME: pl.String, COMPANY: pl.String, GROUP: pl.String}
    about = pl.DataFrame(
        [{NAME: one.company.ticker, COMPANY: one.company.name, GROUP: None} for one in folder.names], schema=texts
    )
    setting = Setting(
        options.as_of, str(folder.path), BY_ROWS, folder.told, (), (), options.history, None, options.rows
    )
    return screened(asked, frame, about, setting, options.top)


def _unit(column: Column) -> str:
    """As what the figures of a column were read."""
    return column.entry.spelled if column.entry.said else column.declared.type.written


def _few(names: Sequence[str]) -> str:
    return ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED} more" if len(names) > _NAMED else "")


def _days(company: Company, bound: Bound, as_of: dt.date) -> tuple[dt.date, ...]:
    """The days on which something that the rules ask of a company became known."""
    return tuple(sorted({f.fact.published for f in bound.facts if f.fact.published <= as_of}))


def _not_read(ticker: str, found: tuple[Diagnostic, ...] | list[Diagnostic]) -> str:
    first = next((d for d in found if d.is_error), found[0])
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    return f"{ticker} is not in the screen, its facts have mistakes: {first.message}{more}; see `thesis facts check {ticker}`"


def _wrong(*diagnostics: Diagnostic) -> Failed:
    return Failed(diagnostics, wrong_use=True)
