"""What a template of an analyst's may do: read the result and print it. Nothing else, and not for ever.

In: templates, filters. Out: a jinja2 environment. Must not know what a report is.

A template may come from anybody, so it is held as a facts file is: it reads no file but templates of its folder, calls nothing
of Python, cannot print a text without escaping it, and ends. jinja2's own sandbox bounds a single `range`; here
- each turn of a loop, call of a macro and use of a filter looks at the clock of the thread (`SECONDS`);
- what makes texts and lists longer is done by functions that look at the length first (`MAX_TEXT`, `MAX_ITEMS`);
- filters, functions and methods are those that are listed, since most of Python's can be asked for a gigabyte.

What ships runs beside it in an environment of its own, as ever (`loading.TwoFolders` says which template is whose): it is
trusted, and takes no part in the counting.
"""

from __future__ import annotations

import datetime as dt
import time
from collections import abc
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cached_property, wraps
from typing import Any

from jinja2 import Environment, TemplateSyntaxError, nodes
from jinja2.exceptions import SecurityError
from jinja2.filters import make_attrgetter
from jinja2.runtime import BlockReference, Context, LoopContext, Macro, Undefined, markup_join, str_join
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Cycler, Joiner, pass_environment
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape
from pydantic import BaseModel

from dsl.text.messages import did_you_mean

SECONDS = 10.0
"""So long a template may take, in processor time of its thread."""
MAX_TEXT, MAX_ITEMS, MAX_NUMBER = 20_000_000, 100_000, 10**100
"""The longest text, the longest list that a template makes, and the greatest number with which it calculates."""
_EVERY = 64
"""At each so many turns the clock is read."""

FILTERS = frozenset(
    ("abs", "capitalize", "count", "d", "default", "e", "escape", "first", "float", "forceescape", "groupby", "int", "items",
     "join", "last", "length", "list", "lower", "map", "max", "min", "reject", "rejectattr", "replace", "reverse", "round",
     "select", "selectattr", "sort", "string", "striptags", "sum", "title", "trim", "truncate", "unique", "upper",
     "urlencode", "wordcount")
)  # fmt: skip
"""The filters of jinja2 that a template may use, beside those of the project. Not `safe`: markup stands in the template, and
what facts and rules say is escaped. Not `random`: the same facts give the same bytes."""
METHODS: Mapping[type, frozenset[str]] = {
    str: frozenset(["endswith", "lower", "removeprefix", "removesuffix", "startswith", "strip", "title", "upper"]),
    abc.Mapping: frozenset(["get", "items", "keys", "values"]),
    list: frozenset(("count", "index")),
    tuple: frozenset(("count", "index")),
    dt.date: frozenset(("isoformat", "weekday")),
}
"""What may be called of a value, by its type; of a model nothing."""
_FUNCTIONS = frozenset(("range", "namespace", "cycler", "joiner"))
_PROPERTIES = (property, cached_property)
_ATTRIBUTES = frozenset(("year", "month", "day", "days"))


_REPEATED = (nodes.For, nodes.Macro, nodes.CallBlock, nodes.Block)
"""What can be gone through more than once."""


class TooMuchError(Exception):
    """A template that takes too long or makes too much; the sentence says what."""


class _Budget:
    """What one filling-in has used. `seconds` of the processor, for this thread."""

    __slots__ = ("_turns", "_until", "seconds")

    def __init__(self, seconds: float) -> None:
        self.seconds, self._turns, self._until = seconds, 0, time.thread_time() + seconds

    def turn(self) -> None:
        """One step more. Raises TooMuchError where the time is used up."""
        self._turns += 1
        if self._turns % _EVERY == 0 and time.thread_time() > self._until:
            raise TooMuchError(f"it takes longer than {self.seconds:g} seconds")


_budget: ContextVar[_Budget | None] = ContextVar("budget", default=None)


@contextmanager
def bounded(seconds: float = SECONDS) -> Iterator[None]:
    """What templates do in here ends within so many seconds of processor time."""
    before = _budget.set(_Budget(seconds))
    try:
        yield
    finally:
        _budget.reset(before)


def _turn() -> None:
    budget = _budget.get()
    if budget is not None:
        budget.turn()


def _short_enough(length: int) -> None:
    if length > MAX_TEXT:
        raise TooMuchError(f"it makes a text of more than {MAX_TEXT:,} characters")


