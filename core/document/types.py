"""The document: title > pages > panels > figures, and the characters they show.

Everything is a frozen value with a short string id; an edit makes a new document that shares all
that it did not touch. Pixels are not in here: an image or a mask is the SHA-256 of its PNG file
(`Digest`), and an asset store of `core.storage` holds the file.

Units: millimetres on the page, origin at the top left corner of the trim box, y downwards. A
figure's pose is in millimetres from the top left corner of its panel's bounds, a reference's pose
in pixels of the reference's image.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from core.errors import BadInput
from core.geometry import Polygon, Rect
from core.pose import Pose

ReadingDirection = Literal["rtl", "ltr", "vertical"]
Quality = Literal["draft", "final"]
PoseStyle = Literal["classic", "xinsir"]
AdapterKind = Literal["anime", "ip", "ip-plus", "character", "reference"]
ReferenceRole = Literal["full", "face", "hair", "outfit", "accessory", "other"]
Digest = str  # SHA-256 of a PNG file, 64 lower-case hexadecimal digits

# Eight colours that stay apart for the three common kinds of colour blindness (Okabe and Ito,
# "Color Universal Design", 2008), grey instead of black because skeletons have dark outlines.
CHARACTER_COLOURS = (
    "#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7", "#999999",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PageFormat:
    """The printed page. The default is a B5 comic book as Japanese printers take it.

    `margin_mm` is the distance from the trim to the live area, `bleed_mm` how far art goes beyond
    the trim. `tier_gutter_mm` separates rows of panels, `column_gutter_mm` panels side by side:
    manga keeps the latter narrower, so that the eye goes sideways before it goes down.
    """

    trim_width_mm: float = 182.0
    trim_height_mm: float = 257.0
    bleed_mm: float = 3.0
    margin_mm: float = 16.0
    tier_gutter_mm: float = 6.0
    column_gutter_mm: float = 3.0

    @property
    def trim(self) -> Rect:
        return Rect(0.0, 0.0, self.trim_width_mm, self.trim_height_mm)

    @property
    def bleed_area(self) -> Rect:
        b = self.bleed_mm
        return Rect(-b, -b, self.trim_width_mm + 2 * b, self.trim_height_mm + 2 * b)

    @property
    def live_area(self) -> Rect:
        m = self.margin_mm
        return Rect(m, m, self.trim_width_mm - 2 * m, self.trim_height_mm - 2 * m)


PAGE_FORMATS = {
    "b5": PageFormat(),
    "manuscript": PageFormat(220.0, 310.0, bleed_mm=5.0, margin_mm=20.0),
    "a4": PageFormat(210.0, 297.0),
    "a5": PageFormat(148.0, 210.0, margin_mm=13.0),
    "us-comic": PageFormat(168.0, 260.0, margin_mm=10.0, tier_gutter_mm=4.0, column_gutter_mm=4.0),
    "webtoon": PageFormat(100.0, 400.0, bleed_mm=0.0, margin_mm=4.0, tier_gutter_mm=12.0),
}


@dataclass(frozen=True, slots=True)
class Lora:
    """A LoRA file on the artist's disk, used by every panel."""

    path: str
    scale: float = 1.0


@dataclass(frozen=True, slots=True)
class RenderSettings:
    """How panels are drawn where a panel says nothing else.

    `style` is added to every panel's prompt, `negative_prompt` to every negative prompt.
    `base_px` squared is about the area of a generated image. `pose_controller` is "builtin" or the
    path of a ControlNet or T2I-Adapter folder. `puppet_strength_img2img` counts only for base
    models without a puppet condition of their own. `adapter` carries the references into the
    picture: an `AdapterKind`, or several joined by "+".
    """

    model_id: str = "koma-toon"
    steps: int = 20
    guidance_scale: float = 3.0
    quality: Quality = "final"
    style: str = ""
    negative_prompt: str = ""
    base_px: int = 256
    pose_style: PoseStyle = "classic"
    pose_controller: str = "builtin"
    puppet_strength_img2img: float = 0.85
    loras: tuple[Lora, ...] = ()
    adapter: str = "anime"


@dataclass(frozen=True, slots=True)
class Drawing:
    """The last picture rendered for a panel or a region edit.

    `request_hash` is the content hash of the request it came from: a different hash now means that
    the drawing is stale.
    """

    image: Digest
    request_hash: str


@dataclass(frozen=True, slots=True)
class Reference:
    """One picture of a character, with its own subject mask and its own skeleton.

    `mask` has 1 channel and the size of the image, 255 = subject; None = everything. `pose` is in
    pixels of the image; None = not found. `scale` is the adapter's lambda for this reference.
    """

    id: str
    image: Digest
    mask: Digest | None = None
    pose: Pose | None = None
    role: ReferenceRole = "full"
    scale: float = 1.0


