"""Runs ready-made LALR(1) tables over a text: the lexer knows the state it is asked in, and what is made is a builder's.

In: `Tables`, a part of a text, a builder with a method for each rule. Out: what the builder made, or `Unexpected`.
Must not know the grammar, nor who made the tables.

`Tables` never change and all that a parse changes stands in its call, so that any number of threads may read at once
with one set of tables, and a builder may read a text while it builds another. The semantics are lark's (contextual
lexer, `keep_all_tokens`, `maybe_placeholders`, `?rule`, aliases): tests hold the two together over drawn texts. Lark
makes the tables and is not needed to read with them, which saves a quarter of a start.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, cast

from dsl.text.record import record

END = "$END"
"""The kind of what stands behind the last token."""


class Token:
    """A word as it was read: its kind, its text, and its place in the text (offsets, end exclusive)."""

    __slots__ = ("end", "kind", "start", "text")

    def __init__(self, kind: str, text: str, start: int, end: int) -> None:
        self.kind, self.text, self.start, self.end = kind, text, start, end

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"Token({self.kind}, {self.text[:40]!r})"


class Unexpected(Exception):
    """What stands at a place cannot stand there; `token` is None where no word of the language begins there."""

    def __init__(self, at: int, token: Token | None, tables: Tables, states: Sequence[int]) -> None:
        super().__init__(f"unexpected at {at}")
        self.at, self.token = at, token
        self._tables, self._states = tables, tuple(states)

    def accepts(self) -> set[str]:
        """The kinds of token that could stand here."""
        return self._tables.accepted(self._states)


@record
class Rule:
    """What is done when a rule of the grammar is complete. `size`: how many symbols it takes off the stack; `name`: the
    builder's method; `kept`: the symbols that become items, each with whether it is a list to be laid in and how many
    None stand before it (None: all as they are); `after`: how many None stand behind the last."""

    origin: str
    size: int
    name: str
    inlined: bool
    single: bool
    kept: tuple[tuple[int, bool, int], ...] | None
    after: int

    @property
    def passes(self) -> bool:
        """Whether its only symbol simply takes its place. The rule that a parse starts with does not."""
        return self.single and self.size == 1 and self.kept is None

    def items(self, taken: list[Any]) -> list[Any]:
        """What the builder is given, of the symbols that were taken off the stack."""
        found: list[Any] = []
        for at, laid_in, before in self.kept or ():
            if before:
                found += [None] * before
            if laid_in:
                found += taken[at]
            else:
                found.append(taken[at])
        return found + [None] * self.after if self.after else found


Method = Callable[[list[Any]], Any]
_Candidate = tuple[str, str | None, "Callable[[str, int, int], re.Match[str] | None] | None", Mapping[str, str]]
"""A kind of token: its name, its text where it has but one, else how it is matched, and texts of it that are other kinds."""


class Tables:
    """The tables of a grammar, from the plain values that a file of tables holds (see `parser_table`)."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        names: list[str] = data["terminals"]
        self._literal: list[str | None] = data["literals"]
        self._pattern: list[str] = data["patterns"]
        self._first: list[str | None] = data["first"]
        self._names = names
        self.skip = re.compile(data["skip"]).match
        self.rules = [
            Rule(origin, size, name, inlined, single, None if kept is None else tuple(map(tuple, kept)), after)
            for origin, size, name, inlined, single, kept, after in data["rules"]
        ]
        self._steps = [(rule.origin, rule.size, rule.passes, rule) for rule in self.rules]
        self._scanners: list[tuple[list[int], dict[str, dict[str, str]]]] = [
            (order, {names[n]: {text: names[k] for text, k in other.items()} for n, other in others})
            for order, others in data["scanners"]
        ]
        self._all = data["all"]
        """The scanner that knows every word, to name what stands where it may not."""
        keys = [[names[n] if n >= 0 else END for n in row] for row in data["keys"]]
        self.actions: list[dict[str, int]] = []
        """For each state and kind of token: the state that follows, or below 0 `~n` of the rule that is complete."""
        self._scanner_of: list[int] = []
        for key, does in data["states"]:
            row = keys[key]
            self.actions.append(
                dict.fromkeys(row, does) if isinstance(does, int) else dict(zip(row, does, strict=True))
            )
            self._scanner_of.append(data["scanner_of"][key])
        self.gotos: list[dict[str, int]] = data["gotos"]
        self.starts: dict[str, tuple[int, int]] = {name: (first, last) for name, first, last in data["starts"]}
        # What may begin with a character, by scanner: filled as texts are read, each entry always the same.
        self._begins: list[dict[str, tuple[_Candidate, ...]]] = [{} for _ in self._scanners]
        self._compiled: dict[int, Callable[[str, int, int], re.Match[str] | None]] = {}

    @property
    def words(self) -> frozenset[str]:
        """Every word that the grammar writes out."""
        return frozenset(text for text in self._literal if text and text.isalpha())

    @property
    def spellings(self) -> Mapping[str, tuple[str, ...]]:
        """The kinds of token that are a word, or one of a few: `WHEN` is `when`, `TONE` is `bullish`, `bearish` …"""
        found: dict[str, tuple[str, ...]] = {}
        for name, literal, pattern in zip(self._names, self._literal, self._pattern, strict=True):
            words = (literal,) if literal else tuple(pattern.removeprefix("(?:").removesuffix(")").split("|"))
            if all(word.isalpha() for word in words):
                found[name] = words
        return found

    @property
    def skipping(self) -> Sequence[Method]:
        """Methods with which a text is read and nothing is made of it."""
        return [list] * len(self.rules)

    def methods(self, builder: object) -> list[Method]:
        """The builder's method for each rule. Raises AttributeError where it has none."""
        plain = cast(Method, list)
        return [plain if rule.inlined or rule.passes else getattr(builder, rule.name) for rule in self.rules]

    # --- reading ------------------------------------------------------------------------------------------

    def parse(self, text: str, begin: int, end: int, start: str, methods: Sequence[Method]) -> Any:
        """What the builder makes of a part of a text; places are offsets in the whole text.

        `start` names the rule that the part must be. Raises Unexpected.
        """
        state, last = self.starts[start]
        states, values = [state], list[Any]()
        actions, gotos, rules, skip = self.actions, self.gotos, self._steps, self.skip
        at = begin
        while True:
            at = skip(text, at, end).end()  # type: ignore[union-attr]  # it matches nothing at all, too
            if at < end:
                token = self._token(self._scanner_of[state], text, at, end)
                if token is None:
                    raise Unexpected(at, self._token(self._all, text, at, end), self, states)
            else:
                token = Token(END, "", end, end)
            kind = token.kind
            while True:
                action = actions[state].get(kind)
                if action is None:
                    raise Unexpected(token.start, token, self, states)
                if action >= 0:
                    break
                origin, size, passes, rule = rules[~action]
                if passes:  # most are: `atom` is a `power` is a `product` …
                    state = states[-1] = gotos[states[-2]][origin]
                    continue
                taken = values[-size:] if size else []
                if size:
                    del states[-size:], values[-size:]
                items = taken if rule.kept is None else rule.items(taken)
                values.append(items[0] if rule.single and len(items) == 1 else methods[~action](items))
                state = gotos[states[-1]][origin]
                states.append(state)
                if state == last and kind is END:
                    return values[-1]
            states.append(action)
            values.append(token)
            state, at = action, token.end

    def _token(self, scanner: int, text: str, at: int, end: int) -> Token | None:
        """The token that begins at a place, as a scanner reads it; None where it reads none."""
        char = text[at]
        begins = self._begins[scanner]
        candidates = begins.get(char)
        if candidates is None:
            candidates = begins[char] = self._beginning_with(scanner, char)
        for kind, literal, match, others in candidates:
            if match is None:
                assert literal is not None
                if text.startswith(literal, at, end):
                    return Token(kind, literal, at, at + len(literal))
                continue
            found = match(text, at, end)
            if found is not None:
                word = found.group()
                return Token(others.get(word, kind), word, at, found.end())
        return None

    def _beginning_with(self, scanner: int, char: str) -> tuple[_Candidate, ...]:
        order, others = self._scanners[scanner]
        found: list[_Candidate] = []
        for n in order:
            first, name, literal = self._first[n], self._names[n], self._literal[n]
            if first is None or char in first or not char.isascii():  # `first` holds ASCII alone: digits are many
                found.append((name, literal, None if literal else self._match(n), others.get(name, {})))
        return tuple(found)

    def _match(self, terminal: int) -> Callable[[str, int, int], re.Match[str] | None]:
        found = self._compiled.get(terminal)
        if found is None:
            found = self._compiled[terminal] = re.compile(self._pattern[terminal]).match
        return found

    # --- what could stand at a mistake ------------------------------------------------------------------------

    def accepted(self, states: Iterable[int]) -> set[str]:
        """The kinds of token with which a parse that is in these states would go on."""
        stack = tuple(states)
        return {kind for kind in self.actions[stack[-1]] if self._goes_on(list(stack), kind)}

    def _goes_on(self, states: list[int], kind: str) -> bool:
        lasts = {last for _, last in self.starts.values()}
        while True:
            action = self.actions[states[-1]].get(kind)
            if action is None:
                return False
            if action >= 0:
                return True
            rule = self.rules[~action]
            if rule.size:
                del states[-rule.size :]
            states.append(self.gotos[states[-1]][rule.origin])
            if kind is END and states[-1] in lasts:
                return True
