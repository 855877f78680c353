"""A file as somebody works on it: its text over the disk, one place marked, and random edits as an editor makes them."""

from __future__ import annotations

from pathlib import Path

from hypothesis import strategies as st

from dsl.ide.view import View
from dsl.text.files import DISK, Files
from dsl.text.record import record
from dsl.workspace.workspace import Memory, Workspace
from tests.paths import CASES, RULES

MARK = "‸"
FOLDERS = (RULES, RULES / "library")
HERE = RULES / "edited_here.thesis"


@record
class Marked:
    """A view of a text, and the offset that was marked in it."""

    view: View
    at: int


def looked_at(text: str, path: Path = HERE, files: Files = DISK, memory: Memory | None = None) -> Marked:
    """A text with `‸` at the place that is meant (its end where there is none), as the newest text of a file."""
    workspace = Workspace(FOLDERS, files, memory)
    at = text.find(MARK)
    workspace.open(path, text.replace(MARK, ""))
    view = View(workspace.snapshot(), path)
    return Marked(view, at if at >= 0 else len(view.text))


SMALL = """thesis small "Small"
  for ACME
input revenue "Revenue" : money per quarter
input stage "Stage" : choice of (early, growing, late)
input routes "Routes" : set of (shops, cloud)
param strong "What counts as strong" = 20%
  source "The plan"
metric growth "Growth" = yoy(revenue)
pillar demand "Is there demand?"
bull grows "It grows" on demand
  when growth > strong
  because "It grows by {growth}."
verdict call "The call"
  when demand is supported then "Buy" bullish
  otherwise "Wait" neutral
kill stops "It stops" by 2027-06-30
  when growth < 0%
catalyst results "Results" on 2026-08-20
  expects growth > 25%
"""
"""Rules with a declaration of most kinds."""

TEXTS = [
    SMALL,
    (RULES / "ai_infrastructure.thesis").read_text("utf-8"),
    *(path.read_text("utf-8") for path in sorted((CASES / "invalid").glob("*.thesis"))),
]
_BITS = [
    "", " ", "\n", "\n\n", '"', "(", ")", ",", "#", "{", "}", "=", "metric ", "bull ", "uses ", "when ", "is ", "revenue",
    "growth", "20%", "1.", "for 4 quarters", "override ", "\u202e", "é", "🐉", "\r", "\ufeff", "\0",
]  # fmt: skip


@st.composite
def edits(draw: st.DrawFn) -> list[str]:
    """A text and what becomes of it, edit by edit."""
    text = draw(st.sampled_from(TEXTS))
    found = [text]
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.sampled_from((0, 0, 1, 1, 5, 40))))
        text = text[:start] + draw(st.sampled_from(_BITS)) + text[end:]
        found.append(text)
    return found
