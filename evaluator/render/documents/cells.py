"""A sheet of a workbook under way: texts that stay texts, rows as high as their texts.

In: texts, numbers, formulas. Out: cells. Must not know what they are about.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import ceil
from typing import Any

from evaluator.render.documents.excel import short
from evaluator.render.languages.speaking import english, term
from evaluator.render.memo.words import plain

_LINE = 15
"""How high a line is, in points."""
_HIGHEST = 400
_A4 = 9


_CLOSED = (
    "true", "false", "unknown", "not applicable", "not meaningful", "contested", "supported", "undermined", "open", "not decided",
    "bull", "bear", "none",
)  # fmt: skip
"""The words that formulas compare and come to. No text from outside is part of a formula, so that no other is met in one."""
_WORDS = re.compile(f'"({"|".join(_CLOSED)})"')


def _word(word: str) -> str:
    """A closed word in the language that is spoken; any other text as it is."""
    return word if english() or word not in _CLOSED else term(word)


class Sheet:
    """A sheet with columns of given widths, in characters."""

    def __init__(self, book: Any, name: str, wide: Sequence[float], frozen: tuple[int, int] = (0, 0)) -> None:
        self.made = book.add_worksheet(name)
        self._wide = tuple(wide)
        self._lines: dict[int, int] = {}
        for column, width in enumerate(wide):
            self.made.set_column(column, column, width)
        if frozen != (0, 0):
            self.made.freeze_panes(*frozen)
        self.made.set_landscape()
        self.made.set_paper(_A4)
        self.made.fit_to_pages(1, 0)
        self.made.set_footer("&L&A&R&P / &N")

    def heads(self, texts: Sequence[str], look: Any) -> None:
        """The first row, repeated on each page."""
        self.texts(0, texts, look)
        self.made.repeat_rows(0)

    def texts(self, row: int, texts: Sequence[str], look: Any, first: int = 0) -> None:
        """Texts beside each other, none of which is a formula or a link, whatever it says; the row becomes as high as they need."""
        for column, text in enumerate(texts, first):
            said = short(plain(text))
            self.made.write_string(row, column, said, look)
            wide = self._wide[column] if column < len(self._wide) else 9
            self._lines[row] = max(self._lines.get(row, 1), ceil(len(said) / wide))

    def line(self, row: int, text: str, look: Any) -> None:
        """A text that may run over the columns beside it."""
        self.made.write_string(row, 0, short(plain(text)), look)

    def number(self, row: int, column: int, value: float, look: Any) -> None:
        """A number."""
        self.made.write_number(row, column, value, look)

    def formula(self, row: int, column: int, text: str, value: float | str | None, look: Any) -> None:
        """A formula (without its `=`) with what it comes to."""
        said = _WORDS.sub(lambda at: f'"{_word(at[1])}"', text)
        value = _word(value) if isinstance(value, str) else value
        self.made.write_formula(row, column, f"={said}", look, value if value is not None else "")

    def close(self) -> None:
        """Makes each row as high as its texts need."""
        for row, lines in self._lines.items():
            if lines > 1:
                self.made.set_row(row, min(lines * _LINE, _HIGHEST))
