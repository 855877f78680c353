"""The templates that ship, copied to where an analyst changes them.

In: two folders. Out: the files written, or what stood in the way. Must not know what a template says.
"""

from __future__ import annotations

import os
from pathlib import Path

from dsl.text.diagnostics import Diagnostic
from evaluator.codes.messages import make
from evaluator.render.templating.house import FILE
from evaluator.render.templating.loading import SHIPPED, templates_in
from evaluator.session.writing import put_new

_STARTERS = {
    "memo.html.j2": f"""{{# Your memo as a page. Each block stands in {SHIPPED}memo.html.j2: write those that are yours, and leave
   the others out. docs/templates.md lists what a template can read. #}}
{{% extends "{SHIPPED}memo.html.j2" %}}
{{% block footnote %}}
<p>Made by {{{{ house.name if house else "our desk" }}}} on facts known on {{{{ r.as_of|long_date }}}}.</p>
{{% endblock %}}
""",
    "memo.md.j2": f"""{{# Your memo as Markdown. Each block stands in {SHIPPED}memo.md.j2. #}}
{{% extends "{SHIPPED}memo.md.j2" %}}
{{% block footnote %}}
Made by {{{{ house.name if house else "our desk" }}}} on facts known on {{{{ r.as_of|long_date }}}}.
{{% endblock %}}
""",
    FILE: """# The look of your house. Take the # away from what you fill in; colours stand in quotes.
name: Our desk
# logo: logo.png                     # a PNG, JPEG, GIF, WebP or SVG file beside this one
# colours: {accent: "#1f4e79"}       # ink, muted, paper, page, line, accent, good, bad, warn
# dark: {accent: "#8ab6df"}          # the same on a dark screen
# fonts: {headings: [Georgia, serif], text: [Arial, sans-serif]}
# disclaimer: For professional investors only.
""",
}
"""What an analyst begins with: templates that change one block, and a house style."""


def export(shipped: Path, folder: Path) -> tuple[list[Path], list[Diagnostic]]:
    """Writes templates to begin with, and below `shipped/` every template that ships, to look things up in.

    Out: what was written, and what stood in the way. Nothing that is there is overwritten: where one file is there already,
    nothing is written at all.
    """
    texts = dict(_STARTERS)
    texts |= {f"{SHIPPED}{name}": (shipped / name).read_text(encoding="utf-8") for name in templates_in(shipped)}
    there = [folder / name for name in texts if os.path.lexists(folder / name)]
    if there:
        mend = "name a new folder; nothing that is there is overwritten"
        return [], [make("C002", None, at=str(there[0]), what="the file is there already", mend=mend)]
    written: list[Path] = []
    for name, text in texts.items():
        path = folder / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            reason = f"the folder cannot be made: {(error.strerror or str(error)).lower()}"
            return written, [make("C002", None, at=str(path.parent), what=reason, mend="name another folder")]
        problem = put_new(text, path)
        if problem is not None:
            return written, [problem]
        written.append(path)
    return written, []
