"""Every fix mends what it says and adds nothing; a sure one gives what was meant, to the last figure."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dsl.check.checker import Checked, check_file
from dsl.link.library import Library
from dsl.text.diagnostics import Diagnostic
from dsl.text.edits import Fix, applied
from dsl.text.files import DISK, Overlay
from dsl.text.messages import MESSAGES
from dsl.text.source import SourceFile
from dsl.workspace.fixing import Fixed, fixed
from tests.dsl.syntax.test_parser_total import WORDS
from tests.paths import CASES, RULES
from tests.support.slips import Slip, slips
from tests.support.survival import THESIS

INVALID = sorted(p for p in (CASES / "invalid").iterdir() if not p.name.startswith("."))
RIGHT = ("alibaba", "coreweave", "library/altman_z")
LIBRARY = Library((RULES, RULES / "library"))


def check(source: SourceFile, library: Library = LIBRARY) -> Checked:
    return check_file(source, library)


def mended(checked: Checked, fix: Fix, library: Library) -> Checked:
    """The check after one fix, whichever files it changes."""
    texts: dict[Path, str] = {}
    for path in {edit.span.source.path for edit in fix.edits}:
        edits = [edit for edit in fix.edits if edit.span.source.path == path]
        texts[Path(path)] = applied(edits[0].span.source, edits).text
    own = texts.get(Path(checked.source.path), checked.source.text)
    overlaid = Library(library.folders, Overlay(texts, library.files))
    return check_file(SourceFile(checked.source.path, own), overlaid)


def judge(checked: Checked, diagnostic: Diagnostic, fix: Fix, library: Library = LIBRARY) -> None:
    """The law: the mistake is gone and none has come, but for those that stood in what could not be read before."""
    after = mended(checked, fix, library)
    shown = f"{diagnostic.code} at {diagnostic.span}: {fix.title}"
    found = Counter((d.code, d.message) for d in checked.diagnostics)
    left = Counter((d.code, d.message) for d in after.diagnostics)
    assert left[diagnostic.code, diagnostic.message] < found[diagnostic.code, diagnostic.message], shown
    new = [d for d in after.errors if not found[d.code, d.message]]
    unread = [(b.span.start, b.span.end) for b, _ in checked.linked.broken]
    for each in new:
        assert each.span is not None, shown
        shift = sum(len(e.text) - e.span.length for e in fix.edits if e.span.start <= each.span.start)
        place = each.span.start - shift
        hidden = "*" in checked.linked.lost or any(a - 1 <= place <= b + 1 for a, b in unread)
        assert hidden, f"{shown} adds {each}"
    if not unread:
        assert diagnostic.is_error <= (len(after.errors) < len(checked.errors)), shown


@pytest.mark.parametrize("case", INVALID, ids=lambda p: p.stem)
def test_every_fix_of_every_wrong_file(case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = case / "main.thesis" if case.is_dir() else case
    monkeypatch.chdir(case if case.is_dir() else tmp_path)
    checked = check(SourceFile("main.thesis", file.read_text("utf-8").partition("# ===")[0]), Library(()))
    for diagnostic in checked.diagnostics:
        assert len(diagnostic.fixes) == 1 or not any(fix.sure for fix in diagnostic.fixes)
        for fix in diagnostic.fixes:
            judge(checked, diagnostic, fix, Library(()))


def test_at_least_sixty_codes_have_fixes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    found = set()
    for case in INVALID:
        file = case / "main.thesis" if case.is_dir() else case
        monkeypatch.chdir(case if case.is_dir() else tmp_path)
        checked = check(SourceFile("main.thesis", file.read_text("utf-8").partition("# ===")[0]), Library(()))
        found |= {d.code for d in checked.diagnostics if d.fixes}
    assert len(found) >= 60, sorted(set(MESSAGES) - found)


@pytest.mark.parametrize("case", INVALID, ids=lambda p: p.stem)
def test_what_is_mended_unasked_changes_no_figure(case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rules that can be evaluated mean the same afterwards, and whatever was mended is mended at once."""
    file = case / "main.thesis" if case.is_dir() else case
    monkeypatch.chdir(case if case.is_dir() else tmp_path)

    def look(source: SourceFile) -> Checked:
        return check(source, Library(()))

    before = look(SourceFile("main.thesis", file.read_text("utf-8").partition("# ===")[0]))
    after = fixed(before, look).after
    assert not fixed(after, look).changed
    assert len(after.errors) <= len(before.errors)
    if before.program is not None:
        assert after.fingerprint() == before.fingerprint()