@dataclass(frozen=True, slots=True)
class Character:
    """An entry of the cast. `colour` is an index into `CHARACTER_COLOURS`."""

    id: str
    name: str
    tags: tuple[str, ...] = ()
    colour: int = 0
    references: tuple[Reference, ...] = ()

    def reference(self, reference_id: str) -> Reference:
        """Raises BadInput where this character has no such reference."""
        for reference in self.references:
            if reference.id == reference_id:
                return reference
        raise BadInput(f"{self.name} has no reference {reference_id}.", code="unknown_id")


@dataclass(frozen=True, slots=True)
class Figure:
    """One placement of a character in a panel.

    `pose` is in mm from the top left of the panel's bounds, `scale` multiplies the scale of each
    reference, `reference_ids` picks some of the character's references; () = all.
    """

    id: str
    character_id: str
    pose: Pose
    scale: float = 1.0
    reference_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RegionMask:
    """The area of a panel that a figure, or one of its references, may paint.

    `mask` has 1 channel and any size; it is stretched over the panel's bounds. `reference_id` None
    = all references of the figure.
    """

    id: str
    mask: Digest
    figure_id: str
    reference_id: str | None = None


@dataclass(frozen=True, slots=True)
class RegionEdit:
    """A layer above the panel's drawing: only `mask` is drawn again, with its own references.

    `mask` as in `RegionMask`. `strength` is the share of the noise schedule that is run. `steps`
    and `guidance_scale` None = the document's. `scale` multiplies the scale of each reference.
    """

    id: str
    mask: Digest
    name: str = ""
    character_id: str | None = None
    reference_ids: tuple[str, ...] = ()
    prompt: str = ""
    negative_prompt: str = ""
    seed: int = 0
    steps: int | None = None
    guidance_scale: float | None = None
    scale: float = 1.0
    feather_px: int = 6
    strength: float = 1.0
    visible: bool = True
    drawing: Drawing | None = None


@dataclass(frozen=True, slots=True)
class Border:
    """The line around a panel, centred on its polygon. `colour` is "#rrggbb"."""

    width_mm: float = 0.8
    colour: str = "#000000"


@dataclass(frozen=True, slots=True)
class Panel:
    """One drawing of a page. `border` None = open panel; `figures` stand back to front."""

    id: str
    polygon: Polygon
    border: Border | None = field(default_factory=Border)
    prompt: str = ""
    negative_prompt: str = ""
    seed: int = 0
    steps: int | None = None
    guidance_scale: float | None = None
    pose_conditioning_scale: float = 1.0
    puppet_scale: float = 1.0
    figures: tuple[Figure, ...] = ()
    region_masks: tuple[RegionMask, ...] = ()
    region_edits: tuple[RegionEdit, ...] = ()
    drawing: Drawing | None = None

    def figure(self, figure_id: str) -> Figure:
        """Raises BadInput where this panel has no such figure."""
        for figure in self.figures:
            if figure.id == figure_id:
                return figure
        raise BadInput(f"The panel has no figure {figure_id}.", code="unknown_id")

    def region_edit(self, region_edit_id: str) -> RegionEdit:
        """Raises BadInput where this panel has no such region edit."""
        for region_edit in self.region_edits:
            if region_edit.id == region_edit_id:
                return region_edit
        raise BadInput(f"The panel has no region edit {region_edit_id}.", code="unknown_id")


@dataclass(frozen=True, slots=True)
class Page:
    """One page. `panels` are in no particular order: see `core.document.reading_order`."""

    id: str
    panels: tuple[Panel, ...] = ()
    name: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A whole project without its pixels."""

    title: str = ""
    reading_direction: ReadingDirection = "rtl"
    page_format: PageFormat = field(default_factory=PageFormat)
    pages: tuple[Page, ...] = ()
    characters: tuple[Character, ...] = ()
    settings: RenderSettings = field(default_factory=RenderSettings)

    def page(self, page_id: str) -> Page:
        """Raises BadInput where there is no such page."""
        for page in self.pages:
            if page.id == page_id:
                return page
        raise BadInput(f"There is no page {page_id} in this project.", code="unknown_id")

    def page_of(self, panel_id: str) -> Page:
        """The page that holds the panel. Raises BadInput where there is no such panel."""
        for page in self.pages:
            for panel in page.panels:
                if panel.id == panel_id:
                    return page
        raise BadInput(f"There is no panel {panel_id} in this project.", code="unknown_id")

    def panel(self, panel_id: str) -> Panel:
        """Raises BadInput where there is no such panel."""
        return next(p for p in self.page_of(panel_id).panels if p.id == panel_id)

    def character(self, character_id: str) -> Character:
        """Raises BadInput where there is no such character."""
        for character in self.characters:
            if character.id == character_id:
                return character
        raise BadInput(f"There is no character {character_id} in this project.", code="unknown_id")

    def panels(self) -> Iterator[Panel]:
        """All panels, page by page."""
        for page in self.pages:
            yield from page.panels

    def figure_references(self, figure: Figure) -> tuple[Reference, ...]:
        """The references that a figure uses, in the character's order."""
        character = self.character(figure.character_id)
        if not figure.reference_ids:
            return character.references
        return tuple(r for r in character.references if r.id in figure.reference_ids)
