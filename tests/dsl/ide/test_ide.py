"""What an editor shows at a place, in rules that are whole and in rules that are half typed."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest

from dsl.ide.actions import actions
from dsl.ide.completion import complete, described
from dsl.ide.findings import findings
from dsl.ide.formatting import formatted_lines
from dsl.ide.hints import Subject, hints, lenses, subject
from dsl.ide.hover import hover, signature_help
from dsl.ide.keywords import KEYWORDS, OUTLINES
from dsl.ide.navigation import definition, modules_of, read_by, reads, references, type_definition
from dsl.ide.renaming import Refused, Renamed, rename
from dsl.ide.symbols import folds, outline, search, selections
from dsl.ide.view import Known, View
from dsl.layout.format import format_source
from dsl.layout.tokens import untouched
from dsl.link.meaning import meaning
from dsl.syntax.parse import parse
from dsl.syntax.syntax_errors import DECLARATION_WORDS
from dsl.text.edits import applied
from dsl.text.source import SourceFile
from dsl.types.functions import DISTRIBUTIONS
from dsl.workspace.workspace import Memory, Workspace
from tests.support.editing import HERE, SMALL, looked_at


def offered(text: str, shown: bool = True) -> list[str]:
    """What may be typed at the mark, behind the small rules."""
    marked = looked_at(SMALL + text if shown else text)
    return [item.label for item in complete(marked.view, marked.at).items]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("bull b on ", ["demand"]),
        ("bull b on demand when stage is ", ["early", "growing", "late"]),
        ("bull b on demand when stage in (early, ", ["early", "growing", "late"]),
        ("bull b on demand when routes includes ", ["cloud", "shops"]),
        ("verdict v when demand is ", ["contested", "open", "supported", "undermined"]),
        ("verdict v when demand is not ", ["contested", "open", "supported", "undermined"]),
        ('verdict v when call is "', ["Buy", "Wait"]),
        ("verdict v when call is ", ['"Buy"', '"Wait"']),
        ("kill k when results is ", ["met", "missed", "pending"]),
        ('example "e" given stage = ', ["early", "growing", "late"]),
        ("uncertain growth ~ ", sorted(DISTRIBUTIONS)),
        ("input more : money per ", ["day", "month", "quarter", "share"]),
        ("forecast f for 3 years starts 1 then ", ["growth", "previous", "revenue", "routes", "stage", "step"]),
        ('bull b on demand when growth > 1% because "It grew {gr', ["growth"]),
    ],
)
def test_what_stands_first_is_what_is_meant_there(text: str, first: list[str]) -> None:
    assert offered(text)[: len(first)] == first


@pytest.mark.parametrize(
    ("text", "there", "not_there"),
    [
        ("metric m = ", {"growth", "revenue", "ttm", "if"}, {"m", "supported", "metric"}),
        ("metric m = ttm(", {"revenue"}, {"then"}),
        ("bull b on demand\n  ", {"when", "because", "weight", "metric"}, {"growth"}),
        ("metric m = 30", {"%", "bps", "USD"}, {"growth"}),
        ("param q = 5bn ", {"USD", "from"}, {"quarters"}),
        ("metric m = sum(revenue, 4 ", {"quarters", "days"}, {"quarter"}),
        ("bull x on demand when growth > 3% for 2 qu", {"quarters", "halves"}, {"USD", "bps"}),
        ('input x "X" : money stale after 1 ', {"year"}, {"years", "USD"}),
        ('example "e"\n  given revenue 1 ', {"quarter"}, {"growth", "USD"}),
        ('example "e"\n  given revenue 1 quarter ', {"ago"}, {"USD"}),
        ("# a comment ", set(), {"growth", "when"}),
        ('bull b on demand when growth > 1% because "plain gro', set(), {"growth"}),
        ("metric m = ) + ", {"growth"}, set()),
        ("metric ", set(), {"growth"}),
        ('example "e" given growth = 10%, stage = late expect growth = 10% because ', {"growth"}, {"ttm"}),
    ],
)
def test_what_is_offered_and_what_is_not(text: str, there: set[str], not_there: set[str]) -> None:
    found = set(offered(text))
    assert there <= found
    assert not not_there & found


def test_modules_and_their_parts_are_offered() -> None:
    assert {"ai_infrastructure", "piotroski_f_score"} <= set(offered("thesis t uses ", shown=False))
    overrides = offered("thesis t for X uses ai_infrastructure\noverride param ", shown=False)
    assert "strong_growth" in overrides
    assert "cloud_revenue" not in overrides
    assert "strong_growth" in offered("thesis t for X uses ai_infrastructure with ", shown=False)


def test_names_keep_their_types_while_the_file_is_broken() -> None:
    memory = Memory()
    whole = looked_at(SMALL, memory=memory)
    assert not whole.view.checked.errors
    broken = looked_at(SMALL.replace("= yoy(revenue)", "= yoy(") + "metric m = ‸", memory=memory)
    item = next(i for i in complete(broken.view, broken.at).items if i.label == "growth")
    assert "percent" in item.detail


def test_what_is_offered_is_described() -> None:
    marked = looked_at(SMALL + "metric m = ")
    about = {item.label: item.about for item in complete(marked.view, marked.at).items}
    assert "Growth" in described(marked.view, about["growth"])
    assert "trailing year" in described(marked.view, about["ttm"])
    assert "unknown" in described(marked.view, about["if"]) or described(marked.view, about["if"])


@pytest.mark.parametrize("word", sorted(OUTLINES))
def test_an_outline_is_a_declaration_that_can_be_read(word: str) -> None:
    plain = re.sub(r"\$\{\d+:([^}]*)\}", r"\1", OUTLINES[word]).replace("$0", "")
    plain = plain.replace("pillar\n", "pillar_\n") if word in ("bull", "bear") else plain
    found = parse(SourceFile("x.thesis", plain))
    assert not found.diagnostics or all(d.code == "T012" for d in found.diagnostics), found.diagnostics


def test_each_word_that_begins_a_declaration_is_described() -> None:
    """A new one needs a line in `keywords`, and an outline where it is filled in."""
    assert set(DECLARATION_WORDS) <= set(KEYWORDS)
    assert set(DECLARATION_WORDS) - set(OUTLINES) == {"override", "drop"}


# --- hover, calls, places --------------------------------------------------------------------------------------


class Today:
    """Values of one name and one expression, as a server would know them."""

    def value(self, name: str) -> Known | None:
        return Known("38%", "2026-03-31, the release") if name == "growth" else None

    def at(self, address: str) -> Known | None:
        return Known("holds: 38%, 18pp above") if address.startswith("grows.when") else None

    def tickers(self) -> tuple[str, ...]:
        return ("ACME", "BABA")

    def day(self) -> dt.date:
        return dt.date(2026, 5, 14)


COMING = ["2026-06-30", "2026-09-30", "2026-12-31", "2027-03-31", "2027-12-31", "2028-12-31", "2029-12-31"]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ('kill k "K" by ‸', COMING),
        ('kill k "K"\n  by ‸\n  when growth < 0%', COMING),
        ('kill k "K" by 2026-1‸', COMING),
        ('kill k "K" by 2026-1‸2-31\n  when growth < 0%', COMING),
        ('catalyst c "C" on ‸', COMING),
        ('thesis t "T"\n  since ‸', ["2026-05-14"]),
        ('catalyst c "C" within ‸', []),
        ('bull b "B" on ‸', []),
        ('metric m "M" = 20‸', []),
        ('metric m "M" = growth - 20‸', []),
        ('kill k "K" by ‸ # by ', COMING),
        ("# by ‸", []),
    ],
)
def test_days_are_offered_where_only_a_day_may_stand(text: str, days: list[str]) -> None:
    """None of them has passed on the day for which values are shown: a kill that ends before it is judged by nobody."""
    marked = looked_at(text if text.startswith("thesis") else SMALL + text)
    found = [i for i in complete(marked.view, marked.at, Today()).items if re.fullmatch(r"\d{4}-\d\d-\d\d", i.label)]
    assert [item.label for item in found] == days
    for item in found:
        assert marked.view.text[item.start : item.end] in ("", "2026-1")
    assert not any(i.label in COMING for i in complete(marked.view, marked.at).items)  # nobody knows the day


def test_a_quarter_that_ends_today_is_over() -> None:
    class Last(Today):
        def day(self) -> dt.date:
            return dt.date(2026, 12, 31)

    marked = looked_at(SMALL + 'kill k "K" by ‸')
    assert [i.label for i in complete(marked.view, marked.at, Last()).items] == [
        "2027-03-31", "2027-06-30", "2027-09-30", "2027-12-31", "2028-12-31", "2029-12-31", "2030-12-31",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("metric gro‸wth", ["**Growth**", "metric growth : percent per quarter", "= yoy(revenue)", "**38%**", "grows"]),
        ("param str‸ong", ["param strong : percent", "`20%`", "The plan"]),
        ("when gro‸wth > strong", ["**Growth**"]),
        ("by {gro‸wth}.", ["**Growth**"]),
        ("yo‸y(revenue)", ["yoy(series)", "Growth on the same period a year earlier"]),
        ("beca‸use", ["**because**"]),
        ("verdict ca‸ll", ["- Buy", "- Wait"]),
        ("growth >‸ strong", ["something true or false"]),
    ],
)
def test_hover_says_what_stands_there(text: str, parts: list[str]) -> None:
    marked = looked_at(SMALL.replace(text.replace("‸", ""), text, 1))
    shown = hover(marked.view, marked.at, Today())
    assert shown is not None
    for part in parts:
        assert part in shown.text


def test_hover_on_a_name_of_users_text_shows_no_markup() -> None:
    marked = looked_at('rules r "R"\nmetric x‸ "<b>[no](http://x)" = 1\n')
    shown = hover(marked.view, marked.at)
    assert shown is not None
    assert "<b>" not in shown.text.replace("\\<b", "")


@pytest.mark.parametrize(
    ("text", "name", "active"),
    [
        ("metric m = high(revenue, ‸", "high", 1),
        ("metric m = high(‸", "high", 0),
        ("metric m = max(abs(1), 2, ‸", "max", 0),
        ("metric m = high(abs(‸1), 4)", "abs", 0),
        ('bull b on demand when growth > 1% because "{high(revenue, ‸', "high", 1),
    ],
)
def test_the_call_around_a_place(text: str, name: str, active: int) -> None:
    marked = looked_at(SMALL + text)
    found = signature_help(marked.view, marked.at)
    assert found is not None
    assert found.label.startswith(f"{name}(")
    assert found.active == active
    assert all(found.label[a:b] for a, b in found.arguments)


def test_no_call_around_a_place() -> None:
    for text in ("metric m = (1 + ‸", "metric m = high(revenue, 4)‸", "# high(‸", 'metric m "high(‸'):
        marked = looked_at(SMALL + text)
        assert signature_help(marked.view, marked.at) is None


def place(text: str) -> tuple[View, int]:
    marked = looked_at(SMALL.replace(text.replace("‸", ""), text, 1))
    return marked.view, marked.at


def test_definitions() -> None:
    view, at = place("when gro‸wth > strong")
    assert [span.text for span in definition(view, at)] == ["growth"]
    assert definition(view, at)[0].line == 8
    marked = looked_at(SMALL + "bull late on demand when stage is lat‸e")
    assert [(span.text, span.line) for span in definition(marked.view, marked.at)] == [("late", 4)]
    marked = looked_at(SMALL + 'verdict v when call is "Bu‸y" then "x"')
    assert [span.line for span in definition(marked.view, marked.at)] == [14]
    view, at = place("metric gro‸wth")
    assert [span.text for span in type_definition(view, at)] == ["money per quarter"]


def test_definitions_lead_into_modules() -> None:
    marked = looked_at("thesis t for X uses ai_infra‸structure\noverride param strong_growth = 40%\n")
    assert definition(marked.view, marked.at)[0].source.path.endswith("ai_infrastructure.thesis")
    marked = looked_at("thesis t for X uses ai_infrastructure\noverride param strong‸_growth = 40%\n")
    assert [Path(s.source.path).name for s in definition(marked.view, marked.at)] == ["ai_infrastructure.thesis"]
    assert [m.name for m in modules_of(marked.view)] == ["ai_infrastructure"]


def test_references_and_the_graph() -> None:
    view, at = place("when gro‸wth > strong")
    found = references(view, at)
    assert [each.span.line for each in found] == [8, 11, 12, 17, 19]
    assert [each.declares for each in found] == [True, False, False, False, False]
    assert [step.name for step in reads(view, "growth")] == ["revenue"]
    assert {step.name for step in read_by(view, "growth")} == {"grows", "stops", "results"}


def test_references_in_what_cannot_be_read() -> None:
    marked = looked_at(SMALL + 'metric m = growth + + 1 # growth\nbull b on on growth because "growth {growth}"\n')
    at = marked.view.text.index("growth")
    assert len(references(marked.view, at)) == 8


def test_the_same_word_in_two_modules_is_two_names(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.thesis").write_text(f'rules {name} "M"\nparam same "S" = 1\n', "utf-8")
        user = f'thesis user_{name} "U" for X\n  uses {name}\nmetric m "M" = same\n'
        (tmp_path / f"user_{name}.thesis").write_text(user, "utf-8")
    paths = sorted(tmp_path.glob("*.thesis"))
    view = View(Workspace([tmp_path]).snapshot(), tmp_path / "one.thesis")
    found = references(view, view.text.index("same"), paths)
    assert {Path(each.span.source.path).stem for each in found} == {"one", "user_one"}
    changed = rename(view, view.text.index("same"), "other", paths)
    assert isinstance(changed, Renamed)
    assert {Path(edit.span.source.path).stem for edit in changed.edits} == {"one", "user_one"}


def test_a_name_that_a_thesis_drops_is_renamed_there_too(tmp_path: Path) -> None:
    base = 'rules base "B"\nparam bar "The bar" = 1\nmetric m "M" = bar\nparam other "O" = 2\n'
    (tmp_path / "base.thesis").write_text(base, "utf-8")
    user = 'thesis user "U" for X\n  uses base\ndrop metric m\ndrop bar\noverride param other = 3\n'
    (tmp_path / "user.thesis").write_text(user, "utf-8")
    paths = sorted(tmp_path.glob("*.thesis"))
    view = View(Workspace([tmp_path]).snapshot(), tmp_path / "base.thesis")
    changed = rename(view, view.text.index("bar"), "hurdle", paths)
    assert isinstance(changed, Renamed)
    assert [edit.span.line for edit in changed.edits] == [2, 3, 4]
    dropped = View(view.snapshot, tmp_path / "user.thesis")
    assert len(references(dropped, user.index("bar"), paths)) == 3
    begun = rename(
        dropped, user.index("m\ndrop bar"), "measure", paths
    )  # facts files follow by what the name is where it is declared
    assert isinstance(begun, Renamed)
    assert begun.role == "metric"
    assert definition(dropped, user.index("bar"))[0].source.path.endswith("base.thesis")


def test_a_name_that_would_break_a_file_is_refused() -> None:
    """`as_of` is no word of the grammar and no name of the file: only a check of what comes out finds it."""
    view, at = place("metric gro‸wth")
    found = rename(view, at, "as_of")
    assert isinstance(found, Refused)
    assert "would have an error" in found.reason


def test_a_module_under_a_prefix(tmp_path: Path) -> None:
    """Its `score` is `z.score` there: found and renamed in its last part, and its inputs behind `with`."""
    base = 'rules base "B"\ninput sales "Sales" : money per quarter\nmetric score "Score" = yoy(sales)\nmetric more "M" = score\n'
    (tmp_path / "base.thesis").write_text(base, "utf-8")
    user = 'thesis user "U" for X\n  uses base as z with sales = revenue\ninput revenue "R" : money per quarter\n'
    user += 'metric m "M" = z.score - 1%\nkill k "K" by 2030-01-01\n  when z.score < 0%\n  because "{z.score} of {z.more}"\n'
    (tmp_path / "user.thesis").write_text(user, "utf-8")
    paths = sorted(tmp_path.glob("*.thesis"))
    snapshot = Workspace([tmp_path]).snapshot()
    views = {name: View(snapshot, tmp_path / f"{name}.thesis") for name in ("base", "user")}
    assert not [d for view in views.values() for d in view.checked.errors]
    for name, text in (("base", 'score "Score'), ("user", "z.score - 1%")):
        view = views[name]
        changed = rename(view, view.text.index(text) + 1, "points", paths)
        assert isinstance(changed, Renamed), changed
        assert {edit.span.text for edit in changed.edits} == {"score"}
        assert len(changed.edits) == 5
    changed = rename(views["base"], base.index("sales"), "turnover", paths)
    assert isinstance(changed, Renamed), changed
    assert len(changed.edits) == 3
    shown = hover(views["user"], user.index("z.score") + 3)
    assert shown is not None
    assert "**Score**" in shown.text
    assert definition(views["user"], user.index("z.score") + 3)[0].line == 3
    offer = complete(views["user"], user.index("z.score - 1%") + 2)
    assert {"z.score", "z.more"} <= {i.label for i in offer.items}


def test_a_name_that_a_thesis_drops_and_declares_anew_is_one_name(tmp_path: Path) -> None:
    """The module's formulas mean what the thesis declares: to rename one of the two alone would part them."""
    base = 'rules base "B"\nparam bar "The bar" = 1\nmetric m "M" = bar\n'
    (tmp_path / "base.thesis").write_text(base, "utf-8")
    user = 'thesis user "U" for X\n  uses base\ndrop param bar\ninput bar "Its own" : number\n'
    (tmp_path / "user.thesis").write_text(user, "utf-8")
    paths = sorted(tmp_path.glob("*.thesis"))
    for name in ("base", "user"):
        view = View(Workspace([tmp_path]).snapshot(), tmp_path / f"{name}.thesis")
        changed = rename(view, view.text.index("bar"), "hurdle", paths)
        assert isinstance(changed, Renamed), changed
        assert len(changed.edits) == 4


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("strong", "there is a `strong` already"), ("when", "word of the language"), ("metric", "word of the language"),
        ("9a", "is no name"), ("a b", "is no name"), ("", "is no name"), ("ttm", "word of the language"),
    ],
)  # fmt: skip
def test_a_name_that_cannot_be_taken(name: str, reason: str) -> None:
    view, at = place("metric gro‸wth")
    found = rename(view, at, name)
    assert isinstance(found, Refused)
    assert reason in found.reason


