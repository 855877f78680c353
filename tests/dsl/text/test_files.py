"""Texts come from the disk, or lie over it: a text counts in place of its file, whether that is there or not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dsl.text.files import DISK, Disk, Files, Listed, Overlay
from dsl.text.source import MAX_BYTES, UnreadableFileError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.thesis").write_text("rules a\n", "utf-8")
    (tmp_path / "credit").mkdir()
    (tmp_path / "credit" / "b.thesis").write_text("rules b\n", "utf-8")
    (tmp_path / "link.thesis").symlink_to(tmp_path / "a.thesis")
    (tmp_path / "nowhere.thesis").symlink_to(tmp_path / "none")
    os.mkfifo(tmp_path / "pipe.thesis")
    return tmp_path


def test_disk(folder: Path) -> None:
    assert DISK.read(folder / "a.thesis").text == "rules a\n"
    assert DISK.read(folder / "a.thesis", "shown").path == "shown"
    assert DISK.is_file(folder / "a.thesis")
    assert not DISK.is_file(folder / "credit")
    assert not DISK.is_file(folder / ("x" * 5000))
    assert DISK.list(folder) == (
        Listed("a.thesis"), Listed("credit", folder=True), Listed("link.thesis", link=True),
    )  # fmt: skip
    assert DISK.list(folder / "none") == ()
    assert DISK.list(folder / "a.thesis") == ()
    assert DISK.real(folder / "link.thesis") == DISK.real(folder / "a.thesis")


def test_a_text_over_a_file(folder: Path) -> None:
    files = Overlay({folder / "a.thesis": "rules new\r\n"})
    for name in ("a.thesis", "link.thesis", "credit/../a.thesis"):
        assert files.read(folder / name).text == "rules new\n"
    assert files.read(folder / "credit" / "b.thesis").text == "rules b\n"
    assert files.list(folder) == DISK.list(folder)
    assert (folder / "a.thesis").read_text("utf-8") == "rules a\n"


def test_a_text_through_a_link(folder: Path) -> None:
    assert Overlay({folder / "link.thesis": "new\n"}).read(folder / "a.thesis").text == "new\n"


def test_a_text_of_a_file_that_is_not_there(folder: Path) -> None:
    new, deep = folder / "new.thesis", folder / "x" / "y" / "deep.thesis"
    files = Overlay({new: "rules new\n", deep: "rules deep\n"})
    assert files.is_file(new)
    assert files.is_file(deep)
    assert not files.is_file(deep.parent)
    assert files.read(new).text == "rules new\n"
    assert {each.name for each in files.list(folder)} == {"a.thesis", "credit", "link.thesis", "new.thesis", "x"}
    assert files.list(folder / "x") == (Listed("y", folder=True),)
    assert files.list(folder / "x" / "y") == (Listed("deep.thesis"),)
    with pytest.raises(UnreadableFileError, match="no such file"):
        files.read(folder / "x" / "other.thesis")


def test_texts_over_texts(folder: Path) -> None:
    below = Overlay({folder / "a.thesis": "one\n", folder / "n.thesis": "n\n"})
    above = Overlay({folder / "a.thesis": "two\n"}, below)
    assert above.read(folder / "a.thesis").text == "two\n"
    assert above.read(folder / "n.thesis").text == "n\n"
    assert above.list(folder) == below.list(folder)


@pytest.mark.parametrize(
    ("text", "reason"),
    [("a\0b", "binary"), ("x" * (MAX_BYTES + 1), "MB"), ("half of a pair: \ud83d", "not UTF-8")],
    ids=["binary", "too large", "half a character"],
)
def test_an_unsaved_text_is_refused_as_a_file_would_be(folder: Path, text: str, reason: str) -> None:
    with pytest.raises(UnreadableFileError) as refused:
        Overlay({folder / "a.thesis": text}).read(folder / "a.thesis")
    assert reason in refused.value.reason
    assert refused.value.hint


def test_an_unsaved_text_is_read_as_if_it_had_been_saved(folder: Path) -> None:
    text = "\ufeffrules a\r\nmetric b = 1\rmetric c = 2\n"
    (folder / "a.thesis").write_bytes(text.encode("utf-8"))
    assert Overlay({folder / "a.thesis": text}).read(folder / "a.thesis") == DISK.read(folder / "a.thesis")


def test_both_are_files() -> None:
    every: list[Files] = [Disk(), Overlay({})]
    assert [repr(each) for each in every] == ["Disk()", "Overlay(0 texts over Disk())"]
