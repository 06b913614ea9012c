from __future__ import annotations

from pathlib import Path

import pytest
import shiboken6
from PySide6.QtGui import QUndoStack

from app.commands import Change
from app.document_controller import DocumentController
from core.document import Document, Drawing, Page, Panel, edits
from core.errors import BadInput
from core.geometry import Polygon, Rect
from core.storage import MemoryAssets, Project

PATH = Path("book.koma")


def drawing(number: int) -> Drawing:
    return Drawing(f"{number:064x}", f"hash-{number}")


class Witness:
    """Writes down what the controller says."""

    def __init__(self, controller: DocumentController) -> None:
        self.changes: list[Change] = []
        self.modified: list[bool] = []
        self.refused: list[str] = []
        self.ended: list[str] = []
        self.paths: list[Path | None] = []
        controller.document_changed.connect(self.changes.append)
        controller.modified_changed.connect(self.modified.append)
        controller.edit_refused.connect(self.refused.append)
        controller.gesture_ended.connect(self.ended.append)
        controller.path_changed.connect(self.paths.append)

    @property
    def kinds(self) -> list[str]:
        return [change.kind for change in self.changes]


@pytest.fixture
def document() -> Document:
    panels = (
        Panel("panel-1", Polygon.from_rect(Rect(20, 20, 60, 80))),
        Panel("panel-2", Polygon.from_rect(Rect(83, 20, 60, 80))),
    )
    return Document(pages=(Page("page-1", panels),))


@pytest.fixture
def controller(qapp, document: Document) -> DocumentController:
    controller = DocumentController()
    controller.open_project(Project(document), PATH)
    return controller


@pytest.fixture
def witness(controller: DocumentController) -> Witness:
    return Witness(controller)


def prompt(text: str, panel_id: str = "panel-1"):
    return lambda document: edits.update_panel(document, panel_id, prompt=text)


def move(dx: float):
    return lambda document: edits.move_panel(document, "panel-1", dx, 0)


def drawn(number: int, panel_id: str = "panel-1"):
    return lambda document: edits.set_drawing(document, panel_id, drawing(number))


def test_an_edit_is_told_once_and_undone(controller, witness, document) -> None:
    assert controller.edit("Change prompt", prompt("park"))
    assert controller.document.panel("panel-1").prompt == "park"
    after = controller.document
    assert witness.changes == [Change(after, document, None, "edit")]
    assert controller.undo_stack.undoText() == "Change prompt"
    controller.undo()
    assert controller.document is document
    controller.redo()
    assert controller.document is after
    assert witness.kinds == ["edit", "undo", "redo"]
    assert witness.changes[1].before is after


def test_the_stack_itself_may_be_told_to_undo(controller, witness, document) -> None:
    controller.edit("Change prompt", prompt("park"))
    controller.undo_stack.undo()
    assert controller.document is document
    assert witness.kinds == ["edit", "undo"]


def test_refused_edits_change_nothing(controller, witness, document) -> None:
    assert not controller.edit("Remove panel", lambda d: edits.remove_panel(d, "panel-9"))
    assert controller.document is document
    assert witness.changes == [] and controller.undo_stack.count() == 0
    assert len(witness.refused) == 1 and "panel-9" in witness.refused[0]


def test_a_gesture_is_refused_only_once(controller, witness) -> None:
    for _ in range(5):
        controller.edit("Remove panel", lambda d: edits.remove_panel(d, "panel-9"), "g")
    assert len(witness.refused) == 1
    controller.finish_gesture("g")
    controller.edit("Remove panel", lambda d: edits.remove_panel(d, "panel-9"), "h")
    assert len(witness.refused) == 2


def test_an_edit_that_changes_nothing_is_no_step(controller, witness) -> None:
    assert not controller.edit("Change prompt", prompt(""))
    assert not controller.edit("Change prompt", lambda d: Document(pages=d.pages))
    assert controller.undo_stack.count() == 0 and witness.changes == []


def test_a_gesture_is_one_step(controller, witness, document) -> None:
    for _ in range(5):
        assert controller.edit("Move panel", move(1), "g")
        assert controller.in_gesture
    controller.finish_gesture("g")
    assert not controller.in_gesture
    assert witness.ended == ["g"]
    assert controller.undo_stack.count() == 1
    assert [change.gesture_id for change in witness.changes] == ["g"] * 5
    assert witness.changes[4].before is witness.changes[3].document
    controller.undo()
    assert controller.document is document
    controller.redo()
    assert controller.document.panel("panel-1").polygon.bounds.x == pytest.approx(25)


def test_gestures_of_different_ids_stay_apart(controller) -> None:
    controller.edit("Move panel", move(1), "g")
    controller.edit("Move panel", move(1), "h")
    controller.edit("Change prompt", prompt("a"))
    controller.edit("Change prompt", prompt("b"))
    assert controller.undo_stack.count() == 4


def test_a_gesture_without_an_end_ends_with_the_next(controller, witness) -> None:
    controller.edit("Move panel", move(1), "g")
    controller.edit("Move panel", move(1), "h")
    assert witness.ended == ["g"]
    controller.edit("Change prompt", prompt("b"))
    assert witness.ended == ["g", "h"]
    assert not controller.in_gesture


