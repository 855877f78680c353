"""Makes `templates.table`: each template of the project as jinja2 compiles it, for both formats.

In: the templates, the environments that fill them in. Out: the table. Must not be needed at a run.
"""

from __future__ import annotations

import json
import sys
import zlib
from pathlib import Path

import jinja2
from jinja2 import Environment

from evaluator.render import compare, page, screen
from evaluator.render.page import Format, bundled
from evaluator.render.ready_made import TABLE, ReadyMade, seal, shipped

_GRID, _SCREEN = "compare.", "screen.html"
_STYLES = (".css.j2", ".js.j2")


def codes(format: Format, folder: Path) -> dict[str, tuple[str, str]]:
    """Each template of a format with the checksum of its text and the Python text that jinja2 makes of it."""
    found: dict[str, tuple[str, str]] = {}
    memo, grid = page.environment(format, folder), compare.environment_of_grid(format, folder)
    names = screen.environment_of_screen(folder)
    for name in sorted(memo.list_templates()):
        if name.endswith(f".{format}.j2") or (format == "html" and name.endswith(_STYLES)):
            text = (folder / name).read_text(encoding="utf-8")
            found[name] = (
                ReadyMade({}).get_source_checksum(text),
                _code(grid if _GRID in name else names if _SCREEN in name else memo, text, name),
            )
    return found


def _code(jinja: Environment, text: str, name: str) -> str:
    return jinja.compile(text, name, raw=True)


def table() -> dict[str, object]:
    """All that the table holds."""
    forms: tuple[Format, ...] = ("html", "md")
    return {"jinja2": jinja2.__version__, "seal": seal(), "templates": {form: codes(form, bundled()) for form in forms}}


def main() -> None:
    """Writes the table, if the one there is not of these templates."""
    made = table()
    if "--force" not in sys.argv and shipped() is not None and made["templates"] == shipped():
        print(f"{TABLE.name} is of these templates")
        return
    TABLE.write_bytes(zlib.compress(json.dumps(made, separators=(",", ":")).encode(), 9))
    print(f"{TABLE.name} is made anew")


if __name__ == "__main__":
    main()
