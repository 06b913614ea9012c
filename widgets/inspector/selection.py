"""What the inspector is told: what is selected, and which models there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Selection:
    """Ids of what is selected. No panel: the inspector shows the project.

    `figure_id` and `region_edit_id` belong to the one selected panel, None = neither.
    """

    page_id: str | None = None
    panel_ids: tuple[str, ...] = ()
    figure_id: str | None = None
    region_edit_id: str | None = None


@dataclass(frozen=True, slots=True)
class AdapterChoice:
    """One identity adapter for a model: `gap` says what is missing to use it, "" = nothing."""

    kind: str
    gap: str = ""


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """A base model to draw with. `note` is one quiet line beneath it, may be empty.

    `recommended` holds what the model is drawn best with, by the field names of `RenderSettings`.
    `adapters`: one a kind; () = not known.
    """

    id: str
    title: str
    note: str = ""
    recommended: Mapping[str, float] = field(default_factory=dict[str, float])
    adapters: tuple[AdapterChoice, ...] = ()
