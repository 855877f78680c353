"""What the program writes into a result, in another language: a text by its pattern, with what is filled in said too.

In: texts of a result, a language, what the rules are called in it. Out: texts. Must not know a report or a template.

A text of the result is a title, an outcome or a sentence of the rules; a closed word; a figure; or a sentence of the program,
which the message file has under `sentences` with places for what is filled in: `{figure}`, `{day}` and `{count}` hold nothing but
such, `{shown}` a figure that is in the language already; `{names}` is a list; `{source}`, `{note}` and `{formula}` stay; any
other is a text itself. `phrases` are the parts of expressions in words: `{0}`, `{1}` are titles,
figures or phrases. What fits nothing stands as it is.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from functools import cache

from dsl.text.record import record
from evaluator.render.languages.catalogue import Language, missing
from evaluator.render.languages.writing import CURRENCIES, STEPS, month

_PLACE = re.compile(r"\{(\w+)\}")
_AMOUNT = r"[+−-]?\d[\d,]*(?:\.\d+)?(?:(?:tn|bn|m|k)?(?: [A-Z]{3})|tn\b|bn\b|m\b|k\b|pp\b|x\b|%)?"
_FIGURE = rf"(?:(?:at least|at most) )?{_AMOUNT}(?: to {_AMOUNT})?|unknown|n\.m\."
_DAY = r"\d{4}-\d\d-\d\d|\d{1,2} [A-Z][a-z]+ \d{4}"
_SHOWN = r"(?:至少|至多)?[+−]?\d[^A-Za-z]*(?: [A-Z]{3})?"
"""A figure as the language writes it."""
_KINDS = {"figure": _FIGURE, "day": _DAY, "count": r"\d[\d,]*", "shown": _SHOWN}
_IN_TEXT = re.compile(rf"(?<![\w.{{-])(?:{_FIGURE})(?![\w-])")
_PARTS = re.compile(r"([+−-]?)(\d[\d,]*(?:\.\d+)?)(tn|bn|m|k|pp|x|%)?(?: ([A-Z]{3}))?")
_SIZES = {"tn": Decimal(10) ** 12, "bn": Decimal(10) ** 9, "m": Decimal(10) ** 6, "k": Decimal(10) ** 3}
_FIRST_HELD = 0xE000
_TOKEN = "[\ue000-\uf8ff]"
"""What is held out of a text stands in it as one character for private use."""
_MOST_HELD = 0x1900
_TERM = _TOKEN
_AGAIN = 40
_ENGLISH = re.compile(r"[a-z]{3,} [a-z]{2,}")
"""Words of English side by side."""


@record
class Pattern:
    """A sentence with places, and what it is in another language."""

    pattern: re.Pattern[str]
    greedy: re.Pattern[str]
    """The same where each place holds as much as it may: a title may hold a word that stands behind its place."""
    places: tuple[str, ...]
    said: str

    @classmethod
    def of(cls, english: str, said: str) -> Pattern:
        """A sentence of a message file."""
        parts = _PLACE.split(english)
        kinds = [_KINDS.get(re.sub(r"\d+$", "", place), ".+?") for place in parts[1::2]]
        text = "".join(re.escape(p) + (f"({kinds[n]})" if n < len(kinds) else "") for n, p in enumerate(parts[::2]))
        greedy = text.replace(".+?", ".+")
        return cls(re.compile(text, re.DOTALL), re.compile(greedy, re.DOTALL), tuple(parts[1::2]), said)


@cache
def patterns(language: Language) -> tuple[Pattern, ...]:
    """The sentences of a language, in the order of its file."""
    return tuple(Pattern.of(english, said) for english, said in language.sentences.items())


@cache
def _phrases(language: Language) -> tuple[tuple[re.Pattern[str], str], ...]:
    found = []
    for english, said in language.phrases.items():
        parts = _PLACE.split(english)
        head = r"(?<![A-Za-z])" if english[:1].isalpha() else ""
        tail = r"(?![A-Za-z])" if english[-1:].isalpha() else ""
        text = "".join(re.escape(p) if n % 2 == 0 else f"(?P<g{p}>{_TERM})" for n, p in enumerate(parts))
        found.append((re.compile(f"{head}{text}{tail}"), _PLACE.sub(r"\\g<g\1>", said)))
    return tuple(found)


def amount(text: str, language: Language) -> str:
    """A figure as the program prints it, in a language: `41.6bn CNY` is 416亿元. No digit is lost and none is added."""
    if text in language.terms:
        return language.term(text)
    if text.startswith("at least "):
        return language.text("at least %(figure)s", figure=amount(text.removeprefix("at least "), language))
    if text.startswith("at most "):
        return language.text("at most %(figure)s", figure=amount(text.removeprefix("at most "), language))
    if " to " in text:
        low, high = text.split(" to ", 1)
        return language.text("%(low)s to %(high)s", low=amount(low, language), high=amount(high, language))
    found = _PARTS.fullmatch(text)
    if found is None:
        return text
    sign, digits, unit, currency = found.groups()
    sign = sign.replace("-", "−")
    if unit in ("pp", "x"):
        return f"{sign}{digits}{'个百分点' if unit == 'pp' else '倍'}"
    if unit == "%" or (unit is None and currency is None):
        return f"{sign}{digits}{unit or ''}"
    size = Decimal(digits.replace(",", "")) * _SIZES.get(unit or "", Decimal(1))
    step, word = next(((Decimal(s), w) for s, w in STEPS if size >= Decimal(s)), (Decimal(1), ""))
    plain = format((size / step).normalize(), "f")
    return f"{sign}{plain}{word}{CURRENCIES.get(currency, f' {currency}') if currency else ''}"


class Told:
    """What the texts of a result are in a language. `exact`: titles and outcomes of the rules; `rules`: their sentences;
    `titles`: all titles, of which one without a translation stands as it is; where they are given by their names, `named` knows these."""

    def __init__(
        self,
        language: Language,
        exact: Mapping[str, str],
        rules: Sequence[tuple[str, str]] = (),
        titles: Collection[str] | Mapping[str, str] = (),
    ) -> None:
        called = titles if isinstance(titles, Mapping) else {}
        self.language, self._exact = language, {title: title for title in (called.values() or titles)} | dict(exact)
        self._called = {name: self._exact[title] for name, title in called.items()}
        longest_first = sorted(rules, key=lambda rule: -len(IN_BRACES.sub("", rule[0])))
        self._rules = [
            _Sentence.of(english, said) for english, said in longest_first
        ]  # the wider fits what the narrower says
        parts = dict(part for english, said in rules for part in clauses(english, said))
        self._clauses = [_Sentence.of(english, said) for english, said in parts.items()]
        self._cache: dict[str, str] = {}
        longest = sorted((title for title in self._exact if len(title) > 2), key=len, reverse=True)
        self._titles = re.compile("|".join(rf"(?<!\w){re.escape(t)}(?!\w)" for t in longest)) if longest else None

    def text(self, text: str) -> str:
        """A text of the result; as it stands where it is none of the rules' and none of the program's."""
        if text not in self._cache:
            self._cache[text] = self._exact.get(text) or self._sentence(text) or self._phrase(text)
        return self._cache[text]

    def named(self, name: str) -> str:
        """What a name of the rules is called; the name itself where it is none of theirs."""
        return self._called.get(name, name)

    def code(self, text: str) -> str:
        """The rules' own code, which stays; a title, an outcome, a sentence or a figure by itself is said."""
        if text in self._exact or text in self.language.terms or re.fullmatch(_FIGURE, text):
            return self.text(text)
        return self._of_rules(text) or text

    def of_rules(self, text: str) -> str:
        """The same of a text that the rules wrote whole: a title, an outcome, a sentence."""
        return self._exact.get(text) or self._of_rules(text) or text

    def sentence(self, text: str) -> tuple[str, list[tuple[str, str]]] | None:
        """A sentence of the rules: in the language with `{0}`, `{1}` for its figures, and each figure as it was and as it is."""
        for one in self._rules:
            groups = one.groups(text)
            if groups is not None:
                return one.numbered(), [(group, self.text(group)) for group in groups]
        return None

    def _of_rules(self, text: str) -> str | None:
        found = self.sentence(text)
        if found is None:
            return None
        said, figures = found
        return _PLACE.sub(lambda at: figures[int(at[1])][1], said)

    def _sentence(self, text: str) -> str | None:
        if text in self.language.terms:
            return self.language.term(text)
        if month(text):
            return month(text)
        either = text.split(" or ")
        if len(either) > 1 and all(one in self._exact or one in self.language.terms for one in either):
            return "或".join(self._exact.get(one) or self.language.term(one) for one in either)
        if re.fullmatch(_FIGURE, text):
            return amount(text, self.language)
        whole = self._of_rules(text)
        if whole is not None:
            return whole
        cut = self._cut(text)
        if cut is not None:
            return cut
        parts = re.split(r"(?<=[.;?!]) (?=[A-Z])", text)
        if len(parts) < 2:
            return self._made(text)
        said = [self._exact.get(p) or self._of_rules(p) or self._made(p) for p in parts]
        if not all(said):  # a place of the first sentence would else swallow those behind it
            made = self._made(text)
            if made is not None or not any(said):
                return made
        return "".join(s or p for s, p in zip(said, parts, strict=True))

    def _cut(self, text: str) -> str | None:
        """A sentence of the rules of which clauses were left out, since they speak of what is not known, and what is missing behind."""
        found = []
        for part in CLAUSE.split(text):
            clause = next((c for c in self._clauses if c.groups(part) is not None), None)
            said = self._filled(clause, part) if clause is not None else self._exact.get(part) or self._made(part)
            if said is None:
                return None
            found.append(said)
        return "".join(found)

    def _filled(self, sentence: _Sentence, text: str) -> str:
        groups = [self.text(group) for group in sentence.groups(text) or ()]
        return _PLACE.sub(lambda at: groups[int(at[1])], sentence.numbered())

    def _made(self, text: str) -> str | None:
        """A sentence of the program. Titles are held out of it first, since they may hold what stands between places."""
        titles: list[str] = []
        if self._titles is not None and not re.search(_TOKEN, text):
            masked = self._titles.sub(lambda at: _keep(at[0], titles), text)
            found = self._matched(masked, titles) if titles and masked != text else None
            if found is not None:
                return found
        return self._matched(text, ())

    def _matched(self, text: str, titles: Sequence[str]) -> str | None:
        for one in patterns(self.language):
            found = one.pattern.fullmatch(text)
            if found is None:
                continue
            filled, whole = self._places(one, found, titles)
            wide = one.greedy.fullmatch(text) if not whole else None
            if wide is not None:
                other, whole = self._places(one, wide, titles)
                filled = other if whole else filled
            return _PLACE.sub(lambda at, filled=filled: filled[at[1]], one.said)  # type: ignore[misc]
        return None

    def _places(self, one: Pattern, found: re.Match[str], titles: Sequence[str]) -> tuple[dict[str, str], bool]:
        """What stands in the places of a sentence, and whether each is said whole."""
        groups = (_put_back(group, titles) for group in found.groups())
        filled = {p: self._place(p, g) for p, g in zip(one.places, groups, strict=True)}
        kept = ("source", "note", "formula")
        left = (said for place, said in filled.items() if not place.startswith(kept))
        return filled, not any(_ENGLISH.search(said) for said in left)

    def _place(self, place: str, text: str) -> str:
        if place.startswith(("source", "note", "formula")):
            return text
        return self._listed(text) if place.startswith("names") else self.text(text)

    def _listed(self, text: str) -> str:
        """A list of titles: `A, B and C`."""
        if text in self._exact:
            return self._exact[text]
        held, kept = self._hold(text)
        held = re.sub(r", | and ", "、", held).replace(" or ", "或")
        return _put_back(held, kept)

    def _hold(self, text: str) -> tuple[str, list[str]]:
        """A text with its titles and figures held out of it, and what they are in the language."""
        kept: list[str] = []
        if re.search(_TOKEN, text):
            return text, kept

        def hold(said: str) -> str:
            return _keep(said, kept)

        if self._titles is not None:
            text = self._titles.sub(lambda at: hold(self._exact[at[0]]), text)
        text = re.sub(rf"[“\"]({_TOKEN})[”\"]", lambda at: hold(f"“{_put_back(at[1], kept)}”"), text)
        return _IN_TEXT.sub(lambda at: hold(amount(at[0], self.language)), text), kept

    def _phrase(self, text: str) -> str:
        """An expression in words: titles and figures in it, then what stands between them."""
        held, kept = self._hold(text)
        if not kept:
            return text
        for _ in range(_AGAIN):
            before = held
            for pattern, said in _phrases(self.language):
                held = pattern.sub(lambda at, said=said: _keep(at.expand(said), kept), held, count=1)  # type: ignore[misc]
            if held == before:
                break
        return _put_back(held, kept)