def test_what_has_no_name_is_not_renamed() -> None:
    view, at = place("bec‸ause")
    assert isinstance(rename(view, at, "other"), Refused)


# --- the shape of a file ----------------------------------------------------------------------------------------


def test_the_outline_folds_and_selections() -> None:
    view, at = place("when gro‸wth > strong")
    found = outline(view)
    assert [s.name for s in found][:3] == ["small", "revenue", "stage"]
    table = next(s for s in found if s.name == "call")
    assert [row.name for row in table.children] == ["Buy", "Wait"]
    assert next((f.first, f.last) for f in folds(view)) == (0, 1)
    assert [view.text[a:b] for a, b in selections(view, at)][:2] == ["growth", "growth > strong"]
    assert search(view.snapshot, [HERE], "grwth")[0].name == "growth"


def test_hints_show_types_values_and_truths() -> None:
    view = looked_at(SMALL).view
    shown = [(hint.text, view.source.line_column(hint.offset)[0]) for hint in hints(view, Today())]
    assert (": percent per quarter", 8) in shown
    assert (": percent", 6) in shown
    assert ("= 38%", 8) in shown
    assert ("holds: 38%, 18pp above", 11) in shown
    assert all("=" not in hint.text for hint in hints(view))


def test_what_can_be_done_with_a_declaration() -> None:
    view = looked_at(SMALL + 'example "e"\n  given growth = 1%\n  expect grows is false\n').view
    found = [(lens.title, lens.arguments) for lens in lenses(view)]
    assert ("Show the report", ()) in found
    assert ("Run this example", ("e",)) in found
    assert ("What would change it?", ("call",)) in found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("# for BABA as of 2026-05-14", ("BABA", "2026-05-14")),
        ("  # for BABA", ("BABA", None)),
        ("# for BABA as of 2026-02-30", None),
        ("# for the record", None),
        ("# thanks for BABA", None),
    ],
)
def test_for_whom_values_are_shown(text: str, found: tuple[str, str | None] | None) -> None:
    said = subject(looked_at(SMALL + text + "\n").view)
    if found is None:
        assert said is None
    else:
        assert isinstance(said, Subject)
        assert (said.ticker, str(said.day) if said.day else None) == found


