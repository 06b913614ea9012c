"""Writing a file so that there is always a whole one: the old or the new."""

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

_NOT_ALLOWED = (errno.EACCES, errno.EPERM, errno.EROFS)
_FULL = (errno.ENOSPC, errno.EDQUOT)


def write_atomically(
    path: Path, write: Callable[[BinaryIO], object], *, backup: bool = False
) -> None:
    """Write a file through a temporary one in the same folder.

    The temporary file is flushed to disk before it takes the place of `path`, then the folder is.
    `backup` keeps the former file as <name>.bak. A symbolic link stays one: its target is replaced.
    Raises StorageFailed where the disk is full or the folder cannot be written; then the old file
    is as it was and no temporary file is left. Exceptions of `write` pass through, as clean.
    """
    target = Path(os.path.realpath(path))
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(4)}.tmp")
    try:
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with open(temporary, "xb") as file:
                write(file)
                file.flush()
                os.fsync(file.fileno())
            if target.exists():
                with suppress(OSError):  # some drives have no permissions to copy
                    shutil.copymode(target, temporary)
                if backup:
                    _keep_backup(target)
            os.replace(temporary, target)
        except BaseException:
            with suppress(OSError):
                temporary.unlink()
            raise
        _sync_folder(target.parent)
    except OSError as error:
        raise _failed(path, error) from error


def _keep_backup(target: Path) -> None:
    """<name>.bak becomes a second name of the present file, or a copy where links are unknown."""
    backup = target.with_name(target.name + ".bak")
    fresh = target.with_name(f".{target.name}.{secrets.token_hex(4)}.bak.tmp")
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
    """Make the new name last through a power cut, where the system can sync folders."""
    if os.name == "nt":
        return
    with suppress(OSError):  # the file is written and in place; some network drives refuse this
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _failed(path: Path, error: OSError) -> StorageFailed:
    if error.errno in _FULL:
        reason = "the disk is full. Free some space or save elsewhere"
    elif error.errno in _NOT_ALLOWED:
        reason = f"the folder {path.parent.name or path.parent} cannot be written. Save elsewhere"
    else:
        reason = "the disk reports a failure. Save elsewhere"
    return StorageFailed(f"{path.name} was not saved: {reason}.", details=repr(error))
