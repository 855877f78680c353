"""What the commands other than `report` print with `--format json`: pydantic models with published schemas.

In: diagnostics, graphs, test results. Out: models. Must not know the command line.
"""

from __future__ import annotations

from dataclasses import asdict

from pydantic import BaseModel, ConfigDict

from dsl.diagnostics import Diagnostic, to_json
from dsl.page import Page
from evaluator.result import SCHEMA_VERSION


class Output(BaseModel):
    """Every part: frozen, no unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_serialization_defaults_required=True)


class RelatedPlace(Output):
    """A second place of a diagnostic."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int
    text: str


class DiagnosticOutput(Output):
    """A finding: stable code, sentence, mend, place (lines and columns from 1, the end is the column after
    the last character; null where there is none), a word on the place, further places."""

    code: str
    severity: str
    message: str
    hint: str | None
    file: str | None
    line: int | None
    column: int | None
    end_line: int | None
    end_column: int | None
    length: int | None
    label: str | None
    related: list[RelatedPlace]


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
    """One example."""

    title: str
    origin: str
    passed: bool
    given: list[str]
    expectations: list[Expectation]


class TestedFile(Output):
    """One rule file's examples."""

    file: str
    name: str
    passed: int
    failed: int
    examples: list[ExampleOutput]


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


class DiffOutput(Output):
    """`thesis diff --format json`."""

    schema_version: str = SCHEMA_VERSION
    before: DiffSide
    after: DiffSide
    same: bool
    differences: list[DifferenceOutput]


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


def diagnostic_output(diagnostic: Diagnostic) -> DiagnosticOutput:
    """A diagnostic as the model."""
    return DiagnosticOutput.model_validate(to_json(diagnostic))


def code_output(page: Page, severity: str) -> CodeOutput:
    """The page of a code as the model."""
    return CodeOutput.model_validate({**asdict(page), "severity": severity})