# --- changes ---------------------------------------------------------------------------------------------------


def titles(text: str, width: int = 0) -> dict[str, str]:
    """What is offered at the mark, and what the small rules become."""
    marked = looked_at(text)
    found = actions(marked.view, marked.at, marked.at + width)
    return {action.title: applied(marked.view.source, action.edits).text for action in found}


def test_each_mend_is_offered_and_all_sure_ones_together() -> None:
    found = titles(SMALL.replace("growth > 25%", "growth > 2‸5").replace("growth < 0%", "growth < 10"))
    assert "growth > 25%" in found["Write `25%`"]
    assert "growth < 10\n" in found["Write `25%`"]
    both = found["Mend 2 mistakes that can only be meant in one way"]
    assert "growth > 25%" in both
    assert "growth < 10%" in both


def test_a_figure_becomes_a_threshold_with_a_name() -> None:
    found = titles(SMALL.replace("growth > 25%", "growth > 2‸5%"))
    text = found["Make 25% a param `results_limit`"]
    assert 'param results_limit "Results: the limit" = 25%\ncatalyst results' in text
    assert "growth > results_limit" in text


def test_what_is_selected_becomes_a_metric() -> None:
    text = SMALL + 'metric m "M" = ‸yoy(revenue) - strong\n'
    found = titles(text, len("yoy(revenue)"))
    assert (
        'metric m_part "M: a part" = yoy(revenue)\nmetric m "M" = m_part - strong'
        in found["Make this a metric `m_part`"]
    )