def test_a_finished_gesture_takes_nothing_more_in(controller) -> None:
    controller.edit("Move panel", move(1), "g")
    controller.finish_gesture("g")
    controller.edit("Move panel", move(1), "g")
    assert controller.undo_stack.count() == 2


def test_a_drag_back_to_the_start_vanishes(controller, witness, document) -> None:
    controller.edit("Move panel", move(4), "g")
    controller.edit("Move panel", move(-4), "g")
    controller.finish_gesture("g")
    assert controller.undo_stack.count() == 0
    assert controller.document is document
    assert witness.changes[-1].document is document
    assert not controller.modified


def test_a_drag_through_its_start_goes_on(controller, document) -> None:
    controller.edit("Change prompt", prompt("park"))
    for dx in (4, -4, 2):
        controller.edit("Move panel", move(dx), "g")
    controller.finish_gesture("g")
    assert controller.undo_stack.count() == 2
    controller.undo()
    assert controller.document.panel("panel-1").prompt == "park"
    assert controller.document.panel("panel-1").polygon == document.panel("panel-1").polygon


def test_cancel_takes_the_whole_gesture_back(controller, witness, document) -> None:
    for _ in range(3):
        controller.edit("Move panel", move(1), "g")
    controller.cancel_gesture("g")
    assert controller.document is document
    assert controller.undo_stack.count() == 0 and not controller.undo_stack.canRedo()
    assert witness.ended == ["g"]
    assert not controller.edit("Move panel", move(1), "g"), "a late event of the cancelled drag"
    assert controller.document is document


def test_cancel_after_a_save_in_the_middle_takes_all_back(controller, document) -> None:
    controller.edit("Move panel", move(1), "g")
    controller.mark_saved(PATH)
    controller.edit("Move panel", move(1), "g")
    controller.cancel_gesture("g")
    assert controller.document is document
    assert controller.modified


def test_cancel_of_another_or_empty_gesture_does_nothing(controller, witness) -> None:
    controller.edit("Change prompt", prompt("park"))
    controller.cancel_gesture("g")
    controller.edit("Move panel", move(0), "g")
    controller.cancel_gesture("g")
    assert controller.undo_stack.count() == 1
    assert controller.document.panel("panel-1").prompt == "park"


def test_undo_ends_the_gesture_first(controller, witness, document) -> None:
    controller.edit("Move panel", move(1), "g")
    controller.undo()
    assert controller.document is document and witness.ended == ["g"]
    controller.redo()
    assert controller.document.panel("panel-1").polygon.bounds.x == pytest.approx(21)


def test_results_are_no_step_and_outlive_undo_and_redo(controller, witness) -> None:
    controller.edit("Change prompt", prompt("park"))
    assert controller.apply_result(drawn(1))
    assert witness.kinds == ["edit", "result"]
    assert controller.undo_stack.count() == 1
    controller.undo()
    assert controller.document.panel("panel-1").drawing == drawing(1)
    assert controller.document.panel("panel-1").prompt == ""
    controller.apply_result(drawn(2))
    controller.redo()
    assert controller.document.panel("panel-1").drawing == drawing(2)
    assert controller.document.panel("panel-1").prompt == "park"


def test_a_result_comes_back_with_its_panel(controller) -> None:
    panel = Panel("panel-3", Polygon.from_rect(Rect(20, 110, 60, 80)))
    controller.edit("Add panel", lambda d: edits.add_panel(d, "page-1", panel))
    controller.edit("Change prompt", prompt("sea", "panel-3"))
    controller.apply_result(drawn(7, "panel-3"))
    controller.undo()
    controller.undo()
    assert len(tuple(controller.document.panels())) == 2
    controller.redo()
    assert controller.document.panel("panel-3").drawing == drawing(7)
    controller.redo()
    assert controller.document.panel("panel-3").drawing == drawing(7)


def test_a_result_within_a_gesture_stays(controller, document) -> None:
    controller.edit("Move panel", move(4), "g")
    controller.apply_result(drawn(1, "panel-2"))
    controller.edit("Move panel", move(-4), "g")
    controller.finish_gesture("g")
    assert controller.undo_stack.count() == 0
    assert controller.document == drawn(1, "panel-2")(document)
    controller.edit("Move panel", move(4), "h")
    controller.apply_result(drawn(2, "panel-2"))
    controller.cancel_gesture("h")
    assert controller.document == drawn(2, "panel-2")(document)


def test_results_for_what_is_gone_are_dropped(controller, witness) -> None:
    assert not controller.apply_result(drawn(1, "panel-9"))
    assert witness.changes == [] and not controller.modified


def test_an_edit_of_a_drawing_is_undone_unless_it_was_drawn_again(controller) -> None:
    controller.apply_result(drawn(1))
    controller.edit("Change drawing", drawn(2))
    controller.undo()
    assert controller.document.panel("panel-1").drawing == drawing(1)
    controller.redo()
    assert controller.document.panel("panel-1").drawing == drawing(2)
    controller.apply_result(drawn(3))
    controller.undo()
    assert controller.document.panel("panel-1").drawing == drawing(3)


