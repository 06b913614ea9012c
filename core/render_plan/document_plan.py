"""What of a page or a document must be drawn now, and what must wait for it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from core.document import Document, Drawing, Page, Panel, Quality, RegionEdit, reading_order
from core.engine import RegionEditInput, RenderRequest
from core.engine.validation import check_request
from core.errors import KomaError
from core.geometry import Raster
from core.render_plan.context import LoadRaster, PlanContext, PlanModel
from core.render_plan.panel_plan import panel_request
from core.render_plan.region_edit_plan import edit_mask, region_edit_request


@dataclass(frozen=True)
class Target:
    """Where a result belongs: a panel, or a region edit of it."""

    page_id: str
    panel_id: str
    region_edit_id: str | None = None


@dataclass(frozen=True)
class PlannedRender:
    """A request that can be drawn now."""

    target: Target
    request: RenderRequest


@dataclass(frozen=True)
class DocumentPlan:
    """`ready`: to draw now, in reading order. `waiting`: region edits on what is not drawn yet."""

    ready: tuple[PlannedRender, ...] = ()
    waiting: tuple[Target, ...] = ()

    @property
    def targets(self) -> tuple[Target, ...]:
        return (*(planned.target for planned in self.ready), *self.waiting)


def stale(drawing: Drawing | None, request: RenderRequest) -> bool:
    """Whether the request must be drawn: there is no drawing, or it came from another request."""
    return drawing is None or drawing.request_hash != request.content_hash()


def is_drawable(panel: Panel) -> bool:
    """Whether the panel says anything that could be drawn; others stay white paper."""
    return bool(panel.figures or panel.prompt.strip())


def plan_document(
    document: Document, load: LoadRaster, model: PlanModel, quality: Quality = "final"
) -> DocumentPlan:
    """Everything that is missing or stale. Draw `ready`, put the results in, and plan again until
    nothing is ready: a region edit needs the picture below it.

    Raises as `plan_page`.
    """
    context = PlanContext(document, load, model, quality)
    plans = [plan_page(context, page) for page in document.pages]
    return DocumentPlan(
        tuple(planned for plan in plans for planned in plan.ready),
        tuple(target for plan in plans for target in plan.waiting),
    )


def plan_page(
    context: PlanContext, page: Page, panel_ids: Collection[str] | None = None
) -> DocumentPlan:
    """One page of `plan_document`. A final drawing is good enough where a draft is asked for.

    panel_ids: plan these panels alone; None = all of the page. Hidden region edits and panels with
    nothing in them are left alone. Raises BadInput or InvalidRequest whose sentence begins with the
    number of the panel.
    """
    ready: list[PlannedRender] = []
    waiting: list[Target] = []
    panels = reading_order(page, context.document.reading_direction)
    for number, panel in enumerate(panels, start=1):
        if not is_drawable(panel) or (panel_ids is not None and panel.id not in panel_ids):
            continue
        try:
            plan = _plan_panel_and_edits(context, page, panel)
        except KomaError as error:
            raise located(error, context.document, page, number) from error
        ready += plan.ready
        waiting += plan.waiting
    return DocumentPlan(tuple(ready), tuple(waiting))


def located(error: KomaError, document: Document, page: Page, panel_number: int) -> KomaError:
    """The same error with a sentence that says where it is."""
    page_number = document.pages.index(page) + 1
    where = f"Page {page_number}, panel {panel_number}: "
    return type(error)(where + str(error), code=error.code, details=error.details)


def _plan_panel_and_edits(context: PlanContext, page: Page, panel: Panel) -> DocumentPlan:
    edits = [edit for edit in panel.region_edits if edit.visible]
    request = panel_request(context, panel)
    if _must_draw(panel, request, context):
        _check_masks(context, panel, edits)
        planned = PlannedRender(Target(page.id, panel.id), request)
        return DocumentPlan((planned,), _targets(page, panel, edits))
    for index, edit in enumerate(edits):
        request = region_edit_request(context, panel, edit)
        if _must_draw(edit, request, context):
            _check_masks(context, panel, edits[index + 1 :])
            planned = PlannedRender(Target(page.id, panel.id, edit.id), request)
            return DocumentPlan((planned,), _targets(page, panel, edits[index + 1 :]))
    return DocumentPlan()


def _must_draw(asked: Panel | RegionEdit, request: RenderRequest, context: PlanContext) -> bool:
    if not stale(asked.drawing, request):
        return False
    if context.quality == "final":
        return True
    final = replace(context, quality="final")
    steps, scale = final.steps(asked.steps), final.guidance_scale(asked.guidance_scale)
    return stale(
        asked.drawing, replace(request, quality="final", steps=steps, guidance_scale=scale)
    )


def _targets(page: Page, panel: Panel, edits: Iterable[RegionEdit]) -> tuple[Target, ...]:
    return tuple(Target(page.id, panel.id, edit.id) for edit in edits)


def _check_masks(context: PlanContext, panel: Panel, edits: Iterable[RegionEdit]) -> None:
    """Say now, not after minutes of drawing, that a region is empty."""
    framing = context.framing(panel)
    blank = Raster(framing.width, framing.height, 3, bytes(framing.width * framing.height * 3))
    for edit in edits:
        region = RegionEditInput(
            blank, edit_mask(context, edit, framing), edit.feather_px, edit.strength
        )
        check_request(
            RenderRequest(context.model.id, framing.width, framing.height, "", region_edit=region)
        )
