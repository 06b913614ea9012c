"""The inspector's section for one or several panels."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from core.document import Document, Panel, reading_order
from widgets.common import Section
from widgets.inspector.fields import PromptRow
from widgets.inspector.number_rows import CONDITION, GUIDANCE, STEPS, NumberRow
from widgets.inspector.seed_row import SeedRow


class PanelSection(Section):
    """Prompts, seed and settings; an edit goes to all panels that are selected.

    Which seeds are kept is a matter of the window, not of the document: see `locked_seeds`.
    """

    panel_edited = Signal(str, object, str, object)
    gesture_finished = Signal(str)
    seed_lock_changed = Signal(object, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Panel"), parent)
        self._panel_ids: tuple[str, ...] = ()
        self._locked: set[str] = set()
        self.prompt = PromptRow(
            self.tr("Prompt"),
            self.tr("What the panel shows, as tags with commas between"),
            self.tr("smile, classroom, looking at viewer"),
            4,
            self,
        )
        self.negative_prompt = PromptRow(
            self.tr("Leave out"),
            self.tr("What the panel must not show (negative prompt)"),
            self.tr("text, extra fingers"),
            2,
            self,
            "negative",
        )
        self.seed = SeedRow(self)
        self.numbers = self._make_numbers()
        for field in (self.prompt, self.negative_prompt, self.seed, *self.numbers.values()):
            self.body_layout.addWidget(field)
        for name, row in (("prompt", self.prompt), ("negative_prompt", self.negative_prompt)):
            row.edited.connect(partial(self._on_edited, name))
            row.edit_finished.connect(self.gesture_finished)
        for name, number in self.numbers.items():
            number.edited.connect(partial(self._on_edited, name))
            number.edit_finished.connect(self.gesture_finished)
        self.seed.seed_edited.connect(self._on_seed_edited)
        self.seed.lock_toggled.connect(self._on_lock_toggled)

    def _make_numbers(self) -> dict[str, NumberRow]:
        return {
            "steps": NumberRow(
                self.tr("Steps"),
                self.tr("How often the drawing is refined: more is finer and slower"),
                STEPS,
                self,
                inherits=True,
            ),
            "guidance_scale": NumberRow(
                self.tr("Guidance"),
                self.tr("How strictly the drawing follows the prompt"),
                GUIDANCE,
                self,
                inherits=True,
            ),
            "pose_conditioning_scale": NumberRow(
                self.tr("Pose"),
                self.tr("How strictly the drawing follows the skeletons"),
                CONDITION,
                self,
                default=1.0,
            ),
            "puppet_scale": NumberRow(
                self.tr("Puppet"),
                self.tr("How much of the references' own pixels goes into the drawing"),
                CONDITION,
                self,
                default=1.0,
            ),
        }

    @property
    def locked_seeds(self) -> frozenset[str]:
        """Ids of the panels whose seed the artist wants to keep."""
        return frozenset(self._locked)

    def fill(self, document: Document, panels: Sequence[Panel]) -> None:
        """Show these panels, at least one."""
        self._panel_ids = tuple(panel.id for panel in panels)
        self.set_title(self._title_of(document, panels))
        settings = document.settings
        self.prompt.fill([p.prompt for p in panels], settings.style)
        self.negative_prompt.fill([p.negative_prompt for p in panels], settings.negative_prompt)
        locked = self._locked.issuperset(self._panel_ids)
        self.seed.fill([p.seed for p in panels], locked=locked)
        self.numbers["steps"].fill([p.steps for p in panels], settings.steps)
        self.numbers["guidance_scale"].fill(
            [p.guidance_scale for p in panels], settings.guidance_scale
        )
        for name in ("pose_conditioning_scale", "puppet_scale"):
            self.numbers[name].fill([getattr(p, name) for p in panels])

    def _title_of(self, document: Document, panels: Sequence[Panel]) -> str:
        if len(panels) > 1:
            return self.tr("{count} panels").format(count=len(panels))
        page = document.page_of(panels[0].id)
        ids = [p.id for p in reading_order(page, document.reading_direction)]
        return self.tr("Panel {number}").format(number=ids.index(panels[0].id) + 1)

    def _on_edited(self, field: str, gesture_id: str, value: object) -> None:
        self.panel_edited.emit(gesture_id, self._panel_ids, field, value)

    def _on_seed_edited(self, gesture_id: str, seeds: tuple[int, ...]) -> None:
        panel_ids = self._panel_ids
        if len(set(seeds)) == 1:
            self.panel_edited.emit(gesture_id, panel_ids, "seed", seeds[0])
        else:
            for panel_id, seed in zip(panel_ids, seeds, strict=True):
                self.panel_edited.emit(gesture_id, (panel_id,), "seed", seed)
        self.gesture_finished.emit(gesture_id)

    def _on_lock_toggled(self, locked: bool) -> None:
        if locked:
            self._locked.update(self._panel_ids)
        else:
            self._locked.difference_update(self._panel_ids)
        self.seed_lock_changed.emit(self._panel_ids, locked)
