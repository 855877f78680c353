"""What rules say, in another language: titles, outcomes and sentences from a translation file beside the rules.

In: `alibaba.zh.yaml` beside `alibaba.thesis`, a report. Out: the report in that language, findings. Must not know templates.

    titles:
      cloud_growth: 云业务增长
    outcomes:
      "Plausible": 合理
    sentences:
      "Growth is {growth}.": 增长率为{growth}。

The file is optional, and so is each line: what it does not say stands as the rules say it. A name that the rules do not have is an
error, with the one that is meant. A sentence may have its figures in another order, and all of them must be there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args, get_origin

from pydantic import BaseModel

from dsl.program.declared import DOES_NOT_APPLY
from dsl.text.diagnostics import Diagnostic
from dsl.text.messages import did_you_mean
from dsl.text.record import record
from dsl.text.source import SourceFile, Span, UnreadableFileError
from evaluator.codes.messages import make
from evaluator.facts.yamltree import YamlMap, YamlText, read_yaml
from evaluator.render.languages.catalogue import ENGLISH, Language
from evaluator.render.languages.catalogue import language as language_of
from evaluator.render.languages.telling import IN_BRACES, Told
from evaluator.render.languages.writing import figure
from evaluator.schema.parts import Piece, Shown
from evaluator.schema.report import Report

PARTS = ("titles", "outcomes", "sentences")
_KEPT = frozenset(
    ("name", "names", "written", "expression", "Edge.source", "target", "path", "fingerprint", "facts_fingerprint", "origin",
     "modules", "url", "operator", "unit", "facts_files", "facts_check", "note", "lasting", "says", "module", "by", "keyword",
     "part", "ignored", "ticker", "currency", "code", "applies", "not_read", "statuses", "conditions", "pillars", "kills",
     "holding", "failing", "unknown", "critical", "critical_unknown", "verdict", "next_catalyst", "idle", "besides", "Check.text",
     "state", "company", "action", "role", "kind", "step", "frequency", "Settlement.judgement", "Change.judgement")
)  # fmt: skip
"""Parts of the result that are no words of the rules, or by which things are looked up: they stay, as every closed word does."""

_OF_RULES = frozenset(("asks", "view", "question", "outcome", "outcomes", "source"))
"""Parts that the rules wrote whole: no pattern of the program is tried on them."""

_M = TypeVar("_M", bound=BaseModel)


@record
class Said:
    """A text of a translation file, with its place."""

    text: str
    span: Span


@record
class Translation:
    """What a translation file says, by part and by what is translated."""

    titles: Mapping[str, Said]
    outcomes: Mapping[str, Said]
    sentences: Mapping[str, Said]


NOTHING = Translation({}, {}, {})


def beside(rules: Path, language: Language) -> Path:
    """Where the translation of a rule file lies."""
    return rules.with_name(f"{rules.stem}.{language.code}.yaml")


def read_translation(path: Path, shown: str | None = None) -> tuple[Translation, list[Diagnostic]]:
    """A translation file, with every mistake in it. Where there is none nothing is translated."""
    if not path.is_file():
        return NOTHING, []
    try:
        source = SourceFile.read(path, shown)
    except UnreadableFileError as error:
        return NOTHING, [make("C034", None, at=error.path, what=error.reason, mend=error.hint)]
    tree, problems = read_yaml(source)
    if problems or not isinstance(tree, YamlMap):
        words = [d.message.replace("facts file", "translation") for d in problems] or ["this says nothing"]
        span = problems[0].span if problems else None
        return NOTHING, [
            make("C034", span, at=source.path, what=words[0], mend="write `titles:` and below it `name: title`")
        ]
    found: dict[str, dict[str, Said]] = {part: {} for part in PARTS}
    said: list[Diagnostic] = []
    for key, node in tree.items:
        if key.text not in PARTS:
            mend = did_you_mean(key.text, PARTS, f"the parts are {', '.join(PARTS)}")
            said.append(make("C034", key.span, what=f"a translation has no part `{key.text}`", mend=mend))
        elif not isinstance(node, YamlMap):
            mend = "write each text of the rules with its translation behind a colon"
            said.append(make("C034", key.span, what=f"`{key.text}` holds no texts", mend=mend))
        else:
            for word, text in node.items:
                if not isinstance(text, YamlText) or not text.text.strip():
                    mend = "write it behind the colon, or leave the line out"
                    said.append(make("C034", word.span, what=f"`{word.text}` has no translation", mend=mend))
                else:
                    found[key.text][word.text] = Said(" ".join(text.text.split()), word.span)
    said += [d for english, one in found["sentences"].items() for d in _unlike(english, one)]
    return Translation(found["titles"], found["outcomes"], found["sentences"]), said


def _unlike(english: str, said: Said) -> list[Diagnostic]:
    """That a sentence does not have the figures of the one that it translates."""
    ours, theirs = sorted(IN_BRACES.findall(english)), sorted(IN_BRACES.findall(said.text))
    if ours == theirs:
        return []
    what = (
        f"the translation has the figures {', '.join(theirs) or 'none'}, and the sentence {', '.join(ours) or 'none'}"
    )
    return [make("C034", said.span, what=what, mend="write each figure of the sentence in braces, once")]


def in_language(
    report: Report, code: str, rules: Path, titles: Mapping[str, str], shown: str | None = None
) -> tuple[Report, list[Diagnostic]]:
    """A report in a language, with the translation beside its rules. In: the report, the code of the language, the rule file,
    every name of the rules with its title. Out: the report, and what is wrong with the translation."""
    spoken = language_of(code)
    if spoken.code == ENGLISH:
        return report, []
    translation, found = read_translation(beside(rules, spoken), shown)
    if found:
        return report, found
    return translated(report, spoken, translation, titles)


def translated(
    report: Report, language: Language, translation: Translation, titles: Mapping[str, str]
) -> tuple[Report, list[Diagnostic]]:
    """A report in a language: what rules say by the translation, figures as the language writes them. Out: the report, and
    what the translation names that the rules do not have. The report itself is not changed."""
    titles = {**titles, report.name: report.title} | {one.name: one.title for one in report.scenarios}
    found = [
        _no_such(name, said, "there is no name", titles)
        for name, said in translation.titles.items()
        if name not in titles
    ]
    outcomes = {row.outcome for verdict in report.verdicts for row in verdict.rows}
    found += [
        _no_such(text, said, "no verdict has the outcome", outcomes)
        for text, said in translation.outcomes.items()
        if text not in outcomes
    ]
    exact = {DOES_NOT_APPLY: language.term(DOES_NOT_APPLY)}
    exact |= {titles[name]: said.text for name, said in translation.titles.items() if name in titles}
    exact |= {text: said.text for text, said in translation.outcomes.items()}
    told = Told(
        language, exact, [(english, said.text) for english, said in translation.sentences.items()], titles.values()
    )
    return _walked(report, told, language), found


def _no_such(text: str, said: Said, what: str, known: Mapping[str, str] | set[str]) -> Diagnostic:
    mend = did_you_mean(text, known, "take the line away, or write it as the rules do")
    return make("C034", said.span, what=f"{what} `{text}` in these rules", mend=mend)


def _walked(model: _M, told: Told, language: Language) -> _M:
    """A model with its texts in another language."""
    changed: dict[str, Any] = {}
    for name in _translatable(type(model)):
        value = getattr(model, name)
        if (name in _KEPT or f"{type(model).__name__}.{name}" in _KEPT) and not _holds_models(value):
            continue
        new = _part(value, told.of_rules if name in _OF_RULES else told.text, told, language)
        if new is not value:
            changed[name] = new
    if isinstance(model, Shown):
        changed["text"] = told.text(model.text) if model.words is not None else figure(model, language)
    pieces = getattr(model, "said", None)
    if "because" in changed and isinstance(pieces, list):
        changed["said"] = _pieces(pieces, str(getattr(model, "because", "")), told)
    return model.model_copy(update=changed) if changed else model


def _pieces(pieces: list[Piece], text: str, told: Told) -> list[Piece]:
    """The pieces of a sentence in another language, each figure still with what stands behind it; none where that cannot be
    said: the sentence is then printed whole."""
    found = told.sentence(text)
    figures = [piece for piece in pieces if piece.names]
    if found is None or [piece.text for piece in figures] != [before for before, _ in found[1]]:
        return []
    said = re.split(r"\{(\d+)\}", found[0])
    return [
        Piece(text=part) if n % 2 == 0 else figures[int(part)].model_copy(update={"text": found[1][int(part)][1]})
        for n, part in enumerate(said)
        if part
    ]


@cache
def _translatable(kind: type[BaseModel]) -> tuple[str, ...]:
    """The fields of a model that may hold words of the rules: a closed word is no such, whatever title it may be equal to."""
    return tuple(name for name, field in kind.model_fields.items() if not _closed(field.annotation))


def _closed(annotation: Any) -> bool:
    """Whether a type holds closed words alone, or none at all."""
    if get_origin(annotation) is Literal or annotation is type(None):
        return True
    parts = get_args(annotation)
    return bool(parts) and all(_closed(part) for part in parts)


def _holds_models(value: Any) -> bool:
    return isinstance(value, BaseModel) or (
        isinstance(value, list) and any(isinstance(item, BaseModel) for item in value)
    )


def _part(value: Any, text_of: Callable[[str], str], told: Told, language: Language) -> Any:
    if isinstance(value, str):
        new = text_of(value)
        return value if new == value else new
    if isinstance(value, BaseModel):
        return _walked(value, told, language)
    if isinstance(value, (list, tuple)):
        items = [_part(item, text_of, told, language) for item in value]
        return value if all(a is b for a, b in zip(items, value, strict=True)) else type(value)(items)
    if isinstance(value, dict):
        parts = {key: _part(item, text_of, told, language) for key, item in value.items()}
        return value if all(parts[key] is value[key] for key in value) else parts
    return value
