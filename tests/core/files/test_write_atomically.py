"""Whole files or none, and a sentence an artist understands."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import pytest

from core.errors import StorageFailed
from core.files import write_atomically

OLD, NEW = b"old", b"new contents"


def write_new(file: BinaryIO) -> None:
    file.write(NEW)


@pytest.fixture
def target(tmp_path: Path) -> Path:
    path = tmp_path / "絵.png"
    path.write_bytes(OLD)
    return path


def test_it_replaces_the_file_and_leaves_nothing_beside_it(target: Path) -> None:
    write_atomically(target, write_new)
    assert target.read_bytes() == NEW
    assert list(target.parent.iterdir()) == [target]


def test_the_file_is_as_readable_as_any_other(tmp_path: Path) -> None:
    (tmp_path / "other").write_bytes(b"")
    write_atomically(tmp_path / "a", write_new)
    modes = {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("other", "a")}
    assert len(modes) == 1


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "disk is full"),
        (errno.EROFS, "read-only"),
        (errno.EACCES, "not allowed"),
        (errno.EIO, "reports a fault"),
    ],
)
def test_a_failing_disk_leaves_the_old_file(target: Path, number: int, words: str) -> None:
    def fail(file: BinaryIO) -> None:
        file.write(NEW)
        raise OSError(number, os.strerror(number))

    with pytest.raises(StorageFailed, match=words) as caught:
        write_atomically(target, fail)
    assert str(caught.value).startswith("絵.png was not saved: ")
    assert "Errno" not in str(caught.value)
    assert "Errno" in caught.value.details
    assert_untouched(target)


def test_a_failing_rename_leaves_the_old_file(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise PermissionError(errno.EACCES, "in use")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(StorageFailed, match="open in another program"):
        write_atomically(target, write_new)
    assert_untouched(target)


def test_any_other_error_passes_and_leaves_the_old_file(target: Path) -> None:
    def stop(file: BinaryIO) -> None:
        file.write(NEW)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_atomically(target, stop)
    assert_untouched(target)


def test_a_missing_folder_is_made_where_that_is_wanted(tmp_path: Path) -> None:
    write_atomically(tmp_path / "new" / "folder" / "a.png", write_new)
    assert (tmp_path / "new" / "folder" / "a.png").read_bytes() == NEW


def test_a_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(StorageFailed, match="folder does not exist"):
        write_atomically(tmp_path / "nowhere" / "a.png", write_new, make_folder=False)
    assert list(tmp_path.iterdir()) == []


def test_a_file_where_the_folder_should_be(target: Path) -> None:
    with pytest.raises(StorageFailed, match="folder does not exist"):
        write_atomically(target / "a.png", write_new, make_folder=False)
    with pytest.raises(StorageFailed, match="a file has the name of its folder"):
        write_atomically(target / "a.png", write_new)
    assert_untouched(target)


def test_a_folder_where_the_file_should_be(tmp_path: Path) -> None:
    (tmp_path / "a.png").mkdir()
    with pytest.raises(StorageFailed, match="a folder of this name"):
        write_atomically(tmp_path / "a.png", write_new)
    assert [p.name for p in tmp_path.iterdir()] == ["a.png"]


@pytest.fixture
def read_only(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "locked"
    folder.mkdir()
    folder.chmod(0o500)
    if os.access(folder, os.W_OK):
        pytest.skip("this user may write everywhere")
    yield folder
    folder.chmod(0o700)


def test_a_read_only_folder(read_only: Path) -> None:
    with pytest.raises(StorageFailed, match="not allowed"):
        write_atomically(read_only / "a.png", write_new)
    assert list(read_only.iterdir()) == []


def assert_untouched(target: Path) -> None:
    assert target.read_bytes() == OLD
    assert list(target.parent.iterdir()) == [target]
