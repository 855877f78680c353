"""From rules and a table in Spark to a screen: a frame of Spark, a folder of Parquet that Spark wrote, or the screen of all tables.

In: checked rules, a path or a frame of Spark, what is asked. Out: `SparkScreen`, or `Failed`. Must not print.

Nothing is collected that grows with the names but for a screen of a page or a text, and that of so many names at most.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from dsl.check.checker import Checked
from dsl.text.source import UnreadableFileError
from evaluator.codes.messages import make
from evaluator.columnar.spark_terms import literal, quoted
from evaluator.schema.screens import TakenColumn
from evaluator.screening.protocol import AS_OF, NAME, Asked, schema
from evaluator.session.reading import Failed
from evaluator.session.run import Run
from evaluator.spark import opening
from evaluator.spark import session as sessions
from evaluator.spark.judging import asked_of, judged
from evaluator.spark.tables import SparkUniverse, read, type_of
from evaluator.spark.texts import stripped
from evaluator.spark.writing import parquet
from evaluator.universe import files
from evaluator.universe.asking import GIVEN, SCORE, Question, has_score, question
from evaluator.universe.asking import NAME as BY_NAME
from evaluator.universe.running import Options, Whole, table_of
from evaluator.universe.screened import COMPANY, GROUP, Screened, Setting, by_tone, public, screened

T = TypeVar("T")
COLLECTED = 1_000_000
"""So many names a screen has at most that is no Parquet: it is brought together in one place."""
_STAYS = "\x01stays"
NO_ORDER = "Spark keeps no order of rows: names that nothing else orders stand by their names"


@dataclass(frozen=True)
class SparkScreen:
    """A universe in Spark with its rules. `rows`: the result, with all that is asked, not evaluated yet; `given`: the table as it came."""

    question: Question
    asked: Asked
    options: Options
    universe: SparkUniverse
    rows: Any
    given: Any
    raw: files.Raw
    checked: Checked

    @property
    def engine(self) -> str:
        """Who judged, in words."""
        version = importlib.import_module("pyspark").__version__
        return f"in columns, by Apache Spark {version}; what is missing of a name is not said there"

    def product(self) -> Any | Failed:
        """The names that are left, as a frame of Spark with the columns of the product; in order where an order is asked. Failed (wrong
        use): an order that Spark does not have."""
        found = self.rows
        if self.question.where is not None:
            # A filter that Spark may move is written out over all terms below it, each as often as it is used. It moves none below a
            # column that is drawn, nor drops one that the filter asks for.
            drawn = importlib.import_module("pyspark.sql.functions").rand(0)
            found = found.withColumn(_STAYS, drawn).filter(column(self.question.where) & (column(_STAYS) >= 0.0))
        if self.options.sort is not None or self.options.top is not None:
            keys = self._order()
            if isinstance(keys, Failed):
                return keys
            found = found.orderBy(*keys)
        if self.options.top is not None:
            found = found.limit(self.options.top)
        beside = [NAME, COMPANY, *([GROUP] if self.universe.chosen.group is not None else [])]
        heads = public(self.question, self.options.history, beside, reasons=False)
        return found.select(*(column(c).alias(head) for c, head in heads.items()))

    def _order(self) -> list[Any] | Failed:
        """The order of `screened`, by Spark; names that are equal in it stand by their names."""
        f, order, program = importlib.import_module("pyspark.sql.functions"), self.question.order, self.question.program
        last = column(NAME).asc()
        if self.options.history:
            if order.ranks or order.key not in (GIVEN, BY_NAME):
                what = "names of many days have no one order"
                return _wrong(self._source, what, "leave --sort out with --history, or sort by name")
            return [last, column(AS_OF).asc()]
        if order.ranks:
            what = "a rank is a place among all names, and Spark would bring them to one machine for it"
            return _wrong(
                self._source, what, "sort by the figure itself, or write the result and screen that with ranks"
            )
        if order.key in (GIVEN, BY_NAME):
            return [last]
        if order.key in program.verdicts:
            place = f.lit(None).cast("int")
            for at, outcome in enumerate(by_tone(program.verdicts[order.key])):
                place = f.when(column(order.key) == outcome, at).otherwise(place)
            return [place.asc_nulls_last(), last]
        of_score = order.key == SCORE and has_score(program)
        name = SCORE if of_score else order.key
        if len(self.universe.currencies) > 1 and f"{name}.currency" in schema(program, self.asked):
            codes = ", ".join(self.universe.currencies)
            what = f"`{program.declared(name).title}` is in {codes}: amounts of several currencies have no order"
            return _wrong(
                self._source, what, "sort by a ratio, such as a margin or a yield, or screen the names of one currency"
            )
        low, high = column(f"{name}.low"), column(f"{name}.high")
        first, then = (high, low) if order.lowest else (low, high)
        if of_score:
            first = f.when(~f.coalesce((low <= -1) & (high >= 1), f.lit(False)), first)
        ways = [c.asc_nulls_last() if order.lowest else c.desc_nulls_last() for c in (first, then)]
        return [*ways, last]

    @property
    def _source(self) -> str:
        return self.universe.table.source

    def written(self, path: Path) -> Failed | None:
        """The product as a folder of Parquet that Spark writes; there whole or not at all. Failed: why it is not there."""
        product = self.product()
        if isinstance(product, Failed):
            return product

        def work() -> Failed | None:
            try:
                parquet(product, path)
            except OSError as error:
                what = f"it cannot be written: {error.strerror.lower() if error.strerror else error}"
                return _wrong(str(path), what, "name another place with -o; what stood there stands there still")
            return None

        return tried(work, self._source)

    def collected(self) -> Screened | Failed:
        """The screen as of any table. Failed: more names than are brought together, or what Spark could not do."""
        import polars as pl

        if self.universe.count > COLLECTED and self.universe.table.every is None:
            return self._too_many(self.universe.count)
        rows = tried(lambda: self.rows.limit(COLLECTED + 1).collect(), self._source)
        if isinstance(rows, Failed):
            return rows
        if len(rows) > COLLECTED:
            return self._too_many(len(rows))
        keys = [NAME, AS_OF] if self.options.history else [NAME]
        types: dict[str, Any] = {COMPANY: pl.String(), GROUP: pl.String(), **schema(self.question.program, self.asked)}
        frame = pl.DataFrame([tuple(r) for r in rows], schema=types, orient="row").sort(*keys)
        nothing = pl.Series("missing", [[]] * frame.height, dtype=pl.List(pl.String))
        left = {
            n: pl.lit("unknown").alias(f"{n}.state")
            for n in self.question.program.inputs
            if n not in self.asked.metrics
        }
        about = frame.select(NAME, COMPANY, GROUP).unique(NAME, keep="last", maintain_order=True)
        inputs = [c for c in self.universe.chosen.inputs if c.name in self.asked.metrics]
        taken = tuple(
            TakenColumn(column=c.head, input=c.name, title=c.declared.title, how=c.how,
                        unit=c.entry.spelled if c.entry.said else c.declared.type.written)
            for c in inputs
        )  # fmt: skip
        setting = Setting(
            self.options.as_of, self._source, self.engine, (*self.universe.told, NO_ORDER), taken,
            tuple(self.universe.chosen.unused), self.options.history, self.universe.chosen.group, self.options.rows,
        )  # fmt: skip
        whole = frame.drop(COMPANY, GROUP).with_columns(nothing, *left.values())
        margins = tuple(m for m in self.question.margins if m.metric in self.asked.metrics)
        return screened(replace(self.question, margins=margins), whole, about, setting, self.options.top)

    def _too_many(self, count: int) -> Failed:
        what = f"{count:,} names are too many to bring together ({COLLECTED:,} at most)"
        return _wrong(self._source, what, "let Spark write them: -o NAME.parquet")

    def why(self, name: str) -> Run | Failed:
        """The rules on one name, for its report: why it is in or out."""
        found = self.one(name)
        return found if isinstance(found, Failed) else found.why(name)

    def one(self, name: str) -> Whole | Failed:
        """The rows of one name as a universe of its own, for why it is in or out."""
        import polars as pl

        def rows() -> Any:
            return self.given.filter(f"{stripped(self.universe.chosen.name)} = {literal(name, 's')}").collect()

        found = tried(rows, self._source)
        if isinstance(found, Failed):
            return found
        if not found:
            return _wrong(self._source, f"there is no `{name}` in this universe", "write the name as the table has it")
        types = {f.name: type_of(f.dataType.simpleString()) for f in self.given.schema.fields}
        schema = {head: None if kind == pl.Struct([]) else kind for head, kind in types.items()}
        frame = pl.DataFrame([tuple(r) for r in found], schema=schema, orient="row", strict=False)
        return table_of(self.checked, replace(self.raw, rows=frame.lazy()), self.options)


def of_path(checked: Checked, path: Path, name: str, options: Options, engine: str) -> SparkScreen | Failed:
    """A table on disk that Spark reads. `engine`: `spark`, or the master of a cluster, whose workers see the same path. What can be said
    without Spark is said before it is started."""
    try:
        files.needs_polars(name)
        table = opening.on_disk(path, name)
        session = sessions.opened(engine, table.small)
        if isinstance(session, Failed):
            return session
        found = tried(lambda: opening.read(session, table), name)
    except UnreadableFileError as error:
        return _wrong(error.path, error.reason, error.hint)
    return found if isinstance(found, Failed) else _of(checked, found[0], found[1], options)


def of_frame(checked: Checked, frame: Any, name: str, options: Options) -> SparkScreen | Failed:
    """A frame of Spark. What columns cannot say is refused before any of it is judged; the table itself is looked through at once."""
    import polars as pl

    return _of(checked, frame, files.Raw(pl.LazyFrame(), name), options)


def _of(checked: Checked, frame: Any, raw: files.Raw, options: Options) -> SparkScreen | Failed:
    asked = question(checked, options.where, options.sort, options.metrics, options.history)
    if isinstance(asked, Failed):
        return asked
    assert checked.program is not None
    program, name = checked.program, raw.name
    universe = tried(
        lambda: read(frame, program, options.layout, options.as_of, options.by, raw, options.history), name
    )
    if isinstance(universe, Failed):
        return universe
    wanted = asked_of(asked, universe, options.history)
    if isinstance(wanted, Failed):
        return wanted
    rows = judged(asked.program, universe, wanted)
    return SparkScreen(asked, wanted, options, universe, rows, frame, raw, checked)


def tried(work: Callable[[], T | Failed], name: str) -> T | Failed:
    """What Spark gives. Failed: that a job ended, with what Spark says of it. A plan that Spark does not understand is a mistake of
    ours, and is raised."""
    errors = importlib.import_module("pyspark.errors")
    java = importlib.import_module("py4j.protocol")
    try:
        return work()
    except errors.AnalysisException as error:
        if error.getCondition() not in _OF_FILES:
            raise
        return ended([str(error)], name)
    except (errors.PySparkException, java.Py4JError, OSError) as error:
        return ended(causes(error), name)


_OF_FILES: Sequence[str] = ("PATH_NOT_FOUND", "UNABLE_TO_INFER_SCHEMA", "FAILED_READ_FILE", "CANNOT_READ_FILE_FOOTER")


def causes(error: BaseException) -> list[str]:
    """What an error of Spark says, and what lies below it, the innermost last."""
    found = [str(error)]
    below = getattr(error, "java_exception", None) or getattr(error, "_origin", None)
    while below is not None and len(found) < 12:
        found.append(str(below.toString()))
        below = below.getCause()
    return found


def ended(said: Sequence[str], name: str) -> Failed:
    """That a job ended, in words; `said`: what Spark says of it."""
    everything = "\n".join(said)
    for mark, reason, mend in _KNOWN:
        if (found := re.search(mark, everything, re.DOTALL)) is not None:
            given = " ".join(found.group(1).split())[:100] if found.groups() else ""
            return Failed((make("F001", None, at=name, reason=reason.format(given), mend=mend),))
    last = next(line for line in [*reversed(said), "it ended"] if line.strip()).strip().splitlines()[0]
    reason = f"Spark could not do it: {last[:300]}"
    return Failed((make("F001", None, at=name, reason=reason, mend="mend the file, or look into Spark's own log"),))


_KNOWN = (
    (r"Malformed CSV record: (.*?)(?: SQLSTATE|$)", "a row has more or fewer cells than the head: {}",
     "put a text that holds the separator in quotes, or add what is missing"),
    (r"is not a Parquet file|CANNOT_READ_FILE_FOOTER|FAILED_READ_FILE.*parquet.*(?:corrupt|Could not read)",
     "the file is not Parquet, or is damaged", "write it anew, and whole"),
    (r"OutOfMemoryError|exit code:? 137|Container killed|exit code:? 52|GC overhead",
     "a worker of Spark ran out of memory", "give workers more memory (spark.executor.memory), or cut the table into more files"),
    (r"No space left on device|Disk quota exceeded", "there is no space left on the disk", "free some, or name another disk"),
    (r"PATH_NOT_FOUND|FileNotFoundException|FILE_NOT_EXIST|does not exist",
     "the workers of Spark do not see this path", "put the table on a disk that all machines of the cluster share"),
    (r"ExecutorLostFailure|Lost executor|SparkContext was shut down|Master removed our application|Connection refused",
     "Spark lost its workers", "look into the log of the cluster, and run it again"),
)  # fmt: skip
"""What ends a job, as Spark says it and as we do."""


def column(name: str) -> Any:
    """A column of Spark by its name, whatever signs are in it."""
    return importlib.import_module("pyspark.sql.functions").col(quoted(name))


def _wrong(at: str, what: str, mend: str) -> Failed:
    return Failed((make("C002", None, at=at, what=what, mend=mend),), wrong_use=True)
