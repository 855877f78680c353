"""What people write who know spreadsheets, SQL, Python or plain English: `<>`, `&&`, `if`, `is above 5%`, `2026/01/05`.

In: a text, the place where reading stopped, what could stand there. Out: a `Mend`, or none. Must not know how reading
goes on. What the language has no like of gets a sentence that says what to write instead, and no edit.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator

from dsl.syntax.amounts import written
from dsl.text.edits import Mend, any_of, put
from dsl.text.record import record
from dsl.text.source import SourceFile

AS_IF = (
    "a figure by cases is written `if a > 2 then x else y`, in a row `else if`, in brackets inside a formula; an outcome by cases "
    "is a row of a `verdict`: `when … then …`"
)
"""How a choice is written."""
IN_BRACKETS = "inside a formula an `if` stands in brackets: `(if a > 2 then x else y)`"
NO_ELSE = "an `if` says what counts otherwise: write `else …`, or `else unknown` where nothing does"
MAX_LINE = 2_000
"""A line that is longer nobody wrote by hand: it is not looked through."""
_SKIPPED = re.compile(r'"[^"\n]*"?|#[^\n]*')
_VALUE = r"[A-Za-z_]\w*(?:\([^()\n]*\))?|-?\d[\w.]*[ ]?%?"


@record
class Place:
    """Where reading stopped: the whole text, the part that was read, the offset, what could stand there."""

    source: SourceFile
    begin: int
    end: int
    at: int
    accepted: frozenset[str]

    def line(self) -> tuple[int, str]:
        """The line of the place within the part: where it begins, and its text with texts and comments blanked."""
        text = self.source.text
        start = max(self.begin, text.rfind("\n", 0, self.at) + 1)
        newline = text.find("\n", self.at)
        end = len(text) if newline < 0 else newline
        if text[self.begin - 1 : self.begin] == "{":  # a figure in braces inside a text
            end = min(end, self.end)
        return start, _SKIPPED.sub(lambda m: m[0][0] + "\0" * (len(m[0]) - 1), text[start:end])


@record
class _Habit:
    """A way to write, what it becomes (the ways in which it may be meant), and what must be able to stand there.

    `near`: also where reading stopped right behind it. A habit without a way has a sentence alone.
    """

    spelled: str
    ways: Callable[[re.Match[str]], tuple[str, ...]] = lambda m: ()
    needs: frozenset[str] = frozenset()
    sure: bool = True
    sentence: str = ""
    near: bool = False

    @property
    def pattern(self) -> re.Pattern[str]:
        """What is looked for: `re` keeps it once it is made, and a file without mistakes needs none of them."""
        return re.compile(self.spelled)


def _to(text: str) -> Callable[[re.Match[str]], tuple[str, ...]]:
    return lambda m: (m.expand(text),)


# --- comparisons in words ---------------------------------------------------------------------------------------

_MORE = r"(?:greater|more|larger|higher|bigger)"
_LESS = r"(?:less|lower|smaller|fewer)"
_EQUAL = r"[ ]+(?:than[ ]+)?or[ ]+(?:equal|the[ ]same)(?:[ ]+(?:to|as))?"
_SAID: tuple[tuple[str, str], ...] = (
    (rf"is[ ]+not[ ]+(?:{_MORE}[ ]+than|above|over)|(?:is[ ]+)?no[t]?[ ]+{_MORE}[ ]+than|(?:is[ ]+)?at[ ]+most|(?:is[ ]+)?{_LESS}[ ]+than{_EQUAL}|lte", "<="),
    (rf"is[ ]+not[ ]+(?:{_LESS}[ ]+than|below|under)|(?:is[ ]+)?no[t]?[ ]+{_LESS}[ ]+than|(?:is[ ]+)?at[ ]+least|(?:is[ ]+)?{_MORE}[ ]+than{_EQUAL}|gte", ">="),
    (rf"(?:is[ ]+)?{_MORE}[ ]+than|is[ ]+(?:above|over|beyond)|exceeds|above|over|gt", ">"),
    (rf"(?:is[ ]+)?{_LESS}[ ]+than|is[ ]+(?:below|under|beneath)|below|under|lt", "<"),
    (r"is[ ]+not[ ]+equal[ ]+to|is[ ]+unequal[ ]+to|is[ ]+not(?=[ ]+-?\.?\d)|neq", "!="),
    (r"is[ ]+equal[ ]+to|is[ ]+the[ ]+same[ ]+as|equal[ ]+to|equals|is(?=[ ]+-?\.?\d)|eq", "="),
)  # fmt: skip
"""Comparisons as they are said, and as they are written."""


_LONG = r"[ ]+(?:the[ ]+)?(?:last[ ]+|past[ ]+)?\d+[ ]+(?:day|week|month|quarter|half|halves|year)"
"""`over 2 quarters` says how long, and no bound."""


def _comparisons() -> Iterator[_Habit]:
    for words, sign in _SAID:
        spelled = rf"(?<![\w.])(?:{words})(?![\w(])(?!{_LONG})"
        yield _Habit(spelled, _to(sign), frozenset({"COMPARE"}))
        yield _Habit(rf"(?<![\w.])(?=is\b)(?:{words})(?![\w(])[ ]*", _to(f"{sign} "), near=True)


# --- lists ----------------------------------------------------------------------------------------------------------


def _listed(match: re.Match[str]) -> tuple[str, ...]:
    no = "not " if match["no"] or "none" in match[0] else ""
    return (f"{match['name']} {no}in (",)


# --- days --------------------------------------------------------------------------------------------------------------

_MONTHS = {m: n for n, m in enumerate(("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1)}  # fmt: skip
_MONTH = "|".join(_MONTHS)


def day(year: int, month: int, number: int) -> str | None:
    """A day as the language writes it; None where the calendar has none."""
    try:
        return dt.date(year, month, number).isoformat()
    except ValueError:
        return None


def _days(*triples: tuple[str, str, str]) -> tuple[str, ...]:
    found = [day(int(y), _MONTHS.get(m[:3].lower()) or int(m), int(d)) for y, m, d in triples]
    return tuple(dict.fromkeys(each for each in found if each))


_DATES = (
    _Habit(r"(?<!\w)(\d{4})[/.\-](\d{1,2})[/.\-](\d{1,2})(?![\w.])", lambda m: _days((m[1], m[2], m[3]))),
    _Habit(r"(?<!\w)(\d{1,2})([./\-])(\d{1,2})\2(\d{4})(?![\w.])",
           lambda m: _days((m[4], m[3], m[1]), (m[4], m[1], m[3]))),
    _Habit(rf"(?<!\w)(\d{{1,2}})(?:st|nd|rd|th|\.)?[ ]+((?i:{_MONTH}))[a-z]*\.?,?[ ]+(\d{{4}})(?![\w.])",
           lambda m: _days((m[3], m[2], m[1]))),
    _Habit(rf"(?<!\w)((?i:{_MONTH}))[a-z]*\.?[ ]+(\d{{1,2}})(?:st|nd|rd|th)?,?[ ]+(\d{{4}})(?![\w.])",
           lambda m: _days((m[3], m[1], m[2]))),
    _Habit(r"(?<!\w)(\d{4})(\d{2})(\d{2})(?!\w)", lambda m: _days((m[1], m[2], m[3])), frozenset({"DATE"})),
)  # fmt: skip


# --- calls of other languages ---------------------------------------------------------------------------------------


def _method(match: re.Match[str]) -> tuple[str, ...]:
    given = match["given"].strip()
    return (f"{match['function']}({match['name']}{f', {given}' if given else ''})",)


def _subscript(match: re.Match[str]) -> tuple[str, ...]:
    back = match["back"]
    if back in ("-1", "t"):
        return (f"latest({match['name']})", f"lag({match['name']}, 1)") if back == "-1" else (match["name"],)
    return (f"lag({match['name']}, {back.lstrip('t-').strip()})",)


_EVERY = (
    ("quarter", "qtr|quarters|q"),
    ("year", "annum|yr|years|fiscal year|y|a"),
    ("month", "mth|months|mo"),
    ("day", "days|trading day"),
)
_OFTEN = (
    ("quarter", "quarterly"),
    ("year", "yearly"),
    ("year", "annually"),
    ("year", "annual"),
    ("month", "monthly"),
    ("day", "daily"),
)
_ENDS = r"(?=[ ]*(?:$|[,)<>=!]|(?:and|or|because|then|for|by|weight|critical|within|meaningful|tolerance|source|own|from)\b))"


def _searched(match: re.Match[str]) -> tuple[str, ...]:
    """`case when a then b when c then d else e end`."""
    ways = re.sub(r"[ ]+when[ ]+", " else if ", match["ways"])
    return (f"if {ways}" + ("" if re.search(r"\belse\b(?![ ]+if\b)", ways) else " else unknown"),)


def _choices() -> Iterator[_Habit]:
    """A value by cases as other languages write it."""
    begins = r"(?:(?<=[=(,][ ])|(?<=\bwhen[ ])|(?<=\bthen[ ])|(?<=[(,]))"
    yield _Habit(r"\bcase[ ]+when[ ]+(?P<ways>.+?)[ ]+end\b(?:[ ]+case\b)?", _searched)
    yield _Habit(rf"{begins}(?P<c>[^?:,()]+(?:\([^()]*\))?[^?:,()]*?)[ ]*\?[ ]*(?P<yes>[^?:]+?)[ ]*:[ ]*(?P<no>[^?:,)]+?)(?=[ ]*(?:[,)]|$))",
                 lambda m: (f"if {m['c'].strip()} then {m['yes']} else {m['no']}",), near=True)  # fmt: skip
    yield _Habit(r"(?:\b(?:and|or|not)|[-+*/^<>=])[ ]*if\b[ ]*", near=True, sentence=IN_BRACKETS)
    yield _Habit(rf"(?<![\w.])(?P<yes>(?!(?:and|or|not|then|else|if|when)\b)(?:{_VALUE}))[ ]+if[ ]+(?P<c>(?:(?!\bthen\b)[^,])+?)[ ]+else[ ]+(?P<no>{_VALUE})",
                 _to(r"if \g<c> then \g<yes> else \g<no>"), sure=False)  # fmt: skip
    yield _Habit(r"\b(?:if|case|iif)\b[ ]*|\?|\belse\b", needs=frozenset(), sentence=AS_IF, near=True)


_IF_CALLED = re.compile(r"\bif[ ]*(?=\()")


def if_called(source: SourceFile, begin: int, end: int) -> Mend | None:
    """`if(a, b, c)` with nothing behind it, as a spreadsheet writes it: reading stops at its end."""
    text = source.text
    for match in reversed(list(_IF_CALLED.finditer(text, begin, end))):
        parts = _parts(text, match.end(), end)
        if parts is not None and len(parts) in (2, 3):
            condition, yes, *rest = parts
            way = f"if {condition} then {yes} else {rest[0] if rest else 'unknown'}"
            span = source.span(match.start(), end)
            return Mend(f"write `{way}`", (put(span, way, sure=bool(rest)),))
    return None


def _parts(text: str, opens: int, end: int) -> list[str] | None:
    """What stands between the commas of a bracket that closes at the end; None where another one closes there."""
    depth, at, parts = 0, opens + 1, list[str]()
    for n in range(opens, end):
        depth += {"(": 1, ")": -1}.get(text[n], 0)
        if (depth == 1 and text[n] == ",") or depth == 0:
            parts.append(text[at:n].strip())
            at = n + 1
        if depth == 0:
            return parts if n == end - 1 else None
    return None


_LAST = r"(?:the[ ]+)?(?:(?:last|past|latest)[ ]+)?"
_COUNTED = r"\d+[ ]+(?:day|week|month|quarter|half|halves|year)"

_HABITS: tuple[_Habit, ...] = (
    # rows of a verdict, before `=>` is a comparison
    _Habit(r"[ ]*(?:->|=>|→|⇒)[ ]*(?=\")", _to(" then ")),
    _Habit(r"[ ]*[:,][ ]*(?=\")", _to(" then "), frozenset({"THEN"})),
    _Habit(r"\b(?:return|print|gives|yields|is)[ ]+(?=\")", _to("then "), frozenset({"THEN"})),
    _Habit(r"(?:\belse|\bdefault|\botherwise)(?:[ ]*(?:then\b|:|->|=>))?[ ]*(?=\")", _to("otherwise "),
           frozenset({"OTHERWISE"}), near=True),
    _Habit(r"\botherwise[ ]*(?:then\b|:|->|=>|=)[ ]*(?=\")", _to("otherwise "), near=True),
    _Habit(r"\b(?:elif|elsif|elseif)\b", _to("else if"), frozenset({"ELSE", "SIGN"})),
    _Habit(r"\b(?:elif|elsif|elseif|else[ ]+if|if|or[ ]+if|where|whenever|once)\b(?!\()", _to("when"), frozenset({"WHEN"})),
    _Habit(r"(?<=\w)[ ]*(?::|=|->|=>)(?=[ ]*[A-Za-z(\d])", _to(" when"), frozenset({"WHEN", "BECAUSE"})),
    _Habit(r"\bunless\b", needs=frozenset({"WHEN"}), sentence="write `when not (…)`"),
    # days of kills and catalysts
    _Habit(r"\b(?:before|until|till|no[ ]+later[ ]+than|latest)[ ]+(?=\d)", _to("by "), frozenset({"BY"})),
    _Habit(r"\b(?:by|at|due|before|until|expected)[ ]+(?=\d)", _to("on "), frozenset({"ON", "EXPECTS"}), sure=False),
    _Habit(r"\b(?:when|if|expect|requires|needs)\b", _to("expects"), frozenset({"EXPECTS"})),
    # growth behind its figure
    _Habit(r"\b(?P<n>[A-Za-z_]\w*)(?:\.|[ ]+)(?P<f>yoy|qoq|ttm|annualised)(?:\(\))?(?![\w(])", _to(r"\g<f>(\g<n>)"), near=True),
    *_choices(),
    _Habit(r"\b[A-Za-z_]\w*[ ]+\d+[ ]+(?:periods|quarters?|years?|months?|weeks?|days?|halves|half)[ ]+ago\b",
           sentence="the figure so many periods earlier is `lag(revenue, 4)`"),
    _Habit(r"(?<=\w)[ ]*%(?=[ ]*[A-Za-z(\d])", needs=frozenset({"SIGN"}),
           sentence="a percent is written 25%; there is no remainder: with `floor` it is `a - b * floor(a / b)`"),
    _Habit(r"\b(?:AND|OR|NOT|And|Or|Not)\b[ ]*", lambda m: (m[0].lower(),), near=True),
    # types
    _Habit(r"\b(?:float|double|decimal|numeric|real|ratio)\b", _to("number"), frozenset({"BASE"})),
    _Habit(r"\b(?:integer|int)\b", lambda m: ("count", "number"), frozenset({"BASE"}), sure=False),
    _Habit(r"\|[ ]*[A-Za-z(][^|\n]*\|", needs=frozenset({"NUMBER"}), sentence="the figure without its sign is `abs(x)`"),
    _Habit(r"\b(?:bool|boolean|logical|yes_no)\b", _to("flag"), frozenset({"BASE"})),
    _Habit(r"\b(?:string|str|varchar|char)\b", _to("text"), frozenset({"BASE"})),
    _Habit(r"\b(?:currency|amount|dollars?|euros?)\b", _to("money"), frozenset({"BASE"}), sure=False),
    _Habit(r"(?<=:)[ ]*(?:%|pct\b)", _to(" percent"), frozenset({"BASE"})),
    _Habit(r"\bpercentage\b", _to("percent"), frozenset({"PER"})),
    _Habit(r"\b(?:enum|one|option|options)(?=[ ]+of\b)", _to("choice"), frozenset({"BASE"})),
    _Habit(r"\b(?:list|array)(?=[ ]+of\b)", _to("set"), frozenset({"BASE"})),
    *(_Habit(rf"\b(?:{words})\b", _to(every), frozenset({"FREQUENCY"})) for every, words in _EVERY),
    *(_Habit(rf"\b{word}\b", _to(f"per {every}"), frozenset({"PER"})) for every, word in _OFTEN),
    # how long
    _Habit(rf"\b(?:for|in|on)[ ]+(?:at[ ]+least[ ]+)?(?P<n>\d+)[ ]+(?:out[ ]+)?of[ ]+{_LAST}(?={_COUNTED})",
           _to(r"for \g<n> of "), near=True),
    _Habit(rf"\b(?:for|in|on)[ ]+(?:at[ ]+least[ ]+)?(?P<n>\d+)[ ]+(?P<of>quarter|year|month|week|day|halve)s[ ]+(?:out[ ]+)?of[ ]+{_LAST}(?P<all>\d+)(?![\w.])",
           _to(r"for \g<n> of \g<all> \g<of>s"), near=True),
    _Habit(r"\bfor[ ]+(?:the[ ]+)?(?:last|past|latest)[ ]+(?=\d)", _to("for "), near=True),
    _Habit(r"\b(?:over|during|in|within)[ ]+(?:the[ ]+)?(?:last[ ]+|past[ ]+)?(?=\d+[ ]+(?:day|week|month|quarter|half|halves|year))",
           _to("for "), frozenset({"WHEN"}), sure=False),
    _Habit(r"\bmod\b", sentence="there is no remainder; with `floor` it is `a - b * floor(a / b)`"),
    _Habit(r"√[ ]*(\w+|\([^()\n]*\))", lambda m: (f"sqrt({m[1].strip('()')})",)),
    # signs
    _Habit(r"<>|!==|=!=|=!|~=|!\s+=", _to("!=")),
    _Habit(r"={3,}|:=|=[ ]+=", _to("=")),
    _Habit(r"=[ ]*>(?![ ]*\")|>[ ]+=", _to(">=")),
    _Habit(r"=[ ]*<|<[ ]+=", _to("<=")),
    _Habit(r"[ ]?\*\*[ ]?", _to(" ^ ")),
    _Habit(r"!(?=[ ]*[A-Za-z(])[ ]*", _to("not ")),
    _Habit(r"//(?=[^\n]*$)", _to("#"), sure=False,
           sentence="a comment begins with `#`; one divides with `/`, and rounds down with `floor(…)`"),
    _Habit(r"/\*(.*?)\*/[ ]*$", _to(r"#\1")),
    _Habit(r"(?<![\w.])(\d+(?:\.\d+)?)[ ]*(?:times|[xX×✕])" + _ENDS, _to(r"\1x")),
    _Habit(r"[ ]+times[ ]+(?=[A-Za-z(\d])", _to(" * "), frozenset({"TIMES"})),
    _Habit(r"[ ]+plus[ ]+(?=[A-Za-z(\d])", _to(" + "), frozenset({"SIGN"})),
    _Habit(r"[ ]+minus[ ]+(?=[A-Za-z(\d])", _to(" - "), frozenset({"SIGN"})),
    _Habit(r"[ ]+divided[ ]+by[ ]+(?=[A-Za-z(\d])", _to(" / "), frozenset({"TIMES"})),
    # words
    _Habit(rf"(?P<name>{_VALUE})[ ]+(?:is[ ]+)?(?P<no>not[ ]+)?(?:one|any|none)[ ]+of[ ]+\(", _listed),
    _Habit(rf"(?P<name>{_VALUE})[ ]+is[ ]+(?P<no>not[ ]+)?in[ ]+\(", _listed),
    _Habit(r"(?<=\w)[ ]+in[ ]+(?P<items>[\w.\"]+%?(?:[ ]*,[ ]*[\w.\"]+%?)+)", _to(r" in (\g<items>)"), frozenset({"LPAR"})),
    _Habit(r"(?<=\w)[ ]+in[ ]+(?P<item>-?\d[\w.]*[ ]?%?)", _to(r" in (\g<item>)"), frozenset({"LPAR"})),
    _Habit(r"(?<!\w)(?!not\b)(?P<name>[a-z_]\w*)[ ]+in[ ]+(?P<set>[a-z_]\w*)(?![\w(])",
           lambda m: (f"{m['set']} includes {m['name']}", f"{m['name']} is {m['set']}"), frozenset({"LPAR"})),
    _Habit(r"(?<=\w)[ ]+(?:contain|include|holds)[ ]+(?=[A-Za-z_])", _to(" includes "), frozenset({"COMPARE"})),
    _Habit(r"(?<=\w)[ ]+contains[ ]+(?P<word>[A-Za-z_]\w*)", lambda m: (f" includes {m['word']}", f' contains "{m["word"]}"'),
           frozenset({"STRING"})),
    _Habit(r"(?<=\w)[ ]+(?:does[ ]+not[ ]+contain|not[ ]+contains?|excludes)[ ]+(?=[\w\"])",
           sentence='what a text does not hold is asked as `not opinion contains "going concern"`'),
    _Habit(rf"(?<=between )(?P<low>{_VALUE})[ ]*(?:to|,|-|\.\.|–)[ ]*(?=-?[\w.])", _to(r"\g<low> and "),
           frozenset({"AND"})),
    _Habit(r"\b(?:between|from)[ ]+(?P<low>-?\d[\w.]*[ ]?%?)[ ]*(?:to|,|-|–)[ ]*(?=-?[\w.])",
           _to(r"between \g<low> and "), frozenset({"BETWEEN"})),
    # calls
    _Habit(r"(?<![\w.])(?P<name>[A-Za-z_]\w*)\.(?P<function>[A-Za-z_]\w*)\((?P<given>[^()\n]*)\)", _method, sure=False),
    _Habit(r"(?<![\w.])(?P<name>[A-Za-z_]\w*)\[[ ]*(?P<back>t?[ ]*-[ ]*\d+|t)[ ]*\]", _subscript, sure=False),
    _Habit(r"(?<=[\w)])[ ]*:[ ]*(?=[\w(])", needs=frozenset({"COMMA", "RPAR"}),
           sentence="there are no ranges of cells: name each figure, as in `sum(a, b, c)`, or say how many periods, as in "
           "`sum(a, 4 quarters)`"),
    _Habit(r"(?<=[\w)%])[ ]*,(?=[ ]*[A-Za-z(])", lambda m: (" and", " or"), frozenset({"WHEN"}), sure=False),
    *_comparisons(),
    *_DATES,
)  # fmt: skip


_ROWS = 5
"""The first habits are those of rows: `=>` before an outcome is no comparison."""


def habit(source: SourceFile, begin: int, end: int, at: int, accepted: frozenset[str]) -> Mend | None:
    """The mend where reading stopped at a habit of another language, else None."""
    place = Place(source, begin, end, at, accepted)
    if source.text.find("\n", at, at + MAX_LINE) < 0 and len(source.text) - at > MAX_LINE:
        return None
    if source.text.rfind("\n", max(0, at - MAX_LINE), at) < 0 and at > MAX_LINE:
        return None
    start, line = place.line()
    here = at - start
    if not 0 <= here < len(line):
        return None
    early = _HABITS[:_ROWS]
    for each in (*early, *_DATES):
        found = _found(each, place, start, line)
        if found is not None:
            return found
    figure = written(line, here, accepted, source.text) if line[here] != "%" or "NUMBER" in accepted else None
    if figure is not None:
        fixes = any_of(
            put(source.span(start + figure.start, start + figure.end), way, figure.sure) for way in figure.ways
        )
        return Mend(figure.sentence or _sentence(figure.ways), fixes)
    for each in _HABITS:
        found = _found(each, place, start, line)
        if found is not None:
            return found
    return None


def _found(each: _Habit, place: Place, start: int, line: str) -> Mend | None:
    if not each.needs <= place.accepted:
        return None
    here = place.at - start
    for match in each.pattern.finditer(line):
        if not (match.start() <= here < match.end() + each.near):
            continue
        if not each.ways(match):
            if each.sentence:
                return Mend(each.sentence)
            continue
        ways = each.ways(match)
        span = place.source.span(start + match.start(), start + match.end())
        fixes = any_of(put(span, way, each.sure) for way in ways)
        return Mend(each.sentence or _sentence(ways), fixes)
    return None


def _sentence(ways: tuple[str, ...]) -> str:
    shown = [f"`{way.strip()}`" for way in ways[:4]]
    return "write " + (shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} or {shown[-1]}")