class Sandbox(ImmutableSandboxedEnvironment):
    """The environment of an analyst's templates."""

    intercepted_binops = frozenset(("+", "-", "*", "/", "//", "%", "**"))

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.concat = _concat  # type: ignore[method-assign]
        self.own: frozenset[str] = frozenset()
        self.globals = {name: value for name, value in self.globals.items() if name in _FUNCTIONS}
        self.filters = {**self.filters, "join": _join, "replace": _replace, "sum": _sum}

    def open_to(self, filters: Mapping[str, Callable[..., Any]], functions: Mapping[str, Any]) -> None:
        """The project's own filters and functions, which templates may use beside those of jinja2."""
        self.own = frozenset(filters) | FILTERS
        self.filters = {name: _counted(filter) for name, filter in {**self.filters, **filters}.items()}
        self.globals.update(functions)

    # --- while a template is compiled ---

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        return self._held(super()._parse(source, name, filename), name, filename)

    def _held(self, tree: nodes.Template, name: str | None, filename: str | None) -> nodes.Template:
        """A template with a look at the clock in each loop and macro; refused where it asks for what it may not have."""

        def refuse(node: nodes.Node, what: str) -> None:
            raise TemplateSyntaxError(what, node.lineno, name, filename)

        for node in tree.find_all((nodes.Filter, nodes.EvalContextModifier)):
            if isinstance(node, nodes.EvalContextModifier):
                refuse(node, "escaping cannot be switched off; markup stands in the template itself")
            elif isinstance(node, nodes.Filter) and node.name not in self.own:
                meant = did_you_mean(node.name, sorted(self.own), "docs/templates.md lists the filters")
                refuse(node, f"a template has no filter `{node.name}`; {meant}")
        for part in [tree, *tree.find_all(_REPEATED)]:
            assert isinstance(part, (nodes.Template, *_REPEATED))
            part.body = [nodes.ExprStmt(_call("turn", [], part.lineno), lineno=part.lineno), *part.body]
        tree = _Joined().visit(tree)
        tree.set_environment(self)
        return tree

    # --- while it is filled in ---

    def turn(self) -> None:
        """One turn of a loop."""
        _turn()

    def joined(self, *parts: Any) -> str:
        """`a ~ b`."""
        _turn()
        _short_enough(sum(len(str(part)) for part in parts))
        return markup_join(parts) if self.autoescape else str_join(parts)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Numbers with numbers, and `+` of two texts or two lists: everything else could be asked for a gigabyte."""
        _turn()
        if operator == "+" and isinstance(left, str) and isinstance(right, str):
            _short_enough(len(left) + len(right))
        elif operator == "+" and isinstance(left, (list, tuple)) and isinstance(right, (list, tuple)):
            if len(left) + len(right) > MAX_ITEMS:
                raise TooMuchError(f"it makes a list of more than {MAX_ITEMS:,} items")
        elif operator in ("*", "%", "**"):
            _number(operator, left, right)
        found = super().call_binop(context, operator, left, right)
        if isinstance(found, int) and abs(found) > MAX_NUMBER**2:
            raise TooMuchError("it calculates with numbers that are too great")
        return found

    def getattr(self, obj: Any, attribute: str) -> Any:
        """A part of a value. Of a model its fields and properties, without asking it for anything else."""
        if not isinstance(obj, BaseModel):
            return super().getattr(obj, attribute)
        kind = type(obj)
        if attribute in kind.model_fields or (attribute[:1] != "_" and type(_said_of(kind, attribute)) in _PROPERTIES):
            return getattr(obj, attribute)
        if _said_of(kind, attribute) is not None or attribute.startswith("_"):
            return self.unsafe_undefined(obj, attribute)
        return self.undefined(obj=obj, name=attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """The same in brackets."""
        if isinstance(obj, BaseModel) and isinstance(argument, str):
            return self.getattr(obj, str(argument))
        return super().getitem(obj, argument)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """The parts of a result, what a day is made of, and the methods that are listed."""
        if not super().is_safe_attribute(obj, attr, value):
            return False
        if callable(value) and not isinstance(value, (Macro, BaseModel)):
            return any(isinstance(obj, kind) and attr in names for kind, names in METHODS.items()) or _ours(obj)
        if isinstance(obj, (str, int, float, abc.Mapping, abc.Sequence, dt.date)):
            return attr in _ATTRIBUTES
        return True

    def is_safe_callable(self, obj: Any) -> bool:
        """Macros and blocks of templates, the functions that are listed, and the methods that are."""
        if isinstance(obj, (Macro, BlockReference, LoopContext, Undefined, Cycler, Joiner)):
            return True
        receiver = getattr(obj, "__self__", None)
        if receiver is not None and not isinstance(receiver, type):
            name = getattr(obj, "__name__", "")
            known = any(isinstance(receiver, kind) and name in names for kind, names in METHODS.items())
            return receiver is self or known or _ours(receiver)
        return any(obj is value for value in self.globals.values())

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:
        """A call in a template. Raises SecurityError for what may not be called."""
        _turn()
        if not __self.is_safe_callable(__obj):
            name = getattr(__obj, "__name__", type(__obj).__name__)
            raise SecurityError(f"a template cannot call `{name}`")
        return __context.call(__obj, *args, **kwargs)

    def call_filter(self, name: str, *args: Any, **named: Any) -> Any:
        """A filter that is named by a text, as in `map("upper")`."""
        if name not in self.own:
            raise SecurityError(f"a template has no filter `{name}`")
        return super().call_filter(name, *args, **named)

    def unsafe_undefined(self, obj: Any, attribute: str) -> Undefined:
        """What stands in the place of an attribute that may not be read."""
        what = f"a template cannot read `{attribute}` of this value"
        return self.undefined(what, obj=obj, name=attribute, exc=SecurityError)

    def wrap_str_format(self, value: Any) -> Callable[..., str] | None:
        """`format` is no method that may be called, so there is nothing to wrap."""
        return None


def _said_of(kind: type, name: str) -> Any:
    """What a class and those that it is made of say of a name, without running any of it; None where nothing."""
    return next((vars(each)[name] for each in kind.__mro__ if name in vars(each)), None)


def printable(value: Any) -> Any:
    """What is printed, if it is a text, a number, a day or nothing. Raises TypeError for what a reader could make nothing of."""
    if isinstance(value, (str, int, float, dt.date, Undefined)) or value is None:
        return value
    if isinstance(value, BaseModel):
        raise TypeError("this has parts: name the one to print, such as its `text` or `title`")
    raise TypeError("this is no text and no figure: print its items, in a loop or with `join`")


def _ours(obj: Any) -> bool:
    """Whether a value is one of jinja2's own that templates call: `loop.cycle()`, `self.title()`, an imported macro."""
    return type(obj).__module__.startswith("jinja2.")


