"""One panel drawn with several seeds, of which the drawing nearest to the references is kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from app.render_job import RenderJob, panel_target
from app.render_session import Outcome, RenderEvents, RenderSession
from core.consistency.scores import PanelScore
from core.document import Document, Drawing, Panel
from core.document.edits import set_drawing, set_region_edit_drawing, update_panel
from core.engine import CancelToken, Engine, RenderProgress
from core.render_plan import Target
from core.storage import Project


@dataclass(frozen=True)
class Choice:
    """The best of what was drawn of a panel.

    panel: as it was drawn best, with that seed and its drawings; None = nothing drawn was nearer
    than the drawing that was there. score: its score. drawn: how many were drawn to the end.
    drawings: all of them, by which an undo or a seed typed again finds its picture.
    """

    target: Target
    panel: Panel | None
    score: PanelScore
    drawn: int
    drawings: tuple[Drawing, ...] = ()


class Attempts:
    """Draws the job's one target with each of its seeds; belongs to the engine's thread.

    session_of: a session that draws the target alone. score: of the target in a project; raises a
    KomaError where it cannot be scored. `choice` is None until something was drawn.
    """

    def __init__(
        self,
        job: RenderJob,
        session_of: Callable[[Project], RenderSession],
        score: Callable[[Project], PanelScore],
    ) -> None:
        self._job, self._session_of, self._score = job, session_of, score
        self._panel_id = job.targets[0]
        self.choice: Choice | None = None

    def run(
        self,
        engine: Engine,
        on_progress: Callable[[Target, RenderProgress, int], None],
        token: CancelToken,
    ) -> Outcome:
        """on_progress also gets how many seeds are done. A seed that fails does not stop the
        others; only where none was drawn are the failures told. Raises what `RenderSession.run`
        raises of the model.
        """
        project = self._job.snapshot()
        best = self._score(project) if self._job.keeps_present else None
        whole = Outcome()
        failures: Sequence[Outcome] = ()
        for done, seed in enumerate(self._job.seeds):
            session = self._session_of(_with_seed(project, self._panel_id, seed))
            events = RenderEvents(
                on_progress=lambda target, progress, done=done: on_progress(target, progress, done)
            )
            outcome = session.run(engine, events, token)
            whole.notes += [note for note in outcome.notes if note not in whole.notes]
            if outcome.cancelled:
                whole.cancelled = True
                break
            if outcome.failed:
                failures = (*failures, outcome)
                continue
            best = self._compare(session.project, best)
        if self.choice is None and failures:
            whole.failed = dict(failures[-1].failed)
        elif self.choice is not None:
            whole.finished.append(self.choice.target)
        return whole

    def _compare(self, project: Project, best: PanelScore | None) -> PanelScore:
        """The best score so far, this drawing's among them."""
        score = self._score(project)
        panel = project.document.panel(self._panel_id)
        former = self.choice
        drawings = (*(former.drawings if former else ()), *_drawings(panel))
        drawn = 1 + (former.drawn if former else 0)
        target = panel_target(project.document, self._panel_id)
        if best is None or score.strain < best.strain:
            self.choice = Choice(target, panel, score, drawn, drawings)
            return score
        self.choice = Choice(target, former.panel if former else None, best, drawn, drawings)
        return best


def with_choice(document: Document, panel: Panel) -> Document:
    """The document with the seed and the drawings of a choice. Raises BadInput: panel gone."""
    document = update_panel(document, panel.id, seed=panel.seed)
    if panel.drawing is not None:
        document = set_drawing(document, panel.id, panel.drawing)
    for edit in panel.region_edits:
        if edit.drawing is not None:
            document = set_region_edit_drawing(document, panel.id, edit.id, edit.drawing)
    return document


def _with_seed(project: Project, panel_id: str, seed: int) -> Project:
    return replace(project, document=update_panel(project.document, panel_id, seed=seed))


def _drawings(panel: Panel) -> tuple[Drawing, ...]:
    found = (panel.drawing, *(edit.drawing for edit in panel.region_edits))
    return tuple(drawing for drawing in found if drawing is not None)
