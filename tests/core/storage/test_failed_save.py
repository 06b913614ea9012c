"""A failed save leaves the old file, and nothing else."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import pytest

from core.document import edits
from core.errors import StorageFailed
from core.files import write_atomically
from core.storage import Project, load_project, save_project


def fails_with(number: int) -> Callable[..., None]:
    def fail(*args: object, **kwargs: object) -> None:
        raise OSError(number, os.strerror(number))

    return fail


def listing(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in folder.iterdir()}


@pytest.mark.parametrize(
    ("call", "number", "words"),
    [
        ("fsync", errno.ENOSPC, "disk is full"),
        ("fsync", errno.EDQUOT, "share of the disk"),
        ("replace", errno.EACCES, "not allowed"),
        ("replace", errno.EROFS, "read-only"),
        ("fsync", errno.EIO, "reports a fault"),
    ],
)
def test_a_failed_save_changes_nothing(
    project: Project,
    saved: Path,
    monkeypatch: pytest.MonkeyPatch,
    call: str,
    number: int,
    words: str,
) -> None:
    before = listing(saved.parent)
    changed = Project(edits.set_title(project.document, "new"), project.assets)
    with monkeypatch.context() as patch:
        patch.setattr(os, call, fails_with(number))
        with pytest.raises(StorageFailed, match=words) as caught:
            save_project(changed, saved)
    assert str(caught.value).startswith("p.koma was not saved: ")
    assert listing(saved.parent) == before
    save_project(changed, saved)
    assert load_project(saved).document.title == "new"


def test_a_disk_that_fills_up_while_writing(saved: Path) -> None:
    before = listing(saved.parent)

    def write(file: BinaryIO) -> None:
        file.write(b"x" * 100_000)
        with open("/dev/full", "wb", buffering=0) as full:
            full.write(b"x")

    with pytest.raises(StorageFailed, match="disk is full"):
        write_atomically(saved, write)
    assert listing(saved.parent) == before


def test_a_folder_that_cannot_be_made(project: Project, saved: Path) -> None:
    with pytest.raises(StorageFailed):
        save_project(project, saved / "below-a-file" / "p.koma")
    with pytest.raises(StorageFailed):
        save_project(project, Path("/proc/koma/p.koma"))


def test_an_interrupted_save_changes_nothing(saved: Path) -> None:
    before = listing(saved.parent)

    def write(file: BinaryIO) -> None:
        file.write(b"half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_atomically(saved, write, backup=True)
    assert listing(saved.parent) == before


def test_missing_folders_are_made(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b.txt"
    write_atomically(path, lambda file: file.write(b"text"))
    assert listing(path.parent) == {"b.txt": b"text"}


def test_a_drive_without_links_gets_a_copy_as_backup(
    saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = saved.read_bytes()
    monkeypatch.setattr(os, "link", fails_with(errno.EPERM))
    write_atomically(saved, lambda file: file.write(b"new"), backup=True)
    assert listing(saved.parent) == {"p.koma": b"new", "p.koma.bak": before}


def test_a_link_stays_a_link(saved: Path) -> None:
    link = saved.with_name("link.koma")
    link.symlink_to(saved)
    write_atomically(link, lambda file: file.write(b"new"))
    assert link.is_symlink()
    assert saved.read_bytes() == b"new"


def test_permissions_stay(saved: Path) -> None:
    saved.chmod(0o640)
    write_atomically(saved, lambda file: file.write(b"new"))
    assert saved.stat().st_mode & 0o777 == 0o640


def test_new_files_have_ordinary_permissions(tmp_path: Path) -> None:
    plain, ours = tmp_path / "plain", tmp_path / "ours"
    plain.write_bytes(b"")
    write_atomically(ours, lambda file: file.write(b""))
    assert ours.stat().st_mode == plain.stat().st_mode


def test_order_of_what_reaches_the_disk(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The new file is on the disk before it gets its name, the folder after."""
    calls: list[str] = []
    fsync, replace_file = os.fsync, os.replace

    def note_fsync(descriptor: int) -> None:
        calls.append("sync folder" if os.path.isdir(f"/proc/self/fd/{descriptor}") else "sync file")
        fsync(descriptor)

    def note_replace(source: Path, target: Path) -> None:
        calls.append(f"replace {Path(target).name}")
        replace_file(source, target)

    monkeypatch.setattr(os, "fsync", note_fsync)
    monkeypatch.setattr(os, "replace", note_replace)
    write_atomically(saved, lambda file: file.write(b"new"), backup=True)
    assert calls == ["sync file", "replace p.koma.bak", "replace p.koma", "sync folder"]
