"""The few pictures a style sheet cannot do without: arrows, ticks, the buttons of docks.

They are painted from the icon font in the colours of the palette and lie in a folder of their own,
which goes away with the process: a style sheet takes pictures from files only.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QPointF, QRect, QRectF, Qt, QTemporaryDir
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen

from widgets.common.icon_font import glyph, icon_font
from widgets.common.palette import Palette, faded, mixed

_GLYPHS = {  # name: (icon, px)
    "down": ("mdi6.chevron-down", 14),
    "up": ("mdi6.chevron-up", 14),
    "right": ("mdi6.chevron-right", 14),
    "close": ("mdi6.close", 14),
    "float": ("mdi6.dock-window", 14),
}
_TICK_PX = 16
_Paint = Callable[[QPainter, int, QColor], None]  # where, how large in px, in which colour
_RATIOS = (1, 2)  # screens of twice the resolution take the file that ends in @2x


class _Folder:
    made: QTemporaryDir | None = None


def write_style_images(palette: Palette) -> dict[str, str]:
    """Paint the pictures for a palette; the path of each by its name, with forward slashes."""
    if _Folder.made is None:
        _Folder.made = QTemporaryDir()
    folder = Path(_Folder.made.path())
    quiet = palette.colour("quiet_text")
    faint = mixed(palette.colour("raised"), quiet, 0.45)
    bright = palette.colour("text")
    paths: dict[str, str] = {}
    for name, (icon_name, size_px) in _GLYPHS.items():
        for suffix, colour in (("", quiet), ("_faint", faint), ("_bright", bright)):
            paths[name + suffix] = _save(folder, name, size_px, colour, _glyph_painter(icon_name))
    ink = palette.colour("on_accent")
    paths["down_on_accent"] = _save(folder, "down", 14, ink, _glyph_painter("mdi6.chevron-down"))
    paths["tick"] = _save(folder, "check", _TICK_PX, palette.colour("accent"), _paint_check)
    for suffix, colour in (("", ink), ("_faint", faded(ink, 0.6))):
        paths["check" + suffix] = _save(folder, "check", _TICK_PX, colour, _paint_check)
        paths["partly" + suffix] = _save(folder, "partly", _TICK_PX, colour, _paint_partly)
        paths["dot" + suffix] = _save(folder, "dot", _TICK_PX, colour, _paint_dot)
    return paths


def _save(folder: Path, name: str, size_px: int, colour: QColor, paint: _Paint) -> str:
    stem = f"{name}-{colour.name(QColor.NameFormat.HexArgb)[1:]}"
    for ratio in _RATIOS:
        path = folder / (f"{stem}.png" if ratio == 1 else f"{stem}@{ratio}x.png")
        if path.exists():
            continue
        image = QImage(size_px * ratio, size_px * ratio, QImage.Format.Format_ARGB32_Premultiplied)
        image.setDevicePixelRatio(ratio)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint(painter, size_px, colour)
        painter.end()
        image.save(str(path))
    return (folder / f"{stem}.png").as_posix()


def _glyph_painter(name: str) -> _Paint:
    def paint(painter: QPainter, size_px: int, colour: QColor) -> None:
        painter.setFont(icon_font(size_px))
        painter.setPen(colour)
        painter.drawText(QRect(0, 0, size_px, size_px), Qt.AlignmentFlag.AlignCenter, glyph(name))

    return paint


def _paint_check(painter: QPainter, size_px: int, colour: QColor) -> None:
    tick = QPainterPath(QPointF(0.22, 0.52) * size_px)
    tick.lineTo(QPointF(0.42, 0.72) * size_px)
    tick.lineTo(QPointF(0.78, 0.30) * size_px)
    painter.setPen(_round_pen(colour))
    painter.drawPath(tick)


def _paint_partly(painter: QPainter, size_px: int, colour: QColor) -> None:
    painter.setPen(_round_pen(colour))
    painter.drawLine(QPointF(0.28, 0.5) * size_px, QPointF(0.72, 0.5) * size_px)


def _paint_dot(painter: QPainter, size_px: int, colour: QColor) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    dot = QRectF(0, 0, 0.4 * size_px, 0.4 * size_px)
    dot.moveCenter(QPointF(0.5, 0.5) * size_px)
    painter.drawEllipse(dot)


def _round_pen(colour: QColor) -> QPen:
    return QPen(
        colour, 1.8, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
    )
