"""How results show themselves in a notebook: small tables, texts, whole pages. Everything is escaped.

In: texts. Out: HTML without a script. Must not know what the texts mean.

A whole page (a report, a comparison) stands in its own frame: its looks stay inside, and the frame's `sandbox`
lets nothing in it run, whatever facts or rules hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

MAX_ROWS = 20
"""So many rows of a table are shown."""
MAX_TEXT = 200
"""So many characters of a cell."""
MAX_LINES = 200
_HEIGHT = 640


def cut(text: str, most: int = MAX_TEXT) -> str:
    """A text, its end left out where it is long."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def table(title: str, head: Sequence[str], rows: Iterable[Sequence[str]], notes: Iterable[str] = ()) -> str:
    """A title, a table of its first rows, and lines below it."""
    held = list(rows)
    lines = [f"<div><strong>{escape(cut(title))}</strong>"]
    if held:
        lines.append("<table><thead><tr>" + "".join(f"<th>{escape(h)}</th>" for h in head) + "</tr></thead><tbody>")
        for row in held[:MAX_ROWS]:
            cells = "".join(f'<td style="text-align:left">{escape(cut(cell))}</td>' for cell in row)
            lines.append(f"<tr>{cells}</tr>")
        lines.append("</tbody></table>")
    more = [f"… and {len(held) - MAX_ROWS} more"] if len(held) > MAX_ROWS else []
    lines += [f"<div>{escape(cut(note))}</div>" for note in (*more, *notes)]
    return "\n".join([*lines, "</div>"])


def texts(found: Iterable[str], title: str = "") -> str:
    """Texts as they stand, one below the other."""
    held = list(found)
    lines = [f"<div><strong>{escape(cut(title))}</strong></div>"] if title else []
    for text in held[:MAX_ROWS]:
        shown = text.splitlines()
        left = [f"… and {len(shown) - MAX_LINES} more lines"] if len(shown) > MAX_LINES else []
        lines.append(f"<pre>{escape(chr(10).join([*shown[:MAX_LINES], *left]))}</pre>")
    if len(held) > MAX_ROWS:
        lines.append(f"<div>… and {len(held) - MAX_ROWS} more</div>")
    return "\n".join(lines)


def framed(page: str, title: str) -> str:
    """A whole page in a frame in which nothing runs; a link in it may be opened in a new tab."""
    allowed = "allow-popups allow-popups-to-escape-sandbox"
    style = f"width:100%;height:{_HEIGHT}px;border:1px solid #D5D9DE;background:#FFFFFF"
    return f'<iframe title="{escape(cut(title))}" sandbox="{allowed}" style="{style}" srcdoc="{escape(page)}"></iframe>'
