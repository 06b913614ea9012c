"""What is dragged onto a page: characters and poses of Koma's own docks, picture files."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QMimeData

CHARACTER_MIME = "application/x-koma-character"  # UTF-8 id of a character
POSE_MIME = "application/x-koma-pose"  # UTF-8 name of a pose preset
IMAGE_SUFFIXES = frozenset((".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".tif", ".tiff"))


def mime_of(kind: str, payload: str) -> QMimeData:
    """What a drag of a character (`CHARACTER_MIME`) or a pose (`POSE_MIME`) carries."""
    mime = QMimeData()
    mime.setData(kind, QByteArray(payload.encode()))
    return mime


def payload_of(mime: QMimeData, kind: str) -> str | None:
    """The id or name a drag carries; None for another kind of drag, or one that is no text."""
    if not mime.hasFormat(kind):
        return None
    try:
        return bytes(mime.data(kind).data()).decode() or None
    except UnicodeDecodeError:  # any program may use our type's name
        return None


def image_paths(mime: QMimeData) -> tuple[Path, ...]:
    """The picture files on this computer that are dragged, by their names; () = none."""
    paths = (Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile())
    return tuple(path for path in paths if path.suffix.lower() in IMAGE_SUFFIXES)
