"""What a document must be. Edits check what they touch, loading checks everything.

Every function raises BadInput with one sentence and returns nothing.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Iterator
from typing import get_args

from core.document.outlines import MAX_COORDINATE_MM, check_outline
from core.document.types import (
    CHARACTER_COLOURS,
    AdapterKind,
    Border,
    Character,
    Digest,
    Document,
    Drawing,
    Figure,
    Page,
    PageFormat,
    Panel,
    PoseStyle,
    Quality,
    ReadingDirection,
    Reference,
    ReferenceRole,
    RegionEdit,
    RegionMask,
    RenderSettings,
)
from core.errors import BadInput
from core.pose import Pose

MAX_PAGES = 2_000
MAX_PANELS_A_PAGE = 64
MAX_FIGURES = 32
MAX_REGIONS = 64
MAX_CHARACTERS = 500
MAX_REFERENCES = 64
MAX_TAGS = 200
MAX_LORAS = 16
MAX_NAME = 200
MAX_PROMPT = 10_000
MAX_SEED = 2**32 - 1
MAX_STEPS = 150
MAX_PATH = 4_096
MAX_REFERENCE_PX = 65_536.0  # poses of references lie within this many px of the origin

HANDS = (0, 21)
FACES = (0, 68, 70)
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")


def check_number(value: float, what: str, low: float, high: float) -> None:
    """Finite and from low to high; `what` begins the sentence."""
    if not (math.isfinite(value) and low <= value <= high):
        raise BadInput(f"{what} must be from {low:g} to {high:g}.", code="out_of_range")


def check_integer(value: int, what: str, low: int, high: int) -> None:
    """A whole number from low to high."""
    if type(value) is not int or not low <= value <= high:
        raise BadInput(f"{what} must be a whole number from {low} to {high}.", code="out_of_range")


def check_choice(value: str, what: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise BadInput(f"{what} must be one of {', '.join(choices)}.", code="bad_choice")


def check_text(value: str, what: str, limit: int) -> None:
    """No longer than `limit`, and text that a UTF-8 file can hold."""
    if len(value) > limit:
        raise BadInput(f"{what} is longer than {limit} characters. Shorten it.", code="too_long")
    if any("\ud800" <= c <= "\udfff" or c == "\0" for c in value):
        raise BadInput(f"{what} holds characters that cannot be saved.", code="bad_text")


def check_count(items: Collection[object], what: str, limit: int) -> None:
    if len(items) > limit:
        raise BadInput(f"There can be at most {limit} {what}.", code="too_many")


def check_digest(digest: Digest, what: str) -> None:
    if not _DIGEST.fullmatch(digest):
        raise BadInput(f"{what} has no picture.", code="bad_asset")


def check_pose(pose: Pose, limit: float) -> None:
    """Keypoint counts, and every number finite and within `limit` of the origin."""
    hands_fit = len(pose.left_hand) in HANDS and len(pose.right_hand) in HANDS
    if not (hands_fit and len(pose.face) in FACES):
        raise BadInput("A pose has 21 keypoints a hand and 68 or 70 in the face.", code="bad_pose")
    for k in (*pose.body, *pose.left_hand, *pose.right_hand, *pose.face):
        # Written so that NaN fails.
        if not (abs(k.x) <= limit and abs(k.y) <= limit and 0 <= k.confidence <= 1):
            raise BadInput("A keypoint of the pose lies nowhere on the page.", code="bad_pose")


def check_drawing(drawing: Drawing | None) -> None:
    if drawing is not None:
        check_digest(drawing.image, "The drawing")
        check_text(drawing.request_hash, "The drawing's request", MAX_NAME)


def check_reference(reference: Reference) -> None:
    """The reference itself; see `check_document` for ids."""
    check_digest(reference.image, "The reference")
    if reference.mask is not None:
        check_digest(reference.mask, "The mask of the reference")
    if reference.pose is not None:
        check_pose(reference.pose, MAX_REFERENCE_PX)
    check_choice(reference.role, "The role of a reference", get_args(ReferenceRole))
    check_number(reference.scale, "The scale of a reference", 0, 4)


def check_character(character: Character) -> None:
    """The character and its references."""
    if not character.name.strip():
        raise BadInput("Give the character a name.", code="no_name")
    check_text(character.name, "The character's name", MAX_NAME)
    check_count(character.tags, "tags a character", MAX_TAGS)
    for tag in character.tags:
        check_text(tag, "A tag", MAX_NAME)
    check_integer(character.colour, "The colour of a character", 0, len(CHARACTER_COLOURS) - 1)
    check_count(character.references, "references a character", MAX_REFERENCES)
    for reference in character.references:
        check_reference(reference)


def check_figure(figure: Figure) -> None:
    check_pose(figure.pose, MAX_COORDINATE_MM)
    check_number(figure.scale, "The scale of a figure", 0, 4)


def check_region_mask(region_mask: RegionMask) -> None:
    check_digest(region_mask.mask, "The region")


def check_region_edit(region_edit: RegionEdit) -> None:
    check_digest(region_edit.mask, "The region to draw again")
    check_text(region_edit.name, "The name of the region", MAX_NAME)
    _check_prompts(region_edit)
    check_number(region_edit.scale, "The scale of a region edit", 0, 4)
    check_integer(region_edit.feather_px, "The feather of a region", 0, 256)
    check_number(region_edit.strength, "The strength of a region edit", 0, 1)
    check_drawing(region_edit.drawing)


def _check_prompts(owner: Panel | RegionEdit) -> None:
    check_text(owner.prompt, "The prompt", MAX_PROMPT)
    check_text(owner.negative_prompt, "The negative prompt", MAX_PROMPT)
    check_integer(owner.seed, "The seed", 0, MAX_SEED)
    if owner.steps is not None:
        check_integer(owner.steps, "The number of steps", 1, MAX_STEPS)
    if owner.guidance_scale is not None:
        check_number(owner.guidance_scale, "The guidance scale", 0, 50)


def check_border(border: Border | None) -> None:
    if border is not None:
        check_number(border.width_mm, "The width of a border in mm", 0, 20)
        if not _COLOUR.fullmatch(border.colour):
            raise BadInput("A border colour is written like #1a2b3c.", code="bad_colour")


def check_panel(panel: Panel) -> None:
    """The panel and all in it, but not what it says about characters."""
    check_outline(panel.polygon)
    check_border(panel.border)
    _check_prompts(panel)
    check_number(panel.pose_conditioning_scale, "The pose conditioning scale", 0, 4)
    check_number(panel.puppet_scale, "The puppet scale", 0, 4)
    check_count(panel.figures, "figures a panel", MAX_FIGURES)
    check_count(panel.region_masks, "regions a panel", MAX_REGIONS)
    check_count(panel.region_edits, "region edits a panel", MAX_REGIONS)
    for figure in panel.figures:
        check_figure(figure)
    for region_mask in panel.region_masks:
        check_region_mask(region_mask)
    for region_edit in panel.region_edits:
        check_region_edit(region_edit)
    check_drawing(panel.drawing)


def check_page(page: Page) -> None:
    check_text(page.name, "The name of the page", MAX_NAME)
    check_count(page.panels, "panels a page", MAX_PANELS_A_PAGE)
    for panel in page.panels:
        check_panel(panel)


def check_direction(direction: ReadingDirection) -> None:
    check_choice(direction, "The reading direction", get_args(ReadingDirection))


def check_page_format(page_format: PageFormat) -> None:
    """Raises BadInput also where the margins leave no live area."""
    check_number(page_format.trim_width_mm, "The width of the page in mm", 10, 2_000)
    check_number(page_format.trim_height_mm, "The height of the page in mm", 10, 5_000)
    check_number(page_format.bleed_mm, "The bleed in mm", 0, 50)
    check_number(page_format.margin_mm, "The margin in mm", 0, 500)
    check_number(page_format.tier_gutter_mm, "The gutter between tiers in mm", 0, 200)
    check_number(page_format.column_gutter_mm, "The gutter between columns in mm", 0, 200)
    live = page_format.live_area
    if min(live.width, live.height) < 5:
        raise BadInput("The margins leave no room on the page. Make them smaller.")


def check_adapter(adapter: str) -> None:
    """One adapter, or several different ones joined by "+"."""
    kinds = adapter.split("+")
    for kind in kinds:
        check_choice(kind, "The adapter", get_args(AdapterKind))
    if len(set(kinds)) < len(kinds):
        raise BadInput("Name each adapter once.", code="bad_choice")


def check_settings(settings: RenderSettings) -> None:
    if not settings.model_id.strip():
        raise BadInput("Choose a model.", code="no_model")
    check_text(settings.model_id, "The model", MAX_PATH)
    check_text(settings.pose_controller, "The pose controller", MAX_PATH)
    check_text(settings.style, "The style", MAX_PROMPT)
    check_text(settings.negative_prompt, "The negative prompt", MAX_PROMPT)
    check_integer(settings.steps, "The number of steps", 1, MAX_STEPS)
    check_choice(settings.quality, "The quality", get_args(Quality))
    check_choice(settings.pose_style, "The style of poses", get_args(PoseStyle))
    check_number(settings.guidance_scale, "The guidance scale", 0, 50)
    check_integer(settings.base_px, "The image size in px", 64, 2_048)
    check_number(settings.puppet_strength_img2img, "The strength of the puppet", 0, 1)
    check_adapter(settings.adapter)
    check_count(settings.loras, "LoRA files", MAX_LORAS)
    for lora in settings.loras:
        check_text(lora.path, "The path of a LoRA file", MAX_PATH)
        check_number(lora.scale, "The scale of a LoRA file", -4, 4)


def check_document(document: Document) -> None:
    """Everything: values, unique ids, and that no id points at nothing."""
    check_text(document.title, "The title", MAX_NAME)
    check_direction(document.reading_direction)
    check_page_format(document.page_format)
    check_settings(document.settings)
    check_count(document.pages, "pages", MAX_PAGES)
    check_count(document.characters, "characters", MAX_CHARACTERS)
    for character in document.characters:
        check_character(character)
    for page in document.pages:
        check_page(page)
    check_ids(all_ids(document))
    references = references_by_character(document)
    for panel in document.panels():
        check_links(panel, references)


def check_ids(ids: Iterable[str]) -> None:
    """Well-formed, and none twice."""
    seen: set[str] = set()
    for object_id in ids:
        if not _ID.fullmatch(object_id):
            raise BadInput(f"{object_id[:80]!r} is not an id that Koma gives.", code="bad_id")
        if object_id in seen:
            raise BadInput(f"The id {object_id} is there twice.", code="repeated_id")
        seen.add(object_id)


def all_ids(document: Document) -> Iterator[str]:
    """Every id in the document, in order of appearance."""
    for character in document.characters:
        yield from character_ids(character)
    for page in document.pages:
        yield page.id
        for panel in page.panels:
            yield from panel_ids(panel)


def character_ids(character: Character) -> Iterator[str]:
    yield character.id
    yield from (reference.id for reference in character.references)


def panel_ids(panel: Panel) -> Iterator[str]:
    yield panel.id
    yield from (figure.id for figure in panel.figures)
    yield from (region_mask.id for region_mask in panel.region_masks)
    yield from (region_edit.id for region_edit in panel.region_edits)


def references_by_character(document: Document) -> dict[str, frozenset[str]]:
    """Character id -> ids of its references: what panels may point at."""
    return {c.id: frozenset(r.id for r in c.references) for c in document.characters}


def check_links(panel: Panel, references: dict[str, frozenset[str]]) -> None:
    """Raises BadInput where something in the panel points at what is not there."""
    figures = {figure.id: figure for figure in panel.figures}
    for figure in panel.figures:
        _check_link(figure.character_id, figure.reference_ids, references)
    for region_mask in panel.region_masks:
        if region_mask.figure_id not in figures:
            raise _dangling(region_mask.figure_id)
        if region_mask.reference_id is not None:
            owner = figures[region_mask.figure_id].character_id
            _check_link(owner, (region_mask.reference_id,), references)
    for region_edit in panel.region_edits:
        if region_edit.character_id is not None:
            _check_link(region_edit.character_id, region_edit.reference_ids, references)
        elif region_edit.reference_ids:
            raise _dangling(region_edit.reference_ids[0])


def _check_link(
    character_id: str, reference_ids: tuple[str, ...], references: dict[str, frozenset[str]]
) -> None:
    if character_id not in references:
        raise _dangling(character_id)
    for reference_id in reference_ids:
        if reference_id not in references[character_id]:
            raise _dangling(reference_id)


def _dangling(object_id: str) -> BadInput:
    return BadInput(f"{object_id} is used in a panel but is not there.", code="unknown_id")
