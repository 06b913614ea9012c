"""A page of six panels with koma-toon: Koma's batched engine against a loop over a pipeline.

Same networks, threads, number format, steps, prompts, poses, puppets and references. diffusers'
StableDiffusionAdapterPipeline draws one panel a call. What it cannot do by itself is done for it
from outside, and the time of these parts counts on both sides:
 - AnimeAdapter: injected around each call; diffusers pairs no references with panels of a batch.
 - The puppet's input channels: a wrapper of the UNet joins them to the latents.
 - AutoencoderDC: a wrapper gives it the configuration that the pipeline asks an AutoencoderKL for.
It gets no cache: every call encodes its prompt and its reference, as pipelines do. Run it as a
script on an idle machine.
"""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from statistics import median
from types import SimpleNamespace
from typing import Any

import diffusers
import numpy as np
import torch
import transformers
from diffusers import StableDiffusionAdapterPipeline
from numpy.typing import NDArray
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from _tiny import MemorySource, drawing, interleaved, machine, print_table

from core.adapters.conditions import ReferenceCondition
from core.adapters.encoders import AnimeEncoder, VisionTower
from core.adapters.reference_cache import ReferenceCache
from core.checkpoints.catalogue import inspect
from core.checkpoints.loading import LoadedModel, image_normalisation, load_base
from core.engine.device import EngineOptions, choose_dtype
from core.engine.diffusers_engine import DiffusersEngine
from core.engine.finishing import finished_picture
from core.engine.latents import downscale, latent_channels
from core.engine.puppet_condition import puppet_condition
from core.engine.rasters import to_tensor
from core.engine.references import ReferenceEncoding, UsedAdapter
from core.engine.requests import CancelToken, ReferenceInput, RenderRequest, RenderResult
from core.geometry import Raster

MODEL = Path(__file__).resolve().parents[2] / "resources" / "models" / "koma-toon"
ROUNDS, STEPS, GUIDANCE, PANELS = 5, 20, 3.0, 6
KOMA, LOOP = "Koma, one batch", "diffusers pipeline loop"


class PuppetUNet(torch.nn.Module):
    """Takes latents as a plain UNet does and joins the puppet's channels to them."""

    def __init__(self, unet: Any, channels: int) -> None:
        super().__init__()
        self.unet = unet
        self.config = SimpleNamespace(in_channels=channels, time_cond_proj_dim=None)
        self.puppet = torch.zeros(0)

    @property
    def device(self) -> torch.device:
        return self.unet.device

    @property
    def dtype(self) -> torch.dtype:
        return self.unet.dtype

    def forward(self, sample: torch.Tensor, *args: Any, **kwargs: Any) -> Any:
        puppet = self.puppet.expand(len(sample), -1, -1, -1)
        return self.unet(torch.cat([sample, puppet], dim=1), *args, **kwargs)


class KlShapedVae(torch.nn.Module):
    """Any autoencoder with the configuration and the call of an AutoencoderKL."""

    def __init__(self, vae: Any) -> None:
        super().__init__()
        self.vae = vae
        levels = downscale(vae).bit_length()
        self.config = SimpleNamespace(
            block_out_channels=(0,) * levels, scaling_factor=vae.config.scaling_factor
        )

    @property
    def device(self) -> torch.device:
        return self.vae.device

    def decode(self, latents: torch.Tensor, return_dict: bool) -> Any:
        return self.vae.decode(latents, return_dict=return_dict)


class PipelineLoop:
    """One call of diffusers' pipeline for each panel."""

    def __init__(self, model: LoadedModel) -> None:
        self._model = model
        self._unet = PuppetUNet(model.unet, latent_channels(model.vae))
        config = dict(model.scheduler_config)
        scheduler = getattr(diffusers, config["_class_name"]).from_config(config)
        self._pipeline = StableDiffusionAdapterPipeline(
            vae=KlShapedVae(model.vae), text_encoder=model.text_encoder,
            tokenizer=model.tokenizer, unet=self._unet, adapter=model.t2i_adapter,
            scheduler=scheduler, safety_checker=None, feature_extractor=None,
            requires_safety_checker=False,
        )  # fmt: skip
        self._pipeline.set_progress_bar_config(disable=True)

    def draw(self, panels: tuple[RenderRequest, ...]) -> list[NDArray[np.uint8]]:
        with torch.inference_mode():
            return [self._panel(panel) for panel in panels]

    def _panel(self, panel: RenderRequest) -> NDArray[np.uint8]:
        adapter = self._model.anime_adapter
        assert adapter is not None and panel.puppet_image is not None
        condition = puppet_condition(to_tensor(panel.puppet_image)[None], self._model.vae)
        self._unet.puppet = condition.to(self._unet.dtype)
        adapter.inject(self._model.unet)
        try:
            with adapter.conditions(adapter.inference_conditions([[], self._references(panel)])):
                picture = self._call(panel)
        finally:
            adapter.eject()
        if self._model.finisher is None:
            return picture
        return finished_picture(
            self._model.finisher, picture, panel.puppet_image.array, panel.puppet_scale
        )

    def _references(self, panel: RenderRequest) -> tuple[ReferenceCondition, ...]:
        model = self._model
        assert model.anime_adapter is not None and model.image_encoder is not None
        mean, std = image_normalisation(model.image_processor_config)
        encoder = AnimeEncoder(model.anime_adapter, VisionTower(model.image_encoder, mean, std))
        used = UsedAdapter(model.anime_adapter, encoder, "anime", str(model.unet.dtype))
        encoding = ReferenceEncoding([used], ReferenceCache(), "bench")
        return encoding.encode(panel.references, {}).conditions[0]

    def _call(self, panel: RenderRequest) -> NDArray[np.uint8]:
        assert panel.pose_image is not None
        picture = self._pipeline(
            prompt=panel.prompt, negative_prompt=panel.negative_prompt,
            image=Image.fromarray(panel.pose_image.array), height=panel.height, width=panel.width,
            num_inference_steps=panel.steps, guidance_scale=panel.guidance_scale,
            adapter_conditioning_scale=panel.pose_conditioning_scale,
            generator=torch.Generator().manual_seed(panel.seed), output_type="np",
        ).images[0]  # fmt: skip
        return np.rint(picture * 255).astype(np.uint8)


