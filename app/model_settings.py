"""The settings that a base model is drawn best with, and what follows when another is chosen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.checkpoints.catalogue import ModelInfo
from core.document import Document, RenderSettings
from core.document.edits import update_settings


def recommended(model: ModelInfo) -> dict[str, Any]:
    """Fields of `RenderSettings`, with the values that the model's manifest recommends."""
    return {
        "steps": model.default_steps,
        "guidance_scale": model.default_guidance_scale,
        "base_px": model.native_px,
    }


def with_model(document: Document, model_id: str, models: Mapping[str, ModelInfo]) -> Document:
    """Another base model. What was as the former one recommends is as the new one does then.

    Every other value stays: the artist has chosen it. So do all values where one of the two models
    is not known, for then nobody can tell. An adapter that the new model lacks gives way to the
    usual one. Raises BadInput for an id that no document may hold.
    """
    former, chosen = models.get(document.settings.model_id), models.get(model_id)
    fields: dict[str, Any] = {"model_id": model_id}
    if former is not None and chosen is not None:
        wanted = recommended(chosen)
        for name, value in recommended(former).items():
            if getattr(document.settings, name) == value:
                fields[name] = wanted[name]
    if chosen is not None and not set(document.settings.adapter.split("+")) <= {
        *chosen.adapter_kinds
    }:
        fields["adapter"] = RenderSettings().adapter
    return update_settings(document, **fields)
