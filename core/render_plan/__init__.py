"""From the document to the engine: panels and region edits as requests, results as drawings.

The one bridge between `core.document` and `core.engine`; nothing here loads torch.
"""

from core.render_plan.context import (
    LoadRaster,
    PlanContext,
    PlanModel,
)
from core.render_plan.document_plan import (
    DocumentPlan,
    PlannedRender,
    Target,
    is_drawable,
    plan_document,
    plan_page,
    stale,
)
from core.render_plan.drafts import as_draft, steps_of
from core.render_plan.panel_plan import plan_panel
from core.render_plan.puppets import PuppetShelf
from core.render_plan.region_edit_plan import edit_layer, picture_below, plan_region_edit

__all__ = [
    "DocumentPlan",
    "LoadRaster",
    "PlanContext",
    "PlanModel",
    "PlannedRender",
    "PuppetShelf",
    "Target",
    "as_draft",
    "edit_layer",
    "is_drawable",
    "picture_below",
    "plan_document",
    "plan_page",
    "plan_panel",
    "plan_region_edit",
    "stale",
    "steps_of",
]
