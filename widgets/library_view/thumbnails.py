"""Small pictures of references: the subject cut out by its mask, on white paper."""

from __future__ import annotations

from collections import OrderedDict, deque

import numpy as np
from PIL import Image
from PySide6.QtCore import QObject, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QPainter

from core.document import Digest, Reference
from core.errors import KomaError
from core.geometry import Raster
from widgets.library_view.card_painting import (
    paint_blank,
    paint_no_picture,
    paint_paper,
    picture_size,
)
from widgets.painting import LoadRaster, image_from_array

THUMBNAIL_PX = 384  # of the longer side: enough for a card of a wide dock on a dense screen
MARGIN = 0.04  # white around the subject, as a share of its longer side
MAX_THUMBNAILS = 512  # about 400 kB each at most
MAX_SCALED = 256

Key = tuple[Digest, Digest | None]


def cut_out(image: Raster, mask: Raster | None) -> QImage:
    """The subject on white, cropped to it, its longer side at most `THUMBNAIL_PX`; RGB.

    A mask that is empty or not of the picture's size is no mask: the whole picture is shown.
    """
    paper = _on_white(image)
    if mask is not None and (mask.width, mask.height) == paper.size and any(mask.data):
        coverage = Image.fromarray(mask.array)
        paper = Image.composite(paper, Image.new("RGB", paper.size, "white"), coverage)
        paper = paper.crop(_subject_box(mask))
    paper.thumbnail((THUMBNAIL_PX, THUMBNAIL_PX), Image.Resampling.LANCZOS)
    return image_from_array(np.asarray(paper))


class Thumbnails(QObject):
    """Makes each thumbnail once, between events and one at a time, and keeps it.

    The key is what the pictures are, not who shows them: one object can serve several views, and
    a project opened again finds its thumbnails here.
    """

    made = Signal()  # one more thumbnail is there, or it turned out that it cannot be made

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._load: LoadRaster | None = None
        self._pictures: OrderedDict[Key, QImage] = OrderedDict()
        self._scaled: OrderedDict[tuple[Key, int, int], QImage] = OrderedDict()
        self._missing: set[Key] = set()
        self._wanted: deque[Key] = deque()
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._make_next)

    def set_load(self, load: LoadRaster) -> None:
        """Where pictures come from now; what was missing before may be there."""
        if load is not self._load:
            self._load = load
            self._missing.clear()

    def picture(self, reference: Reference, size_px: QSize) -> QImage | None:
        """The thumbnail, as large as fits into `size_px`; None until it is made: see `made`."""
        key = (reference.image, reference.mask)
        made = self._pictures.get(key)
        if made is None:
            self._want(key)
            return None
        self._pictures.move_to_end(key)
        scaled_key = (key, size_px.width(), size_px.height())
        if scaled_key not in self._scaled:
            self._scaled[scaled_key] = made.scaled(
                size_px,
                Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
            _keep_newest(self._scaled, MAX_SCALED)
        return self._scaled[scaled_key]

    def is_missing(self, reference: Reference) -> bool:
        """Whether the picture could not be read."""
        return (reference.image, reference.mask) in self._missing

    def _want(self, key: Key) -> None:
        if self._load is None or key in self._missing or key in self._wanted:
            return
        self._wanted.append(key)
        self._timer.start()

    def _make_next(self) -> None:
        load = self._load
        if load is None or not self._wanted:
            self._timer.stop()
            return
        key = self._wanted.popleft()
        image, mask = key
        try:
            self._pictures[key] = cut_out(load(image), load(mask) if mask else None)
        except KomaError:
            self._missing.add(key)
        _keep_newest(self._pictures, MAX_THUMBNAILS)
        if not self._wanted:
            self._timer.stop()
        self.made.emit()


def paint_reference(
    painter: QPainter, paper: QRectF, thumbnails: Thumbnails, reference: Reference
) -> None:
    """The reference's thumbnail on its paper; blank while it is made, a sign if it is missing."""
    ratio = painter.device().devicePixelRatioF()
    picture = thumbnails.picture(reference, picture_size(paper, ratio))
    if picture is not None:
        picture.setDevicePixelRatio(ratio)
        paint_paper(painter, paper, picture)
    elif thumbnails.is_missing(reference):
        paint_no_picture(painter, paper)
    else:
        paint_blank(painter, paper, 0.0)


def _on_white(image: Raster) -> Image.Image:
    picture = Image.fromarray(image.array)
    if image.channels == 4:
        white = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(white, picture)
    return picture.convert("RGB")


def _subject_box(mask: Raster) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of the subject with its margin; may reach beyond no side."""
    covered = mask.array > 0
    columns, rows = np.flatnonzero(covered.any(axis=0)), np.flatnonzero(covered.any(axis=1))
    left, right = int(columns[0]), int(columns[-1]) + 1
    top, bottom = int(rows[0]), int(rows[-1]) + 1
    margin = round(MARGIN * max(right - left, bottom - top))
    return (
        max(left - margin, 0),
        max(top - margin, 0),
        min(right + margin, mask.width),
        min(bottom + margin, mask.height),
    )


def _keep_newest(cache: OrderedDict[object, QImage] | OrderedDict, limit: int) -> None:  # type: ignore[type-arg]
    while len(cache) > limit:
        cache.popitem(last=False)
