"""The result as JSON.

In: a `Report`. Out: text. Must not know templates: what reads JSON never waits for jinja2.
"""

from __future__ import annotations

import json

from dsl.text.hidden import escaped
from evaluator.schema.report import Report


def render_json(report: Report) -> str:
    """The report as JSON; the same bytes for the same report."""
    made = json.dumps(report.model_dump(mode="json"), indent=2, ensure_ascii=False, allow_nan=False)
    return escaped(made) + "\n"
