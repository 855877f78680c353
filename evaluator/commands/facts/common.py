"""What the commands share that look at facts: what rules say of their names.

In: arguments as typed. Out: programs. Must not know what a command prints.
"""

from __future__ import annotations

from collections.abc import Sequence

from dsl.link.library import Library
from dsl.program.program import Program
from evaluator.commands.common import settled
from evaluator.session.whose_facts import declaring


def programs(rules: Sequence[str], places: Library) -> list[Program]:
    """The rules that say what the names of facts are; ends the run where those that are named cannot."""
    return settled(declaring(rules, places))
