"""The codes of facts, of the command line and of proofs, in the same table form as the language's.

In: a code, a place, words. Out: a `Diagnostic`. Must not know who found it. F0xx facts, C0xx command line, P0xx
proofs.
"""

from __future__ import annotations

from dsl.text.diagnostics import Diagnostic, Severity
from dsl.text.edits import Mend, any_of
from dsl.text.messages import Message
from dsl.text.source import Span

_E, _W = Severity.ERROR, Severity.WARNING

MESSAGES: dict[str, Message] = {
    "F001": Message(_E, "{reason}", "{mend}"),
    "F002": Message(_E, "the facts file is empty", "{mend}"),
    "F003": Message(_E, "the facts file cannot be read from here on: {reason}", "{mend}"),
    "F004": Message(_E, "{what} has no place in a facts file", "{mend}"),
    "F005": Message(_E, "`{key}` is written twice", "keep one of them"),
    "F006": Message(_E, "the file is nested too deep, or holds more than {limit} values", "write one list of facts for each name, and nest nothing deeper"),
    "F010": Message(_E, "{where} has no `{key}`", "{mend}"),
    "F011": Message(_E, "{where} has a key `{key}` that means nothing", "{mend}"),
    "F012": Message(_E, "{where}: {reason}", "{mend}"),
    "F013": Message(_E, "{where} should be {wanted}", "{mend}"),
    "F020": Message(_E, "no rule asks for a fact `{name}`", "{mend}"),
    "F021": Message(_E, "`{name}` is {declared}, and {given} is {found}", "{mend}"),
    "F022": Message(_E, "{given} lies outside what `{name}` ({title}) allows: {bounds}", "{mend}"),
    "F023": Message(_E, "`{name}` is {declared}: {wanted}", "{mend}"),
    "F024": Message(_E, "{day} is not the end of a {frequency} of this company (its fiscal year ends {ends})", "{mend}"),
    "F025": Message(_E, "`{name}` was published on {published}, before its period ended on {end}", "mend the day, or write kind guidance or estimate"),
    "F026": Message(_E, "this company reports by halves, and {day} does not say whether `{name}` is of the half or of the quarter that ends then", "write 6M {day}, or 3M {day}"),
    "F027": Message(_W, "the bounds of `{name}` ({bounds}) are not checked for this figure: no exchange rate into {currency} is known for {day} or before", "add the rate to `exchange_rates`"),
    "F028": Message(_E, "`{name}` is money in {asked}, and `{given}` has no currency, while the company reports in {own}", "write {given} {asked} if that is what the source says, or {given} {own}"),
    "F029": Message(_E, "`{name}` of {label}{more} is `{given}` without a currency, and {why}", "write the code that the source says, such as {likely}; of a whole table say `currency` once, under `files`"),
    "F030": Message(_W, "`{name}` of {period} has two values of {published}: {values}", "{mend}"),
    "F031": Message(_W, "`{name}` of {period} is {given} in the {who} of {published}, and that is not used: {why}", "{mend}"),
    "F032": Message(_W, "`{name}` of {period} is {given}, and {formula} gives {other}", "look both up: one of them is misread, or was restated"),
    "F033": Message(_W, "`{name}` of {period}{more} is {given}, {times} {whom} ({other})", "{mend}"),
    "F034": Message(_W, "`{name}` of {period}{more} is {given}, and the figures around it have the other sign ({other})", "check the sign: a figure in brackets is negative, and outflows may be printed without a minus"),
    "F035": Message(_W, "`{name}` has no figure of {period}{more}, and figures before and after", "add it, or write `unknown` with a source if it was never published"),
    "F036": Message(_W, "`{name}` is {age} days old on {day}, and is used for {limit} days at most", "add a newer figure"),
    "F037": Message(_E, "`{name}` is published on {published}, which is after {day}", "mend the day"),
    "F038": Message(_W, "`{name}` of {period} says that it restates {restates}, and nothing earlier is here to restate", "add what was said before, with its day, or leave `restates` out"),
    "F039": Message(_W, "{names} from {before} to {period} moves as after a split of {ratio}: figures before and after are on two bases", "{mend}"),
    "F040": Message(_E, "the table cannot be read: {what}", "{mend}"),
    "F041": Message(_E, "{where} has {found}, and the head of the table has {wanted}", "{mend}"),
    "F042": Message(_E, "{given} in {where} cannot be read as a figure: {reason}", "{mend}"),
    "F043": Message(_E, "cells {cells} are merged, so it is not clear which of them the text is for", "unmerge them, and write the text into each cell that it is for"),
    "F044": Message(_E, "{where} {what}", "{mend}"),
    "F045": Message(_E, "`{key}` is {other} here and {one} in another file of the same company", "make them agree, or say it in one file alone"),
    "F046": Message(_E, "this is not a file of company facts as the SEC gives them: {reason}", "{mend}"),
    "F047": Message(_E, "{what}", "{mend}"),
    "F048": Message(_W, "left out: {what}", "{mend}"),
    "F049": Message(_W, "not read: {files}; {why}", "{mend}"),
    "F050": Message(_W, "`{name}` of {period}, known since {published}, is written twice, each time the same", "keep one of them"),
    "F051": Message(_W, "`{name}` is a cost or an outflow, and {count} of its {all} figures have a minus", "{mend}"),
    "F052": Message(_W, "{name} {what}", "{mend}"),
    "F053": Message(_W, "`{name}` of {period}{more} became known on {published}, {days} days after the period had ended, and others of its figures {usual} days after", "check the year of `published`"),
    "F054": Message(_W, "`{name}` of {period}{more} is {given}, which {what} ({other})", "look all of them up: one is misread, of another scale or of another scope"),
    "F055": Message(_W, "`{name}` of {period}{more} {what}", "{mend}"),
    "F056": Message(_W, "the rate {pair} of {when}{more} {what}", "{mend}"),
    "F057": Message(_W, "`{name}` of {period} {what}", "{mend}"),
    "F058": Message(_W, "{names} of {period} are those of {before}, to the last digit", "a column that was copied: look up which of the two it is"),
    "F062": Message(_W, "`{name}`{more} has no currency and so counts as {own}, in which the company reports; its shares may be quoted in another", "write the code that the source says (`{given} {own}`, `{given} USD`); of a whole table say `currency` once, under `files`"),
    "F063": Message(_W, "`{name}` is quoted in {abroad} and stands beside {others} of a company that reports in {own}: what is quoted abroad is often a receipt for several shares, and then they are on two bases", "{mend}"),
    "F080": Message(_E, "`{segment}` is no segment of `{name}`: a segment is one word of letters, digits and _", "{mend}"),
    "F081": Message(_W, "the segments `{one}` and `{other}` differ in capitals or _ alone, and count as two", "write one of them throughout, if they are one"),
    "F082": Message(_W, "`{name}` of {period} is {group}, and its {count} segments together are {sum}, {apart} apart", "what no segment bears (corporate costs, eliminations, the rest) is in no sum over segments: value it apart, or check the figures"),
    "F060": Message(_E, "{what}", "{mend}"),
    "F061": Message(_W, "look-ahead: {what}", "{mend}"),
    "C001": Message(_E, "there are no facts about {ticker}", "{mend}"),
    "C002": Message(_E, "{what}", "{mend}"),
    "C004": Message(_E, "the facts are about {found}, not {wanted}", "{mend}"),
    "C020": Message(_E, "{what}", "{mend}"),
    "C021": Message(_E, "names cannot be sorted by `{key}`", "{mend}"),
    "P001": Message(_E, "verdict `{name}` has a gap: no row holds {when}", 'end it with `otherwise "…"`, or let a row take these figures'),
    "P002": Message(_E, "row {row} of verdict `{name}` can never hold{caveat}", "{why}"),
    "P003": Message(_E, "row {row} of verdict `{name}` is never reached: wherever it holds, {above} holds first{caveat}", "take it away, or move it up"),
    "P004": Message(_W, "`otherwise` of verdict `{name}` is never the only outcome: the rows above cover every case in which the figures are known{caveat}", "take it away; for a missing figure write a first row that asks `… is unknown`"),
    "P005": Message(_E, "row {row} of verdict `{name}` is never the only outcome: wherever it holds, a row above holds or is still unknown{caveat}", "move it above that row"),
    "P006": Message(_E, "{kind} `{name}` can never be true{caveat}", "{why}"),
    "P007": Message(_E, "{kind} `{name}` can never be false{caveat}", "compare with a figure that can fail it, or take it away"),
    "P008": Message(_E, "{kind} `{name}` can be neither true nor false: it is unknown or not meaningful whatever the figures are{caveat}", "let it ask for figures that can be known and mean something"),
    "P009": Message(_W, "bear `{name}` and bull `{bull}` can never both hold{twice}", "nothing to mend if that is meant; pillar `{pillar}` is never contested by these two"),
    "P010": Message(_E, "pillar `{name}` cannot be falsified: no figures make a bear on it true or a bull on it false{caveat}", "add a bear, or a bull that can fail"),
    "P011": Message(_W, "{what} could not be decided within {seconds} seconds", "give more time with `--budget`, or write it with simpler formulas"),
    "P012": Message(_W, "verdict `{name}` has no `otherwise`, and no example could show whether it needs one: its rows look back in time, or ask what became of an event", 'end it with `otherwise "…"`'),
    "P013": Message(_W, "`applies when` of `{name}` is never false: it changes nothing", "take it away, or mend its figures"),
    "P014": Message(_E, 'verdict `{name}` says "{outcome}" where {passed} not meaningful', 'say above it what counts then, such as `when {asked} is not meaningful then "…"`, or bound the figures so that it always means something'),
    "P015": Message(_W, 'verdict `{name}` says "{outcome}" where {passed} not meaningful', 'nothing to mend if that is meant; else say above it what counts then, such as `when {asked} is not meaningful then "…"`'),
    "C006": Message(_E, "proofs need the package z3-solver, which is not installed", "install it with `pip install \"thesis-evaluator[prove]\"`"),
    "C007": Message(_E, "draws need the package scipy, which is not installed", "install it with `pip install \"thesis-evaluator[simulate]\"`"),
    "C008": Message(_E, "{what} needs the package {package}, which is not installed", "install it with `pip install \"thesis-evaluator[{extra}]\"`"),
    "C030": Message(_E, "{what}", "{mend}"),
    "C031": Message(_E, "{what}", "{mend}"),
    "C032": Message(_W, "{what}", "{mend}"),
    "C033": Message(_W, "{what}", "{mend}"),
    "C034": Message(_E, "{what}", "{mend}"),
    "C010": Message(_E, "{what}", "{mend}"),
    "C005": Message(_E, "`{text}` does not say what to set", "{mend}"),
}  # fmt: skip


def make(code: str, span: Span | None, *, at: str | None = None, **words: object) -> Diagnostic:
    """The diagnostic of a code; `at` names the file where there is no span. An empty mend is left out; `mend` may be a `Mend`,
    whose fixes are taken along."""
    message = MESSAGES[code]
    mend = message.mend.format_map(words) if message.mend else ""
    given = words.get("mend")
    every = any_of(given.fixes) if isinstance(given, Mend) else ()
    return Diagnostic(
        code, message.severity, message.sentence.format_map(words), span, mend or None, (), at, fixes=every
    )
