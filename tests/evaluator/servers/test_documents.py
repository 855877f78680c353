"""Addresses as editors write them, open files under any of them, and what is given in a message."""

from __future__ import annotations

from pathlib import Path

import pytest

from dsl.text.source import SourceFile
from evaluator.servers.lsp.documents import Documents, address_of, path_of
from evaluator.servers.lsp.given import Given, Refused


@pytest.mark.parametrize(
    "path", ["/a/b.thesis", "/a b/ü 中.thesis", "/a/%20.thesis", "/a/#1?.thesis", "/a+b/c&d.thesis", "/a/🐉.thesis"]
)
def test_an_address_leads_to_its_path_and_back(path: str) -> None:
    assert path_of(address_of(path)) == Path(path)


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("file:///c%3A/rules/a.thesis", "c:/rules/a.thesis"),
        ("file:///C:/rules/a.thesis", "C:/rules/a.thesis"),
        ("file://localhost/a.thesis", "/a.thesis"),
        ("file://server/share/a.thesis", "//server/share/a.thesis"),
        ("file:///", "/"),
    ],
)
def test_addresses_of_other_systems(address: str, path: str) -> None:
    assert path_of(address) == Path(path)


@pytest.mark.parametrize(
    "address", ["untitled:Untitled-1", "untitled:", "git:/a/b.thesis?ref", "vscode-notebook:x/y", "", "::"]
)
def test_what_is_in_no_file_has_a_path_all_the_same(address: str) -> None:
    assert path_of(address).suffix == ".thesis"


def test_an_open_file_is_known_by_any_way_to_it(tmp_path: Path) -> None:
    real = tmp_path / "rules.thesis"
    real.write_text("", "utf-8")
    (tmp_path / "link.thesis").symlink_to(real)
    documents = Documents()
    opened = documents.open(address_of(str(tmp_path / "link.thesis")), "thesis", 1, "\ufeffrules r\r\n")
    assert documents.address(str(real)) == opened.address
    assert documents.editor_of(SourceFile(str(real), "rules r\n")).newline == "\r\n"
    assert documents.close(opened.address) is not None
    assert documents.address(str(real)) == address_of(str(real))
    assert documents.close("file:///never/opened.thesis") is None
    assert documents.change("file:///never/opened.thesis", 1, [(None, "x")]) is None


@pytest.mark.parametrize(
    ("language", "name", "rules"),
    [("thesis", "a.txt", True), ("plaintext", "a.thesis", True), ("yaml", "a.yaml", False)],
)
def test_rules_are_known_by_their_language_or_their_ending(language: str, name: str, rules: bool) -> None:
    assert Documents().open(f"file:///x/{name}", language, 1, "").is_rules is rules


def test_what_is_not_as_it_must_be_is_refused_by_its_name() -> None:
    given = Given({"a": 1, "b": "x", "c": {"line": 1, "character": 2}, "d": [{"e": None}, 5], "f": True})
    assert (given.number("a"), given.text("b"), given.flag("f"), given.text("z", "y")) == (1, "x", True, "y")
    assert given.position("c").character == 2
    for asked, words in (
        (lambda: given.text("a"), "params.a must be a text"),
        (lambda: given.number("f"), "params.f must be a whole number"),
        (lambda: given.text("none"), "params.none must be a text"),
        (lambda: given.part("b"), "params.b must be an object"),
        (lambda: list(given.items("d")), "params.d[1] must be an object"),
        (lambda: given.list("c"), "params.c must be a list"),
        (lambda: given.range("c"), "params.c.start.line must be a whole number"),
    ):
        with pytest.raises(Refused) as refused:
            asked()
        assert words in refused.value.reason
