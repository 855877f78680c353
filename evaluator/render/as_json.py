"""The result as JSON.

In: a `Report`. Out: text. Must not know templates: what reads JSON never waits for jinja2.
"""

from __future__ import annotations

from dsl.text.hidden import escaped
from evaluator.schema.report import Report


def render_json(report: Report) -> str:
    """The report as JSON; the same bytes for the same report."""
    return escaped(report.model_dump_json(indent=2)) + "\n"
