"""A folder is looked through to a bound, and what was left out is said."""

from __future__ import annotations

import os
from pathlib import Path
from unittest.mock import patch

import pytest

from dsl.text.source import UnreadableFileError, read_bytes
from evaluator.session import places


def test_looking_through_a_folder_ends_at_a_bound_that_an_option_lifts(tmp_path: Path) -> None:
    for n in range(6):
        (tmp_path / f"d{n}").mkdir()
        (tmp_path / f"d{n}" / "a.thesis").write_text('rules a\npillar p "?"\nbull b on p when 1 < 2\n', "utf-8")
    with patch.object(places, "MAX_FOLDERS", 3):
        few, all_of_it = places.rule_files(tmp_path), places.rule_files(tmp_path, all_of_it=True)
    assert (len(few.files), few.stopped) == (2, True)
    assert (len(all_of_it.files), all_of_it.stopped) == (6, False)


def test_other_file_systems_are_left_out_and_named(tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    (tmp_path / "far" / "a.thesis").write_text("rules a\n", "utf-8")
    own = places._disk

    def far_away(path: str) -> int | None:
        return -1 if os.path.basename(path) == "far" else own(path)

    with patch.object(places, "_disk", far_away):
        found, whole = places.rule_files(tmp_path), places.rule_files(tmp_path, all_of_it=True)
    assert (found.files, found.elsewhere) == ([], [str(tmp_path / "far")])
    assert [path.name for path in whole.files] == ["a.thesis"]


@pytest.mark.skipif(not os.path.isfile("/proc/cpuinfo"), reason="a system without /proc")
def test_a_window_on_the_system_is_no_file() -> None:
    with pytest.raises(UnreadableFileError, match="this is a device"):
        read_bytes(Path("/proc/cpuinfo"), "cpuinfo", 100)


def test_an_empty_file_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    assert read_bytes(tmp_path / "empty", "empty", 100) == (b"", 0)
