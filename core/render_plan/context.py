"""What a plan needs beside the document: pixels, the base model, and how good it shall be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from core.checkpoints.files import model_digest
from core.document import Digest, Document, Framing, Lora, Panel, Quality
from core.engine import LoraInput, RenderRequest
from core.errors import BadInput
from core.geometry import Raster, Rect
from core.render_plan.drafts import DraftModel, as_draft
from core.render_plan.puppets import PuppetShelf

LoadRaster = Callable[[Digest], Raster]  # raises a KomaError where an asset is missing or damaged


class PlanModel(DraftModel, Protocol):
    """What a plan must know of the base model; `core.checkpoints.catalogue.ModelInfo` has it."""

    @property
    def id(self) -> str: ...

    @property
    def digest(self) -> str: ...

    @property
    def native_px(self) -> int: ...

    @property
    def size_multiple(self) -> int: ...

    def adapter_digest(self, choice: str) -> str: ...


@dataclass(frozen=True)
class PlanContext:
    """Everything a request is made from but the panel itself.

    `puppets` keeps references that were prepared for warping: pass the same shelf to later plans,
    so that moving one joint costs one warp. `adapter`: None = the document's.
    """

    document: Document
    load: LoadRaster
    model: PlanModel
    quality: Quality = "final"
    puppets: PuppetShelf = field(default_factory=PuppetShelf)
    adapter: str | None = None

    def framing(self, panel: Panel) -> Framing:
        """How a new picture of the panel lies over it.

        Not smaller than what the model was trained at: below that it draws debris.
        """
        base_px = max(self.document.settings.base_px, self.model.native_px)
        return Framing.of_panel(panel, base_px, self.model.size_multiple)

    def steps(self, own: int | None) -> int:
        """Steps of a final picture of what asks for `own`, None = the document's."""
        return self.document.settings.steps if own is None else own

    def guidance_scale(self, own: float | None) -> float:
        """As `steps`."""
        return self.document.settings.guidance_scale if own is None else own

    def in_quality(self, request: RenderRequest) -> RenderRequest:
        """A final picture's request as this quality asks for it."""
        return as_draft(request, self.model) if self.quality == "draft" else request

    def with_adapter(self, request: RenderRequest) -> RenderRequest:
        """The chosen adapter, where the request has references for it to carry."""
        adapter = self.adapter or self.document.settings.adapter
        if not request.references:
            return request
        digest = self.model.adapter_digest(adapter)
        return replace(request, adapter=adapter, adapter_digest=digest)

    def loras(self) -> tuple[LoraInput, ...]:
        """Raises BadInput where a LoRA file is gone."""
        return tuple(_lora(lora) for lora in self.document.settings.loras if lora.scale != 0)


def _lora(lora: Lora) -> LoraInput:
    path = Path(lora.path)
    if not path.is_file():
        raise BadInput(
            f"The LoRA file {path.name} is not there any more. Choose it again or remove it.",
            code="lora_missing",
        )
    return LoraInput(lora.path, model_digest(path), lora.scale)


def stretched_mask(mask: Raster, framing: Framing) -> Raster:
    """A mask over a panel's bounds as 1 channel at generation size.

    What lies beyond the bounds is cropped from the page and takes the nearest value inside, so
    that a region painted up to the panel's edge has no seam there.
    """
    import cv2
    import numpy as np

    crop: Rect = framing.crop
    matrix = np.array(
        [
            [crop.width / mask.width, 0.0, crop.x + 0.5 * (crop.width / mask.width - 1)],
            [0.0, crop.height / mask.height, crop.y + 0.5 * (crop.height / mask.height - 1)],
        ]
    )
    pixels = mask.array if mask.channels == 1 else mask.array[..., -1]
    stretched = cv2.warpAffine(
        np.ascontiguousarray(pixels),
        matrix,
        (framing.width, framing.height),
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return Raster.from_array(np.asarray(stretched, np.uint8))
