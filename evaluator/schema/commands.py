"""What the commands other than `report` print with `--format json`: pydantic models with published schemas.

In: diagnostics, graphs, test results. Out: models. Must not know the command line.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from typing import Literal

from pydantic import BaseModel, ConfigDict

from dsl.text.diagnostics import Diagnostic, to_json
from dsl.text.page import Page
from evaluator.schema.report import SCHEMA_VERSION


class Output(BaseModel):
    """Every part: frozen, no unknown keys."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", json_schema_serialization_defaults_required=True, defer_build=True
    )


class Place(Output):
    """A place: lines and columns from 1, the end is the column after the last character; `column` counts characters,
    `column_utf16` as editors count (an emoji is two); in a workbook the sheet with its rows and columns."""

    file: str
    sheet: str | None
    line: int
    column: int
    end_line: int
    end_column: int
    column_utf16: int
    end_column_utf16: int


class RelatedPlace(Place):
    """A second place of a diagnostic, with a word on why."""

    text: str


class EditOutput(Place):
    """The text that takes the place of what stands there."""

    text: str


class FixOutput(Output):
    """One way to mend: what it does and the edits that it takes. `sure`: `thesis check --fix` applies it."""

    title: str
    sure: bool
    edits: list[EditOutput]


class DiagnosticOutput(Output):
    """A finding: stable code, sentence, mend, place (lines and columns from 1, the end is the column after
    the last character; null where there is none; in a workbook the sheet with its rows and columns), a word on the
    place, further places, and what does what the mend says: one fix that is sure, or alternatives."""

    code: str
    severity: str
    message: str
    hint: str | None
    file: str | None
    sheet: str | None
    line: int | None
    column: int | None
    end_line: int | None
    end_column: int | None
    column_utf16: int | None
    end_column_utf16: int | None
    length: int | None
    label: str | None
    related: list[RelatedPlace]
    fixes: list[FixOutput]


class TakenModule(Output):
    """A module that a rule file takes, and the file in which it was found."""

    name: str
    path: str


class CheckedFile(Output):
    """One rule file: its name, whether it is free of errors, all findings."""

    file: str
    name: str | None
    ok: bool
    fingerprint: str | None
    """The hash of what the rules mean (SHA-256); null where there are errors."""
    modules: list[TakenModule]
    diagnostics: list[DiagnosticOutput]
    mended: int
    """How many mistakes `--fix` mended, or with `--diff` would mend; `diagnostics` are those that are in the file now."""
    written: bool
    """Whether the file was replaced."""
    diff: str | None
    """With `--fix --diff`: what would change."""
    text: str | None
    """With `--fix` and standard input: the text as it should be."""


class CheckOutput(Output):
    """`thesis check --format json`."""

    schema_version: str = SCHEMA_VERSION
    files: list[CheckedFile]


class ExampleFileOutput(Output):
    """One file of an example: its language (thesis, yaml or console), its name (null: the main one) and its text."""

    language: str
    name: str | None
    text: str


class CodeOutput(Output):
    """The page of a code: what it means, what gives it, what mends it."""

    code: str
    severity: str
    sentence: str
    meaning: str
    wrong: list[ExampleFileOutput]
    right: list[ExampleFileOutput]


class CodesOutput(Output):
    """`thesis check --explain CODE --format json`: one code, or all."""

    schema_version: str = SCHEMA_VERSION
    codes: list[CodeOutput]


class FormattedFile(Output):
    """One rule file laid out: `layout` is canonical, changed, or refused (see `diagnostics`).

    `written` says whether the file was replaced; `diff` is there with `--diff`, `text` where standard input was read.
    """

    file: str
    layout: Literal["canonical", "changed", "refused"]
    written: bool
    diff: str | None
    text: str | None
    diagnostics: list[DiagnosticOutput]


class FmtOutput(Output):
    """`thesis fmt --format json`."""

    schema_version: str = SCHEMA_VERSION
    files: list[FormattedFile]


class GraphNode(Output):
    """A name: what it is and how it is made."""

    name: str
    title: str
    role: str
    written: str


class GraphEdge(Output):
    """`target` needs `source`."""

    source: str
    target: str


class GraphOutput(Output):
    """`thesis graph --format json`: nodes in the order of evaluation."""

    schema_version: str = SCHEMA_VERSION
    name: str
    title: str
    nodes: list[GraphNode]
    edges: list[GraphEdge]


class Expectation(Output):
    """One expectation of an example: whether it held, and what came instead."""

    written: str
    holds: str
    instead: str
    file: str
    line: int


class ExampleOutput(Output):
    """One example, the module or thesis that brought it, and its place. `changed`: it holds in its module and no longer
    with what the thesis says, which is no failure."""

    title: str
    origin: str
    file: str
    line: int
    passed: bool
    changed: bool
    given: list[str]
    expectations: list[Expectation]