def test_modified_follows_the_contents(controller, witness) -> None:
    controller.edit("Change prompt", prompt("park"))
    controller.mark_saved(PATH)
    controller.edit("Change prompt", prompt("sea"))
    controller.undo()
    assert not controller.modified
    controller.undo()
    assert controller.modified
    controller.redo()
    assert witness.modified == [True, False, True, False, True, False]
    controller.edit("Change prompt", prompt(""))
    controller.edit("Change prompt", prompt("park"))
    assert not controller.modified, "typed back by hand, it is what the file holds"


def test_results_modify_even_after_undo_to_what_was_saved(controller) -> None:
    controller.edit("Change prompt", prompt("park"))
    controller.apply_result(drawn(1))
    controller.undo()
    assert controller.modified


def test_what_is_edited_while_it_is_saved_stays_modified(controller) -> None:
    controller.edit("Change prompt", prompt("park"))
    snapshot = controller.document
    controller.edit("Change prompt", prompt("sea"))
    controller.mark_saved(PATH, snapshot)
    assert controller.modified
    controller.undo()
    assert not controller.modified


def test_opening_begins_anew(controller, witness, document) -> None:
    controller.edit("Change prompt", prompt("park"), "g")
    other, assets = Document("other"), MemoryAssets()
    controller.open_project(Project(other, assets), None)
    assert (controller.document, controller.assets, controller.path) == (other, assets, None)
    assert controller.project.assets is assets
    assert controller.undo_stack.count() == 0 and not controller.modified
    assert witness.kinds == ["edit", "open"] and witness.changes[1].document is other
    assert witness.paths == [None] and witness.ended == ["g"]
    assert witness.modified == [True, False]


def test_recovered_work_is_modified_until_it_is_saved(controller, document) -> None:
    controller.open_project(Project(document), PATH, modified=True)
    assert controller.modified
    controller.edit("Change prompt", prompt("park"))
    controller.undo()
    assert controller.modified
    controller.mark_saved(PATH)
    assert not controller.modified


def test_save_as_tells_the_new_path(controller, witness) -> None:
    controller.mark_saved(Path("other.koma"))
    assert witness.paths == [Path("other.koma")] and controller.path == Path("other.koma")


def test_an_edit_from_within_a_slot_comes_after(controller, document) -> None:
    def on_changed(change: Change) -> None:
        if change.kind == "edit" and change.document.title == "":
            controller.edit("Change title", lambda d: edits.set_title(d, "Book"))

    controller.document_changed.connect(on_changed)
    controller.edit("Change prompt", prompt("park"))
    assert [controller.undo_stack.text(i) for i in (0, 1)] == ["Change prompt", "Change title"]
    assert controller.document.title == "Book"
    controller.undo()
    assert controller.document.title == "" and controller.document.panel("panel-1").prompt == "park"


def test_a_fault_in_an_edit_is_not_hidden(controller, document) -> None:
    with pytest.raises(TypeError):
        controller.edit("Change panel", lambda d: edits.update_panel(d, "panel-1", figures=()))
    assert controller.document is document and controller.undo_stack.count() == 0


def test_history_is_bounded(controller) -> None:
    limit = controller.undo_stack.undoLimit()
    for number in range(limit + 5):
        controller.edit("Change prompt", prompt(str(number)))
    assert controller.undo_stack.count() == limit
    assert controller.document.panel("panel-1").prompt == str(limit + 4)
    controller.undo()
    assert controller.document.panel("panel-1").prompt == str(limit + 3)


def test_the_end_of_the_stack_tells_nobody(qapp, document) -> None:
    controller = DocumentController()
    controller.open_project(Project(document), None)
    controller.edit("Change prompt", prompt("park"))
    told: list[object] = []
    stack: QUndoStack = controller.undo_stack
    for signal in (stack.indexChanged, stack.undoTextChanged, stack.canUndoChanged):
        signal.connect(told.append)
    shiboken6.delete(controller)
    assert told == []
    assert not shiboken6.isValid(stack)


def test_a_controller_goes_with_its_last_user(qapp, document) -> None:
    import gc
    import weakref

    controller = DocumentController()
    controller.open_project(Project(document), None)
    controller.edit("Change prompt", prompt("park"))
    gone = weakref.ref(controller)
    del controller
    gc.collect()
    assert gone() is None


def test_other_failures_of_the_core_are_told_too(controller, witness) -> None:
    def refuse(document: Document) -> Document:
        raise BadInput("The mask is empty. Paint the area that it should cover.")

    controller.edit("Paint mask", refuse)
    assert witness.refused == ["The mask is empty. Paint the area that it should cover."]


def test_a_gesture_through_drawings_goes_back_to_the_first(controller) -> None:
    controller.apply_result(drawn(1))
    controller.edit("Move panel", move(2), "g")
    for number in (2, 3):
        controller.edit("Change drawing", drawn(number), "g")
    controller.finish_gesture("g")
    controller.undo()
    assert controller.document.panel("panel-1").drawing == drawing(1)
    controller.redo()
    assert controller.document.panel("panel-1").drawing == drawing(3)
