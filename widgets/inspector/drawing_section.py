"""The inspector's section for how the whole project is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from core.document import Document, RenderSettings
from widgets.common import Section, role_label, set_role
from widgets.inspector.adapter_row import AdapterRow
from widgets.inspector.fields import ChoiceRow, PromptRow
from widgets.inspector.number_rows import GUIDANCE, SHARE, SIZE_PX, STEPS, NumberRow
from widgets.inspector.selection import ModelChoice

MODEL_FIELDS = ("steps", "guidance_scale", "base_px")  # the model says what is usual, not Koma


class DrawingSection(Section):
    """`settings_edited(gesture_id, field, value)` with the field names of `RenderSettings`."""

    settings_edited = Signal(str, str, object)
    gesture_finished = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Drawing"), parent)
        self.model = ChoiceRow(self.tr("Model"), self.tr("What the panels are drawn with"), self)
        self._model_note = role_label("", "quiet", self)
        self._model_note.setWordWrap(True)
        self.adapter = AdapterRow(self)
        self.quality = ChoiceRow(
            self.tr("Quality"), self.tr("Drafts are quick and rough, final drawings slower"), self
        )
        self.prompts = {
            "style": PromptRow(
                self.tr("Style"),
                self.tr("Added to the prompt of every panel"),
                self.tr("monochrome, screentone"),
                2,
                self,
                "style",
            ),
            "negative_prompt": PromptRow(
                self.tr("Leave out"),
                self.tr("What no panel may show (negative prompt)"),
                self.tr("text, extra fingers"),
                2,
                self,
                "negative",
            ),
        }
        self.numbers = self._make_numbers()
        self.pose_style = ChoiceRow(
            self.tr("Skeletons"), self.tr("How skeletons are drawn for the model"), self
        )
        self.choices = {
            "model_id": self.model,
            "adapter": self.adapter,
            "quality": self.quality,
            "pose_style": self.pose_style,
        }
        self._place()
        self._connect()

    def _make_numbers(self) -> dict[str, NumberRow]:
        usual = RenderSettings()
        return {
            "steps": NumberRow(
                self.tr("Steps"),
                self.tr("How often a drawing is refined: more is finer and slower"),
                STEPS,
                self,
                default=usual.steps,
            ),
            "guidance_scale": NumberRow(
                self.tr("Guidance"),
                self.tr("How strictly drawings follow their prompts"),
                GUIDANCE,
                self,
                default=usual.guidance_scale,
            ),
            "base_px": NumberRow(
                self.tr("Size"),
                self.tr("Side of a square drawing in pixels; other shapes have the same area"),
                SIZE_PX,
                self,
                default=usual.base_px,
            ),
            "puppet_strength_img2img": NumberRow(
                self.tr("Repaint"),
                self.tr(
                    "How much is painted over the references' own pixels, for models that "
                    "cannot take them in themselves"
                ),
                SHARE,
                self,
                default=usual.puppet_strength_img2img,
            ),
        }

    def _place(self) -> None:
        widgets: tuple[QWidget, ...] = (
            self.model,
            self._model_note,
            self.adapter,
            self.quality,
            *self.prompts.values(),
            *self.numbers.values(),
            self.pose_style,
        )
        for widget in widgets:
            self.body_layout.addWidget(widget)

    def _connect(self) -> None:
        for name, choice in self.choices.items():
            choice.box.chosen.connect(partial(self._on_chosen, name))
        for name, row in (*self.prompts.items(), *self.numbers.items()):
            row.edited.connect(partial(self._on_edited, name))
            row.edit_finished.connect(self.gesture_finished)

    def fill(self, document: Document, models: Sequence[ModelChoice]) -> None:
        settings = document.settings
        chosen = next((model for model in models if model.id == settings.model_id), None)
        self._fill_model(settings.model_id, models, chosen)
        self.adapter.fill(chosen.adapters if chosen is not None else (), settings.adapter)
        self.quality.box.fill(
            (("draft", self.tr("Draft")), ("final", self.tr("Final"))), settings.quality
        )
        self.pose_style.box.fill(
            (("classic", self.tr("Thin, as OpenPose")), ("xinsir", self.tr("Thick, as xinsir"))),
            settings.pose_style,
        )
        for name, row in self.prompts.items():
            row.fill([getattr(settings, name)])
        for name, number in self.numbers.items():
            if name in MODEL_FIELDS:
                value = chosen.recommended.get(name) if chosen is not None else None
                hint = self.tr("Back to {value}, which this model recommends")
                number.set_default(value, hint.format(value=f"{value or 0:g}"))
            number.fill([getattr(settings, name)])

    def _fill_model(
        self, model_id: str, models: Sequence[ModelChoice], chosen: ModelChoice | None
    ) -> None:
        choices = [(model.id, model.title) for model in models]
        note = chosen.note if chosen is not None else ""
        if chosen is None:
            choices.append((model_id, model_id))
            note = self.tr("This model is not on this computer. Choose another.")
        self.model.box.fill(choices, model_id)
        self._model_note.setText(note)
        self._model_note.setVisible(bool(note))
        set_role(self._model_note, "quiet" if chosen is not None else "warning")

    def _on_edited(self, field: str, gesture_id: str, value: object) -> None:
        self.settings_edited.emit(gesture_id, field, value)

    def _on_chosen(self, field: str, gesture_id: str, key: str) -> None:
        self.settings_edited.emit(gesture_id, field, key)
        self.gesture_finished.emit(gesture_id)