def test_lines_are_laid_out_and_others_left() -> None:
    laid_out = format_source(SourceFile("x.thesis", SMALL)).text or ""
    text = laid_out.replace("metric growth", "metric  growth").replace("pillar demand", "pillar   demand")
    view = looked_at(text).view
    line = text[: text.index("pillar")].count("\n")
    after = applied(view.source, formatted_lines(view, line, line)).text
    assert "pillar demand" in after
    assert "metric  growth" in after


SPREAD = (
    SMALL
    + """example "e"
  given growth = 1% # why
        , stage = late
  expect grows is false # so
       , growth =   1%
"""
)


def test_lines_that_cannot_be_laid_out_alone_are_left() -> None:
    """A comma that goes to the line before, a comment that goes behind it: of two such lines one alone would be broken."""
    view = looked_at(SPREAD).view
    assert not view.checked.errors
    count, whole = SPREAD.count("\n"), 0
    for first in range(count):
        for last in range(first, min(first + 8, count)):
            edits = formatted_lines(view, first, last)
            after = applied(view.source, edits)
            made = parse(after)
            assert not made.diagnostics, (first, last)
            assert meaning(made.file.declarations) == meaning(parse(view.source).file.declarations)
            assert sorted(untouched(after)) == sorted(untouched(view.source))
            whole += bool(edits)
    assert whole


def test_companies_are_offered_where_a_comment_says_for_whom() -> None:
    marked = looked_at(SMALL + "# for B")
    assert [(i.label, i.start) for i in complete(marked.view, marked.at, Today()).items] == [
        ("ACME", marked.at - 1), ("BABA", marked.at - 1),
    ]  # fmt: skip
    marked = looked_at(SMALL + "# thanks for B")
    assert complete(marked.view, marked.at, Today()).items == ()


def test_a_finding_in_a_module_stands_at_the_uses(tmp_path: Path) -> None:
    (tmp_path / "broken.thesis").write_text('rules broken "B"\nmetric m "M" = nothing_there\n', "utf-8")
    path = tmp_path / "user.thesis"
    path.write_text('thesis user "U" for X\n  uses broken\n', "utf-8")
    found = findings(View(Workspace([tmp_path]).snapshot(), path))
    assert next((f.diagnostic.code, f.span.text, f.elsewhere) for f in found) == ("T031", "broken", True)
