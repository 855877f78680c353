"""Rules between two states: with all edits they are the later, with none the earlier."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import HealthCheck, given, settings

from dsl.check.checker import check
from dsl.link.linked import Linked
from dsl.link.meaning import fingerprint
from dsl.link.mixed import edits, mixed
from tests.support.runs import checked
from tests.support.strategies import RuleFile, rule_files

BEFORE = """rules main
input growth "Growth" : percent
param least "Least" = 20%
pillar p "P"
bull grows on p when growth > least
bear slow on p when growth < 5%
uncertain growth ~ normal(10%, 2pp)
"""


def alone(linked: Linked) -> str:
    """The hash of what counts but examples."""
    return fingerprint(replace(linked, examples=[]))


def test_a_new_name_comes_with_what_asks_for_it() -> None:
    after = BEFORE.replace("growth < 5%", "growth < lowest").replace("pillar", 'param lowest "Lowest" = 4%\npillar')
    after = after.replace("= 20%", "= 25%").replace("2pp", "3pp")
    old, new = checked(BEFORE).linked, checked(after).linked
    assert edits(old, new) == (("least",), ("lowest", "slow"), ("uncertain growth",))
    for come in ((), ("least",), ("lowest", "slow"), ("uncertain growth", "least")):
        assert check(mixed(old, new, come)).program is not None
    assert check(mixed(old, new, ("slow",))).program is None  # it names what is not there


def test_what_was_renamed_comes_with_what_names_it() -> None:
    after = BEFORE.replace("least", "lowest").replace("growth < 5%", "growth < 6%")
    assert edits(checked(BEFORE).linked, checked(after).linked) == (("lowest", "grows", "least"), ("slow",))


@settings(max_examples=15, suppress_health_check=list(HealthCheck))
@given(rule_files(), rule_files())
def test_all_edits_are_the_later_state_and_none_the_earlier(before: RuleFile, after: RuleFile) -> None:
    old, new = checked(before.text).linked, checked(after.text).linked
    found = edits(old, new)
    assert (not found) == (alone(mixed(old, new, ())) == alone(new))
    keys = [key for group in found for key in group]
    assert len(keys) == len(set(keys))
    assert alone(mixed(old, new, keys)) == alone(new)
    head = replace(mixed(old, new, ()), header=old.header)
    assert alone(head) == alone(old)
