"""What the commands share that look at facts: whose facts are meant, and what rules say of their names.

In: arguments as typed. Out: companies with what is wrong with their files, programs. Must not know what a command prints.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dsl.link.library import Library
from dsl.program.program import Program
from evaluator.commands.common import settled
from evaluator.session.whose_facts import company_at, declaring

if TYPE_CHECKING:
    from evaluator.facts.model import Company


def programs(rules: Sequence[str], places: Library) -> list[Program]:
    """The rules that say what the names of facts are; ends the run where those that are named cannot."""
    return settled(declaring(rules, places))


def must(argument: str) -> Company:
    """A company without mistakes in its files; else the end of the run."""
    return settled(company_at(argument)).company
