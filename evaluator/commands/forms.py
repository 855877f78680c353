"""In which form a product is written: by `--format`, else by the ending of its file.

In: what was asked for. Out: the name of the form, or a usage error that lists what there is. Must not know how anything is
rendered, so that it is imported at once.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping
from pathlib import Path

import click

BINARY = {"pdf": "a PDF", "docx": "a Word document", "xlsx": "a workbook", "parquet": "a Parquet file"}
"""The forms that no screen shows, and what each is called."""
ENDINGS: Mapping[str, str] = {
    ".md": "md", ".markdown": "md", ".html": "html", ".htm": "html", ".json": "json", ".csv": "csv", ".svg": "svg",
    ".txt": "text", ".pdf": "pdf", ".docx": "docx", ".xlsx": "xlsx", ".parquet": "parquet",
}  # fmt: skip
"""What the ending of a file says of its form."""


def form_of(form: str | None, output: Path | None, forms: Collection[str], otherwise: str, lines: str = "text") -> str:
    """The form of a product: `form` where it was asked for, else what the ending of its file says, else `otherwise` (of a name
    without an ending, such as a pipe). `lines`: the form that a `.txt` is.

    Ends the run where the ending says nothing, where it names another kind of file than was asked for (a PDF called
    memo.html), and where a screen would be sent a PDF.
    """
    said = ENDINGS.get(output.suffix.lower()) if output is not None else None
    said = lines if said == "text" else said
    if form is None and output is not None and output.suffix and said not in forms:
        named = [ending for ending, of in ENDINGS.items() if (lines if of == "text" else of) in forms]
        raise click.UsageError(
            f"`{output.suffix}` does not say in which form {output.name} is to be written; end its name in one of "
            f"{', '.join(named)}, or say --format {'|'.join(forms)}"
        )
    chosen = form or said or otherwise
    if output is not None and said is not None and said != chosen and (said in BINARY or chosen in BINARY):
        ending = next((ending for ending, of in ENDINGS.items() if of == chosen), ".txt")
        raise click.UsageError(
            f"{output.name} is what {BINARY.get(said, f'a file of the form {said}')} is called, and --format says {chosen}: "
            f"end its name in {ending}"
        )
    if chosen in BINARY and output is None and (sys.stdout is None or sys.stdout.isatty()):
        raise click.UsageError(f"{BINARY[chosen]} is not for the screen; name a file with -o")
    return chosen
