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
from evaluator.report.checks import in_words, shown, shown_at, shown_type
from evaluator.report.reasons import deciders
from evaluator.schema.parts import Piece
from evaluator.values.values import Figure, Single

_SENTENCE = re.compile(r"(?<=[.!?;])\s+")


def phrase(evaluation: Evaluation, template: p.Template) -> str:
    """A text with its figures filled in; '' where there is none."""
    return "".join(piece.text for piece in pieces(evaluation, template))


def pieces(evaluation: Evaluation, template: p.Template) -> list[Piece]:
    """The same in pieces: each figure with the names that stand behind it. Sentences that speak of what is not known are left
    out, and what is missing is named behind the others."""
    sentences: list[list[Piece]] = [[]]
    missing: list[tuple[str, Single]] = []
    spoilt: set[int] = set()
    for part in template:
        if isinstance(part, str):
            first, *others = _SENTENCE.split(part)
            sentences[-1].append(Piece(text=first))
            sentences += [[Piece(text=other)] for other in others]
            continue
        found = evaluation.at(part)
        if not found.value.known:
            spoilt.add(len(sentences) - 1)
            missing.append((in_words(evaluation.program, part), found.value))
        else:
            kind = shown_type(evaluation.program, part)
            text = shown_at(evaluation, found, kind).text
            names = list(dict.fromkeys(node.name for node in p.walk(part) if isinstance(node, p.Ref)))
            sentences[-1].append(Piece(text=text, names=names, written=part.text))
    kept = [[x for x in one if x.text] for at, one in enumerate(sentences) if at not in spoilt]
    said = [one for one in kept if one]
    if not missing:
        return _joined(said)
    if said and said[-1][-1].text[-1:] in (";", ","):
        said[-1][-1] = said[-1][-1].model_copy(update={"text": said[-1][-1].text[:-1] + "."})
    return _joined([*said, [Piece(text=_missing(missing))]])


def _joined(sentences: list[list[Piece]]) -> list[Piece]:
    """Sentences one after the other, with a space between them."""
    space = Piece(text=" ")
    return [piece for at, one in enumerate(sentences) for piece in ([space] if at else []) + one]


def _missing(missing: list[tuple[str, Single]]) -> str:
    unknown = list(dict.fromkeys(name for name, value in missing if not (isinstance(value, Figure) and value.nm)))
    nothing = list(dict.fromkeys(name for name, value in missing if isinstance(value, Figure) and value.nm))
    words = [f"Not known: {', '.join(unknown)}."] if unknown else []
    words += [f"Not meaningful: {', '.join(nothing)}."] if nothing else []
    return " ".join(words)


def condition_sentence(evaluation: Evaluation, condition: p.Condition) -> str:
    """What is said of a condition: its `because` where it holds, its `else because` where it does not, else nothing."""
    return phrase(evaluation, condition_template(evaluation, condition))


def condition_template(evaluation: Evaluation, condition: p.Condition) -> p.Template:
    """What is said of a condition, before figures are filled in."""
    state = evaluation.judged[condition.name].state
    if state is State.TRUE:
        return condition.because
    return condition.otherwise if state is State.FALSE else ()


def why_not(evaluation: Evaluation, judged: p.Pillar | p.Verdict) -> str:
    """Why a pillar or a table does not apply, by the names that decide it: `Sector is bank`."""
    if judged.applies is None:
        return ""
    program, said = evaluation.program, []
    for name in sorted(deciders(evaluation, judged.applies)):
        declared = program.declared(name)
        kind = shown_type(program, p.Ref(declared.span, getattr(declared, "type", ANY), name)).single
        said.append(f"{declared.title} is {shown(evaluation, evaluation.of(name), kind, name=name).text}")
    return "; ".join(said) or f"it applies only where {judged.applies.text}"
