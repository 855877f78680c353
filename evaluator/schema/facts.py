"""What the commands of `thesis facts` print with `--format json`, as published schemas.

In: nothing. Out: models. Must not know the command line, nor how they are filled.
"""

from __future__ import annotations

from evaluator.schema.commands import DiagnosticOutput, Output
from evaluator.schema.report import SCHEMA_VERSION


class CheckedFacts(Output):
    """The facts of one company: where they are from, whether a report can use them, all findings."""

    file: str
    files: list[str]
    """All that was read, in this order."""
    ticker: str | None
    """Null where the files could not be read."""
    name: str | None
    facts: int
    ok: bool
    diagnostics: list[DiagnosticOutput]


class FactsCheckOutput(Output):
    """`thesis facts check --format json`, as of a day."""

    schema_version: str = SCHEMA_VERSION
    as_of: str
    companies: list[CheckedFacts]


class ShownFact(Output):
    """One figure of a name: as its source gave it, or derived from others (then `facts` are those, and `source` is how).

    `marks` say what became of it: replaced, restated, disputed, derived, unreconciled, split (brought to the basis of
    shares in force), ahead (of a period that has not ended). `from_fact` is its number in the list of facts; null for a derived figure.
    """

    period: str
    end: str | None
    value: str
    known_since: str
    kind: str
    source: str
    marks: list[str]
    from_fact: int | None
    facts: list[int]


class ShownName(Output):
    """A name with its figures, oldest period first; `line` is its series as numbers, null where unknown."""

    name: str
    title: str
    type: str
    facts: list[ShownFact]
    line: list[float | None]


class FactsShowOutput(Output):
    """`thesis facts show --format json`."""

    schema_version: str = SCHEMA_VERSION
    ticker: str
    name: str
    currency: str
    as_of: str
    files: list[str]
    """All that was read, in this order."""
    names: list[ShownName]


class CoveredInput(Output):
    """What one company has of one input: `state` is known, stale, unknown (there are facts, and none says a figure of
    the period that is read), missing, does not apply (nothing that applies to the company asks for it), or refused (a fact
    cannot be used: see `thesis facts check`)."""

    ticker: str
    state: str
    period: str | None
    """The newest that is known."""
    end: str | None
    known_since: str | None
    facts: int


class CoverageRow(Output):
    """One input of the rules over all companies."""

    name: str
    title: str
    type: str
    optional: bool
    judged: bool
    companies: list[CoveredInput]


class CoverageTotal(Output):
    """How much of the rules one company covers: of the inputs on which an outcome rests, and that are not optional."""

    ticker: str
    name: str
    files: list[str]
    """All that was read of it, in this order."""
    known: int
    needed: int


class FactsCoverageOutput(Output):
    """`thesis facts coverage --format json`."""

    schema_version: str = SCHEMA_VERSION
    rules: str
    as_of: str
    companies: list[CoverageTotal]
    inputs: list[CoverageRow]


class ReadFigure(Output):
    """A figure as it would be read: from which cell, and where that stands."""

    name: str
    period: str
    value: str
    published: str
    kind: str
    cell: str
    place: str


class ProposedFile(Output):
    """How one file would be read. `open`: what is still to be said for the whole file, such as `published`."""

    file: str
    vendor: str | None
    mapping: str
    written: str | None
    facts: int
    open: list[str]
    figures: list[ReadFigure]


class FactsProposalOutput(Output):
    """`thesis facts import --format json` without `--to`: how each file would be read. `mapping` is the text of the mapping
    file, empty where the table is in a form that needs none; `written` where it was put."""

    schema_version: str = SCHEMA_VERSION
    files: list[ProposedFile]


class ImportedName(Output):
    """A name, and how many facts were taken over under it."""

    name: str
    facts: int


class LeftOut(Output):
    """A row that was left out: its place, its name, what is missing."""

    place: str
    name: str
    missing: str


class FactsImportOutput(Output):
    """`thesis facts import --format json`: what was written to `file`."""

    schema_version: str = SCHEMA_VERSION
    ticker: str
    name: str
    file: str
    facts: int
    names: list[ImportedName]
    left_out: list[LeftOut]


class NeededInput(Output):
    """An input that rules ask for: what it is, and an example of a fact of it. `judged`: an outcome rests on it."""

    name: str
    title: str
    type: str
    optional: bool
    judged: bool
    bounds: str | None
    stale_after: str | None
    """`120 days`, `1 quarter`."""
    comment: str | None
    """What the rules say of it."""
    origin: str
    example: str
    expected: str | None = None
    """An example of an estimate of a period to come, where rules ask what is expected of it."""


class FactsTemplateOutput(Output):
    """`thesis facts template --format json`: the inputs, and the facts file as a text."""

    schema_version: str = SCHEMA_VERSION
    rules: str
    ticker: str | None
    inputs: list[NeededInput]
    text: str


class FactsFetchOutput(Output):
    """`thesis facts fetch --format json`: the file that was written, and the head file where one was made."""

    schema_version: str = SCHEMA_VERSION
    ticker: str
    cik: int
    name: str
    file: str
    head: str | None
    from_cache: bool
    facts: int
    first: str | None
    last: str | None
    """The days on which the first and the last of the facts became known."""
