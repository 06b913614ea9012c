"""A panel as layers: its art, its region edits, its border, and the mask that cuts them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.document import Digest, Drawing, Framing, Panel, RegionEdit
from core.export import Layer, LayerGroup, Mask
from core.geometry import Raster, Rect
from widgets.painting.placement import PixelRect, Placement
from widgets.painting.resampling import resample_mask, resample_picture
from widgets.painting.shapes import MITER_LIMIT, OVERLAP_PX, border_line, panel_mask

Pixels = NDArray[np.uint8]
LoadRaster = Callable[[Digest], Raster]  # raises a KomaError where the file is missing or damaged


def white_paper(area: PixelRect) -> Pixels:
    """(H, W, 4) opaque white, read-only: one pixel seen everywhere, at print size 100 MB saved."""
    pixel = np.full(4, 255, np.uint8)
    return np.broadcast_to(pixel, (area.height, area.width, 4))


def blank_panel(panel: Panel, placement: Placement, area: PixelRect) -> Pixels:
    """What an export shows where a panel was not drawn yet: paper, not what lies below."""
    return white_paper(area)


@dataclass(frozen=True, slots=True)
class LayerNames:
    """What layers are called where the artist gave no name; `{number}` counts from 1."""

    paper: str = "Paper"
    panel: str = "Panel {number}"
    art: str = "Art"
    region_edit: str = "Region edit {number}"
    border: str = "Border"


@dataclass(frozen=True)
class PanelLook:
    """What a panel is painted from: `load` gives pixels, `undrawn` a panel that has none yet."""

    load: LoadRaster
    names: LayerNames = LayerNames()
    undrawn: Callable[[Panel, Placement, PixelRect], Pixels] = blank_panel


def panel_group(
    panel: Panel, number: int, placement: Placement, look: PanelLook
) -> LayerGroup | None:
    """The panel's layers, cut at the canvas; None where nothing of it is on the canvas.

    The art layer holds the whole picture, also what the panel's outline hides, so that an artist
    can still move it. Raises what `look.load` raises.
    """
    bounds = panel.polygon.bounds
    if not (bounds.width > 0 and bounds.height > 0):
        return None
    mask = _mask(panel, placement)
    if mask is None:
        return None
    layers = [_art(panel, placement, look, mask)]
    for index, region_edit in enumerate(panel.region_edits, start=1):
        layer = _region_edit(region_edit, index, panel, placement, look)
        if layer is not None:
            layers.append(layer)
    border = _border(panel, placement, look.names, mask)
    if border is not None:
        layers.append(border)
    return LayerGroup(look.names.panel.format(number=number), tuple(layers), mask)


def _border_px(panel: Panel, placement: Placement) -> float:
    return 0.0 if panel.border is None else max(0.0, panel.border.width_mm) * placement.px_per_mm


def _mask(panel: Panel, placement: Placement) -> Mask | None:
    polygon = placement.polygon(panel.polygon)
    border_px = _border_px(panel, placement)
    reach = border_px * MITER_LIMIT / 2 + OVERLAP_PX
    b = polygon.bounds
    area = PixelRect.around(
        Rect(b.x - reach, b.y - reach, b.width + 2 * reach, b.height + 2 * reach)
    ).intersected(placement.canvas)
    if area.is_empty:
        return None
    coverage = panel_mask(polygon, border_px, area)
    inked = _inked(coverage, area)
    return None if inked is None else Mask(_crop(coverage, area, inked), inked.left, inked.top)


def _art(panel: Panel, placement: Placement, look: PanelLook, mask: Mask) -> Layer:
    shown = PixelRect(mask.left, mask.top, mask.left + mask.width, mask.top + mask.height)
    drawing = panel.drawing
    if drawing is None:
        pixels = look.undrawn(panel, placement, shown)
        return Layer(look.names.art, pixels, shown.left, shown.top)
    picture, area = _picture(drawing, panel, placement, look)
    target = PixelRect.around(area).intersected(placement.canvas).united(shown)
    rgb = resample_picture(_on_white(picture), area, target)
    return Layer(look.names.art, _opaque(rgb), target.left, target.top)


def _region_edit(
    region_edit: RegionEdit, number: int, panel: Panel, placement: Placement, look: PanelLook
) -> Layer | None:
    """The redrawn region; None where it was not drawn yet or lies beyond the canvas.

    Its seam is already blended into its colours, so its alpha is hard: a drawing with alpha brings
    its own, else it shows wherever its mask is not 0.
    """
    if region_edit.drawing is None:
        return None
    picture, area = _picture(region_edit.drawing, panel, placement, look)
    target = PixelRect.around(area).intersected(placement.canvas)
    if target.is_empty:
        return None
    if picture.channels == 4:
        alpha = resample_mask(picture.array[..., 3], area, target)
    else:
        mask = look.load(region_edit.mask).array
        hard = np.where((mask if mask.ndim == 2 else mask[..., 0]) > 0, np.uint8(255), np.uint8(0))
        alpha = resample_mask(hard, placement.rect(panel.polygon.bounds), target)
    inked = _inked(alpha, target)
    if inked is None:
        return None
    rgb = resample_picture(_rgb(picture), area, inked)
    pixels = np.dstack([rgb, _crop(alpha, target, inked)])
    name = region_edit.name or look.names.region_edit.format(number=number)
    return Layer(name, pixels, inked.left, inked.top, visible=region_edit.visible)


def _border(panel: Panel, placement: Placement, names: LayerNames, mask: Mask) -> Layer | None:
    border_px = _border_px(panel, placement)
    if panel.border is None or border_px <= 0:
        return None
    reach = round(OVERLAP_PX)
    area = PixelRect(
        mask.left - reach,
        mask.top - reach,
        mask.left + mask.width + reach,
        mask.top + mask.height + reach,
    )
    polygon = placement.polygon(panel.polygon)
    pixels = border_line(polygon, border_px, panel.border.colour, area)
    inked = _inked(pixels[..., 3], area)
    if inked is None:
        return None
    return Layer(names.border, _crop(pixels, area, inked), inked.left, inked.top)


def _picture(
    drawing: Drawing, panel: Panel, placement: Placement, look: PanelLook
) -> tuple[Raster, Rect]:
    """The drawing's pixels, and the px of the page that they are stretched over."""
    raster = look.load(drawing.image)
    framing = Framing(panel.polygon.bounds, raster.width, raster.height)
    return raster, placement.rect(framing.picture_area)


