"""The languages that a memo can be in, and what the program says in each, from message files.

In: a code such as `zh`. Out: `Language`: messages, counted words, terms. Must not know a report or a template.

English is the language in which templates and sentences are written, so a message is named by its English text. `zh.yaml` beside
this module says it in Chinese, in parts: `messages` (texts, with `%(name)s` where something is filled in), `counts` (a word
behind a number, `{n}` being the number), `terms` (the closed words of the result: states, tones, kinds), `sentences` and
`phrases` (what the evaluation writes into a result: `telling`). A message that a language does not have stands in English, and
`missed` gives it to whoever says so at the end; the tests set `strict`, under which it raises.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from dsl.text.record import record

ENGLISH = "en"
_FOLDER = Path(__file__).parent
_PLACE = re.compile(r"%\((\w+)\)s")


_MOST_MISSED = 1000
_missed: dict[tuple[str, str], None] = {}
_raises = False


class MissingMessageError(KeyError):
    """A text that a language does not have, where that is an error: see `strict`."""


def strict(raises: bool) -> bool:
    """Whether a text that a language does not have raises MissingMessageError from now on, as in a test run, or stands in
    English, as for a user; gives back what was so before."""
    global _raises
    before, _raises = _raises, raises
    return before


def missing(english: str, code: str) -> str:
    """The English text in place of one that a language does not have, which `missed` then gives. Raises MissingMessageError
    if that is an error."""
    if _raises:
        raise MissingMessageError(f"{code}.yaml does not say {english!r}")
    if len(_missed) < _MOST_MISSED:
        _missed[code, english] = None
    return english


def missed() -> tuple[tuple[str, str], ...]:
    """The texts that stood in English since this was last asked, each once, with the code of the language."""
    found = tuple(_missed)
    for each in found:
        _missed.pop(each, None)
    return found


@record
class Language:
    """A language by its code; `tag` is what HTML calls it. English has no messages, since it is written in the templates."""

    code: str
    tag: str
    messages: Mapping[str, str]
    counts: Mapping[str, str]
    terms: Mapping[str, str]
    sentences: Mapping[str, str]
    phrases: Mapping[str, str]

    def __hash__(self) -> int:
        """One language to a code."""
        return hash(self.code)

    def text(self, english: str, **places: str) -> str:
        """A text of the program, with its places filled in. Raises MissingMessageError."""
        return filled(english if self.code == ENGLISH else _of(self.messages, english, self.code), places)

    def count(self, number: str, word: str) -> str:
        """A number with its word: `3 facts`. Raises MissingMessageError."""
        if self.code != ENGLISH:
            if word in self.counts:
                return self.counts[word].replace("{n}", number)
            missing(word, self.code)
        return f"{number} {word}" if number == "1" else f"{number} {word}s"

    def term(self, word: str) -> str:
        """A closed word of the result. Raises MissingMessageError."""
        return word if self.code == ENGLISH else _of(self.terms, word, self.code)


def _of(said: Mapping[str, str], english: str, code: str) -> str:
    return said[english] if english in said else missing(english, code)


def filled(text: str, places: Mapping[str, str]) -> str:
    """A message with its places filled in. Raises KeyError for a place that is not given."""
    return _PLACE.sub(lambda at: places[at[1]], text)


def places(text: str) -> frozenset[str]:
    """The names of the places in a message."""
    return frozenset(_PLACE.findall(text))


def codes() -> tuple[str, ...]:
    """The languages that are there, English first."""
    return (ENGLISH, *sorted(path.stem for path in _FOLDER.glob("*.yaml")))


@cache
def language(code: str) -> Language:
    """A language by its code. Raises KeyError for one that is not there."""
    if code == ENGLISH:
        return Language(ENGLISH, ENGLISH, {}, {}, {}, {}, {})
    if code not in codes():
        raise KeyError(code)
    import yaml

    said = yaml.safe_load((_FOLDER / f"{code}.yaml").read_text(encoding="utf-8"))
    parts = (said[part] for part in ("messages", "counts", "terms", "sentences", "phrases"))
    return Language(code, said["tag"], *parts)
