"""What other rules ask for: the same names as when every file of the library is checked, with fewer files read."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from dsl.check.checker import Checked, check_file
from dsl.link.library import Library
from dsl.text.source import SourceFile, UnreadableFileError
from evaluator.session.elsewhere import Elsewhere, names_elsewhere
from evaluator.session.places import library
from evaluator.session.reading import check_rules
from evaluator.session.run import Run, run
from tests.paths import CASES, RULES
from tests.support.runs import AS_OF, company, fact


def by_checking_all(places: Library) -> frozenset[str]:
    """The definition: every input and metric of every rule file in the library."""
    found: set[str] = set()
    for name in places.names():
        path = places.find(name)
        assert path is not None
        try:
            checked = check_file(SourceFile.read(path), places)
        except UnreadableFileError:
            continue
        entries = checked.linked.entries.items()
        found |= {n for n, e in entries if e.declaration.keyword in ("input", "metric")}
    return frozenset(found)


def holds(places: Library, others: list[str], chance: random.Random) -> None:
    names = by_checking_all(places)
    asked = [*sorted(names), *others, "", "a b", "input", "revenu"]
    chance.shuffle(asked)
    lazily = Elsewhere(places)
    assert {n for n in asked if n in lazily} == names & set(asked)
    assert frozenset(lazily) == frozenset(Elsewhere(places)) == names
    assert len(lazily) == len(names)


def test_the_shipped_library() -> None:
    holds(library([RULES, RULES / "library"]), ["strong_growth", "workloads", "BABA"], random.Random(1))


@pytest.mark.parametrize("seed", range(30))
def test_drawn_libraries(seed: int, tmp_path: Path) -> None:
    """Modules in packages, hidden ones, circles, overrides, drops, files that do not read: all at once."""
    chance = random.Random(seed)
    stems = ["one", "two", "pack.three", "pack.one", "pack.deep.four", "bare.five", "six", "not_listed.inner.seven"]
    folders = [tmp_path / "near", tmp_path / "far"]
    for folder in folders:
        for stem in stems:
            if chance.random() < 0.25:
                continue
            uses = [s for s in [*stems, "none", "three", "four"] if chance.random() < 0.25]
            lines = [f"rules {stem.rpartition('.')[2]}" + (f" uses {', '.join(uses)}" if uses else "")]
            for n in chance.sample(range(12), 4):
                name = f"n{n}"
                lines.append(chance.choice([
                    f"input {name} : money", f"metric {name} = 1", f"param {name} = 2", f"drop {name}", f"metric {name} = = 1",
                    f"override metric {name} = 3", f"# {name}", f'input # {name}\n {name} : percent', f"metrc {name} = 1",
                ]))  # fmt: skip
            if chance.random() < 0.1:
                lines.append("# \u202e")
            path = folder.joinpath(*stem.split(".")[:-1], stem.rpartition(".")[2] + ".thesis")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"\xff\xfe" if chance.random() < 0.05 else "\n".join(lines).encode())
    holds(Library(tuple(folders)), [f"n{n}" for n in range(12)], chance)


def test_wrong_files_beside_right_ones(tmp_path: Path) -> None:
    for case in sorted((CASES / "invalid").glob("*.thesis")):
        text = case.read_text("utf-8").partition("# ===")[0]
        (tmp_path / case.name.replace("__", "_")).write_text(text, "utf-8")
    holds(Library((tmp_path,)), ["growth", "x"], random.Random(2))


def test_no_file_is_read_whole_that_does_not_have_the_name() -> None:
    places = library([RULES, RULES / "library"])
    lazily = Elsewhere(places)
    assert "cloud_grwth" not in lazily
    assert not lazily._read
    assert "revenue" in lazily
    assert not lazily._read, "its declaration alone is read"


def test_without_a_library_nothing_is_asked_for() -> None:
    assert "revenue" not in names_elsewhere(None)


def test_rules_that_change_between_check_and_evaluation(tmp_path: Path) -> None:
    """What was checked is evaluated, whatever the file says by then."""
    rules = tmp_path / "small.thesis"
    rules.write_text("thesis small for AAA\ninput sales : money\npillar p\nbull b on p when sales > 1m CNY\n", "utf-8")
    places = Library((tmp_path,))
    checked = check_rules(rules, places)
    about = company(f"  sales:\n{fact('2026-03-31', '5m CNY', '2026-05-01', key='date')}")
    assert isinstance(checked, Checked)
    for change in (lambda: rules.write_text("thesis small for AAA\n", "utf-8"), rules.unlink):
        change()
        found = run(checked, about, AS_OF, places=places)
        assert isinstance(found, Run)
        assert list(found.program.inputs) == ["sales"]
