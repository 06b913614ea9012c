"""What the inspector's fields say becomes edits of panels, figures, regions and the project."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from app.after_hand import AfterHand
from app.commands import undo_text
from app.document_controller import DocumentController
from app.model_settings import recommended_numbers, with_model
from app.window.path_chooser import PathChooser
from app.window.state import WindowState
from core.checkpoints.catalogue import ModelInfo
from core.document import PAGE_FORMATS, Document, Lora
from core.document.edits import (
    move_region_edit,
    remove_figure,
    remove_region_edit,
    remove_region_mask,
    reorder_figure,
    set_figure_references,
    set_figure_scale,
    set_page_format,
    set_reading_direction,
    set_region_edit_drawing,
    set_title,
    update_panel,
    update_reference,
    update_region_edit,
    update_settings,
)
from widgets.inspector import AdapterChoice, Inspector, ModelChoice


class InspectorController(QObject):
    """Connects the inspector with the document and the selection.

    is_held: whether the hand holds something on the page.
    """

    region_wanted = Signal(str, str)  # panel id, figure id: mark where the figure may paint
    redraw_wanted = Signal(str)  # panel id

    def __init__(
        self,
        controller: DocumentController,
        state: WindowState,
        inspector: Inspector,
        paths: PathChooser,
        is_held: Callable[[], bool],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._controller, self._state = controller, state
        self._inspector, self._paths = inspector, paths
        self._models: dict[str, ModelInfo] = {}
        self._choices: tuple[ModelChoice, ...] = ()
        self._follow = AfterHand(self._show, is_held, self)
        controller.document_changed.connect(self._follow.ask)
        controller.gesture_ended.connect(self._follow.let_go)
        state.selection_changed.connect(self._follow.ask)
        self._connect_panels()
        self._connect_figures()
        self._connect_regions()
        self._connect_project()
        inspector.gesture_finished.connect(controller.finish_gesture)

    def set_models(self, models: Sequence[ModelInfo]) -> None:
        self._models = {model.id: model for model in models}
        self._choices = tuple(
            ModelChoice(
                model.id, model.title, f"{model.native_px} px", recommended_numbers(model),
                tuple(AdapterChoice(option.kind, option.gap or "") for option in model.adapters),
            )
            for model in models
        )  # fmt: skip
        self._show()

    def _connect_panels(self) -> None:
        self._inspector.panel_edited.connect(self._edit_panels)

    def _connect_figures(self) -> None:
        inspector = self._inspector
        inspector.figure_selected.connect(self._state.select_figure)
        inspector.figure_scale_edited.connect(self._scale_figure)
        inspector.figure_references_edited.connect(self._choose_references)
        inspector.figure_reordered.connect(self._reorder_figure)
        inspector.figure_removed.connect(self._remove_figure)
        inspector.reference_scale_edited.connect(self._scale_reference)

    def _connect_regions(self) -> None:
        inspector = self._inspector
        inspector.region_edited.connect(self._edit_region)
        inspector.region_reordered.connect(self._reorder_region)
        inspector.region_removed.connect(self._remove_region)
        inspector.region_mask_removed.connect(self._remove_region_mask)
        inspector.region_mask_requested.connect(self.region_wanted)
        inspector.redraw_region_requested.connect(self._redraw_region)

    def _connect_project(self) -> None:
        inspector = self._inspector
        inspector.settings_edited.connect(self._edit_settings)
        inspector.title_edited.connect(self._edit_title)
        inspector.reading_direction_chosen.connect(self.set_direction)
        inspector.page_format_chosen.connect(self._set_format)
        inspector.lora_add_requested.connect(self._add_lora)
        inspector.lora_removed.connect(self._remove_lora)
        inspector.lora_scale_edited.connect(self._scale_lora)

    def _edit(
        self, text: str, change: Callable[[Document], Document], gesture_id: str | None = None
    ) -> bool:
        return self._controller.edit(text, change, gesture_id)

    def _edit_panels(
        self, gesture_id: str, panel_ids: tuple[str, ...], field: str, value: object
    ) -> None:
        def change(document: Document) -> Document:
            for panel_id in panel_ids:
                document = update_panel(document, panel_id, **{field: value})
            return document

        self._edit(undo_text("update_panel", field), change, gesture_id)

    def _scale_figure(self, gesture_id: str, panel_id: str, figure_id: str, scale: float) -> None:
        self._edit(
            undo_text("set_figure_scale"),
            lambda d: set_figure_scale(d, panel_id, figure_id, scale),
            gesture_id,
        )

    def _choose_references(
        self, gesture_id: str, panel_id: str, figure_id: str, reference_ids: tuple[str, ...]
    ) -> None:
        self._edit(
            undo_text("set_figure_references"),
            lambda d: set_figure_references(d, panel_id, figure_id, reference_ids),
            gesture_id,
        )

    def _reorder_figure(self, gesture_id: str, panel_id: str, figure_id: str, index: int) -> None:
        self._edit(
            undo_text("reorder_figure"),
            lambda d: reorder_figure(d, panel_id, figure_id, index),
            gesture_id,
        )

    def _remove_figure(self, panel_id: str, figure_id: str) -> None:
        self._edit(undo_text("remove_figure"), lambda d: remove_figure(d, panel_id, figure_id))

    def _scale_reference(
        self, gesture_id: str, character_id: str, reference_id: str, scale: float
    ) -> None:
        self._edit(
            undo_text("update_reference", "scale"),
            lambda d: update_reference(d, character_id, reference_id, scale=scale),
            gesture_id,
        )

    def _edit_region(
        self, gesture_id: str, panel_id: str, region_edit_id: str, field: str, value: object
    ) -> None:
        self._edit(
            undo_text("update_region_edit", field),
            lambda d: update_region_edit(d, panel_id, region_edit_id, **{field: value}),
            gesture_id,
        )

    def _reorder_region(
        self, gesture_id: str, panel_id: str, region_edit_id: str, index: int
    ) -> None:
        self._edit(
            undo_text("move_region_edit"),
            lambda d: move_region_edit(d, panel_id, region_edit_id, index),
            gesture_id,
        )

    def _remove_region(self, panel_id: str, region_edit_id: str) -> None:
        self._edit(
            undo_text("remove_region_edit"),
            lambda d: remove_region_edit(d, panel_id, region_edit_id),
        )

    def _remove_region_mask(self, panel_id: str, region_mask_id: str) -> None:
        self._edit(
            undo_text("remove_region_mask"),
            lambda d: remove_region_mask(d, panel_id, region_mask_id),
        )

    def _redraw_region(self, panel_id: str, region_edit_id: str) -> None:
        """Forget the region's picture and draw it again."""
        self._edit(
            undo_text("set_region_edit_drawing"),
            lambda d: set_region_edit_drawing(d, panel_id, region_edit_id, None),
        )
        self.redraw_wanted.emit(panel_id)

    def _edit_title(self, gesture_id: str, title: str) -> None:
        self._edit(undo_text("set_title"), lambda d: set_title(d, title), gesture_id)

    def _edit_settings(self, gesture_id: str, field: str, value: object) -> None:
        def change(document: Document) -> Document:
            if field == "model_id":
                return with_model(document, str(value), self._models)
            return update_settings(document, **{field: value})

        self._edit(undo_text("update_settings", field), change, gesture_id)

    def set_direction(self, direction: str) -> None:
        self._edit(
            undo_text("set_reading_direction"),
            lambda d: set_reading_direction(d, direction),  # type: ignore[arg-type]
        )

    def _set_format(self, name: str) -> None:
        page_format = PAGE_FORMATS[name]
        self._edit(undo_text("set_page_format"), lambda d: set_page_format(d, page_format))

    def _add_lora(self) -> None:
        path = self._paths.open_file(self.tr("Add LoRA"), self.tr("LoRA (*.safetensors)"))
        if path is not None:
            added = Lora(str(path))
            self._edit(
                undo_text("update_settings", "loras"),
                lambda d: update_settings(d, loras=(*d.settings.loras, added)),
            )

    def _remove_lora(self, index: int) -> None:
        def change(document: Document) -> Document:
            loras = document.settings.loras
            return update_settings(document, loras=(*loras[:index], *loras[index + 1 :]))

        self._edit(undo_text("update_settings", "loras"), change)

    def _scale_lora(self, gesture_id: str, index: int, scale: float) -> None:
        def change(document: Document) -> Document:
            loras = list(document.settings.loras)
            loras[index] = replace(loras[index], scale=scale)
            return update_settings(document, loras=tuple(loras))

        self._edit(undo_text("update_settings", "loras"), change, gesture_id)

    def _show(self) -> None:
        self._inspector.show_document(
            self._controller.document, self._state.selection, self._choices
        )