class Missing(Output):
    """What no example that passed reaches: `name`'s `when` or `applies` with the truth that is wanted, or its row."""

    name: str
    part: Literal["when", "applies", "row"]
    wanted: bool | None
    row: int | None
    words: str
    origin: str
    file: str
    line: int


class CoverageOutput(Output):
    """How much the examples reach; the percent is rounded down."""

    covered: int
    total: int
    percent: int
    missing: list[Missing]


class Suggested(Output):
    """An example that would reach something missing, as it can be put into the rules."""

    title: str
    text: str
    covers: list[str]


class NotFound(Output):
    """Something missing for which no example was found, and what can be done."""

    words: str
    why: str
    file: str
    line: int


class SuggestionsOutput(Output):
    """Examples that would cover what is missing."""

    examples: list[Suggested]
    not_found: list[NotFound]


class TestedFile(Output):
    """One rule file's examples; coverage and suggestions where they were asked for."""

    file: str
    name: str
    passed: int
    failed: int
    changed: int
    examples: list[ExampleOutput]
    warnings: list[DiagnosticOutput]
    coverage: CoverageOutput | None
    suggestions: SuggestionsOutput | None


class TestOutput(Output):
    """`thesis test --format json`."""

    schema_version: str = SCHEMA_VERSION
    files: list[TestedFile]


class DiffSide(Output):
    """One of two rule files that are compared; `fingerprint` is the hash of what it means."""

    file: str
    name: str
    fingerprint: str


class DiffPlace(Output):
    """Where something stands, line and column from 1."""

    file: str
    line: int
    column: int


class DifferenceOutput(Output):
    """One difference in meaning: the part of a declaration (null: all of it), what stood, what stands."""

    group: str
    action: str
    keyword: str
    name: str
    part: str | None
    was: str | None
    now: str | None
    note: str | None
    before: DiffPlace | None
    after: DiffPlace | None


class EventDifference(Output):
    """A kill that had happened, or a catalyst that was judged, and by the rules after the edit is something else."""

    keyword: str
    name: str
    title: str
    was: str
    was_on: dt.date | None
    now: str
    now_on: dt.date | None


class DiffOutput(Output):
    """`thesis diff --format json`. `unmade`: where a company is named, what had been judged of it and is judged otherwise."""

    schema_version: str = SCHEMA_VERSION
    before: DiffSide
    after: DiffSide
    same: bool
    differences: list[DifferenceOutput]
    unmade: list[EventDifference]


class WitnessOutput(Output):
    """A world that shows a finding, run through the evaluator: what is given, what comes out; `text` can be pasted."""

    title: str
    given: list[str]
    expect: list[str]
    text: str


class ProofFinding(DiagnosticOutput):
    """A finding of a proof: the declaration, the row of a table (from 1; null where it is no row), what shows it (null
    where no example can)."""

    name: str
    row: int | None
    witness: WitnessOutput | None


class ProvedItem(Output):
    """One declaration that was looked at: `proven`, `finding` or `undecided`."""

    kind: str
    name: str
    state: str


class ProvedFile(Output):
    """One rule file: the days on which its params were looked at, what was looked at, what was found."""

    file: str
    name: str
    days: list[str]
    proved: list[ProvedItem]
    findings: list[ProofFinding]


class ProveOutput(Output):
    """`thesis prove --format json`; `budget` in seconds for each declaration."""

    schema_version: str = SCHEMA_VERSION
    budget: float
    files: list[ProvedFile]


class Listed(Output):
    """A rule file that is there."""

    name: str
    keyword: str
    title: str
    ticker: str | None
    path: str
    shadows: list[str]
    """Files of the same name in places further away: they are not taken."""


class ListedCompany(Output):
    """A company whose facts are there."""

    ticker: str
    name: str
    facts: int
    path: str


class ListOutput(Output):
    """`thesis list --format json`."""

    schema_version: str = SCHEMA_VERSION
    rules: list[Listed]
    companies: list[ListedCompany]


class NewOutput(Output):
    """`thesis new --format json`: the files that were written, the facts that were there already, and what to do next."""

    schema_version: str = SCHEMA_VERSION
    kind: str
    ticker: str
    rules: str
    written: list[str]
    kept: list[str]
    next: list[str]


class TemplatesOutput(Output):
    """`thesis templates export --format json`: the folder, the files that were written, and what to do next."""

    schema_version: str = SCHEMA_VERSION
    folder: str
    written: list[str]
    next: list[str]


def diagnostic_output(diagnostic: Diagnostic) -> DiagnosticOutput:
    """A diagnostic as the model."""
    return DiagnosticOutput.model_validate(to_json(diagnostic))


def code_output(page: Page, severity: str) -> CodeOutput:
    """The page of a code as the model."""
    return CodeOutput.model_validate({**asdict(page), "severity": severity})
