"""Rule files from Python: checked, with their findings as values.

In: rules by name, path or text. Out: `Rules`. Must not know companies or how rules are evaluated.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any

from thesis.errors import Diagnostic, diagnostics, settled, short
from thesis.pages import texts

if TYPE_CHECKING:
    from dsl.check.checker import Checked
    from dsl.link.library import Library
    from thesis.asked import Paths


@dataclass(frozen=True, slots=True, repr=False)
class Rules:
    """Rules as they were when they were read: what changes on disk afterwards changes nothing here.

    Two are equal where all that was read is. `checked` and `library` are the program's own, for `evaluate` and the like.
    """

    checked: Checked
    library: Library = field(compare=False)

    @property
    def ok(self) -> bool:
        """Whether they are free of errors, so that they can be evaluated."""
        return self.checked.program is not None

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Errors and warnings, in the order of the text."""
        return diagnostics(self.checked.diagnostics)

    @property
    def name(self) -> str:
        """The name after `rules` or `thesis`; '' where there is none."""
        return self.checked.linked.name

    @property
    def title(self) -> str:
        """The title; the name where none is written."""
        header = self.checked.linked.header
        return (header.title or header.name.name) if header is not None else ""

    @property
    def ticker(self) -> str | None:
        """The company that a thesis is for; None of rules for any company."""
        header = self.checked.linked.header
        return header.ticker if header is not None else None

    @property
    def path(self) -> str:
        """The file, as messages name it."""
        return self.checked.source.path

    @property
    def text(self) -> str:
        """The text of the file."""
        return self.checked.source.text

    @property
    def fingerprint(self) -> str | None:
        """The hash of what they mean (SHA-256), after all that they use; None where there are errors."""
        return self.checked.fingerprint() if self.ok else None

    def screen(self, universe: Any, **asked: Any) -> Any:
        """The names of a universe judged by these rules, as a `thesis.Screen`: what `thesis.screen` takes behind the rules. (It is
        looked up when it is called: a screen knows rules, and rules know no screen.)"""
        return import_module("thesis").screen(self, universe, **asked)

    def __repr__(self) -> str:
        from dsl.text.diagnostics import summary

        return short(f"<{self.name or self.path}: {summary(self.checked.diagnostics) or 'no errors'}>")

    def _repr_html_(self) -> str:
        from dsl.text.diagnostics import summary

        found = self.diagnostics
        said = summary(self.checked.diagnostics) or "no errors"
        return texts([d.text for d in found], title=f"{self.name or self.path}: {said}")


def check(rules: str | os.PathLike[str] | Rules, *, library: Paths | None = None) -> Rules:
    """Rules with their findings: `.ok`, `.diagnostics`.

    In: a name such as "alibaba", a path, or the rules themselves as text (a string of several lines, or one that begins
    as a declaration does); folders in which modules are looked for before all others. Out: the rules, whatever their
    mistakes. Raises ThesisError where there are no such rules, or the file cannot be read.
    """
    from thesis.asked import library_of, open_rules

    if isinstance(rules, Rules) and library is None:
        return rules
    places = library_of(library)
    return Rules(rules.checked if isinstance(rules, Rules) else open_rules(rules, places), places)


def load(rules: str | os.PathLike[str] | Rules, *, library: Paths | None = None) -> Rules:
    """Rules without errors, to be evaluated many times: what `check` takes, read and checked once.

    Raises ThesisError with all errors where there are any.
    """
    from evaluator.session.service import without_errors

    found = check(rules, library=library)
    settled(without_errors(found.checked))
    return found
