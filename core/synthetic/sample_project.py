"""The bundled sample and pose presets: `python -m core.synthetic.sample_project RESOURCES`.

Writes samples/sample.koma and poses/*.json below that folder. The sample has two characters that
training never saw, two pages, a second outfit and a region edit that puts it on. Poses and prompts
only: what is drawn from them is the model's work.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from core.document import (
    Character,
    CountingIds,
    Document,
    Figure,
    Page,
    Panel,
    Reference,
    ReferenceRole,
    RegionEdit,
    RenderSettings,
)
from core.document.edits import add_character, add_page, apply_layout
from core.document.layouts import read_template
from core.geometry import Raster, Rect
from core.pose import Pose, write_openpose
from core.storage import AssetStore, MemoryAssets, Project, put_image, put_mask, save_project
from core.synthetic.first.character import CharacterSpec, character_for
from core.synthetic.first.draw import FRAMINGS, draw, reference_shot
from core.synthetic.first.face import EXPRESSIONS
from core.synthetic.first.pose import ACTED, HEIGHT, NECK, TOP_OF_HEAD, build_skeleton
from core.synthetic.palette import CLOTH_COLOURS, HAIR_COLOURS
from core.synthetic.scene import SCENES
from core.synthetic.split import Split, generator

REFERENCE_PX = 512
HINATA_SEED, REN_SEED = 43, 61  # held-out characters, chosen by looking at them
SIZES = {"full": 1.0, "upper": 1.55, "portrait": 2.2}  # as in training

HINATA, REN = "ひなた", "蓮"


@dataclass(frozen=True)
class Actor:
    """A figure of a panel: x is the neck's distance from the middle in panel heights."""

    name: str
    action: str = "standing"
    x: float = 0.0
    turn: float = 0.0
    size: float = 1.0
    mirrored: bool = False


@dataclass(frozen=True)
class Scene:
    """A panel: its figures back to front, and what the prompt says."""

    actors: tuple[Actor, ...]
    place: str
    expression: str
    framing: str = "full"
    seed: int = 0
    words: tuple[str, ...] = field(default=())


PAGES: tuple[tuple[str, str, tuple[Scene, ...]], ...] = (
    (
        "放課後",
        "five-panels",
        (
            Scene(
                (
                    Actor(REN, "hand on hip", -0.46, 0.3),
                    Actor(HINATA, "waving", 0.42, -0.3),
                ),
                "classroom", "smile", "upper", 11,
            ),
            Scene((Actor(HINATA, "pointing", 0.0, 0.4),), "classroom", "open", "upper", 12),
            Scene((Actor(REN, "standing", 0.02, -0.2),), "classroom", "surprised", "portrait", 13),
            Scene((Actor(HINATA, "running", 0.0, 0.5),), "park", "open", seed=14),
            Scene((Actor(REN, "walking", 0.0, -0.4),), "park", "neutral", seed=15),
        ),
    ),
    (
        "海まで",
        "six-panels",
        (
            Scene((Actor(HINATA, "jumping"),), "beach", "open", seed=21),
            Scene((Actor(REN, "sitting", 0.0, 0.2),), "beach", "smile", seed=22),
            Scene((Actor(HINATA, "arms at sides", 0.0, 0.1),), "snow", "smile", "upper", 23),
            Scene((Actor(REN, "arms up", 0.0, -0.1),), "sunset", "open", seed=24),
            Scene((Actor(HINATA, "standing", -0.02, 0.2),), "sunset", "smile", "portrait", 25),
            Scene(
                (
                    Actor(REN, "waving", -0.22, 0.2, mirrored=True),
                    Actor(HINATA, "waving", 0.22, -0.2),
                ),
                "night", "smile", seed=26,
            ),
        ),
    ),
)  # fmt: skip
PRESETS = (
    "standing", "waving", "arms up", "hand on hip", "pointing",
    "walking", "running", "jumping", "sitting", "crossed arms",
)  # fmt: skip
PRESET_PX = 512
EDITED = (1, 2)  # page and panel of the region edit
EDIT_NAME = "冬のパーカー"


STEPS, GUIDANCE_SCALE, ADAPTER = 12, 2.0, "anime+reference"  # as koma-toon's koma.json says


def build(layouts: Path) -> Project:
    """The same project each time; `layouts` is the folder of templates."""
    ids, assets = CountingIds(), MemoryAssets()
    settings = RenderSettings(steps=STEPS, guidance_scale=GUIDANCE_SCALE, adapter=ADAPTER)
    document = Document(title="ひなたと蓮の放課後", settings=settings)
    hinata, ren = character_for(HINATA_SEED, Split.HELD_OUT), _ren()
    winter = _winter(hinata)
    for colour, (name, spec, outfits) in enumerate(((HINATA, hinata, (winter,)), (REN, ren, ()))):
        references = tuple(
            _reference(ids, assets, look, "outfit" if number else "full", number)
            for number, look in enumerate((spec, *outfits))
        )
        character = Character(ids("character"), name, spec.tags, colour, references)
        document = add_character(document, character)
    for page_number, (name, layout, scenes) in enumerate(PAGES):
        page = Page(ids("page"), name=name)
        document = apply_layout(
            add_page(document, page), page.id, read_template(layouts / f"{layout}.json"), ids
        )
        panels = tuple(
            _panel(document, ids, panel, scene)
            for panel, scene in zip(document.page(page.id).panels, scenes, strict=True)
        )
        if page_number == EDITED[0]:
            edited = _with_winter_coat(document, ids, assets, panels[EDITED[1]], winter)
            panels = (*panels[: EDITED[1]], edited, *panels[EDITED[1] + 1 :])
        document = replace(
            document,
            pages=(*document.pages[:-1], replace(document.pages[-1], panels=panels)),
        )
    return Project(document, assets)