@cache
def rules(name: str) -> tuple[str, str]:
    """A shipped file and the hash of what it means."""
    text = (RULES / f"{name}.thesis").read_text("utf-8")
    checked = check(SourceFile(f"{RULES}/{name}.thesis", text))
    assert checked.program is not None
    return text, checked.fingerprint()


@cache
def drawn(name: str) -> tuple[Slip, ...]:
    """A slip of each kind, six where not all are mended, the same on each run."""
    by_kind: dict[str, list[Slip]] = {}
    for slip in slips(rules(name)[0]):
        by_kind.setdefault(slip.kind, []).append(slip)
    chance = random.Random(name)
    return tuple(
        slip
        for kind, many in by_kind.items()
        for slip in chance.sample(many, min(len(many), 6 if MENDED.get(kind, 1) < 1 else 1))
    )


@cache
def hurt(name: str, slip: Slip) -> Checked:
    return check(SourceFile(f"{RULES}/{name}.thesis", slip.text))


@cache
def healed(name: str, slip: Slip) -> Fixed:
    return fixed(hurt(name, slip), check)


@pytest.mark.parametrize("name", RIGHT)
def test_every_fix_of_a_slip(name: str) -> None:
    for slip in drawn(name):
        checked = hurt(name, slip)
        for diagnostic in checked.diagnostics:
            for fix in diagnostic.fixes:
                judge(checked, diagnostic, fix)


@pytest.mark.parametrize("name", RIGHT)
def test_what_sure_fixes_make_is_what_was_meant(name: str) -> None:
    """A mend that gives another figure is worse than none: after a slip, either it is left, or all is as it was."""
    _, meaning = rules(name)
    for slip in drawn(name):
        if not hurt(name, slip).errors:
            continue
        done = healed(name, slip)
        assert len(done.after.errors) <= len(done.before.errors), slip.kind
        if done.changed and not done.after.errors:
            assert done.after.fingerprint() == meaning, (slip.kind, [str(d.span) for d in done.mended])
        assert not any(d.sure_fix for d in done.after.errors), "a second time changes nothing"


MENDED: Mapping[str, float] = {
    "curly quotes": 1, "single quotes": 1, "mathematical sign": 1, "square brackets": 1,
    "hidden character": 1, "a declaration twice": 1, "a clause twice": 1, "an option twice": 1, "and as a sign": 1,
    **dict.fromkeys((
        "percent in words", "percent sign before", "full-width percent", "full-width digits", "decimal comma",
        "zero before the point left out", "power of ten", "minus as a sign", "minus as a dash", "points in words",
        "scale in words", "scale in capitals", "currency before", "times in words", "times as a sign", "unequal as in SQL",
        "comparison turned", "comparison apart", "comparison in words", "if for when", "mean for average", "avg for average",
        "coalesce for first_known", "shift for lag", "function in capitals", "and in capitals", "status with a sign",
        "contains for includes", "a blank that does not break", "a character without width", "a letter of another alphabet",
        "a day with strokes", "a day without its zeros", "a short duration", "a duration in words", "power of Python",
        "quote half curly", "quote half straight", "quotes of another language",
    ), 1),
    "letters swapped": 0.8, "a letter left out": 0.7, "function misspelt": 1, "comma left out": 1,
}  # fmt: skip
"""How many slips of a kind are mended without a question, at least."""


def test_how_many_slips_are_mended() -> None:
    tried, done = Counter[str](), Counter[str]()
    for name in RIGHT:
        for slip in drawn(name):
            if hurt(name, slip).errors:
                tried[slip.kind] += 1
                done[slip.kind] += not healed(name, slip).after.errors
    for kind, share in MENDED.items():
        assert done[kind] >= share * tried[kind], f"{kind}: {done[kind]} of {tried[kind]}"


# --- what is never guessed ----------------------------------------------------------------------------------

HEAD = """rules h "H"
input growth "Growth" : percent per quarter
input change_of_margin "Change" : percent per quarter
input revenue_us "US" : money per quarter
input pe "P/E" : multiple
pillar p
"""


@pytest.mark.parametrize(
    ("line", "texts"),
    [
        ("kill k when growth > 5", ["5%", "500%"]),
        ("kill k when growth > 0.4", ["40%", "0.4%"]),
        ("kill k when growth > 1.5", ["1.5%", "150%"]),
        ("kill k when revenue_cn > 0", ["revenue_us"]),
        ("kill k when revenue_us > 5", []),
        ("kill k when max(growth, 380,000%) > 1%", []),
        ("scenario s probability 0.45 assume growth = 1%", ["45%", "0.45%"]),
        ("kill k when log(pe) > 1", []),
        ("kill k when growth + pe > 1", []),
    ],
)
def test_another_reading_is_never_applied(line: str, texts: list[str]) -> None:
    checked = check(SourceFile("h.thesis", f"{HEAD}{line}\n"))
    assert checked.errors
    fixes = [fix for d in checked.errors for fix in d.fixes]
    assert [fix.edits[0].text for fix in fixes if fix.edits[0].text in texts] == texts
    assert not fixed(checked, check).changed