def _call(method: str, arguments: list[nodes.Expr], line: int) -> nodes.Call:
    """A call of the environment's own."""
    return nodes.Call(nodes.EnvironmentAttribute(method, lineno=line), arguments, [], None, None, lineno=line)


class _Joined(NodeTransformer):
    """`a ~ b` as a call of the environment's own, which looks at the length."""

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:
        """A join of parts."""
        self.generic_visit(node)
        return _call("joined", node.nodes, node.lineno)


def _number(operator: str, left: Any, right: Any) -> None:
    """Raises for what is no number, and for numbers whose product or power would be out of all proportion."""
    for side in (left, right):
        if isinstance(side, Undefined):
            str(side)  # says which name is missing
        if not isinstance(side, (int, float)):
            raise SecurityError(f"`{operator}` is for numbers; join texts with ~")
        if abs(side) > MAX_NUMBER:
            raise TooMuchError("it calculates with numbers that are too great")
    if operator == "**" and abs(right) > 300:
        raise TooMuchError("it calculates with numbers that are too great")


def _concat(parts: Iterable[str]) -> str:
    """The parts of a page as one text."""
    texts, length = [], 0
    for text in parts:
        length += len(text)
        _short_enough(length)
        texts.append(text)
    return "".join(texts)


def _counted(filter: Callable[..., Any]) -> Callable[..., Any]:
    """A filter that looks at the clock."""

    @wraps(filter)
    def counted(*args: Any, **named: Any) -> Any:
        _turn()
        return filter(*args, **named)

    return counted


@pass_environment
def _join(environment: Environment, value: Iterable[Any], d: str = "", attribute: str | None = None) -> str:
    """`|join`: texts with something between them, escaped unless they are markup."""
    part = make_attrgetter(environment, attribute)
    texts: list[Any] = []
    length = 0
    for item in value:
        found = part(item)
        texts.append(found if isinstance(found, str) else str(found))
        length += len(texts[-1]) + len(d)
        _short_enough(length)
    if not any(isinstance(text, Markup) for text in (d, *texts)):
        return d.join(texts)
    return escape(d).join(texts)


def _replace(s: str, old: str, new: str) -> str:
    """`|replace`."""
    text = s if isinstance(s, str) else str(s)
    _short_enough(len(text) + text.count(old) * max(0, len(escape(new)) - len(old)))
    return text.replace(old, new)


@pass_environment
def _sum(environment: Environment, iterable: Iterable[Any], attribute: str | None = None, start: float = 0) -> float:
    """`|sum` of numbers."""
    part = make_attrgetter(environment, attribute)
    total = start
    for item in iterable:
        found = part(item)
        if not isinstance(found, (int, float)):
            raise SecurityError("sum is for numbers")
        total += found
    return total
