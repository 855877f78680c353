"""Reuse: packages, several ways to one module, params set, drops and overrides of every kind, none of it silent."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest

from dsl.check.checker import Checked, check_file
from dsl.link.library import Library
from dsl.program import program as p
from dsl.text.source import SourceFile
from tests.dsl.link.test_load import BASE


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write("base", BASE)
    return tmp_path


def write(name: str, text: str) -> None:
    path = Path(*name.split(".")).with_suffix(".thesis")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def checked(text: str, *places: Path) -> Checked:
    return check_file(SourceFile("top.thesis", text), Library(places))


def good(text: str, *places: Path) -> p.Program:
    found = checked(text, *places)
    assert found.errors == []
    assert found.program is not None
    return found.program


def codes(text: str, *places: Path) -> list[str]:
    return [d.code for d in checked(text, *places).errors]


def places_of(found: Checked) -> list[str]:
    """Every place that the errors show, as file:line."""
    spans = [s for d in found.errors for s in (d.span, *(label.span for label in d.labels)) if s]
    return [f"{s.source.path}:{s.line}" for s in spans]


KILL = 'rules {0} "{0}"\ninput debt_{0} "Debt" : percent\nkill {0}_over when debt_{0} > 5%\n'


# --- packages ----------------------------------------------------------------------------------------


def test_a_dotted_name_leads_into_folders_of_any_place(folder: Path) -> None:
    write("credit.net_debt", KILL.format("net_debt"))
    write("shared.credit.us.cover", KILL.format("cover"))
    top = good('thesis top "Top" for BABA uses credit.net_debt, credit.us.cover\n', folder / "shared")
    assert [(m.name, m.shown) for m in top.modules] == [
        ("credit.net_debt", "credit/net_debt.thesis"),
        ("credit.us.cover", "shared/credit/us/cover.thesis"),
    ]
    assert top.inputs["debt_cover"].origin == "credit.us.cover"


def test_a_place_outside_is_named_by_its_folder_alone(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "house"
    (elsewhere / "credit").mkdir(parents=True)
    (elsewhere / "credit" / "net_debt.thesis").write_text(KILL.format("net_debt"), "utf-8")
    (module,) = good('thesis top "Top" for BABA uses credit.net_debt\n', elsewhere).modules
    assert module.shown == "house/credit/net_debt.thesis"


def test_a_module_finds_its_neighbours_and_they_go_by_their_whole_name(folder: Path) -> None:
    write("credit.net_debt", 'rules net_debt "N" uses helper\n')
    write("credit.helper", KILL.format("helper"))
    write("equity.helper", KILL.format("helper").replace("helper_over", "other").replace("debt_helper", "other_debt"))
    write("equity.cover", 'rules cover "C" uses helper\n')
    top = good('thesis top "Top" for BABA uses credit.net_debt, equity.cover, credit.helper\n')
    assert [m.name for m in top.modules] == ["credit.helper", "credit.net_debt", "equity.helper", "equity.cover"]


def test_two_files_of_one_name_are_no_silent_choice(folder: Path) -> None:
    write("left.left", 'rules left "L" uses shared\n')
    write("left.shared", KILL.format("shared"))
    write("shared", KILL.format("shared"))
    found = checked('thesis top "Top" for BABA uses shared, left\n', folder / "left")
    assert [d.code for d in found.errors] == ["T111"]
    assert "shared.thesis and " in found.errors[0].message


def test_the_header_of_a_module_says_its_name(folder: Path) -> None:
    write("credit.net_debt", KILL.format("netdebt"))
    found = checked('thesis top "Top" for BABA uses credit.net_debt\n')
    assert [d.code for d in found.errors] == ["T110"]
    assert places_of(found) == ["credit/net_debt.thesis:1", "top.thesis:1"]


@pytest.mark.parametrize("name", ["credit..debt", ".debt", "debt.", "credit.", "input.debt", "credit.rules"])
def test_names_that_are_none(folder: Path, name: str) -> None:
    write("credit.debt", KILL.format("debt"))
    assert codes(f'thesis top "Top" for BABA uses {name}\n')
    assert Library((folder,)).look(name) is None


def test_a_misspelt_package_is_told(folder: Path) -> None:
    write("credit.net_debt", KILL.format("net_debt"))
    (found,) = checked('thesis top "Top" for BABA uses credit.netdebt\n').errors
    assert (found.code, found.hint) == ("T025", "did you mean `credit.net_debt`?")


def test_the_listing_knows_packages_aliases_and_what_is_hidden(folder: Path) -> None:
    for name in ("near.base", "near.credit.debt", "near.empty.deep.lost", "far.base", "far.only"):
        write(name, KILL.format(name.rpartition(".")[2]))
    (folder / "near" / "not-a-package").mkdir()
    (folder / "near" / "not-a-package" / "x.thesis").write_text("", "utf-8")
    (folder / "near" / "loop").symlink_to(folder / "near")
    library = Library((folder / "near", folder / "near" / "credit", folder / "far"))
    listed = {n.found.name: [s.relative_to(folder).as_posix() for s in n.shadows] for n in library.listing()}
    assert listed == {"base": ["far/base.thesis"], "debt": [], "only": []}
    assert all(library.look(name) for name in listed)
    assert library.look("credit.debt") is not None


# --- several modules, several ways -----------------------------------------------------------------------


def test_a_circle_through_packages(folder: Path) -> None:
    write("credit.one", 'rules one "O" uses two\n')
    write("credit.two", 'rules two "T" uses one\n')
    (found,) = checked('thesis top "Top" for BABA uses credit.one\n').errors
    assert (found.code, "credit.one → credit.two → credit.one" in found.message) == ("T026", True)


def test_a_clash_shows_both_places(folder: Path) -> None:
    for side, kind in (("left", "percent"), ("right", "percent per year")):
        write(side, f'rules {side} "S"\ninput growth "G" : {kind}\n\nkill {side}_over when growth < 1%\n')
    found = checked('thesis top "Top" for BABA uses left, right\n')
    assert [d.code for d in found.errors] == ["T030"]
    assert places_of(found) == ["top.thesis:1", "left.thesis:2", "right.thesis:2"]


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ("ab", "`a` and `b` are declared twice"),
        ("abcd", "`a`, `b`, `c` and `d` are declared twice"),
        ("abcdef", "`a`, `b`, `c` and 3 more are declared twice"),
    ],
)
def test_all_that_two_modules_both_declare_is_one_clash(folder: Path, names: str, said: str) -> None:
    for side in ("left", "right"):
        inputs = "".join(
            f'input {name} "Of {side}" : percent{" per year" if side == "left" else ""}\n' for name in names
        )
        write(side, f'rules {side} "S"\n{inputs}\nkill {side}_over when {names[-1]} < 1%\n')
    (found,) = checked('thesis top "Top" for BABA uses left, right\n').errors
    assert (found.code, found.message) == ("T030", said)
    assert found.hint is not None
    assert "declare it in one" in found.hint


def test_each_pair_of_modules_that_clashes_is_an_error(folder: Path) -> None:
    for side, names in (("left", "ab"), ("middle", "a"), ("right", "b")):
        kind = "percent per year" if side == "middle" else "percent per month" if side == "right" else "percent"
        write(side, f'rules {side} "S"\n' + "".join(f'input {name} "Of {side}" : {kind}\n' for name in names))
    found = checked('thesis top "Top" for BABA uses left, middle, right\n').errors
    assert [(d.code, d.message) for d in found] == [
        ("T030", "`a` is declared twice"),
        ("T030", "`b` is declared twice"),
    ]


def test_a_clash_of_distributions(folder: Path) -> None:
    for side in ("left", "right"):
        write(side, f'rules {side} "S" uses base\ndrop uncertain growth\nuncertain growth ~ uniform(1%, 2%)\n')
    found = checked('thesis top "Top" for BABA uses left, right\n')
    assert [d.code for d in found.errors] == ["T030"]
    assert places_of(found)[1:] == ["left.thesis:3", "right.thesis:3"]


def test_a_module_named_twice(folder: Path) -> None:
    assert codes('thesis top "Top" for BABA uses base, base\n') == ["T047"]


def test_several_params_are_set_at_once_also_of_a_module_that_is_used_by_another(folder: Path) -> None:
    write("more", 'rules more "M" uses base\nparam thin "Thin" = 5%\nkill thin_over when growth < thin\n')
    top = good('thesis top "Top" for BABA uses more with least = 20%, thin = 4%\n')
    assert [(c.name, c.was, c.now, c.by) for c in top.changes] == [
        ("least", "10% (House view)", "20%", "top"),
        ("thin", "5%", "4%", "top"),
    ]


SAYS = {"left": "with least = 20%", "right": "with least = 30%", "plain": ""}


@pytest.mark.parametrize("pair", list(permutations(SAYS, 2)))
def test_one_module_in_two_states_is_a_conflict_whatever_the_order(folder: Path, pair: tuple[str, str]) -> None:
    for side, said in SAYS.items():
        write(side, f'rules {side} "S"\n  uses base {said}\n')
    uses = f'thesis top "Top" for BABA uses {pair[0]}, {pair[1]}'
    found = checked(uses + "\n")
    assert [d.code for d in found.errors] == ["T113"]
    at = {"left": "left.thesis:2", "right": "right.thesis:2", "plain": "base.thesis:6"}
    assert places_of(found) == ["top.thesis:1", at[pair[0]], at[pair[1]]]
    for settled in (" with least = 25%\n", "\noverride param least = 25%\n", "\ndrop param least\nparam least = 25%\n"):
        assert good(uses + settled).params["least"].versions[0].value.text == "25%"
    for again in ("20%", "30%", "10%"):  # saying again what one of them says settles it, too
        assert good(f"{uses} with least = {again}\n").params["least"].versions[0].value.text == again


def test_two_ways_that_say_the_same_are_no_conflict(folder: Path) -> None:
    write("left", 'rules left "L" uses base with least = 20%\n')
    write("right", 'rules right "R" uses base\noverride param least = 20.0%\n')
    assert good('thesis top "Top" for BABA uses left, right\n').params["least"].versions[0].value.text == "20%"


def test_a_partial_override_does_not_settle_what_it_does_not_say(folder: Path) -> None:
    write("left", 'rules left "L" uses base\noverride bull grows weight 5\n')
    write("right", 'rules right "R" uses base\noverride bull grows weight 6\n')
    uses = 'thesis top "Top" for BABA uses left, right\n'
    assert codes(uses + 'override bull grows "Title"\n') == ["T113"]
    assert good(uses + "override bull grows weight 7\n").conditions["grows"].weight == 7


def test_a_value_set_here_counts_by_every_way(folder: Path) -> None:
    write("left", 'rules left "L" uses base\n')
    for uses in ("base with least = 20%, left", "left, base with least = 20%", "left with least = 20%, base"):
        assert good(f'thesis top "Top" for BABA uses {uses}\n').params["least"].versions[0].value.text == "20%"
    twice = 'thesis top "Top" for BABA uses left with least = {}, base with least = {}\n'
    assert codes(twice.format("20%", "30%")) == ["T112"]
    good(twice.format("20%", "20.0%"))


@pytest.mark.parametrize("order", [("left", "right"), ("right", "left")])
def test_what_one_module_drops_and_the_other_keeps(folder: Path, order: tuple[str, str]) -> None:
    write("left", 'rules left "L" uses base\ndrop metric lonely\ndrop uncertain growth\n')
    write("right", 'rules right "R" uses base\nkill right_over when lonely < 1%\n')
    uses = f'thesis top "Top" for BABA uses {order[0]}, {order[1]}\n'
    found = checked(uses)
    assert [d.code for d in found.errors] == ["T113", "T113"]
    assert {"left.thesis:2", "left.thesis:3"} < set(places_of(found))
    assert codes(uses + "drop uncertain growth\ndrop lonely\n") == ["T037"]  # right still needs it
    good(uses + "drop uncertain growth\noverride metric lonely = growth / 3\n")


# --- each kind of declaration --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "twice",
    [
        "override bull grows weight 5\noverride bull grows weight 6", "override bull grows weight 5\noverride bull grows \"T\"",
        "drop kill over\ndrop over", "drop kill over\noverride kill over by 2028-01-01",
        "override kill over by 2028-01-01\ndrop kill over", "override uncertain growth ~ uniform(1%, 2%)\ndrop uncertain growth",
    ],
)  # fmt: skip
def test_a_file_changes_a_name_once(folder: Path, twice: str) -> None:
    assert codes(f'thesis top "Top" for BABA uses base\n{twice}\n') == ["T112"]


def test_a_name_and_its_distribution_are_two_things(folder: Path) -> None:
    good('thesis top "Top" for BABA uses base\noverride input growth "Growth!"\ndrop uncertain growth\n')


def test_an_override_replaces_rows_and_assumptions_whole(folder: Path) -> None:
    top = good(
        'thesis top "Top" for BABA uses base\noverride verdict call otherwise "Hold" neutral\n'
        "override scenario boom assume revenue = 1bn CNY\n"
    )
    assert [r.outcome for r in top.verdicts["call"].rows] == ["Hold"]
    assert list(top.scenarios["boom"].assume) == ["revenue"]


def test_a_clause_is_taken_away_by_a_drop_and_a_new_declaration(folder: Path) -> None:
    new = 'bull grows "It grows" on demand when doubled > least'
    top = good(f'thesis top "Top" for BABA uses base\n{new}\ndrop bull grows\n')
    assert (top.conditions["grows"].critical, top.conditions["grows"].origin) == (False, "top")
    (change,) = top.changes
    assert (change.action, change.now) == ("drop", new)


def test_a_drop_of_what_is_only_here(folder: Path) -> None:
    (found,) = checked('rules top "Top"\ndrop mine\ninput mine "M" : percent\nkill k when mine < 1%\n').errors
    assert (found.code, found.hint) == ("T035", "it is this file's own: change it where it stands")


def test_an_example_is_dropped_by_its_title(folder: Path) -> None:
    top = good('thesis top "Top" for BABA uses base\ndrop example "fast"\ndrop bull grows\n')
    assert top.examples == ()
    assert ("drop", "example", "fast") in {(c.action, c.keyword, c.name) for c in top.changes}
    (found,) = checked('thesis top "Top" for BABA uses base\ndrop example "fats"\n').errors
    assert (found.code, found.hint) == ("T035", "did you mean `fast`?")
    write("left", 'rules left "L" uses base\ndrop example "fast"\n')
    for uses in ("left, base", "base, left"):
        assert good(f'thesis top "Top" for BABA uses {uses}\n').examples == ()


def test_a_change_says_who_made_it(folder: Path) -> None:
    write("left", 'rules left "L" uses base with least = 20%\n')
    top = good('thesis top "Top" for BABA uses left\noverride param least = 25%\n')
    assert [(c.module, c.by, c.was, c.now) for c in top.changes] == [
        ("base", "left", "10% (House view)", "20%"),
        ("base", "top", "20%", "25%"),
    ]
