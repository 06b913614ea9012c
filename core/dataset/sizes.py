"""How large each kind of reference is drawn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from core.checkpoints.catalogue import ModelInfo
from core.checkpoints.families import TRAITS
from core.dataset.plan import ORIGINAL

Size = tuple[int, int]  # width, height in px

# Shapes that SDXL's illustration models were trained on (Animagine XL 4.0's card), each about as
# large as the square: a figure seen whole is tall, a portrait is not.
_XL_SHAPES: Mapping[str, Size] = {
    ORIGINAL: (832, 1216),
    "full_body": (832, 1216),
    "upper_body": (896, 1152),
    "portrait": (1024, 1024),
}


def reference_sizes(
    kinds: Iterable[str], model: ModelInfo, width: int | None, height: int | None
) -> dict[str, Size]:
    """Of each kind. width, height: what was asked for; one alone means a square, none what suits
    the model.
    """
    side = width or height
    if side is not None:
        return {kind: (side, height or side) for kind in kinds}
    square = (model.native_px, model.native_px)
    if model.family != "sdxl":
        return dict.fromkeys(kinds, square)
    shapes = {kind: _scaled(_XL_SHAPES[kind], model) for kind in _XL_SHAPES}
    return {kind: shapes.get(kind, square) for kind in kinds}


def _scaled(shape: Size, model: ModelInfo) -> Size:
    """For a model of another size than the published ones, in its multiples."""
    factor = model.native_px / TRAITS["sdxl"].native_px / model.size_multiple
    width, height = (max(1, round(side * factor)) * model.size_multiple for side in shape)
    return width, height
