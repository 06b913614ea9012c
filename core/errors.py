"""The one error family of the core: a sentence an artist understands, details for the log."""

from __future__ import annotations


class KomaError(Exception):
    """Something went wrong that the artist can act on.

    `str(error)` is one plain sentence that says what happened and what to do next; the application
    translates it. `code` is a stable identifier of its kind; `details` is for the log.
    """

    code = "koma"

    def __init__(self, message: str, *, code: str | None = None, details: str = "") -> None:
        super().__init__(message)
        if code is not None:
            self.code = code
        self.details = details


class BadInput(KomaError):
    """A file or value given by the artist cannot be used; nothing was changed."""

    code = "bad_input"


class StorageFailed(KomaError):
    """A file could not be written (disk full, read-only folder); the old file is intact."""

    code = "storage_failed"