def _ren() -> CharacterSpec:
    """Hair and hoodie in colours that stay apart in a small panel."""
    return replace(
        character_for(REN_SEED, Split.HELD_OUT),
        hair_back="spiky", fringe="swept", hair_colour="brown", hair_rgb=HAIR_COLOURS["brown"],
        top_colour="green", top_rgb=CLOTH_COLOURS["green"],
        bottom_colour="blue", bottom_rgb=CLOTH_COLOURS["blue"],
    )  # fmt: skip


def _winter(spec: CharacterSpec) -> CharacterSpec:
    """The same girl in a red hoodie with white dots."""
    return replace(
        spec,
        top="hoodie", top_colour="red", top_rgb=CLOTH_COLOURS["red"], long_sleeves=True,
        pattern="dots", pattern_rgb=CLOTH_COLOURS["white"],
    )  # fmt: skip


def _reference(
    ids: CountingIds, assets: AssetStore, spec: CharacterSpec, role: ReferenceRole, number: int
) -> Reference:
    """A model sheet on white ground, with its mask and its own skeleton."""
    rng = generator(number + 1, Split.HELD_OUT, 2)
    shot = replace(reference_shot(rng, REFERENCE_PX, REFERENCE_PX), scene="white")
    drawing = draw(spec, shot)
    return Reference(
        ids("reference"),
        put_image(assets, Raster.from_array(drawing.image)),
        put_mask(assets, Raster.from_array(drawing.mask)),
        Pose.from_array(drawing.keypoints),
        role,
    )


def _panel(document: Document, ids: CountingIds, panel: Panel, scene: Scene) -> Panel:
    bounds = panel.polygon.bounds
    by_name = {character.name: character for character in document.characters}
    figures = tuple(
        Figure(
            ids("figure"),
            by_name[actor.name].id,
            _pose(actor, scene.framing, bounds),
            reference_ids=(by_name[actor.name].references[0].id,),
        )
        for actor in scene.actors
    )
    first = scene.actors[0]
    words = [FRAMINGS[scene.framing], EXPRESSIONS[scene.expression], *SCENES[scene.place]]
    if len(scene.actors) == 1:
        words.append(first.action)
    words.append("looking to the side" if abs(first.turn) > 0.5 else "looking at viewer")
    return replace(
        panel, prompt=", ".join((*words, *scene.words)), seed=scene.seed, figures=figures
    )


def _pose(actor: Actor, framing: str, bounds: Rect) -> Pose:
    """In mm from the panel's top left; as large as figures are in training pictures."""
    height = bounds.height
    radius = 0.8 / HEIGHT * SIZES[framing] * actor.size
    top = 0.11 if framing == "full" else 0.1
    neck = np.array(
        [bounds.width / 2 + actor.x * height, (top + radius * (TOP_OF_HEAD + NECK)) * height],
        np.float32,
    )
    joints = ACTED[actor.action]
    if actor.mirrored:
        joints = replace(
            joints,
            lean=-joints.lean, tilt=-joints.tilt, arms=joints.arms[::-1],
            elbows=joints.elbows[::-1], legs=joints.legs[::-1], knees=joints.knees[::-1],
        )  # fmt: skip
    keypoints = build_skeleton(joints, neck, radius * height, actor.turn).keypoints
    return Pose.from_array(np.column_stack([keypoints, np.ones(len(keypoints), np.float32)]))


def _with_winter_coat(
    document: Document, ids: CountingIds, assets: AssetStore, panel: Panel, winter: CharacterSpec
) -> Panel:
    """The panel with a layer that redraws the figure's trunk and arms in the second outfit."""
    character = next(c for c in document.characters if c.name == HINATA)
    edit = RegionEdit(
        ids("edit"),
        put_mask(assets, Raster.from_array(_clothes_mask(panel))),
        EDIT_NAME,
        character.id,
        (character.references[1].id,),
        prompt=", ".join(winter.tags),
        seed=33,
        feather_px=4,
    )
    return replace(panel, region_edits=(edit,))


def _clothes_mask(panel: Panel, width: int = 512) -> NDArray[np.uint8]:
    """Strokes along trunk and arms, as with a broad brush, over the panel's bounds."""
    bounds = panel.polygon.bounds
    scale = width / bounds.width
    mask = np.zeros((round(bounds.height * scale), width), np.uint8)
    points = np.rint(panel.figures[0].pose.to_array()[:, :2] * scale).astype(int)
    unit = float(np.linalg.norm(points[2] - points[5]))  # between the shoulders
    neck, hips = points[1], (points[8] + points[11]) // 2
    trunk_top = (neck + 0.22 * (hips - neck)).astype(int)
    cv2.line(mask, trunk_top.tolist(), hips.tolist(), 255, round(0.95 * unit))
    for chain in ((2, 3, 4), (5, 6, 7)):
        cv2.polylines(mask, [points[list(chain)]], False, 255, round(0.46 * unit))
    return mask


def write_presets(folder: Path) -> None:
    """One OpenPose file a preset: a figure in the middle of a square canvas."""
    square = Rect(0, 0, PRESET_PX, PRESET_PX)
    for action in PRESETS:
        pose = _pose(Actor("", action), "full", square)
        text = write_openpose([pose], PRESET_PX, PRESET_PX)
        (folder / f"{action.replace(' ', '-')}.json").write_text(text + "\n", encoding="utf-8")


def main() -> None:
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    folder = Path(sys.argv[1])
    for name in ("samples", "poses"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    write_presets(folder / "poses")
    save_project(build(folder / "layouts"), folder / "samples" / "sample.koma")


if __name__ == "__main__":
    main()
