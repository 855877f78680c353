"""A result as JSON.

In: a model. Out: text. Must not know templates: what reads JSON never waits for jinja2.
"""

from __future__ import annotations

from pydantic import BaseModel

from dsl.text.hidden import escaped


def render_json(result: BaseModel) -> str:
    """The result as JSON; the same bytes for the same result."""
    return escaped(result.model_dump_json(indent=2)) + "\n"