def _rgb(raster: Raster) -> Pixels:
    pixels = raster.array
    return np.dstack([pixels] * 3) if pixels.ndim == 2 else pixels[..., :3]


def _on_white(raster: Raster) -> Pixels:
    """A panel hides what it lies over, so its art has no holes."""
    rgb = _rgb(raster)
    if raster.channels != 4:
        return rgb
    alpha = raster.array[..., 3:].astype(np.uint16)
    return ((rgb * alpha + 255 * (255 - alpha) + 127) // 255).astype(np.uint8)


def _opaque(rgb: Pixels) -> Pixels:
    return np.dstack([rgb, np.full(rgb.shape[:2], 255, np.uint8)])


def _inked(alpha: Pixels, area: PixelRect) -> PixelRect | None:
    """The smallest rectangle that holds every pixel above 0; None where there is none."""
    rows, columns = np.flatnonzero(alpha.any(axis=1)), np.flatnonzero(alpha.any(axis=0))
    if rows.size == 0:
        return None
    return PixelRect(
        area.left + int(columns[0]),
        area.top + int(rows[0]),
        area.left + int(columns[-1]) + 1,
        area.top + int(rows[-1]) + 1,
    )


def _crop(pixels: Pixels, area: PixelRect, part: PixelRect) -> Pixels:
    rows = slice(part.top - area.top, part.bottom - area.top)
    return pixels[rows, part.left - area.left : part.right - area.left].copy()
