"""Stage 6, the finishing network: `python -m core.training.finisher`.

The finished stages draw training characters as the application would, and a small network learns
to bring those drawings, with the puppet beside them, closer to the true pictures. What it sees is
thus exactly what it will see: the autoencoder's softness and the UNet's own mistakes. Without a
puppet it learns on pictures that only went through the autoencoder: shown the UNet's guesses at a
character there, it would learn that grey is the safest colour.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from diffusers import AutoencoderDC, UNet2DModel
from numpy.typing import NDArray
from torch import Tensor, nn

from core.engine.diffusers_engine import DiffusersEngine
from core.engine.finishing import finish, word_class
from core.engine.latents import decode_latents
from core.engine.model_source import CheckpointSource
from core.engine.rasters import to_picture
from core.engine.requests import CancelToken, ReferenceInput, RenderRequest
from core.files import write_atomically
from core.geometry import Raster
from core.pose import Pose
from core.pose.control_image import draw_control_image
from core.synthetic import Split
from core.synthetic.first.expressions import telling, with_every_expression
from core.training.checkpoint import first_weights, load_ema
from core.training.command import run_command, stage_arguments
from core.training.config import FinisherStage, SharpenStage, section
from core.training.latents import Latents, finished_vae
from core.training.loop import Run, Trainer
from core.training.monitor import Sheet, figure
from core.training.networks import FINISHER_WORDS, build_finisher
from core.training.prompts import training_prompt
from core.training.publish import publish
from core.training.sheets import rows_of, to_uint8
from core.training.turns import Batch, Turn
from core.training.vae import gradient_loss
from core.training.world import World, sample_pair

log = logging.getLogger(__name__)
Image = NDArray[np.uint8]
PLACE = 5
MODEL_ID = "koma-toon"
BATCH = 8  # pictures drawn at once
LEAST_ERROR = 1e-5  # 50 dB: better is not worth a gradient


class Drawings:
    """Pictures of the first `count` training pairs as the model draws them, drawn once.

    with_puppet: bool (N,), whether the puppet was there; the others went through the autoencoder
    only, with a little noise on their latents. face: what an expression changes in the truth.
    """

    def __init__(self, folder: Path) -> None:
        self.picture: Image = np.load(folder / "drawn.npy", mmap_mode="r")
        self.with_puppet: NDArray[np.bool_] = np.load(folder / "with_puppet.npy")
        self.face: Image = np.load(folder / "faces.npy", mmap_mode="r")


def request(world: World, index: int, stage: FinisherStage) -> RenderRequest:
    """How picture `index` is asked for: reference and looks are left out at times."""
    rng = np.random.default_rng((index, 7))
    turn = index // BATCH  # what is drawn together agrees in steps and guidance
    references = ()
    if rng.random() < 0.8:
        mask = Raster.from_array(np.ascontiguousarray(world.reference_mask[index]))
        image = Raster.from_array(np.ascontiguousarray(world.reference[index]))
        references = (ReferenceInput(image, mask),)
    prompt = training_prompt(
        world.identity[index], world.shot[index], rng, drop_identity=0.8, drop_text=0.0
    )
    height, width = world.target.shape[1:3]
    return RenderRequest(
        model_id=MODEL_ID,
        width=width,
        height=height,
        prompt=prompt,
        seed=index,
        steps=stage.steps_drawn[turn % len(stage.steps_drawn)],
        guidance_scale=stage.guidance_scales[turn % len(stage.guidance_scales)],
        references=references,
        pose_image=Raster.from_array(
            draw_control_image([Pose.from_array(world.poses[index, 1])], width, height)
        ),
        puppet_image=Raster.from_array(np.ascontiguousarray(world.puppet[index])),
    )


def draw_all(out: Path, world: World, stage: FinisherStage, manifest: dict[str, object]) -> None:
    """Publish the stages as they are, without a finishing network, and draw with them.

    Goes on after a stop, and after the pictures of a smaller `pool`.
    """
    count = min(stage.pool, world.count)
    shape = (count, *world.target.shape[1:])
    drawn, done = _begun(out, shape)
    models = out / "unfinished"
    publish(out, models / MODEL_ID, manifest, finisher=False)
    engine = DiffusersEngine(CheckpointSource([models], None))
    puppets = puppets_shown(count, stage)
    vae, latents = finished_vae(out), Latents(out / "world")
    for start in range(done, count, BATCH):
        rows = np.arange(start, min(start + BATCH, count))
        asked = {int(i): request(world, int(i), stage) for i in rows[puppets[rows]]}
        results = engine.render(tuple(asked.values()), lambda progress: None, CancelToken())
        for row, result in zip(asked, results, strict=True):
            drawn[row] = result.image
        for row in rows[~puppets[rows]]:
            drawn[row] = through_vae(vae, latents, int(row), stage)
        if start % 80 == 0:
            log.info("drawn %d of %d", start, count)
            drawn.flush()
            (out / "drawn.part.txt").write_text(str(start), encoding="utf-8")
    drawn.flush()
    np.save(out / "with_puppet.npy", puppets)
    (out / "drawn.part.npy").replace(out / "drawn.npy")
    (out / "drawn.part.txt").unlink(missing_ok=True)


def _begun(out: Path, shape: tuple[int, ...]) -> tuple[np.memmap[Any, np.dtype[np.uint8]], int]:
    """The pictures to fill, uint8 of `shape`, and how many of them are there already."""
    part, mark, whole = (out / f"drawn{end}" for end in (".part.npy", ".part.txt", ".npy"))
    if part.exists() and mark.exists():
        pictures = np.load(part, mmap_mode="r+")
        if pictures.shape == shape:
            return pictures, int(mark.read_text(encoding="utf-8"))
    pictures = np.lib.format.open_memmap(part, "w+", np.uint8, shape)
    if not whole.exists():
        return pictures, 0
    before: Image = np.load(whole, mmap_mode="r")
    done = len(before) // BATCH * BATCH
    pictures[:done] = before[:done]
    return pictures, done


def draw_faces(folder: Path, world: World, count: int) -> None:
    """`faces.npy`: masks of what an expression changes in the true drawings, once."""
    path, size = folder / "faces.npy", world.target.shape[1]
    if path.exists() and len(np.load(path, mmap_mode="r")) >= count:
        return
    masks = np.zeros((count, size, size), np.uint8)
    for index in range(count):
        character, _, shot, _ = sample_pair(index, Split.TRAIN, size)
        masks[index] = telling(with_every_expression(character, shot)) * np.uint8(255)
    write_atomically(path, lambda file: np.save(file, masks))


def puppets_shown(count: int, stage: FinisherStage) -> NDArray[np.bool_]:
    """Which pictures are drawn with the puppet; of fewer, the same."""
    return np.random.default_rng(7).random(count) >= stage.drop_puppet


def through_vae(vae: AutoencoderDC, latents: Latents, row: int, stage: FinisherStage) -> Image:
    """Picture `row` after the autoencoder, with noise of its own on its latents."""
    clean = torch.from_numpy(np.array(latents.target[row])).float()[None]
    vae.register_to_config(scaling_factor=latents.scaling)
    noise = torch.randn(clean.shape, generator=torch.Generator().manual_seed(row))
    with torch.no_grad():
        return to_picture(decode_latents(vae, clean + stage.latent_noise * noise)[0])


@dataclass(frozen=True)
class Square:
    """A drawing, its puppet (empty where it was drawn without), truth, and masks of the figure and
    of what an expression changes in its face, uint8 (H, W, C) and (H, W); which of FINISHER_WORDS
    is asked for, from 1, or 0.
    """

    drawn: Image
    puppet: Image
    truth: Image
    subject: Image
    face: Image
    word: int

    def cut(self, *window: slice) -> Square:
        return Square(
            self.drawn[window],
            self.puppet[window],
            self.truth[window],
            self.subject[window],
            self.face[window],
            self.word,
        )


class Crops:
    """drawn, truth (B, 3, c, c) in -1 to 1, puppet (B, 4, c, c) in 0 to 1, subject and face, bool
    (B, 1, c, c): the same square of all, now and then mirrored. word: (B,) int64.
    """

    def __init__(self, world: World, drawings: Drawings, stage: FinisherStage) -> None:
        self._world, self._drawings, self._stage = world, drawings, stage

    def __len__(self) -> int:
        return min(self._stage.pool, len(self._drawings.picture))

    def batch(self, turn: Turn) -> Batch:
        places = zip(turn.rows(len(self)), turn.generators(), strict=True)
        return as_batch([self.one(int(index), rng) for index, rng in places])

    def one(self, index: int, rng: np.random.Generator) -> Square:
        """A random square of pair `index`."""
        side = self._stage.crop_px
        high = self._world.target.shape[1] - side + 1
        y, x = (int(v) // 2 * 2 for v in rng.integers(0, high, 2))
        square = self.whole(index)
        if rng.random() < self._stage.face_crops and square.face.any():
            middle = np.argwhere(square.face).mean(0) + rng.uniform(-0.25, 0.25, 2) * side
            y, x = (int(v) // 2 * 2 for v in (middle - side / 2).clip(0, high - 1))
        square = square.cut(slice(y, y + side), slice(x, x + side))
        mirrored = slice(None, None, -1 if rng.random() < 0.5 else 1)
        square = square.cut(slice(None), mirrored)
        keep = rng.random() >= self._stage.drop_word or not self._word_is_spare(index)
        return square if keep else replace(square, word=0)

    def whole(self, index: int) -> Square:
        world, drawings = self._world, self._drawings
        return Square(
            drawings.picture[index],
            world.puppet[index] * np.uint8(drawings.with_puppet[index]),
            world.target[index],
            world.target_mask[index],
            drawings.face[index],
            _word(world.shot[index]),
        )

    def _word_is_spare(self, index: int) -> bool:
        """Whether the drawing shows the expression itself, or its puppet the same."""
        world = self._world
        same = _word(world.shot[index]) == _word(world.reference_shot[index])
        return same or not self._drawings.with_puppet[index]


def _word(tags: Sequence[str]) -> int:
    return word_class(", ".join(tags), FINISHER_WORDS)


def as_batch(squares: Sequence[Square]) -> Batch:
    """As `Crops` gives it."""
    return {
        "drawn": tensor([one.drawn for one in squares]) / 127.5 - 1,
        "truth": tensor([one.truth for one in squares]) / 127.5 - 1,
        "puppet": tensor([one.puppet for one in squares]) / 255,
        "subject": torch.from_numpy(np.stack([one.subject for one in squares]))[:, None] > 127,
        "face": torch.from_numpy(np.stack([one.face for one in squares]))[:, None] > 127,
        "word": torch.tensor([one.word for one in squares]),
    }


def _missing(out: Path, count: int) -> bool:
    whole = out / "drawn.npy"
    return not whole.exists() or len(np.load(whole, mmap_mode="r")) < count


def tensor(pictures: list[Image]) -> Tensor:
    return torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2).float()


class FinishObjective(nn.Module):
    def __init__(self, network: UNet2DModel, stage: FinisherStage) -> None:
        super().__init__()
        self.network, self.stage = network, stage

    def forward(self, batch: Batch) -> tuple[Tensor, dict[str, Tensor]]:
        drawn, subject = batch["drawn"], batch["subject"]
        truth = on_drawn_ground(batch["truth"], drawn, subject, batch["puppet"])
        got = finish(self.network, drawn, batch["puppet"], batch["word"]).float()
        return unlike(got, truth, batch, None, self.stage), likeness(batch, got.detach(), truth)


def likeness(batch: Batch, got: Tensor, truth: Tensor) -> dict[str, Tensor]:
    """PSNR in dB of the figures before and after, and of their faces after."""
    return {
        "before": figure(decibels(batch["drawn"], truth, batch["subject"])),
        "after": figure(decibels(got, truth, batch["subject"])),
        "faces": figure(decibels(got, truth, batch["face"])),
    }


def unlike(
    got: Tensor,
    truth: Tensor,
    batch: Batch,
    ground: Tensor | None,
    weights: FinisherStage | SharpenStage,
) -> Tensor:
    """How far pictures are from the true ones: figure, face, ground (as in `psnr_loss`) and lines.

    A mouth is too few of a figure's pixels to count among them.
    """
    loss = psnr_loss(got, truth, batch["subject"])
    loss = loss + weights.ground_weight * psnr_loss(got, truth, ground)
    if weights.face_weight:
        loss = loss + weights.face_weight * psnr_loss(got, truth, batch["face"])
    return loss + weights.gradient_weight * gradient_loss(got, truth)


def on_drawn_ground(truth: Tensor, drawn: Tensor, subject: Tensor, puppet: Tensor) -> Tensor:
    """What is to come out: the true figure on the ground as it was drawn.

    A ground that the model made up is not the true one's; asked for that, the network would blur
    it. Pictures without a puppet only went through the autoencoder: there all of the truth counts.
    All (B, C, H, W), subject bool. The figure's outline belongs to it.
    """
    figure_there = F.max_pool2d(subject.float(), 3, 1, 1)
    posed = (puppet[:, 3:].amax((1, 2, 3), keepdim=True) > 0).float()
    ground = posed * (1 - F.avg_pool2d(figure_there, 3, 1, 1))
    return torch.lerp(truth, drawn, ground)


def finishing_sheet(network: UNet2DModel, examples: Crops, count: int) -> Sheet:
    """Drawings, the same finished, and the true pictures."""
    batch = as_batch([examples.whole(index) for index in range(count)])
    drawn, puppet, word = (batch[key].to(network.device) for key in ("drawn", "puppet", "word"))
    finished = finish(network, drawn, puppet, word)
    return rows_of(to_uint8(drawn), to_uint8(finished), to_uint8(batch["truth"]))


def main(given: Sequence[str] | None = None) -> None:
    arguments = stage_arguments(__doc__ or "", given)
    cv2.setNumThreads(1)
    config = arguments.config
    stage = section(config.finisher, "finisher")
    run = Run.start(arguments, stage.optimisation, PLACE)
    world = World(arguments.out / "world")
    with run.first_alone() as main_process:
        if main_process and _missing(arguments.out, min(stage.pool, world.count)):
            manifest = Path(__file__).parent / "configs" / "koma.json"
            draw_all(arguments.out, world, stage, json.loads(manifest.read_text(encoding="utf-8")))
        if main_process:
            draw_faces(arguments.out, world, min(stage.pool, world.count))
    torch.set_num_threads(arguments.threads)
    network: UNet2DModel = build_finisher()
    if start := first_weights(stage.start, arguments.out / "finisher.pt"):
        load_ema(network, start)
    nn.Module.to(network, memory_format=torch.channels_last)
    trainer = Trainer("finisher", network, stage.optimisation, run)
    examples = Crops(world, Drawings(arguments.out), stage)
    count = min(config.monitoring.sheet_pictures, len(examples))
    trainer.run(
        FinishObjective(network, stage),
        examples,
        lambda: finishing_sheet(network, examples, count),
    )


def psnr_loss(got: Tensor, truth: Tensor, where: Tensor | None) -> Tensor:
    """Minus the mean PSNR of the pictures (B, 3, H, W) in -1 to 1, in units of 10 dB.

    where: bool (B, 1, H, W), the pixels that count; pictures without any count for nothing. None
    is all pixels. Each picture counts alike: squared errors alone would serve the worst ones and
    soften those that are nearly right. As in NAFNet (Chen et al. 2022).
    """
    squares = (got - truth).square().mean(1)
    inside = torch.ones_like(squares) if where is None else where[:, 0].float()
    count = inside.sum((1, 2))
    error = (squares * inside).sum((1, 2)) / count.clamp(min=1)
    shown = (count > 0).float()
    return (torch.log10(error / 4 + LEAST_ERROR) * shown).sum() / shown.sum().clamp(min=1)


def decibels(got: Tensor, truth: Tensor, where: Tensor) -> Tensor:
    """PSNR of the subject's pixels over the batch."""
    error = ((got - truth).square().mean(1, keepdim=True) * where).sum() / where.sum().clamp(min=1)
    return 10 * torch.log10(4 / error.clamp(min=1e-8))


if __name__ == "__main__":
    run_command(main)
