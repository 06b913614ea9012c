"""Cases of the benchmark's five tasks, from either edition of the synthetic world.

A case is a reference of a held-out character and the true drawing of what the prompt asks for. The
tasks are those of AnimeAdapter (section "Benchmark"): each changes what its name says and keeps
the rest of the reference, so that the truth differs from it in just that.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Generic, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from core.errors import BadInput
from core.evaluation.cases import Attributes, BenchmarkCase, ReferencePicture
from core.synthetic import EDITIONS, FIRST, SECOND, CharacterSpec, Drawing, Edition, Split
from core.synthetic.edition import CharacterT, ShotT
from core.synthetic.first.draw import Shot as FirstShot
from core.synthetic.second.design import CharacterDesign
from core.synthetic.second.shot import Shot as SecondShot
from core.synthetic.second.shot import sample_shot as sample_second_shot

TASKS = ("motion", "posture", "expression", "scene", "pose")
TASK_TITLES = {
    "motion": "body-part motion",
    "posture": "posture and viewpoint",
    "expression": "expression",
    "scene": "scene",
    "pose": "pose-conditioned",
    "view-front": "from the front to the front",
    "view-three-quarter": "from the front to three-quarter",
    "view-side": "from the front to the side",
    "view-back": "from the front to behind",
}
VIEWS = ("front", "three-quarter", "side", "back")
VIEW_TASKS = tuple(f"view-{view}" for view in VIEWS)  # one pose, seen from four sides
POSED_TASKS = ("pose", *VIEW_TASKS)  # those that give the target's skeleton
WORLDS = tuple(EDITIONS)
References = Literal["sheet", "task"]
REFERENCES: tuple[References, ...] = get_args(References)
_REFERENCE_FRAMINGS = {
    "motion": ("full", "upper"),
    "posture": ("full", "upper"),
    "expression": ("portrait",),
    "scene": ("full",),
    "pose": ("full",),
}
_WHO = ("1girl", "solo")
_PLAIN = ("white", "gradient")
_STREAM = 10  # of random numbers: streams below are the identity task's and training's
_VIEW_STREAM = _STREAM + len(TASKS)  # the same for all views, so that the view alone differs


@dataclass(frozen=True)
class World(Generic[CharacterT, ShotT]):
    """An edition with what the benchmark asks of it.

    compose: the true shot of a task from (task, reference's shot, random shot). attributes: what
    a classifier can read in a drawing, by group; a group is left out where a picture has no one
    answer (two accessories, a face from behind). turned: a shot of one pose from any of `VIEWS`;
    None where the edition shows characters from the front only. references: model sheets, or what
    AnimeAdapter shows for each task (section "Task-Specific Reference Image Construction"): a
    picture in any pose and scene, a portrait where the expression changes.
    """

    edition: Edition[CharacterT, ShotT]
    compose: Callable[[str, ShotT, ShotT, np.random.Generator], ShotT]
    attributes: Callable[[CharacterT, ShotT], Attributes]
    turned: Callable[[str, ShotT, np.random.Generator, int], ShotT] | None = None
    has_truth: bool = True
    references: References = "sheet"

    @property
    def name(self) -> str:
        return self.edition.name

    def has(self, task: str, index: int) -> bool:
        """There is no end of characters."""
        return True

    def case(self, task: str, number: int, size_px: int) -> BenchmarkCase:
        """Case `number` of a task; always the same. Raises BadInput for an unknown task."""
        character = self.edition.character(number, Split.HELD_OUT)
        shown, shot = self._shots(task, number, size_px)
        reference, truth = self.edition.draw(character, shown), self.edition.draw(character, shot)
        target = puppet_target = None
        if task in POSED_TASKS:
            target = truth.keypoints
            # From behind, a whole skeleton would tell the puppet of a face that nobody sees.
            puppet_target = target if task in VIEW_TASKS else _whole(target)
        return BenchmarkCase(
            task,
            number,
            _prompt((), truth),
            truth.shot_tags,
            ReferencePicture(
                reference.image, reference.mask, _whole(reference.keypoints), reference.parts
            ),
            size_px,
            size_px,
            target,
            puppet_target,
            truth,
            self.attributes(character, shot),
            _prompt(tuple(tag for tag in truth.identity_tags if tag not in _WHO), truth),
        )

    def _shots(self, task: str, number: int, size_px: int) -> tuple[ShotT, ShotT]:
        """The reference's and the true one's."""
        edition = self.edition
        if task in VIEW_TASKS:
            if self.turned is None:
                raise BadInput(
                    f"The {self.name} world shows characters from the front: take “--world second”."
                )
            rng = edition.generator(number, Split.HELD_OUT, _VIEW_STREAM)
            sheet = edition.reference_shot(rng, size_px, size_px)
            return sheet, self.turned(VIEWS[VIEW_TASKS.index(task)], sheet, rng, size_px)
        if task not in TASKS:
            raise BadInput(f"There is no task “{task}”: choose {', '.join(TASKS)} or all.")
        rng = edition.generator(number, Split.HELD_OUT, _STREAM + TASKS.index(task))
        if self.references == "sheet":
            reference = edition.reference_shot(rng, size_px, size_px)
            framing = "upper" if task == "expression" else "full"
        else:
            framing = str(rng.choice(_REFERENCE_FRAMINGS[task]))
            reference = edition.sample_shot(rng, framing=framing, width=size_px, height=size_px)
        framing = {"posture": "full", "pose": None}.get(task, framing)
        scene = None if task in ("scene", "pose") else _PLAIN[int(rng.integers(2))]
        drawn = edition.sample_shot(
            rng, framing=framing, scene=scene, width=size_px, height=size_px
        )
        return reference, self.compose(task, reference, drawn, rng)


def _prompt(looks: tuple[str, ...], truth: Drawing) -> str:
    """In the order of training prompts: who, looks, shot."""
    return ", ".join((*_WHO, *looks, *truth.shot_tags))


def _whole(keypoints: NDArray[np.float32]) -> NDArray[np.float32]:
    """All keypoints present, also those outside the picture."""
    found = keypoints.copy()
    found[:, 2] = 1
    return found


def _compose_first(
    task: str, sheet: FirstShot, drawn: FirstShot, rng: np.random.Generator
) -> FirstShot:
    if task == "motion":
        joints = replace(sheet.joints, arms=drawn.joints.arms, elbows=drawn.joints.elbows)
        return replace(sheet, joints=joints, action=drawn.action, scene=drawn.scene)
    if task == "posture":
        turn = float(rng.choice([-1, 1]) * rng.uniform(0.6, 1))
        return replace(drawn, turn=turn, expression=sheet.expression)
    if task == "expression":
        return replace(drawn, joints=sheet.joints, turn=sheet.turn, action="")
    if task == "scene":
        return replace(sheet, scene=drawn.scene, scene_seed=drawn.scene_seed)
    return drawn


def _compose_second(
    task: str, sheet: SecondShot, drawn: SecondShot, rng: np.random.Generator
) -> SecondShot:
    del rng  # this edition's random shots have all views
    still = sheet.acting
    style = sheet.setting.style
    setting = replace(drawn.setting, style=style)
    if task == "motion":
        stance = replace(still.stance, arms=drawn.acting.stance.arms)
        acting = replace(still, stance=stance, action=drawn.acting.action)
    elif task == "posture":
        acting = replace(drawn.acting, expression=still.expression)
    elif task == "expression":
        acting = replace(still, expression=drawn.acting.expression, action="")
    elif task == "scene":
        acting = still
    else:
        acting = drawn.acting
    return replace(drawn, acting=acting, setting=setting)


def _turned_second(
    view: str, sheet: SecondShot, rng: np.random.Generator, size_px: int
) -> SecondShot:
    """The whole figure before plain ground; the view takes no other random numbers than another."""
    return sample_second_shot(
        rng, framing="full", scene=sheet.setting.scene, view=view, style=sheet.setting.style,
        width=size_px, height=size_px,
    )  # fmt: skip


def _first_attributes(character: CharacterSpec, shot: FirstShot) -> Attributes:
    found = {
        "hair style": character.hair_back,
        "fringe": character.fringe,
        "hair colour": character.hair_colour,
        "top": character.top,
        "top colour": character.top_colour,
        "accessory": character.accessory,
        "expression": shot.expression,
        "view": "front" if abs(shot.turn) <= 0.5 else "turned",
    }
    if character.top != "kimono":
        found["pattern"] = character.pattern
    if shot.framing == "full":
        found["bottom"] = character.bottom
    return found


def _second_attributes(character: CharacterDesign, shot: SecondShot) -> Attributes:
    view = shot.acting.view
    clothes = character.clothes
    found = {
        "hair style": character.hair.back,
        "hair colour": character.hair.colour.name,
        "top": clothes.outfit,
        "top colour": clothes.main.name,
        "pattern": clothes.fabric.kind,
        "view": view,
    }
    if view != "back":
        found |= {"fringe": character.hair.fringe, "expression": shot.acting.expression}
    if len(character.accessories) <= 1:
        found["accessory"] = next((a.name for a in character.accessories), "none")
    if shot.setting.style.shading == "manga":
        found = {name: value for name, value in found.items() if "colour" not in name}
    return found


_FIRST = World(FIRST, _compose_first, _first_attributes)
_SECOND = World(SECOND, _compose_second, _second_attributes, _turned_second)
AnyWorld = World[Any, Any]  # of whichever edition


def world_of(name: str, references: References = "sheet") -> AnyWorld:
    """The world with this name. Raises BadInput where there is none."""
    for world in (_FIRST, _SECOND):
        if world.name == name:
            return replace(world, references=references)
    raise BadInput(f"There is no world “{name}”: choose {' or '.join(WORLDS)}.")
