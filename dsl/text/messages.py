"""Every code of the language with its sentence and its mend: a table, so that no stage words its own.

In: a code, a place, the words to fill in. Out: a `Diagnostic`. Must not know who found it.
Codes are stable: T0xx reading and syntax, T02x–T05x names and declarations, T06x, T07x and T09x types, T08x warnings,
T11x reuse, T12x examples.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dsl.text.diagnostics import Diagnostic, Label, Severity
from dsl.text.edits import Fix, Mend, any_of
from dsl.text.edits import did_you_mean as did_you_mean
from dsl.text.record import record
from dsl.text.source import Span

_E, _W = Severity.ERROR, Severity.WARNING


@record
class Message:
    """A sentence and a mend, both with `{words}` to fill in."""

    severity: Severity
    sentence: str
    mend: str = ""


MESSAGES: dict[str, Message] = {
    # --- reading and syntax
    "T001": Message(_E, "{reason}", "{mend}"),
    "T002": Message(
        _E, "the file declares nothing", 'begin with `rules NAME "title"` or `thesis NAME "title" for TICKER`'
    ),
    "T003": Message(_E, "{expected} should stand here, not {found}", "{mend}"),
    "T004": Message(_E, "{found} has no meaning here", "{mend}"),
    "T005": Message(_E, "the file ends in the middle of {where}: {expected} should follow", "{mend}"),
    "T006": Message(
        _E, "the text that begins here has no closing quote on its line", 'close it with " on the same line'
    ),
    "T007": Message(
        _E, "the expression is nested more than {limit} deep", "give its parts their own names with `metric`"
    ),
    "T008": Message(_E, "there is no day {text}", "write a day of the calendar as YYYY-MM-DD"),
    "T009": Message(_E, "{keyword} `{name}` has {clause} twice", "keep one of them"),
    "T015": Message(_E, "{text} is longer than can be asked for", "write at most 9999 of them"),
    "T010": Message(_E, "the figure {text} is too large to calculate with", "write it with k, m, bn or tn"),
    "T011": Message(_E, "the braces in this text do not pair", "write each figure as {{name}}"),
    "T012": Message(_E, "`{name}` is a word of the language and cannot be a name", "choose another name"),
    "T014": Message(
        _E, "there are more than {limit} mistakes; those from here on are not shown", "mend the first ones"
    ),
    "T013": Message(_W, "`{name}` is not in snake_case", "write `{mend}`"),
    "T016": Message(
        _E,
        "the hidden character {found} changes how this line is shown",
        "delete it: thesis reads what is stored, not what is shown",
    ),
    "T018": Message(
        _E,
        "laid out anew, this file would not say the same, so it is left as it is",
        "this is a fault in thesis, not in your file: please report it together with the file",
    ),
    # --- headers and modules
    "T020": Message(
        _E, "the file has no header", 'begin with `rules NAME "title"` or `thesis NAME "title" for TICKER`'
    ),
    "T021": Message(
        _E, "the file has a second header", "one file holds one module or one thesis: move this to its own file"
    ),
    "T022": Message(_E, "the header must come first", "move `{keyword} {name}` to the top of the file"),
    "T023": Message(_E, "thesis `{name}` does not say which company it is for", "add `for TICKER` to the header"),
    "T024": Message(
        _E,
        "rules `{name}` are for any company, so they take no `for`",
        "write `thesis` in place of `rules`, or take `for` away",
    ),
    "T025": Message(_E, "there is no module `{name}`", "{mend}"),
    "T026": Message(_E, "the modules use each other in a circle: {circle}", "take one `uses` away"),
    "T027": Message(
        _E, "`{name}` is a thesis on one company; only `rules` can be used", "move what both need to a module"
    ),
    "T028": Message(_E, "module `{module}` has no param `{name}`", "{mend}"),
    # --- names and declarations
    "T030": Message(_E, "{names} {verb} declared twice", "{mend}"),
    "T031": Message(_E, "there is no `{name}`", "{mend}"),
    "T032": Message(_E, "there is no function `{name}`", "{mend}"),
    "T033": Message(_E, "there is no `{name}` to override", "{mend}"),
    "T034": Message(_E, "this override of `{name}` changes nothing", "take it away, or change something"),
    "T035": Message(_E, "there is no `{name}` to drop", "{mend}"),
    "T036": Message(_E, "`{name}` is {article} {was}, not {article2} {now}", "write `{keyword} {was} {name}`"),
    "T037": Message(
        _E, "`{name}` was dropped, but it is still used here", "drop or override what uses it, or keep `{name}`"
    ),
    "T038": Message(_E, "{keyword} `{name}` has no {clause}", "{mend}"),
    "T039": Message(
        _E,
        "these depend on each other in a circle: {circle}",
        "break the circle at one of them; if the value of the last period is meant, declare it as an input",
    ),
    "T040": Message(_E, "`{name}` is {article} {kind}, not a pillar", "name a pillar after `on`"),
    "T041": Message(_E, "a {what} must be a constant, and `{name}` is {article} {kind}", "use only figures and params"),
    "T042": Message(_E, "a weight must be a figure above 0, not {found}", "{mend}"),
    "T043": Message(_E, "a probability must lie between 0% and 100%, and {found} does not", "{mend}"),
    "T044": Message(
        _E, "the probabilities of the scenarios add up to {total}, above 100%", "lower one of them by {over}"
    ),
    "T045": Message(
        _E, "`{name}` is {article} {kind}; only inputs, params, metrics and forecasts can be set", "{mend}"
    ),
    "T046": Message(_E, "`{name}` has a meaning only after `then` in a forecast", "{mend}"),
    "T047": Message(_E, "`{name}` stands twice in the list", "keep one"),
    "T048": Message(_E, "param `{name}` has two values from {day}", "keep one of them"),
    "T049": Message(
        _E,
        'a row of verdict `{name}` says "does not apply", and reading that outcome would mean nothing',
        "say when the table applies: `applies when …` before its rows; or choose other words",
    ),
    "T050": Message(_E, "{subject} {verb} {word}", "{mend}"),
    "T051": Message(_E, "`is {word}` does not fit {subject}", "{mend}"),
    "T052": Message(_E, "`{name}` takes {wanted}, not {given}", "write it like `{example}`"),
    "T053": Message(_E, "the {what} must be written out here", "put a figure in its place, such as `{example}`"),
    "T055": Message(_E, "there is no distribution `{name}`", "{mend}"),
    "T056": Message(_E, "the figures of `{name}` do not describe a distribution: {why}", "write it like `{example}`"),
    "T058": Message(_E, "the bounds of `{name}` are upside down", "put the smaller one first"),
    "T059": Message(_E, "`{name}` is set twice here", "keep one of them"),
    # --- types: two that do not go together
    "T060": Message(_E, "{left} and {right} cannot be {verb}", "{mend}"),
    "T061": Message(_E, "{left} and {right} are in different currencies", "{mend}"),
    "T062": Message(_E, "{left} cannot be compared with {right}", "{mend}"),
    "T065": Message(_E, "{left} and {right} cannot be {verb}: {why}", "{mend}"),
    "T069": Message(
        _E, "{left} and {right} cannot be {verb}: a percent is a share of something, not an amount", "{mend}"
    ),
    "T070": Message(_E, "{left} and {right} cannot be {verb}: {why}", "{mend}"),
    "T071": Message(_E, "{left} and {right} cannot be {verb}: a percent meets a plain number", "{mend}"),
    "T072": Message(_E, "{left} and {right} cannot be {verb}: a multiple meets a plain number", "{mend}"),
    "T073": Message(_E, "{left} and {right} cannot be {verb}: a multiple meets a percent", "{mend}"),
    "T074": Message(_E, "{left} and {right} cannot be {verb}: money meets a figure without a currency", "{mend}"),
    "T076": Message(_E, "{left} and {right} cannot be {verb}: {why}", "{mend}"),
    # --- types: one that is not what should stand there
    "T063": Message(_E, "something true or false should stand here, not {found}", "{mend}"),
    "T064": Message(_E, "a figure should stand here, not {found}", "{mend}"),
    "T066": Message(_E, "`{name}` needs {wanted}, not {found}", "{mend}"),
    "T067": Message(_E, "{name} is {declared}, but this value is {found}", "{mend}"),
    "T068": Message(
        _E, "{given} lies outside what `{name}` allows: {bounds}", "mend the figure, or the bounds of the input"
    ),
    "T075": Message(_E, "{name} is {what}, not a figure", "{mend}"),
    "T077": Message(_E, "{name} is {what}, not a figure", "{mend}"),
    "T078": Message(_E, "{name} is {what}, not a figure", "{mend}"),
    "T079": Message(_E, "a pillar is never {word}", "{mend}"),
    "T090": Message(_E, "{subject} never says {word}", "{mend}"),
    "T091": Message(_E, "{name} is {what}, not a figure", "{mend}"),
    "T092": Message(_E, "`{name}` adds up what flows in a period, and {found} does not flow", "{mend}"),
    "T093": Message(_E, "{name} is {what}, not a figure", "{mend}"),
    "T094": Message(
        _E, "{found} is not a whole number of {series}s, and {subject} has one value per {series}", "{mend}"
    ),
    "T095": Message(_E, "`{name}` is {declared}, but {times} places need it to be {wanted}", "{mend}"),
    "T096": Message(
        _E,
        "`{name}` is {found}, and a balance is money or a count that stands at the end of a month, quarter or year",
        "declare it like `: money per quarter balance`, or leave `balance` out",
    ),
    "T098": Message(
        _E, "kill `{name}` ends on {by}, before the thesis begins on {since}", "give it a later day, or mend `since`"
    ),
    # --- warnings
    "T080": Message(
        _W, "{keyword} `{name}` is never used", "use it in a condition, a verdict or a text, or take it away"
    ),
    "T081": Message(_W, "{call} is an average of ratios, so a small period counts as much as a large one", "{mend}"),
    "T082": Message(_W, "pillar `{name}` cannot be falsified: {why}", "add a bear, or a bull that can fail"),
    "T083": Message(
        _W, "verdict `{name}` has no `otherwise`: where no row holds it says nothing", 'end it with `otherwise "…"`'
    ),
    "T084": Message(
        _W, "this row can never be reached: an earlier row holds whenever it does", "take it away, or move it up"
    ),
    "T085": Message(_W, "this condition is always {truth}", "{mend}"),
    "T086": Message(
        _W, "{comparison} is {truth} also where {under} {verb} below 0, and then the ratio means nothing", "{mend}"
    ),
    "T087": Message(
        _W,
        "thesis `{name}` does not say when it began, so its events are judged from the first fact on",
        "add the day to the header, such as `since 2025-02-01`",
    ),
    "T088": Message(
        _W,
        '"{outcome}" is reached also where `{name}` means nothing, and so the row that says "{passed}" does not hold',
        "{mend}",
    ),
    "T089": Message(_W, "{ratio} may compare two different periods: {why}", "{mend}"),
    "T099": Message(
        _W,
        "{call} runs from the end of an earlier {series} to today, since {today} is as of today: that may be more than its span",
        "compare what the {series}s give by themselves, or take it as it is: a report names both days",
    ),
    "T108": Message(
        _W,
        "{found} holds of exactly {low} or exactly {high}, and of nothing between them",
        "where all between them is meant write {way}",
    ),
    "T097": Message(
        _W, "`{name}` ({title}) looks like a balance, and here the ends of several {periods}s are added up", "{mend}"
    ),
    # --- paths and valuations
    "T101": Message(
        _E,
        "`{name}` reads `{other}` at each step, and runs {own}, but `{other}` runs {its}",
        "let both run equally long",
    ),
    "T102": Message(
        _E,
        "`{name}` is made of the last step of `{ahead}`, and stands here in each step of `{own}`",
        "write its formula here; if the last step is meant, write `at({ahead}, {last})` in `{name}`",
    ),
    "T103": Message(_E, "forecast `{name}` cannot be set: what reads its steps would not see it", "{mend}"),
    "T104": Message(
        _W,
        "`{name}` divides by `{under}`, and `{valued}` rests on it: at 0 or below it the value means nothing",
        "say when it means something: `meaningful when {under} > 0`",
    ),
    "T105": Message(_E, "`{name}` is {value}, and `{other}`, which it is compared with, is {price}", "{mend}"),
    "T106": Message(_E, "`{name}` is compared with {found}, which is no price", "{mend}"),
    "T109": Message(
        _W,
        "`npv` takes the rate of one step, and `{ahead}` steps by {unit}: `{rate}` would be asked for each {unit}",
        "for a rate a year write `{yearly}`",
    ),
    "T107": Message(_E, "`expected` weighs by the probabilities of the scenarios, and {why}", "{mend}"),
    # --- segments
    "T160": Message(_E, "`{name}` has a figure for each segment, and here it would have to be one", "{mend}"),
    "T161": Message(_E, "`sum over segments` {what}", "{mend}"),
    # --- reuse
    "T110": Message(
        _E,
        "the file {file} holds `rules {name}`, but it is used as `{last}`",
        "write `rules {last}` in it, or name the file `{name}.thesis`",
    ),
    "T111": Message(
        _E, "`{name}` means two files in these rules: {first} and {second}", "rename one of the two modules"
    ),
    "T112": Message(_E, "`{name}` is changed twice in this file", "say it once: keep one, or put both into one"),
    "T113": Message(
        _E,
        "`{name}` comes in by two ways, and they do not agree on it",
        "say here which one counts, with `override {keyword} {name} …` or `drop {name}`, or let the modules agree",
    ),
    "T116": Message(_E, "a prefix is one word, and `{name}` has a dot", "{mend}"),
    "T117": Message(
        _E,
        "`{name}` has a dot, and nothing that is used brings it",
        "call it `{mend}`: dots stand only in names of a module that is used with `as`, and `override` changes those",
    ),
    "T118": Message(
        _E,
        "the conditions of {origin} would count twice, as `{first}` and as `{second}`",
        "use the module by one way alone: with one prefix, or without",
    ),
    "T119": Message(
        _E,
        "{module} cannot be used with `when`: it has a catalyst, `{name}`, which is met or missed on its day",
        "declare the catalyst in this file, and take it out of the module",
    ),
    # --- what is uncertain
    "T170": Message(_E, "nothing can be correlated with `{name}`: {why}", "{mend}"),
    "T171": Message(
        _E,
        "these correlations cannot all be true at once: {first} with {second} {given} does not go with the others{why}",
        "the nearest that can are {near}",
    ),
    # --- examples
    "T120": Message(_E, "`{name}` can never be a reason here: {why}", "{mend}"),
    "T121": Message(
        _E,
        "`within` needs one figure that is compared with another with `=`, not {found}",
        "write it like `growth = 38% within 1pp`",
    ),
    "T122": Message(_E, "a tolerance of {found} does not fit {subject}", "{mend}"),
    "T123": Message(_W, "example {name} sets nothing that its expectations depend on", "{mend}"),
    "T124": Message(
        _E, "example {name} contradicts itself: {first} leaves no room for {second}", "keep one, or write two examples"
    ),
    "T125": Message(_E, "`{name}` does not come by period, so it has no figure {found}", "{mend}"),
    "T126": Message(_E, "`{name}` cannot be set {found}: {why}", "{mend}"),
}


def make(
    code: str,
    span: Span | None,
    *,
    labels: Iterable[Label] = (),
    path: str | None = None,
    label: str = "",
    fixes: Iterable[Fix] = (),
    **words: object,
) -> Diagnostic:
    """The diagnostic of a code, its sentence and mend filled in. An empty mend is left out.

    `mend` among the words may be a `Mend`, whose fixes are taken along; `fixes` are those of a mend in the table.
    """
    return fill(code, span, words, labels, path, label, fixes)


def fill(
    code: str,
    span: Span | None,
    words: Mapping[str, object],
    labels: Iterable[Label] = (),
    path: str | None = None,
    label: str = "",
    fixes: Iterable[Fix] = (),
) -> Diagnostic:
    """The same with the words as a mapping."""
    message = MESSAGES[code]
    sentence = message.sentence.format_map(words)
    hint = message.mend.format_map(words) if message.mend else ""
    given = words.get("mend")
    every = any_of([*(given.fixes if isinstance(given, Mend) else ()), *fixes])
    return Diagnostic(code, message.severity, sentence, span, hint or None, tuple(labels), path, label, every)


_ARTICLES = {"a": "an", "e": "an", "i": "an", "o": "an", "u": "an"}


def article(word: str) -> str:
    """'a' or 'an' before a word."""
    return _ARTICLES.get(word[:1].lower(), "a")
