"""Whether a panel's picture is what would be drawn now, found out without drawing.

A request is made as for drawing, puppets included, and its hash compared with the drawing's. That
takes tens of milliseconds a panel, so hashes are kept: an answer is asked for again after every
edit of the document, and nearly always nothing has changed for nearly all panels.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, replace
from threading import Lock
from typing import Literal

from core.document import Character, Document, Drawing, Panel, RegionEdit
from core.engine import RenderRequest
from core.errors import KomaError
from core.render_plan import PlanContext, Target, as_draft, is_drawable
from core.render_plan.panel_plan import panel_request
from core.render_plan.region_edit_plan import region_edit_request

Freshness = Literal["empty", "missing", "fresh", "stale"]

_Has = Callable[[Drawing], bool]

HASHES_KEPT = 8192
DRAWINGS_KEPT = 2048  # a drawing is two digests; its pixels are the project's


def wish(panel: Panel) -> Panel:
    """What the panel asks for, without the pictures that it has."""
    edits = tuple(replace(edit, drawing=None) for edit in panel.region_edits)
    return replace(panel, drawing=None, region_edits=edits)


def cast(document: Document, panel: Panel) -> tuple[Character, ...]:
    """The characters that the panel's figures and region edits show, each once."""
    ids = [figure.character_id for figure in panel.figures]
    ids += [edit.character_id for edit in panel.region_edits if edit.character_id is not None]
    return tuple(document.character(character_id) for character_id in dict.fromkeys(ids))


def same_wish(first: Document, second: Document, panel_id: str) -> bool:
    """Whether both documents ask for the same picture. Raises BadInput for an unknown panel."""
    one, other = first.panel(panel_id), second.panel(panel_id)
    return (
        (first.settings is second.settings or first.settings == second.settings)
        and (one is other or wish(one) == wish(other))
        and cast(first, one) == cast(second, other)
    )


class EarlierDrawings:
    """Drawings by the hash of their request, the most recently used kept. For any thread."""

    def __init__(self, size: int = DRAWINGS_KEPT) -> None:
        self._size = size
        self._lock = Lock()
        self._drawings: OrderedDict[str, Drawing] = OrderedDict()

    def keep(self, drawing: Drawing) -> None:
        with self._lock:
            self._drawings[drawing.request_hash] = drawing
            self._drawings.move_to_end(drawing.request_hash)
            while len(self._drawings) > self._size:
                self._drawings.popitem(last=False)

    def find(self, request_hash: str) -> Drawing | None:
        with self._lock:
            drawing = self._drawings.get(request_hash)
            if drawing is not None:
                self._drawings.move_to_end(request_hash)
        return drawing

    def clear(self) -> None:
        with self._lock:
            self._drawings.clear()


@dataclass(frozen=True)
class PanelCheck:
    """found: earlier drawings that fit better than those that the panel has."""

    freshness: Freshness
    found: Mapping[Target, Drawing]


@dataclass(frozen=True)
class _Hashes:
    """Of one request in both qualities; () where it cannot be made."""

    final: str
    draft: str

    def good_enough(self, context: PlanContext) -> tuple[str, ...]:
        """As in planning: a final drawing is good enough where a draft is asked for."""
        return (self.final,) if context.quality == "final" else (self.final, self.draft)


class PanelChecker:
    """Checks panels one by one and keeps what it computed; belongs to one thread."""

    def __init__(self, earlier: EarlierDrawings) -> None:
        self._earlier = earlier
        self._hashes: OrderedDict[Hashable, _Hashes | None] = OrderedDict()
        self.computed = 0  # requests that were made, for tests and measurements

    def check(self, context: PlanContext, page_id: str, panel: Panel, has: _Has) -> PanelCheck:
        """has: whether the project still holds a picture. What cannot be planned is stale."""
        if not is_drawable(panel):
            return PanelCheck("empty", {})
        found: dict[Target, Drawing] = {}
        cast_of_panel = cast(context.document, panel)
        scene = replace(wish(panel), region_edits=())
        key = (scene, cast_of_panel, *_surroundings(context))
        hashes = self._of(key, context, lambda: panel_request(context, panel))
        drawing = self._best(panel.drawing, hashes, context, has)
        if drawing is not panel.drawing and drawing is not None:
            found[Target(page_id, panel.id)] = drawing
        if drawing is None:
            return PanelCheck("missing", {})
        panel = replace(panel, drawing=drawing)
        fresh = _fits(drawing, hashes, context)
        below = [drawing.image]
        for edit in panel.region_edits:
            if not edit.visible:
                continue
            edit_key = (*key, replace(edit, drawing=None), tuple(below))
            layer, fits = self._check_edit(context, panel, edit, edit_key, has)
            if layer is None:
                return PanelCheck("stale", found)
            if layer is not edit.drawing:
                found[Target(page_id, panel.id, edit.id)] = layer
                panel = _with_layer(panel, edit, layer)
            fresh = fresh and fits
            below.append(layer.image)
        return PanelCheck("fresh" if fresh else "stale", found)

    def _check_edit(
        self, context: PlanContext, panel: Panel, edit: RegionEdit, key: Hashable, has: _Has
    ) -> tuple[Drawing | None, bool]:
        hashes = self._of(key, context, lambda: region_edit_request(context, panel, edit))
        drawing = self._best(edit.drawing, hashes, context, has)
        return drawing, _fits(drawing, hashes, context)

    def _best(
        self, drawing: Drawing | None, hashes: _Hashes | None, context: PlanContext, has: _Has
    ) -> Drawing | None:
        """The panel's own drawing, unless an earlier one fits and this one does not.

        Where nothing fits a draft of the same is better than a picture of something else.
        """
        if hashes is None or _fits(drawing, hashes, context):
            return drawing
        candidates = [hashes.final]
        if drawing is None or drawing.request_hash != hashes.draft:
            candidates.append(hashes.draft)
        for request_hash in candidates:
            earlier = self._earlier.find(request_hash)
            if earlier is not None and has(earlier):
                return earlier
        return drawing

    def _of(
        self, key: Hashable, context: PlanContext, make: Callable[[], RenderRequest]
    ) -> _Hashes | None:
        """None where the request cannot be made, which only rendering explains."""
        if key in self._hashes:
            self._hashes.move_to_end(key)
            return self._hashes[key]
        self.computed += 1
        try:
            final = make()
        except KomaError:
            hashes = None
        else:
            draft = as_draft(final, context.model)
            hashes = _Hashes(final.content_hash(), draft.content_hash())
        self._hashes[key] = hashes
        while len(self._hashes) > HASHES_KEPT:
            self._hashes.popitem(last=False)
        return hashes


def _surroundings(context: PlanContext) -> tuple[Hashable, ...]:
    """What a request depends on beside the panel and its cast; an edited LoRA file among it."""
    model = context.model
    try:
        loras: Hashable = context.loras()
    except KomaError as error:
        loras = str(error)
    drafts = (model.draft_steps, model.draft_guidance_scale)
    numbers = (model.native_px, model.size_multiple, *drafts)
    settings = context.document.settings
    files = (model.digest, model.adapter_digest(settings.adapter))
    return (settings, model.id, files, numbers, loras)


def _fits(drawing: Drawing | None, hashes: _Hashes | None, context: PlanContext) -> bool:
    if drawing is None or hashes is None:
        return False
    return drawing.request_hash in hashes.good_enough(context)


def _with_layer(panel: Panel, edit: RegionEdit, layer: Drawing) -> Panel:
    edits = tuple(replace(e, drawing=layer) if e.id == edit.id else e for e in panel.region_edits)
    return replace(panel, region_edits=edits)