def page(side: int, number: int) -> tuple[RenderRequest, ...]:
    """Six panels with two characters; every page has new ones, so that no cache knows them."""
    rng = np.random.default_rng(number)

    def colours(channels: int) -> Raster:
        coarse = rng.integers(0, 256, (8, 8, channels), dtype=np.uint8)
        return Raster.from_array(coarse.repeat(side // 8, 0).repeat(side // 8, 1))

    characters = [ReferenceInput(colours(3)) for _ in range(2)]
    return tuple(
        RenderRequest(
            "koma-toon", side, side, f"girl, panel {number} {panel}", "bad", seed=panel,
            steps=STEPS, guidance_scale=GUIDANCE, references=(characters[panel % 2],),
            pose_image=colours(3), puppet_image=colours(4),
        )
        for panel in range(PANELS)
    )  # fmt: skip


def psnr(ours: RenderResult, theirs: NDArray[np.uint8]) -> float:
    error = np.mean((ours.image.astype(float) - theirs) ** 2)
    return float(10 * np.log10(255**2 / max(error, 1e-9)))


def compare(model: LoadedModel, dtype: torch.dtype, rounds: int) -> dict[str, list[float]]:
    """Prints the table for one number format; returns the seconds of each variant."""
    engine = DiffusersEngine(
        MemorySource(model), EngineOptions(device="cpu", dtype=str(dtype).removeprefix("torch."))
    )
    loop = PipelineLoop(model)
    side = model.native_px
    numbers = {"batched": 1_000, "one by one": 2_000, "loop": 3_000}

    def clocked(name: str, work: Callable[[tuple[RenderRequest, ...]], object]) -> float:
        numbers[name] += 1
        panels = page(side, numbers[name])
        started = time.perf_counter()
        work(panels)
        return time.perf_counter() - started

    def koma(panels: tuple[RenderRequest, ...]) -> tuple[RenderResult, ...]:
        return engine.render(panels, lambda progress: None, CancelToken())

    agreement = [
        psnr(ours, theirs)
        for panels in [page(side, 0)]
        for ours, theirs in zip(koma(panels), loop.draw(panels), strict=True)
    ]
    seconds = interleaved(
        {
            KOMA: lambda: clocked("batched", koma),
            "Koma, one by one": lambda: clocked(
                "one by one", lambda panels: [koma((panel,)) for panel in panels]
            ),
            LOOP: lambda: clocked("loop", loop.draw),
        },
        rounds,
    )
    title = f"Six panels of {side} px, {STEPS} steps ({machine(dtype)}, {rounds} rounds)"
    print_table(title, seconds, KOMA, "median")
    print(f"  the pictures of both agree to {median(agreement):.1f} dB PSNR (median)")
    return seconds


def main(rounds: int = ROUNDS, folder: Path = MODEL) -> None:
    if not folder.is_dir():
        print(f"Skipped: there is no model at {folder.name}; train or fetch it first.")
        return
    transformers.utils.logging.disable_progress_bar()
    warnings.filterwarnings("ignore", category=FutureWarning)  # diffusers' about its own code
    cpu = torch.device("cpu")
    own = choose_dtype("auto", cpu)
    measured: dict[torch.dtype, dict[str, list[float]]] = {}
    for dtype in dict.fromkeys((own, torch.float32)):
        model = load_base(inspect(folder), dtype, cpu)
        if model.t2i_adapter is None or model.anime_adapter is None:
            print("Skipped: this model has no T2I-Adapter or no AnimeAdapter.")
            return
        for network in (model.unet, model.vae, model.t2i_adapter):
            drawing(network)
        measured[dtype] = compare(model, dtype, rounds)
    if own != torch.float32:
        ratio = median(measured[torch.float32][LOOP]) / median(measured[own][KOMA])
        print(f"As each draws by default, Koma in {own} and the pipeline in float32: {ratio:.2f}x")


if __name__ == "__main__":
    main()
