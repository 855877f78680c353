"""Judgements that are decided and yet in doubt: by a ratio whose denominator is below 0, by a fact that looks wrong; and all
that stands above the verdicts, as sentences.

In: an `Evaluation`, what looks wrong in its facts. Out: `Doubt`s, `Suspect`s, `Alert`s. Must not know templates.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from dsl.program import program as p
from dsl.program.declared import valuations
from dsl.program.worth import is_enterprise_value
from dsl.types.units import ANY, Kind
from evaluator.engine.evaluation import Evaluation, State
from evaluator.facts.canonical import states
from evaluator.known.finding import Found
from evaluator.report.checks import asked_parts, in_words, shown, shown_at, shown_type
from evaluator.report.events import alarms
from evaluator.report.reasons import rests
from evaluator.schema import report as r
from evaluator.values.values import Figure, Truth, Words

_DECIDED = (State.TRUE, State.FALSE)

# --- facts that look wrong ------------------------------------------------------------------------------------


def suspects(evaluation: Evaluation, findings: Sequence[Found]) -> list[r.Suspect]:
    """The findings in the facts on which a judgement rests that is decided, those under the most judgements first: a reader of
    the verdicts must know them before the verdicts."""
    judged = list(_judged(evaluation))
    found = []
    for one in findings:
        names = [name for name, facts in judged if one.touches(facts)]
        if names:
            said, titles = one.finding, [evaluation.program.declared(name).title for name in names]
            found.append(
                r.Suspect(code=said.code, message=said.message, mend=said.hint or "", names=names, judgements=titles)
            )
    return sorted(found, key=lambda suspect: -len(suspect.judgements))


def _judged(evaluation: Evaluation) -> Iterator[tuple[str, frozenset[int]]]:
    """What is decided, the verdicts first, and the facts that it rests on."""
    program = evaluation.program
    for verdict in program.verdicts.values():
        words = evaluation.values[verdict.name]
        if isinstance(words, Words) and words.known:
            yield verdict.name, frozenset(words.facts)
    for name in program.conditions:
        if evaluation.judged[name].state in _DECIDED:
            yield name, frozenset(evaluation.judged[name].truth.facts)
    for valued in valuations(program.metrics):
        upside = evaluation.single(valued.upside)
        if upside.known:
            yield valued.name, frozenset(upside.facts)
    today = {states(bound.fact): bound.number for bound in evaluation.view.facts} if evaluation.events else {}
    for event in evaluation.events.values():
        then = event.evaluation if event.evaluation is not None else evaluation
        numbers = then.of(event.name).facts
        known = (states(one.fact) for number in numbers if (one := then.view.by_number.get(number)) is not None)
        facts = frozenset(today[said] for said in known if said in today)
        yield event.name, facts


# --- ratios that may mean nothing -----------------------------------------------------------------------------


def doubts(evaluation: Evaluation) -> list[r.Doubt]:
    """The judgements that are decided by a ratio whose denominator is below 0 today. Where the rules say when a ratio means
    something, it decides nothing; where they do not, whoever reads the verdict must know."""
    found = dict[tuple[str, str, str], r.Doubt]()
    for name, expr in _deciding(evaluation):
        for owner, ratio in _below_zero(evaluation, expr):
            doubt = _doubt(evaluation, name, owner, ratio)
            found.setdefault((name, doubt.figure, doubt.denominator), doubt)
    for one in valuations(evaluation.program.metrics):
        value = evaluation.of(one.name)
        for owner, ratio in _below_zero(evaluation, _ref(one)) if not (isinstance(value, Figure) and value.nm) else ():
            doubt = _doubt(evaluation, one.name, owner, ratio)
            found.setdefault((one.name, doubt.figure, doubt.denominator), doubt)
    return list(found.values())


def _doubt(evaluation: Evaluation, name: str, owner: str, ratio: p.Arithmetic) -> r.Doubt:
    program, under = evaluation.program, ratio.right
    return r.Doubt(
        name=name,
        title=program.declared(name).title,
        says=_says(evaluation, name),
        figure=program.metrics[owner].title if owner else in_words(program, ratio),
        denominator=in_words(program, under),
        value=shown_at(evaluation, evaluation.at(under), shown_type(program, under).single),
    )


def _deciding(evaluation: Evaluation) -> Iterator[tuple[str, p.Expr]]:
    """The comparisons by which each judgement came out as it did; of a table those of the row that gives the outcome."""
    program = evaluation.program
    asked: tuple[p.Condition | p.Kill, ...] = (*program.conditions.values(), *program.kills.values())
    for judged in asked:
        state = evaluation.judged.get(judged.name)
        if state is None or state.state in _DECIDED:
            yield from ((judged.name, atom) for atom in _as_whole(evaluation, judged.when))
    for verdict in program.verdicts.values():
        holds = next((row for row, truth in evaluation.row_truths(verdict) if truth.value), None)
        if holds is not None and holds.when is not None:
            yield from ((verdict.name, atom) for atom in _as_whole(evaluation, holds.when))


def _as_whole(evaluation: Evaluation, expr: p.Expr) -> Iterator[p.Expr]:
    """The comparisons in an expression that came out as it did, where it is decided."""
    if expr.address not in evaluation.trace:
        return
    whole = evaluation.truth(expr)
    if whole.known:
        asked = partial(asked_parts, evaluation)
        yield from (atom for atom in p.atoms(expr, asked) if evaluation.truth(atom).value is whole.value)


def _below_zero(evaluation: Evaluation, expr: p.Expr) -> Iterator[tuple[str, p.Arithmetic]]:
    """The ratios under an expression whose denominator is below 0, through the formulas of metrics, each with the metric it
    stands in."""
    for owner, node in _under(evaluation, expr):
        if isinstance(node, p.Arithmetic) and node.operator == "/" and _negative(evaluation, node.right):
            yield owner, node


def _under(evaluation: Evaluation, expr: p.Expr) -> Iterator[tuple[str, p.Expr]]:
    """An expression and all that it is made of today, through the formulas of metrics, each with the metric it stands in."""
    program, seen = evaluation.program, set[str]()
    waiting: list[tuple[str, p.Expr]] = [("", expr)]
    while waiting:
        owner, each = waiting.pop()
        for node in _made_of(evaluation, each):
            yield owner, node
            if isinstance(node, p.Ref) and node.name in program.metrics and node.name not in seen:
                seen.add(node.name)
                if node.name not in evaluation.given and node.name not in evaluation.world.replaced:
                    waiting.append((node.name, program.metrics[node.name].value))


def _made_of(evaluation: Evaluation, expr: p.Expr) -> Iterator[p.Expr]:
    """An expression and what it is made of today: of an `if` what was asked and taken. A ratio behind a condition that does
    not hold decides nothing."""
    stack = [expr]
    while stack:
        node = stack.pop()
        yield node
        evaluated = isinstance(node, p.If) and node.conditions[0].address in evaluation.trace
        stack += asked_parts(evaluation, node) if evaluated and isinstance(node, p.If) else p.children(node)


def _negative(evaluation: Evaluation, under: p.Expr) -> bool:
    if isinstance(under, p.Const) or under.address not in evaluation.trace:
        return False
    value = evaluation.single(under)
    return isinstance(value, Figure) and value.known and value.high < 0


def _says(evaluation: Evaluation, name: str) -> str:
    value = evaluation.of(name)
    if isinstance(value, Words):
        return " or ".join(value.possible or ())
    if isinstance(value, Truth):
        return "true" if value.value else "false"
    declared = evaluation.program.declared(name)
    return shown(evaluation, value, shown_type(evaluation.program, _ref(declared)).single, name=name).text


def _ref(declared: p.Declared) -> p.Ref:
    return p.Ref(declared.span, getattr(declared, "type", ANY), declared.name)


# --- multiples of what is below 0, texts that may be one -------------------------------------------------------


def _spelled_apart(evaluation: Evaluation, expr: p.Expr) -> Iterator[tuple[str, str]]:
    """The texts under a comparison that count as two, and differ in capitals, spaces and marks alone."""
    for _, node in _under(evaluation, expr):
        if not isinstance(node, p.IsSame | p.IsWord) or node.operand.type.kind is not Kind.TEXT:
            continue
        one = _text(evaluation, node.operand)
        other = node.word if isinstance(node, p.IsWord) else _text(evaluation, node.other)
        if one != other and one and other and _bare(one) == _bare(other):
            yield one, other


def _text(evaluation: Evaluation, expr: p.Expr) -> str | None:
    value = evaluation.single(expr) if expr.address in evaluation.trace or isinstance(expr, p.Ref) else None
    return value.possible[0] if isinstance(value, Words) and value.known and value.possible else None


def _bare(text: str) -> str:
    """A text without what two ways to write one name differ in."""
    return "".join(character for character in text.casefold() if character.isalnum())


def _worth_below_zero(evaluation: Evaluation) -> Iterator[tuple[str, str]]:
    """The judgements that are decided by a multiple of an enterprise value that is below 0 today, with a sentence."""
    program, found = evaluation.program, dict[tuple[str, str], str]()
    for name, expr in _deciding(evaluation):
        for _, node in _under(evaluation, expr):
            if not isinstance(node, p.Arithmetic) or node.operator != "/" or not _negative(evaluation, node.left):
                continue
            if is_enterprise_value(program, node.left):
                worth = in_words(program, node.left)
                value = shown_at(evaluation, evaluation.at(node.left), shown_type(program, node.left).single).text
                said = f"{program.declared(name).title} is {_says(evaluation, name)}, and may mean nothing"
                found.setdefault((name, worth), f"{said}: it rests on a multiple of {worth}, which is {value}")
    yield from ((name, text) for (name, _), text in found.items())


def _spellings(evaluation: Evaluation) -> Iterator[tuple[str, str]]:
    """The judgements that are decided by such texts, with a sentence."""
    found: dict[tuple[str, str, str], str] = {}
    for name, expr in _deciding(evaluation):
        for one, other in _spelled_apart(evaluation, expr):
            why = f'"{one}" and "{other}" count as two texts, and differ in capitals, spaces or marks alone'
            title = evaluation.program.declared(name).title
            found.setdefault(
                (name, one, other), f"{title} is {_says(evaluation, name)}, and may rest on a spelling: {why}"
            )
    yield from ((name, text) for (name, _, _), text in found.items())


# --- all of it, as sentences ----------------------------------------------------------------------------------


def alerts(evaluation: Evaluation, findings: Sequence[Found]) -> list[r.Alert]:
    """What stands above the verdicts as one sentence each, with all that rests on it: whoever shows an outcome shows these."""
    said = [
        *((alarm.kind, [alarm.name], _alarmed(alarm)) for alarm in alarms(evaluation)),
        *(("finding", suspect.names, _suspected(suspect)) for suspect in suspects(evaluation, findings)),
        *(("below zero", [doubt.name], _doubted(doubt)) for doubt in doubts(evaluation)),
        *(("worth below zero", [name], text) for name, text in _worth_below_zero(evaluation)),
        *(("spelling", [name], text) for name, text in _spellings(evaluation)),
    ]
    if not said:
        return []
    program = evaluation.program
    judged = {**program.conditions, **program.pillars, **program.verdicts, **program.kills, **program.catalysts}
    judged |= {one.name: one for one in valuations(program.metrics)}
    under = {name: rests(evaluation, name) for name in judged}
    return [
        r.Alert(kind=kind, names=[name for name in judged if not under[name].isdisjoint(about)], text=text)
        for kind, about, text in said
    ]


def alerts_of(evaluation: Evaluation, findings: Sequence[Found], name: str) -> list[r.Alert]:
    """What a reader of one name must know first: of a judgement, a pillar or a table what it rests on; of a figure, that it
    divides by one below 0, or is made of facts that look wrong."""
    program = evaluation.program
    if name in {*program.conditions, *program.pillars, *program.verdicts, *program.kills, *program.catalysts}:
        return [alert for alert in alerts(evaluation, findings) if name in alert.names]
    declared, facts = program.declared(name), frozenset(evaluation.of(name).facts)
    odd = [one.finding for one in findings if one.touches(facts)]
    texts = [_in_doubt(said.code, said.message, said.hint or "", [declared.title or name]) for said in odd]
    doubted = [_doubt(evaluation, name, *found) for found in _below_zero(evaluation, _ref(declared))]
    return [
        *(r.Alert(kind="finding", names=[], text=text) for text in texts),
        *(r.Alert(kind="below zero", names=[], text=_doubted(doubt)) for doubt in doubted),
    ]


def _alarmed(alarm: r.Alarm) -> str:
    if alarm.kind == "kill":
        return f"{alarm.title}: would end the thesis, and has happened on {alarm.day}"
    if alarm.kind == "critical bear":
        return f"{alarm.title}: a critical bear that is true"
    return f"{alarm.title}: a catalyst of {alarm.day} that was missed"


def _suspected(suspect: r.Suspect) -> str:
    return _in_doubt(suspect.code, suspect.message, suspect.mend, suspect.judgements)


def _in_doubt(code: str, message: str, mend: str, titles: Sequence[str]) -> str:
    todo = f". To do: {mend}" if mend else ""
    return f"A figure is in doubt, and {', '.join(titles)} {'rests' if len(titles) == 1 else 'rest'} on it ({code}): {message}{todo}"


def _doubted(doubt: r.Doubt) -> str:
    why = f"{doubt.figure} divides by {doubt.denominator}, which is {doubt.value.text}"
    return f"{doubt.title} is {doubt.says}, and may mean nothing: {why}"
