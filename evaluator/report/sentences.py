"""The sentences of the rules with their figures filled in, where they may be said.

In: an `Evaluation`, templates. Out: texts. Must not know templates of pages.

A sentence is said where what it stands for holds. One that speaks of a figure that is missing, or not meaningful, is left
out, and what is missing is named in its place.
"""

from __future__ import annotations

import re

from dsl.program import program as p
from dsl.types.units import ANY
from evaluator.engine.evaluation import Evaluation, State
from evaluator.report.checks import in_words, shown_type
from evaluator.report.reasons import deciders
from evaluator.values.display import describe
from evaluator.values.values import Figure, Single

_SENTENCE = re.compile(r"(?<=[.!?;])\s+")
_MARK = "\x00"


def phrase(evaluation: Evaluation, template: p.Template) -> str:
    """A text with its figures filled in; '' where there is none."""
    parts: list[str] = []
    missing: list[tuple[str, Single]] = []
    for part in template:
        if isinstance(part, str):
            parts.append(part)
            continue
        found = evaluation.at(part)
        if isinstance(found.value, Figure) and not found.value.known:
            parts.append(_MARK)
            missing.append((in_words(evaluation.program, part), found.value))
        else:
            kind = shown_type(evaluation.program, part)
            parts.append(describe(found.value, kind, found.currency or evaluation.view.currency))
    text = "".join(parts)
    if not missing:
        return text
    said = " ".join(s for s in _SENTENCE.split(text) if _MARK not in s)
    said = re.sub(r"[;,]$", ".", said)
    return " ".join(x for x in (said, _missing(missing)) if x)


def _missing(missing: list[tuple[str, Single]]) -> str:
    unknown = list(dict.fromkeys(name for name, value in missing if not (isinstance(value, Figure) and value.nm)))
    nothing = list(dict.fromkeys(name for name, value in missing if isinstance(value, Figure) and value.nm))
    words = [f"Not known: {', '.join(unknown)}."] if unknown else []
    words += [f"Not meaningful: {', '.join(nothing)}."] if nothing else []
    return " ".join(words)


def condition_sentence(evaluation: Evaluation, condition: p.Condition) -> str:
    """What is said of a condition: its `because` where it holds, its `else because` where it does not, else nothing."""
    state = evaluation.judged[condition.name].state
    if state is State.TRUE:
        return phrase(evaluation, condition.because)
    return phrase(evaluation, condition.otherwise) if state is State.FALSE else ""


def why_not(evaluation: Evaluation, judged: p.Pillar | p.Verdict) -> str:
    """Why a pillar or a table does not apply, by the names that decide it: `Sector is bank`."""
    if judged.applies is None:
        return ""
    program, said = evaluation.program, []
    for name in sorted(deciders(evaluation, judged.applies)):
        declared = program.declared(name)
        kind = shown_type(program, p.Ref(declared.span, getattr(declared, "type", ANY), name)).single
        said.append(f"{declared.title} is {describe(evaluation.of(name), kind, evaluation.view.currency)}")
    return "; ".join(said) or f"it applies only where {judged.applies.text}"
