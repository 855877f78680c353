"""Functions of spreadsheets, SQL, pandas and other languages, each with what to write instead.

In: a call of a function that the language does not have, its arguments typed. Out: a `Mend`. Must not know how
expressions are lowered.

A name that looks like one of the language may mean another thing (`log` is no slip of `low`), so what is known elsewhere
is looked up here before anything is taken for a slip. Where the language has no like, the sentence says what to do
and there is no edit.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher

from dsl.program import program as p
from dsl.syntax import nodes as s
from dsl.syntax.habits import AS_IF
from dsl.text.edits import Mend, any_of, meant, one_slip, put
from dsl.text.record import record
from dsl.types.functions import FUNCTIONS
from dsl.types.units import Frequency, Kind

MAX_PERIODS = 400
"""A plain number up to here may be meant as so many periods."""


@record
class _Call:
    """A call as written: its arguments and what each of them is."""

    written: s.Call
    typed: tuple[p.Expr, ...]

    @property
    def size(self) -> int:
        return len(self.written.arguments)

    @property
    def series(self) -> Frequency | None:
        return self.typed[0].type.series if self.typed else None

    def text(self, at: int) -> str:
        return self.written.arguments[at].span.text

    def part(self, at: int) -> str:
        """An argument as an operand: in brackets unless it is one word."""
        node = self.written.arguments[at]
        whole = isinstance(node, s.Name | s.Number | s.Call) or node.span.text.startswith("(")
        return node.span.text if whole else f"({node.span.text})"

    def all(self, first: int = 0) -> str:
        return ", ".join(self.text(n) for n in range(first, self.size))

    def whole(self, at: int) -> int | None:
        """A whole number above 0 that is written out."""
        node = self.written.arguments[at] if at < self.size else None
        whole = isinstance(node, s.Number) and node.unit == "number" and node.value.is_integer()
        return int(node.value) if whole and 0 < node.value <= MAX_PERIODS else None  # type: ignore[union-attr]

    def window(self, at: int) -> str | None:
        """An argument as a window: a duration as it stands, a whole number as so many periods of the series."""
        if at < self.size and isinstance(self.written.arguments[at], s.Duration):
            return self.text(at)
        count = self.whole(at)
        return periods(count, self.series) if count is not None and self.series is not None else None


@record
class _Said:
    """What to write instead: the ways it may be meant, whether the only way is sure, or a sentence alone."""

    ways: tuple[str, ...] = ()
    sure: bool = False
    sentence: str = ""


_Make = Callable[[_Call], _Said]


def periods(count: int, series: Frequency) -> str:
    """'2 quarters'."""
    many = "halves" if series is Frequency.HALF else f"{series.value}s"
    return f"{count} {series.value if count == 1 else many}"


# --- makers ---------------------------------------------------------------------------------------------------------


def _only(sentence: str) -> _Make:
    return lambda call: _Said(sentence=sentence)


def _form(form: str, sizes: Sequence[int], sure: bool = True, otherwise: str = "") -> _Make:
    """`{0}` an argument, `{0!p}`-like `[0]` an argument as an operand, `*` all of them; another number of arguments gets
    the sentence."""

    def make(call: _Call) -> _Said:
        if call.size not in sizes:
            return _Said(
                sentence=otherwise or f"write it like `{form.replace('[', '').replace(']', '').replace('{0}', 'a')}`"
            )
        text = form.replace("*all*", call.all())
        text = re.sub(r"\[(\d)\]", lambda m: call.part(int(m[1])), text)
        return _Said((re.sub(r"\{(\d)\}", lambda m: call.text(int(m[1])), text),), sure)

    return make


def _reduced(name: str) -> _Make:
    """Of several figures, or of a series within a window."""

    def make(call: _Call) -> _Said:
        window = call.window(1) if call.size == 2 else None
        if window is not None:
            written = isinstance(call.written.arguments[1], s.Duration)
            sure = written or (name in ("average", "median", "sum") and call.typed[0].type.kind is Kind.MONEY)
            return _Said((f"{name}({call.text(0)}, {window})",), sure)
        if call.size == 1 and call.series is not None:
            such = "60 days" if call.series is Frequency.DAY else f"8 {call.series.value}s"
            return _Said(sentence=f"say over how long: `{name}({call.text(0)}, {such})`")
        return _Said((f"{name}({call.all()})",), call.size > 1 and call.whole(1) is None)

    return make


def _windowed(name: str, sure: bool = True) -> _Make:
    """Of a series within a window."""

    def make(call: _Call) -> _Said:
        window = call.window(1) if call.size == 2 else None
        if window is None:
            return _Said(sentence=f"write it like `{FUNCTIONS[name].example.split(' = ')[0]}`")
        return _Said((f"{name}({call.text(0)}, {window})",), sure)

    return make


def _back(name: str) -> _Make:
    """So many periods back, one where it is not said."""

    def make(call: _Call) -> _Said:
        if call.size == 1:
            return _Said((f"{name}({call.text(0)}, 1)",), True)
        count = call.whole(1)
        return _Said((f"{name}({call.text(0)}, {count})",), True) if count and call.size == 2 else _Said(
            sentence=f"write it like `{name}(revenue, 4)`: so many periods earlier")  # fmt: skip

    return make


def _to_come(call: _Call) -> _Said:
    """What is expected of a period to come: of a name that comes per month, quarter or year."""
    count = 1 if call.size == 1 else call.whole(1)
    slow = call.series not in (None, Frequency.DAY, Frequency.WEEK)
    if count is None or not slow or call.size > 2 or not isinstance(call.written.arguments[0], s.Name):
        return _Said(
            sentence="what is expected of the period after the latest reported one is `ahead(eps, 1)`, of a year `ntm(eps)`"
        )
    return _Said((f"ahead({call.text(0)}, {count})",))


def _growth(call: _Call) -> _Said:
    count, text = (call.whole(1) if call.size > 1 else 1), call.text(0) if call.size else "revenue"
    if call.size and count == 1 and call.series is not None:
        return _Said((f"qoq({text})",) if call.size == 2 else (f"yoy({text})", f"qoq({text})"))
    if call.size and call.series is not None and count == call.series.per_year and call.series is not Frequency.DAY:
        return _Said((f"yoy({text})",), True)
    return _Said(
        sentence=f"growth on a year before is `yoy({text})`, on the period before `qoq({text})`, over years `cagr({text}, 3)`"
    )


def _choice(call: _Call) -> _Said:
    """`if(c, a, b)`: `if c then a else b`; of the plain truths the condition itself."""
    if call.size not in (2, 3):
        return _Said(sentence=AS_IF)
    yes, no = call.text(1), call.text(2) if call.size == 3 else "unknown"
    if (yes.lower(), no.lower()) == ("true", "false"):
        return _Said((call.part(0),), True)
    if (yes.lower(), no.lower()) == ("false", "true"):
        return _Said((f"not {call.part(0)}",), True)
    return _Said((f"if {call.text(0)} then {yes} else {no}",), call.size == 3)


def _choices(call: _Call) -> _Said:
    """`ifs(c, a, d, b)`: questions and values by turns."""
    if call.size < 4 or call.size % 2:
        return _Said(sentence=AS_IF)
    ways = " else ".join(f"if {call.text(n)} then {call.text(n + 1)}" for n in range(0, call.size, 2))
    return _Said((f"{ways} else unknown",))


def _isin(call: _Call) -> _Said:
    """`isin(x, a, b)`, `isin(x, (a, b))`: `x in (a, b)`; of a set its members."""
    if call.size < 2:
        return _Said(sentence="one of several is asked as `stage in (early, growing)`")
    if call.size == 2 and not call.text(1).startswith("("):
        return _Said((f"{call.part(0)} in ({call.text(1)})", f"{call.part(1)} includes {call.text(0)}"))
    listed = call.text(1) if call.size == 2 else f"({call.all(1)})"
    return _Said((f"{call.part(0)} in {listed}",), True)


def _known(word: str) -> _Make:
    def make(call: _Call) -> _Said:
        if call.size == 2 and word == "unknown":
            return _Said((f"first_known({call.all()})",), True)
        return _Said((f"{call.part(0)} is {word}",), True) if call.size == 1 else _Said(sentence=f"write `x is {word}`")

    return make


def _day(call: _Call) -> _Said:
    counts = [a.value for a in call.written.arguments if isinstance(a, s.Number) and a.unit == "number"]
    if len(counts) == 3 == call.size:
        try:
            return _Said((dt.date(*(int(n) for n in counts)).isoformat(),), True)
        except (ValueError, OverflowError):
            pass
    return _Said(sentence="a day is written 2026-08-27")


def _log(call: _Call) -> _Said:
    if call.size == 1:
        return _Said((f"ln({call.text(0)})", f"ln({call.text(0)}) / ln(10)"))
    return _form("ln({0}) / ln({1})", (2,))(call)


def _logic(sign: str) -> _Make:
    name = {"and": "all", "or": "any"}[sign]
    return lambda call: (
        _Said((f"{name}({call.all()})",), True) if call.size else _Said(sentence=f"join conditions with `{sign}`")
    )


_CASH = "there is no such function; the result may be an input, with its source"
_CELLS = "there are no cells to look up: give each figure its own name with `input`"
_TEXTS = 'texts are not calculated with: figures are put into a text in braces, as in `because "growth of {growth}"`'
_CLOCK = "the day on which the rules are judged is written `as_of`, without brackets"
_COUNTED = "count conditions with `count(a > 1, b > 2)`, and periods in which one has held with `streak(…)`"
_REMAINDER = "there is no remainder; with `floor`: `a - b * floor(a / b)`"
_SPREAD = "there is no such figure; what there is: `median`, `min`, `max`, `stdev` within a window, as in `stdev(margin, 8 quarters)`, and `percentile(pe, 5 years)`, where the figure stands among its own"

_TABLE: tuple[tuple[str, _Make], ...] = (
    ("avg mean averagea average_of arithmetic_mean mw", _reduced("average")),
    ("total sigma add_up sumup", _reduced("sum")),
    ("med", _reduced("median")),
    ("maximum greatest larger largest maxa pmax", _reduced("max")),
    ("minimum least smaller smallest mina pmin", _reduced("min")),
    ("rolling_mean rolling_average moving_average rolling_avg sma ma movavg rollmean", _windowed("average")),
    ("rolling_sum moving_sum rollsum", _windowed("sum")),
    ("rolling_median", _windowed("median")),
    ("rolling_max highest rollmax hhv", _windowed("high")),
    ("rolling_min lowest rollmin llv", _windowed("low")),
    ("std stddev stdev_s stdevs stddev_samp standard_deviation rolling_std stdeva sd", _windowed("stdev")),
    ("stdevp stdev_p stddev_pop var variance varp var_s var_p vars", _only(
        "there is the standard deviation of a sample within a window alone: `stdev(margin, 8 quarters)`")),
    ("percentrank percentrank_inc percentrank_exc percent_rank pct_rank rank_pct percentile_rank percentileofscore", _windowed(
        "percentile", sure=False)),
    ("slope linest regression trendline linreg", _windowed("trend", sure=False)),
    ("max_drawdown maxdrawdown mdd", _windowed("drawdown", sure=False)),
    ("vol realized_volatility hist_vol", _windowed("volatility")),
    ("shift prev previous prior delay offset ago lagged before last_period", _back("lag")),
    ("diff delta difference", _back("change")),
    ("lead next forward fwd estimate estimated consensus expected guidance next_period fy1 ntm_estimate", _to_come),
    ("next_twelve_months next_12_months forward_12m fwd_12m ntm_sum blended_forward next_year_sum", _form("ntm({0})", (1,))),
    ("beat earnings_surprise surprise_pct eps_surprise beat_pct surprise_percent", _form("surprise({0})", (1,))),
    ("pct_change pctchange percent_change growth growth_rate change_pct returns roc pct", _growth),
    ("yoy_growth growth_yoy yearly_growth annual_growth year_over_year year_on_year", _form("yoy({0})", (1,))),
    ("qoq_growth growth_qoq quarter_over_quarter quarter_on_quarter", _form("qoq({0})", (1,))),
    ("ltm trailing trailing_year rolling_year rolling_12m last_twelve_months last12m", _form("ttm({0})", (1,))),
    ("annualize annualized annualise annual run_rate", _form("annualised({0})", (1,))),
    ("last current newest most_recent mrq lastvalue last_value", _form("latest({0})", (1,), sure=False)),
    ("ytd cumsum cumulative running_total", _only("for the figure of a year write `ttm(revenue)`, for so many periods `sum(revenue, 4 quarters)`")),
    ("log", _log),
    ("loge logn natural_log", _form("ln({0})", (1,))),
    ("log10 lg", _form("ln({0}) / ln(10)", (1,))),
    ("log2", _form("ln({0}) / ln(2)", (1,))),
    ("log1p", _form("ln(1 + [0])", (1,))),
    ("pow power", _form("[0] ^ [1]", (2,))),
    ("square sqr", _form("[0] ^ 2", (1,))),
    ("root cbrt nthroot", _form("[0] ^ (1 / [1])", (2,), otherwise="a root is a power: `x ^ (1 / 3)`")),
    ("absolute fabs magnitude", _form("abs({0})", (1,))),
    ("mod fmod remainder", _only(_REMAINDER)),
    ("int trunc truncate fix quotient", _only("`floor(x)` rounds down, `ceil(x)` up, `round(x)` to the nearest")),
    ("ceiling roundup", _form("ceil({0})", (1,), otherwise="`ceil(x)` rounds up to a whole figure")),
    ("rounddown", _form("floor({0})", (1,), otherwise="`floor(x)` rounds down to a whole figure")),
    ("sign sgn", _only("ask for the sign with a comparison, such as `x > 0`")),
    ("product mul multiply", _form("[0] * [1]", (2,))),
    ("divide div safe_divide safediv", _form("[0] / [1]", (2,))),
    ("subtract minus sub", _form("[0] - [1]", (2,))),
    ("add plus", _form("[0] + [1]", (2,))),
    ("ratio", _form("[0] / [1]", (2,), sure=False)),
    ("clip clamp bound", _form("max([1], min({0}, {2}))", (3,), sure=False, otherwise="keep a figure within bounds with `max(0%, min(x, 100%))`")),
    ("if iif ifelse ifthenelse cond ternary np_where where", _choice),
    ("ifs", _choices),
    ("case switch choose decode", _only(AS_IF)),
    ("and", _logic("and")), ("or", _logic("or")),
    ("every", _logic("and")), ("some either", _logic("or")),
    ("not", _form("not [0]", (1,))),
    ("xor", _only("of two conditions one alone holds where `count(a, b) = 1`")),
    ("iferror", _form("first_known(*all*)", (2,), sure=False)),
    ("ifna ifnull nvl coalesce isnull_or fillna if_null default if_known or_else firstnonnull", _form("first_known(*all*)", (2, 3, 4, 5, 6), otherwise="the first figure that is known is `first_known(a, b)`")),
    ("isnull isna isblank isempty isnan is_null is_unknown iserror missing", _known("unknown")),
    ("notnull notna isnumber is_known exists isfinite has_value known", _known("known")),
    ("len size length nunique counta cardinality", _form("count({0})", (1,), sure=False)),
    ("countif countifs sumif sumifs averageif averageifs count_if countwhere", _only(_COUNTED)),
    ("consecutive run_length runs", _form("streak({0})", (1,))),
    ("quantile quartile rank zscore z_score corr correl covar skew kurt mode iqr mad", _only(_SPREAD)),
    ("vlookup hlookup xlookup lookup index match indirect", _only(_CELLS)),
    ("npv irr xirr xnpv pmt pv fv rate nper dcf", _only(_CASH)),
    ("today now current_date sysdate getdate as_of asof", _form("as_of", (0,), otherwise=_CLOCK)),
    ("date todate to_date datevalue parse_date", _day),
    ("days", _form("days_between({1}, {0})", (2,))),
    ("datedif datediff date_diff daysbetween days_diff", _only("days from a first date to a second are `days_between(first, second)`, whole months `months_between(first, second)`")),
    ("edate addmonths dateadd date_add months_later", _form("add_months({0}, {1})", (2,), otherwise="so many months later is `add_months(day, 6)`")),
    ("monthsbetween months_diff monthdiff months", _form("months_between({0}, {1})", (2,), otherwise="whole months are `months_between(first, second)`")),
    ("month quarter weekday day week eomonth yearfrac", _only("of a date there is its `year(…)`, and `days_between(…, …)`, `months_between(…, …)`, `add_months(…, 6)`")),
    ("concat concatenate text string str format left right mid upper lower trim", _only(_TEXTS)),
    ("contains includes member", _form("[0] includes {1}", (2,), sure=False)),
    ("search find instr ilike icontains str_contains", _form("[0] contains {1}", (2,), sure=False)),
    ("isin is_in one_of", _isin),
    ("between in_range inrange", _form("[0] between [1] and [2]", (3,))),
    ("abs_diff", _form("abs([0] - [1])", (2,))),
)  # fmt: skip

_BORROWED: dict[str, _Make] = {name: make for names, make in _TABLE for name in names.split()}


def borrowed(node: s.Call, typed: Sequence[p.Expr]) -> Mend:
    """What to write in place of a call of an unknown function."""
    name = node.function.name
    plain = name.lower()
    call = _Call(node, tuple(typed))
    if plain in FUNCTIONS:
        return Mend(f"write `{plain}`", (put(node.function.span, plain, sure=True),))
    make = _BORROWED.get(plain)
    if make is None:
        return _slip(node, name)
    said = make(call) if call.size or make in _WITHOUT else _Said()
    if not said.ways:
        return Mend(said.sentence or _SEE)
    ways = [_bracketed(way, node) for way in said.ways]
    fixes = any_of(put(node.span, way, said.sure) for way in ways)
    return Mend(said.sentence or f"write {' or '.join(f'`{way}`' for way in ways)}", fixes)


_SEE = "see docs/language.md for the functions"
_WITHOUT = frozenset(make for names, make in _TABLE if names.startswith("today"))
"""Those that are called without arguments."""


def _slip(node: s.Call, name: str) -> Mend:
    """A name that looks like one of the language, where that takes as many arguments: a short one must begin alike."""
    given = len(node.arguments)
    known = [
        row.name
        for row in FUNCTIONS.values()
        if row.fewest <= given and (row.rest or given <= len(row.slots)) and _alike(name.lower(), row.name)
    ]
    return meant(node.function.span, name, known, _SEE, closed=True)


def _alike(word: str, known: str) -> bool:
    if min(len(word), len(known)) <= 4 and word[:1] != known[:1]:
        return False
    if one_slip(word, known):
        return True
    both = SequenceMatcher(None, word, known)
    # Their lengths alone rule out most words, and a word of a megabyte at once.
    return len(word) > 4 and both.real_quick_ratio() >= 0.75 and both.ratio() >= 0.75


_OPERATOR = re.compile(r"[-+*/^<>=]|\b(?:is|not|between|includes)\b")
_ASKS = re.compile(r"\b(?:is|not|between|includes)\b")
_OPENS = re.compile(r"(?:[(,]|(?P<sign>[<>=])|\b(?:when|and|or|expects|given|assume|starts|then))\s*$")
_CLOSES = re.compile(r"\s*(?:$|[),#]|(?P<sign>[<>=!])|\b(?!is\b|includes\b|between\b|for\b)[a-z])")


_GIVES = re.compile(r"(?:[(,]|\b(?:when|expects|starts|then|else)|\b(?:metric|param)\s[^\n=]*=)\s*$")
_GOES_ON = re.compile(r"\s*(?:[-+*/^<>=!]|(?:and|or|for|is|in|not|includes|between|has)\b)")
"""Where an `if` needs no brackets: behind what gives it its place, and where nothing goes on behind it."""


def _bracketed(way: str, node: s.Call) -> str:
    """A way as it stands in place of a call: in brackets where an operator beside it would take a part of it away."""
    if way.startswith("if "):
        text = node.span.source.text
        before = _GIVES.search(text[max(0, node.span.start - 80) : node.span.start])
        return way if before and not _GOES_ON.match(text, node.span.end) else f"({way})"
    outside = re.sub(r"\([^()]*(?:\([^()]*\)[^()]*)*\)", "", way)
    if not _OPERATOR.search(outside):
        return way
    text = node.span.source.text
    before, behind = (
        _OPENS.search(text[max(0, node.span.start - 40) : node.span.start]),
        _CLOSES.match(text, node.span.end),
    )
    alone = before is not None and behind is not None
    if before is not None and behind is not None and _ASKS.search(outside):  # a comparison binds tighter than `is`
        declares = re.search(r"\b(?:metric|param)\s[^\n=]*=\s*$", text[: node.span.start])
        alone = (before["sign"] is None or declares is not None) and behind["sign"] is None
    return way if alone else f"({way})"
