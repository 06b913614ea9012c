"""Files that are either written completely or not at all: the old one or the new one."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from core.errors import StorageFailed

_FORBIDDEN = (
    "writing is not allowed there, or the file is open in another program. "
    "Close it or choose another folder."
)
_REASONS = {
    errno.ENOSPC: "the disk is full. Free some space and try again.",
    errno.EDQUOT: "your share of the disk is used up. Free some space and try again.",
    errno.EFBIG: "the file is too large for this disk. Choose a lower resolution or another disk.",
    errno.EACCES: _FORBIDDEN,
    errno.EPERM: _FORBIDDEN,
    errno.EROFS: "this disk is read-only. Choose another one.",
    errno.ENOENT: "its folder does not exist. Create the folder or choose another one.",
    errno.ENOTDIR: "its folder does not exist. Create the folder or choose another one.",
    errno.EISDIR: "a folder of this name is in the way. Choose another name.",
    errno.EEXIST: "a file has the name of its folder. Choose another folder.",
    errno.ENAMETOOLONG: "the name is too long. Choose a shorter one.",
    errno.EILSEQ: "the name has characters that this disk cannot store. Choose another name.",
    errno.EINVAL: "the name has characters that this disk cannot store. Choose another name.",
}


def write_atomically(
    path: Path,
    write: Callable[[BinaryIO], object],
    *,
    backup: bool = False,
    make_folder: bool = True,
) -> None:
    """Let `write` fill a temporary file beside `path`, then put it in the place of `path`.

    Readers see the old file or the whole new one, also after a power cut: the file, then the
    folder are flushed to disk. backup: keep the former file as <name>.bak. make_folder: make the
    folder where it is not there. A symbolic link stays one, its target is replaced. Raises
    StorageFailed where the disk does not take the file; any error leaves the old file and no
    temporary one.
    """
    target = Path(os.path.realpath(path))
    # The name must not grow past the file system's limit, so it does not hold the target's name.
    temporary = target.parent / f".koma-{secrets.token_hex(8)}.part"
    try:
        if make_folder:
            target.parent.mkdir(parents=True, exist_ok=True)
        try:
            with _create(temporary) as file:
                write(file)
                file.flush()
                os.fsync(file.fileno())
            if target.exists():
                with suppress(OSError):  # some drives have no permissions to copy
                    shutil.copymode(target, temporary)
                if backup:
                    _keep_backup(target)
            os.replace(temporary, target)
        finally:  # after a successful replace there is nothing left to remove
            with suppress(OSError):
                temporary.unlink()
        _sync_folder(target.parent)
    except OSError as error:
        reason = _REASONS.get(error.errno or 0, "the disk reports a fault. Try another folder.")
        raise StorageFailed(f"{path.name} was not saved: {reason}", details=str(error)) from error


def _create(path: Path) -> BinaryIO:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    # Not tempfile: that makes files only their owner may read, which would outlive the rename.
    return os.fdopen(os.open(path, flags, 0o666), "wb")


def _keep_backup(target: Path) -> None:
    """<name>.bak becomes a second name of the present file, or a copy where links are unknown."""
    backup = target.with_name(target.name + ".bak")
    fresh = target.parent / f".koma-{secrets.token_hex(8)}.part"
    try:
        try:
            os.link(target, fresh)
        except OSError:
            shutil.copy2(target, fresh)
        os.replace(fresh, backup)
    finally:
        with suppress(OSError):
            fresh.unlink()


def _sync_folder(folder: Path) -> None:
    """Make the rename itself durable; systems that cannot open folders do it by themselves."""
    if os.name != "posix":
        return
    with suppress(OSError):  # some network disks refuse; the file is in place all the same
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
