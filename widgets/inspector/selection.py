"""What the inspector is told: what is selected, and which models there are."""

from __future__ import annotations

from dataclasses import dataclass


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
class ModelChoice:
    """A base model to draw with. `note` is one quiet line beneath it, may be empty."""

    id: str
    title: str
    note: str = ""
