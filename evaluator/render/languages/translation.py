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
from dsl.program.program import Program
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

PARTS = ("titles", "outcomes", "sentences")
_KEPT = frozenset(
    ("name", "names", "written", "expression", "Edge.source", "target", "path", "fingerprint", "facts_fingerprint", "origin",
     "modules", "url", "operator", "unit", "facts_files", "facts_check", "note", "lasting", "says", "module", "by", "keyword",
     "part", "ticker", "currency", "code", "applies", "not_read", "statuses", "conditions", "pillars", "kills",
     "holding", "failing", "unknown", "critical", "critical_unknown", "verdict", "next_catalyst", "idle", "besides", "Check.text",
     "state", "company", "told", "ScreenOutput.where", "ScreenOutput.source", "unused", "taken",
     "ScreenOutput.engine", "action", "role", "kind", "step", "frequency", "Settlement.judgement", "Change.judgement")
)  # fmt: skip
"""Parts of the result that are no words of the rules, or by which things are looked up: they stay, as every closed word does."""

_OF_RULES = frozenset(("asks", "view", "question", "outcome", "outcomes", "source", "DrawnJudgement.today", "possible"))
"""Parts that the rules wrote whole: no pattern of the program is tried on them."""

_CODE = frozenset(("Change.was", "Change.now", "ChangeResult.was", "ChangeResult.now", "Edit.was", "Edit.now"))
"""What rules were and are, as they are written, where no figure or text by itself says it."""
_NAMES = frozenset(("aside", "still", "ignored"))
"""Lists of names that are printed: in another language what they are called stands in their place."""

_TITLES = frozenset(("Old.names",))
"""Fields that are called as a kept one, and hold titles."""
_OPTION = re.compile(r"[a-z][a-z0-9_]*")
"""A word of a choice, which may stand in an expression."""

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


@record
class Ruled:
    """What a translation is held to: every name of the rules with its title, every outcome, the files of their modules."""

    titles: Mapping[str, str]
    outcomes: frozenset[str]
    modules: tuple[Path, ...] = ()


def ruled(program: Program) -> Ruled:
    """What a translation of a program's rules may name. The program itself is a name like those of its declarations."""
    titles = {name: str(getattr(program.declared(name), "title", name)) for name in program.position}
    outcomes = {row.outcome for verdict in program.verdicts.values() for row in verdict.rows}
    modules = tuple(dict.fromkeys(Path(module.path) for module in program.modules))
    titles |= {scenario.name: scenario.title for scenario in program.scenarios.values()} | {program.name: program.title}
    return Ruled(titles, frozenset(outcomes), modules)


def speech(code: str, rules: Path | None, of: Ruled, shown: str | None = None) -> tuple[Told, list[Diagnostic]]:
    """What texts are in a language. In: its code, the rule file (None: rules that are in no file), what its translation is held to.
    Out: the texts, and what is wrong with the translation.

    A module is translated by the file beside it, whoever uses it: its titles are those of its own text, so that a thesis that gives
    a name another title has to translate that itself. What the file beside the thesis says goes before.
    """
    language = language_of(code)
    own, found = read_translation(beside(rules, language), shown) if rules is not None else (NOTHING, [])
    found += [
        _no_such(name, said, "there is no name", of.titles)
        for name, said in own.titles.items()
        if name not in of.titles
    ]
    found += [
        _no_such(text, said, "no verdict has the outcome", of.outcomes)
        for text, said in own.outcomes.items()
        if text not in of.outcomes
    ]
    exact = {DOES_NOT_APPLY: language.term(DOES_NOT_APPLY)}
    sentences: dict[str, str] = {}
    for module in of.modules:
        there, said = read_translation(beside(module, language))
        found += said
        titles = _titles_in(module) if there.titles else {}
        exact |= {titles[name]: one.text for name, one in there.titles.items() if name in titles}
        exact |= {text: one.text for text, one in there.outcomes.items()}
        sentences |= {text: one.text for text, one in there.sentences.items()}
    exact |= {of.titles[name]: one.text for name, one in own.titles.items() if name in of.titles}
    exact |= {text: one.text for text, one in own.outcomes.items()}
    sentences |= {text: one.text for text, one in own.sentences.items()}
    exact |= {
        spaced: said
        for text, said in sentences.items()
        if _OPTION.fullmatch(text)
        for spaced in (text, text.replace("_", " "))
    }
    return Told(language, exact, list(sentences.items()), of.titles), found


def _titles_in(module: Path) -> dict[str, str]:
    """Every name of a module's own text with its title."""
    from dsl.syntax.parse import parse

    try:
        parsed = parse(SourceFile.read(module))
    except UnreadableFileError:
        return {}
    named = [d for d in parsed.file.declarations if d.name]
    untitled = {d.name.name: d.name.name for d in named}  # the title of an `uncertain` is that of what it is about
    return untitled | {d.name.name: d.title for d in named if d.title}


def said_in(model: _M, told: Told) -> _M:
    """A part of a result in a language: what rules say by their translation, what the evaluation wrote by the message file, figures as
    the language writes them. Closed words and names stay: who prints them says them. The model itself is not changed."""
    return model if told.language.code == ENGLISH else _walked(model, told, told.language)


def in_language(
    model: _M, code: str, rules: Path | None, program: Program, shown: str | None = None
) -> tuple[_M, list[Diagnostic]]:
    """The same with the translation beside its rules: a report in a language, and what is wrong with the translation, which then
    says nothing."""
    if code == ENGLISH:
        return model, []
    told, found = speech(code, rules, ruled(program), shown)
    return (model, found) if found else (said_in(model, told), [])


def _no_such(text: str, said: Said, what: str, known: Mapping[str, str] | frozenset[str]) -> Diagnostic:
    mend = did_you_mean(text, known, "take the line away, or write it as the rules do")
    return make("C034", said.span, what=f"{what} `{text}` in these rules", mend=mend)


def _walked(model: _M, told: Told, language: Language) -> _M:
    """A model with its texts in another language."""
    changed: dict[str, Any] = {}
    for name in _translatable(type(model)):
        value = getattr(model, name)
        own = f"{type(model).__name__}.{name}"
        if (name in _KEPT or own in _KEPT) and own not in _TITLES and not _holds_models(value):
            continue
        said = _way(model, name, told)
        new = _part(value, said, told, language)
        if new is not value:
            changed[name] = new
    tones = getattr(model, "tones", None)
    if isinstance(tones, dict):  # the tones of a verdict's outcomes are looked up by what these are called
        changed["tones"] = {told.of_rules(outcome): tone for outcome, tone in tones.items()}
    if isinstance(model, Shown):
        changed["text"] = told.text(model.text) if model.words is not None else figure(model, language)
    pieces = getattr(model, "said", None)
    if "because" in changed and isinstance(pieces, list):
        changed["said"] = _pieces(pieces, str(getattr(model, "because", "")), told)
    return model.model_copy(update=changed) if changed else model


def _way(model: BaseModel, name: str, told: Told) -> Callable[[str], str]:
    """How the texts of a field are said."""
    own = f"{type(model).__name__}.{name}"
    if name in _NAMES:
        return told.named
    if own in _CODE:
        return told.code
    return told.of_rules if name in _OF_RULES or own in _OF_RULES else told.text


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
