"""The settings that a base model is drawn best with, and what follows when another is chosen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.adapters.kinds import AdapterKind
from core.checkpoints.catalogue import ModelInfo
from core.document import Document, RenderSettings
from core.document.edits import update_settings

_OTHERWISE: tuple[AdapterKind, ...] = ("anime", "ip-plus", "reference", "ip")


def recommended_numbers(model: ModelInfo) -> dict[str, float]:
    """Fields of `RenderSettings` with the numbers that the model is drawn best with."""
    return {
        "steps": model.default_steps,
        "guidance_scale": model.default_guidance_scale,
        "base_px": model.native_px,
    }


def recommended(model: ModelInfo) -> dict[str, Any]:
    """Fields of `RenderSettings`, with the values that the model is drawn best with."""
    return {**recommended_numbers(model), "adapter": recommended_adapter(model)}


def recommended_adapter(model: ModelInfo) -> str:
    """The model's own choice; where files for it are missing, the best of those that are there."""
    choices = (model.default_adapter, *_OTHERWISE)
    return next((choice for choice in choices if _has(model, choice)), model.default_adapter)


def _has(model: ModelInfo, choice: str) -> bool:
    return set(choice.split("+")) <= set(model.adapter_kinds)


def followed(
    settings: RenderSettings, former: ModelInfo | None, chosen: ModelInfo | None
) -> dict[str, Any]:
    """Fields that change where `chosen` draws: what was as the former model recommends.

    Every other value stays: the artist has chosen it. So do all values where one of the two models
    is not known, for then nobody can tell.
    """
    if former is None or chosen is None:
        return {}
    before, wanted = recommended(former), recommended(chosen)
    return {name: wanted[name] for name in wanted if getattr(settings, name) == before[name]}


def with_model(document: Document, model_id: str, models: Mapping[str, ModelInfo]) -> Document:
    """Another base model, and what follows (`followed`).

    An adapter that the new model lacks gives way to `recommended_adapter`. Raises BadInput for an
    id that no document may hold.
    """
    former, chosen = models.get(document.settings.model_id), models.get(model_id)
    fields = {"model_id": model_id, **followed(document.settings, former, chosen)}
    if chosen is not None and not _has(chosen, document.settings.adapter):
        fields["adapter"] = recommended_adapter(chosen)
    return update_settings(document, **fields)