def _keep(said: str, kept: list[str]) -> str:
    if len(kept) == _MOST_HELD:
        return said
    kept.append(said)
    return chr(_FIRST_HELD + len(kept) - 1)


def _put_back(text: str, kept: Sequence[str]) -> str:
    """A text with what was held out of it; what was held may itself hold what was held before."""
    while kept and re.search(_TOKEN, text):
        text = re.sub(_TOKEN, lambda at: kept[ord(at[0]) - _FIRST_HELD], text)
    return text


def made(text: str, language: Language) -> str:
    """A text that a filter of the templates makes; in English where the language does not have it. Raises MissingMessageError
    if that is an error."""
    if not text or not re.search(r"[A-Za-z]{2}", text):
        return text
    said = Told(language, {}).text(text)
    return missing(text, language.code) if said == text else said


def told(text: str, language: Language) -> str:
    """A text that may hold titles of the rules, such as a hint of a chart: what the language does not have of it stays."""
    return Told(language, {}).text(text)


@record
class _Sentence:
    """A sentence of the rules as it looks with its figures filled in, and its translation."""

    pattern: re.Pattern[str]
    figures: tuple[str, ...]
    translation: str

    @classmethod
    def of(cls, english: str, translation: str) -> _Sentence:
        """A sentence as a rule file has it, with `{figure}`."""
        parts = IN_BRACES.split(" ".join(english.split()))
        pattern = "".join(re.escape(part) if n % 2 == 0 else "(.+?)" for n, part in enumerate(parts))
        return cls(re.compile(pattern, re.DOTALL), tuple(parts[1::2]), translation)

    def groups(self, text: str) -> tuple[str, ...] | None:
        """The figures of a filled-in sentence; None where it is another sentence."""
        match = self.pattern.fullmatch(text)
        return None if match is None else match.groups()

    def numbered(self) -> str:
        """The translation with the place of each figure among those of the sentence."""
        left = list(enumerate(self.figures))

        def number(at: re.Match[str]) -> str:
            found = next(pair for pair in left if pair[1] == at[1])
            left.remove(found)
            return f"{{{found[0]}}}"

        return IN_BRACES.sub(number, self.translation)


CLAUSE = re.compile(r"(?<=[.!?;])\s+")
"""Where a sentence of the rules is cut when a figure in it is not known (`report.sentences`)."""
_CLAUSE_SAID = re.compile(r"(?<=[。！？；])")


def clauses(english: str, said: str) -> list[tuple[str, str]]:
    """A sentence and its translation in clauses, where both have as many and each the same figures; none where there is but one, or
    they do not go together. What ends with a semicolon may come to stand at the end."""
    ours, theirs = CLAUSE.split(" ".join(english.split())), [part for part in _CLAUSE_SAID.split(said) if part]
    if len(ours) < 2 or len(ours) != len(theirs):
        return []
    pairs = list(zip(ours, theirs, strict=True))
    if any(sorted(IN_BRACES.findall(a)) != sorted(IN_BRACES.findall(b)) for a, b in pairs):
        return []
    ends = [(f"{a[:-1]}.", f"{b[:-1]}。") for a, b in pairs if a.endswith(";")]
    return [*pairs, *ends]


IN_BRACES = re.compile(r"\{([^{}]+)\}")
"""A figure in a sentence of the rules."""
