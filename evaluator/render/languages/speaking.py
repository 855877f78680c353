"""The language in which a product is made, and what the program says in it.

In: a text of the program in English, what is filled in. Out: the text in the language that is spoken. Must not know a product.

`with speaking(language):` around the making of a product; inside, every text of the program goes through `say`. A text that stands
in a table goes through `noted` there, which gives it back, and through `say` where it is printed. So the tests can collect what a
language must have: the texts of `say` and `noted` in the code. Without `speaking` English is spoken. Each thread has its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from evaluator.render.languages.catalogue import ENGLISH, Language, filled, language

_SPOKEN: ContextVar[Language | None] = ContextVar("spoken", default=None)


@contextmanager
def speaking(spoken: Language | str) -> Iterator[Language]:
    """Speaks a language, or that of a code, until the end of the block. What is made lazily has to be made inside it."""
    own = language(spoken) if isinstance(spoken, str) else spoken
    token = _SPOKEN.set(own)
    try:
        yield own
    finally:
        _SPOKEN.reset(token)


def spoken() -> Language:
    """The language that is spoken now."""
    return _SPOKEN.get() or language(ENGLISH)


def english() -> bool:
    """Whether English is spoken now."""
    now = _SPOKEN.get()
    return now is None or now.code == ENGLISH


def say(text: str, **places: object) -> str:
    """A text of the program, `%(name)s` being what is filled in: `say("by %(day)s", day=…)`. Raises MissingMessageError."""
    now = _SPOKEN.get()
    if now is not None:
        return now.text(text, **{name: str(value) for name, value in places.items()})
    return filled(text, {name: str(value) for name, value in places.items()}) if places else text


def noted(text: str) -> str:
    """A text that stands in a table and is said later: `say(TABLE[word])`."""
    return text


def counted(number: str, word: str) -> str:
    """A number with its word: `3 facts`. Raises MissingMessageError."""
    return spoken().count(number, word)


def term(word: str) -> str:
    """A closed word of the result: a state, a tone, a kind. Raises MissingMessageError."""
    return spoken().term(word)


def worded(word: str) -> str:
    """An outcome of the rules, which is in the language already, or a closed word such as `happens`, which is said."""
    return spoken().terms.get(word, word)


def any_of(words: Iterable[str]) -> str:
    """Outcomes or closed words with `or` between all of them."""
    return say(" or ").join(worded(word) for word in words)