@pytest.mark.parametrize(
    ("line", "mended_line"),
    [
        ("kill k when growth > 38", "kill k when growth > 38%"),
        ("kill k when growth between 10 and 20", "kill k when growth between 10% and 20%"),
        ("kill k when pe > 22 or pe < 4", "kill k when pe > 22x or pe < 4x"),
        ("kill k when Growth > 38%", "kill k when growth > 38%"),
        ("kil k when growth > 38% & pe>3x||pe < 2x;", "kill k when growth > 38% and pe>3x or pe < 2x"),
        ("kill k when p is suported", "kill k when p is supported"),
        ("kill k when growth is knwon", "kill k when growth is known"),
        ("metric m = yoy(revenue_us) × 2", "metric m = yoy(revenue_us) * 2"),
        ("input eur : money in EUR\nkill k when eur > €5bn", "input eur : money in EUR\nkill k when eur > 5bn EUR"),
        ("input usd : money in USD\nkill k when usd > 5bn", "input usd : money in USD\nkill k when usd > 5bn USD"),
    ],
)
def test_what_can_mean_but_one_thing_is_mended(line: str, mended_line: str) -> None:
    done = fixed(check(SourceFile("h.thesis", f"{HEAD}{line}\n")), check)
    assert done.source.text == f"{HEAD}{mended_line}\n"


def test_fixes_that_touch_each_other_are_applied_one_after_the_other() -> None:
    text = f"{HEAD}scenario s assume growth = 1%, growth = 1%, growth = 1%\n"
    done = fixed(check(SourceFile("h.thesis", text)), check)
    assert done.source.text == f"{HEAD}scenario s assume growth = 1%\n"
    assert len(done.mended) == 2


def test_a_file_never_leaves_with_more_errors() -> None:
    """Its first mistake hides two others: mended, it would have more than before, so it is left."""
    text = f"{HEAD}kil k when growht > 1 + nothing_of_this and other_thing > nope(growth)\n"
    checked = check(SourceFile("h.thesis", text))
    assert len(checked.errors) == 1
    assert checked.errors[0].sure_fix is not None
    done = fixed(checked, check)
    assert not done.changed
    assert done.mended == ()


def test_what_a_mend_shows_is_mended_too() -> None:
    """Each of the first three hides the next; in the end there are no more errors than in the beginning."""
    text = f"{HEAD}kil k when growth > 38 & growth < 50 & nothing_of_this > 1\n"
    done = fixed(check(SourceFile("h.thesis", text)), check)
    assert done.source.text == f"{HEAD}kill k when growth > 38% and growth < 50% and nothing_of_this > 1\n"
    assert [d.code for d in done.after.errors] == ["T031"]


def test_one_that_hides_more_does_not_keep_the_others_back() -> None:
    text = f"{HEAD}kil k when nothing_a > nothing_b or nothing_c > 1\nkill l when growth > 38\n"
    done = fixed(check(SourceFile("h.thesis", text)), check)
    assert done.source.text == text.replace("> 38", "> 38%")


def test_only_the_file_itself_is_mended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("base.thesis").write_text("rules base\nmetrc m = 1\n", "utf-8")
    checked = check_file(SourceFile("top.thesis", "thesis top for X uses base\n"), Library((), DISK))
    assert any(d.sure_fix for d in checked.errors)
    assert not fixed(checked, lambda source: check_file(source, Library(()))).changed


@settings(max_examples=60)
@given(st.integers(0, 10_000), st.integers(0, 12), st.sampled_from(["", " ", *WORDS]), st.integers(0, 10_000))
def test_any_wounded_text_is_mended_or_left(at: int, length: int, word: str, other: int) -> None:
    text = THESIS
    for start in (at % len(text), other % len(text)):
        text = text[:start] + word + text[start + length :]
    checked = check(SourceFile("x.thesis", text))
    done = fixed(checked, check)
    assert len(done.after.errors) <= len(checked.errors)
    for diagnostic in checked.diagnostics:
        for fix in diagnostic.fixes:
            assert applied(fix.edits[0].span.source, fix.edits)
