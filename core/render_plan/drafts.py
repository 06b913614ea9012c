"""How a draft is asked for: the same request with the few steps that its model recommends.

The panel's own steps and guidance scale count where they are smaller: nobody waits longer for a
draft than for what was asked for.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Protocol

from core.document import Document, Panel, Quality, RegionEdit
from core.engine import RenderRequest

LEAST_WITHOUT_PUPPET = 2  # steps: one shows the mean of all that might be there, pale and soft


class DraftModel(Protocol):
    """What a base model says of drafts; `core.checkpoints.catalogue.ModelInfo` has it.

    draft_guidance_scale: None = as a final picture.
    """

    @property
    def draft_steps(self) -> int: ...

    @property
    def draft_guidance_scale(self) -> float | None: ...


def steps_of(
    document: Document,
    panel: Panel,
    region_edit_id: str | None,
    model: DraftModel,
    quality: Quality,
) -> int:
    """Steps that a panel (None) or one of its region edits will take, without planning it: what has
    no puppet may take one more as a draft (`as_draft`).
    """
    asked = panel if region_edit_id is None else panel.region_edit(region_edit_id)
    steps = document.settings.steps if asked.steps is None else asked.steps
    if quality == "final":
        return steps
    return draft_steps(model, steps, asked.strength if isinstance(asked, RegionEdit) else 1.0)


def draft_steps(model: DraftModel, steps: int, strength: float = 1.0) -> int:
    """Steps of a draft of what takes `steps` as a final picture.

    strength: of a region edit, which runs that share of the steps. So few of them make a coarse
    ruler: with two, a strength of 0.8 would start at one half. As many as run in a draft of a
    panel shall run here.
    """
    return min(steps, math.ceil(model.draft_steps / max(strength, 0.01) - 1e-6))


def draft_guidance_scale(model: DraftModel, scale: float) -> float:
    recommended = model.draft_guidance_scale
    return scale if recommended is None else min(scale, recommended)


def as_draft(request: RenderRequest, model: DraftModel) -> RenderRequest:
    """The draft of a final picture's request."""
    strength = 1.0 if request.region_edit is None else request.region_edit.strength
    steps = draft_steps(model, request.steps, strength)
    if request.puppet_image is None or request.puppet_scale == 0:
        steps = max(steps, min(LEAST_WITHOUT_PUPPET, request.steps))
    return replace(
        request,
        quality="draft",
        steps=steps,
        guidance_scale=draft_guidance_scale(model, request.guidance_scale),
    )
