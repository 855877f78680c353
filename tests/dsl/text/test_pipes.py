"""What comes out of a pipe: whole, once for all who ask, and never waited for without end."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dsl.text import pipes
from dsl.text.source import SourceFile, UnreadableFileError, read_bytes


@pytest.fixture
def pipe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(pipes, "WRITER_SECONDS", 0.05)
    os.mkfifo(tmp_path / "pipe")
    return tmp_path / "pipe"


@pytest.fixture
def ends() -> Iterator[tuple[int, Path]]:
    """A pipe without a name, as a shell makes for `<(…)`: where it is written to, and the path under which it is read."""
    read, write = os.pipe()
    yield write, Path(f"/dev/fd/{read}")
    os.close(read)


def test_it_is_read_to_its_end_and_kept(pipe: Path) -> None:
    """A slow writer is waited for, and who reads after another gets the same."""
    said = [b"rules a\n", "# größer\n".encode(), b"x" * 200_000]

    def write() -> None:
        with pipe.open("wb", buffering=0) as file:
            for part in said:
                file.write(part)
                time.sleep(0.02)

    pipes.WRITER_SECONDS = 5.0
    writer = threading.Thread(target=write)
    writer.start()
    first = SourceFile.read(pipe)
    writer.join()
    assert first.text == b"".join(said).decode()
    assert SourceFile.read(pipe) == first
    assert read_bytes(pipe, "p", 4) == (b"rules", 200_019)


def test_written_to_again_it_is_another_text(ends: tuple[int, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    write, path = ends
    monkeypatch.setattr(pipes, "SILENT_SECONDS", 0.05)
    os.write(write, b"one")
    with pytest.raises(UnreadableFileError, match=r"nothing came out of this pipe for 0\.05 s"):
        SourceFile.read(path)  # it stays open: more may come
    os.write(write, b"two")
    os.close(write)
    assert SourceFile.read(path).text == "two"
    assert SourceFile.read(path).text == "two"


def test_two_texts_one_after_the_other_in_a_named_pipe(pipe: Path) -> None:
    for text in (b"one", b"two"):
        keeps = os.open(pipe, os.O_RDWR)  # so that a writer need not wait for its reader
        os.write(keeps, text)
        threading.Timer(0.03, os.close, (keeps,)).start()
        assert SourceFile.read(pipe).text == text.decode()
        time.sleep(0.02)  # a file system's clock has ticks


def test_nobody_writes(pipe: Path) -> None:
    with pytest.raises(UnreadableFileError, match=r"nothing was written to this pipe within 0\.05 s"):
        SourceFile.read(pipe)


def test_it_never_ends(ends: tuple[int, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    write, path = ends
    monkeypatch.setattr(pipes, "MAX_BYTES", 300_000)

    def writing() -> None:
        try:
            while True:
                os.write(write, b"y\n" * 10_000)
        except OSError:
            pass

    os.set_blocking(write, False)
    stop = threading.Event()

    def keep_full() -> None:
        while not stop.is_set():
            writing()
            time.sleep(0.001)

    writer = threading.Thread(target=keep_full)
    writer.start()
    try:
        assert read_bytes(path, "p", 100) == ((b"y\n" * 51)[:101], 300_001)
    finally:
        stop.set()
        writer.join()
        os.close(write)
