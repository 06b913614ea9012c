"""Tiny random networks of Stable Diffusion's shape: cross dimension 32, 8x8 latents at 64 px."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import diffusers
import numpy as np
import torch
import transformers
from transformers.models.clip.tokenization_clip import CLIPTokenizer

from core.adapters.anime_adapter import AnimeAdapter
from core.adapters.config import AnimeAdapterConfig
from core.adapters.kinds import AdapterKind
from core.checkpoints.adapter_options import AdapterMissing
from core.checkpoints.catalogue import ModelInfo
from core.checkpoints.errors import ModelNotFound
from core.checkpoints.identity_adapters import LoadedAdapter
from core.checkpoints.loading import LoadedModel
from core.engine.device import EngineOptions
from core.engine.diffusers_engine import DiffusersEngine
from core.engine.requests import (
    CancelToken,
    LoraInput,
    ReferenceInput,
    RenderProgress,
    RenderRequest,
    RenderResult,
)
from core.geometry import Raster

CROSS, LATENT, SIDE = 32, 4, 64
FLOW = {  # koma-toon's kind; its latents stay near 1 also where the network is random
    "_class_name": "DPMSolverMultistepScheduler",
    "use_flow_sigmas": True,
    "prediction_type": "flow_prediction",
}


def tiny_unet(in_channels: int = LATENT) -> diffusers.UNet2DConditionModel:
    return diffusers.UNet2DConditionModel(
        sample_size=8,
        in_channels=in_channels,
        out_channels=LATENT,
        block_out_channels=(16, 32),
        layers_per_block=1,
        cross_attention_dim=CROSS,
        attention_head_dim=2,
        norm_num_groups=4,
        down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"),
        up_block_types=("UpBlock2D", "CrossAttnUpBlock2D"),
    )


def tiny_kl(scaling_factor: float = 0.18215) -> diffusers.AutoencoderKL:
    return diffusers.AutoencoderKL(
        block_out_channels=(4, 4, 8, 8),
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        latent_channels=LATENT,
        norm_num_groups=4,
        sample_size=32,
        scaling_factor=scaling_factor,
    )


def tiny_autoencoder_tiny() -> diffusers.AutoencoderTiny:
    return diffusers.AutoencoderTiny(
        encoder_block_out_channels=(8,) * 4,
        decoder_block_out_channels=(8,) * 4,
        num_encoder_blocks=(1,) * 4,
        num_decoder_blocks=(1,) * 4,
        latent_channels=LATENT,
        scaling_factor=1.5,
        shift_factor=0.25,
    )


def tiny_dc() -> diffusers.AutoencoderDC:
    return diffusers.AutoencoderDC(
        latent_channels=LATENT,
        attention_head_dim=4,
        encoder_block_types=("ResBlock",) * 4,
        decoder_block_types=("ResBlock",) * 4,
        encoder_block_out_channels=(4, 4, 8, 8),
        decoder_block_out_channels=(4, 4, 8, 8),
        encoder_layers_per_block=(0, 1, 1, 1),
        decoder_layers_per_block=(0, 1, 1, 1),
        encoder_qkv_multiscales=((),) * 4,
        decoder_qkv_multiscales=((),) * 4,
        downsample_block_type="pixel_unshuffle",
        upsample_block_type="pixel_shuffle",
        decoder_norm_types="rms_norm",
        decoder_act_fns="silu",
        scaling_factor=0.5,
    )


def tiny_controlnet(
    unet: diffusers.UNet2DConditionModel | None = None,
) -> diffusers.ControlNetModel:
    """A ControlNet is born silent (zero convolutions); this one says something."""
    network = diffusers.ControlNetModel.from_unet(
        unet or tiny_unet(), conditioning_embedding_out_channels=(4, 4, 4, 8)
    )
    for convolution in [*network.controlnet_down_blocks, network.controlnet_mid_block]:
        torch.nn.init.normal_(convolution.weight, std=0.1)  # type: ignore[union-attr]
    torch.nn.init.normal_(network.controlnet_cond_embedding.conv_out.weight, std=0.1)
    return network


def tiny_t2i_adapter() -> diffusers.T2IAdapter:
    return diffusers.T2IAdapter(
        in_channels=3,
        channels=[16, 32],
        num_res_blocks=1,
        downscale_factor=8,
        adapter_type="full_adapter",
    )


def tiny_tokenizer() -> CLIPTokenizer:
    letters = "abcdefghijklmnopqrstuvwxyz"
    words = ["<|startoftext|>", "<|endoftext|>", *letters, *(f"{c}</w>" for c in letters)]
    return CLIPTokenizer(
        vocab={word: index for index, word in enumerate(words)}, merges=[], model_max_length=16
    )


def tiny_text_encoder() -> transformers.CLIPTextModel:
    return transformers.CLIPTextModel(
        transformers.CLIPTextConfig(
            vocab_size=64,
            hidden_size=CROSS,
            intermediate_size=37,
            num_hidden_layers=2,
            num_attention_heads=2,
            max_position_embeddings=16,
            projection_dim=CROSS,
            bos_token_id=0,
            eos_token_id=1,
            pad_token_id=1,
        )
    )


def tiny_vision_config(layers: int, hidden: int = 24) -> transformers.CLIPVisionConfig:
    return transformers.CLIPVisionConfig(
        hidden_size=hidden,
        intermediate_size=32,
        num_hidden_layers=layers,
        num_attention_heads=2,
        image_size=16,
        patch_size=4,
        projection_dim=16,
    )


def tiny_image_encoder() -> transformers.CLIPVisionModel:
    return transformers.CLIPVisionModel(tiny_vision_config(3))


def tiny_adapter(unet: diffusers.UNet2DConditionModel) -> AnimeAdapter:
    config = AnimeAdapterConfig(
        vision_hidden=24, vision_layers=2, cross_attention_dim=CROSS, image_size=16, patch_size=4
    )
    return AnimeAdapter.from_unet(unet, config)


def tiny_model(
    *,
    puppet: bool = False,
    vae: torch.nn.Module | None = None,
    scheduler: dict[str, Any] | None = None,
    with_adapter: bool = True,
    controller: str = "t2i",
) -> LoadedModel:
    """A base model in fp32 with everything koma-toon has; the same weights at each call."""
    with torch.random.fork_rng():
        torch.manual_seed(11)
        unet = tiny_unet(2 * LATENT + 1 if puppet else LATENT)
        model = LoadedModel(
            info=ModelInfo(
                "tiny", Path("tiny"), "base_folder", "Tiny", native_px=SIDE, size_multiple=16,
                puppet="unet_channels" if puppet else "none",
            ),
            digest="d",
            unet=unet,
            vae=vae or tiny_kl(),  # type: ignore[arg-type]
            text_encoder=tiny_text_encoder(),
            tokenizer=tiny_tokenizer(),
            scheduler_config=scheduler or FLOW,
            image_encoder=tiny_image_encoder(),
            image_processor_config=None,
            t2i_adapter=tiny_t2i_adapter() if controller == "t2i" else None,
            controlnet=tiny_controlnet() if controller == "controlnet" else None,
            anime_adapter=tiny_adapter(unet) if with_adapter else None,
        )  # fmt: skip
    for network in (model.unet, model.vae, model.text_encoder, model.image_encoder):
        network.eval().requires_grad_(False)  # type: ignore[union-attr]
    return model


class TinySource:
    """A ModelSource over models in memory; counts what it is asked for."""

    def __init__(self, **models: LoadedModel) -> None:
        self.models = models
        self.controllers: dict[str, Any] = {}
        self.adapters: dict[AdapterKind, LoadedAdapter] = {}
        self.adapter_loads: list[AdapterKind] = []
        self.loads: list[str] = []
        self.active_loras: tuple[LoraInput, ...] = ()
        self.lora_calls: list[tuple[LoraInput, ...]] = []

    def load(self, model_id: str, dtype: torch.dtype, device: torch.device) -> LoadedModel:
        self.loads.append(model_id)
        if model_id not in self.models:
            raise ModelNotFound(f"There is no model “{model_id}”. Choose another.")
        return self.models[model_id]

    def load_controller(self, path: str, dtype: torch.dtype, device: torch.device) -> Any:
        return self.controllers[path]

    def load_adapter(
        self, model: LoadedModel, kind: AdapterKind, dtype: Any, device: Any, encoders: Any
    ) -> LoadedAdapter:
        self.adapter_loads.append(kind)
        if kind == "anime" and model.anime_adapter is not None:
            return LoadedAdapter(kind, model.anime_adapter, model.image_encoder)
        if kind not in self.adapters:
            raise AdapterMissing(f"There is no {kind} here. Choose another.")
        return self.adapters[kind]

    @contextmanager
    def loras(self, model: LoadedModel, loras: Sequence[LoraInput]) -> Iterator[None]:
        self.lora_calls.append(tuple(loras))
        self.active_loras = tuple(loras)
        try:
            yield
        finally:
            self.active_loras = ()


class CallCounter:
    """Counts the forward passes of modules and keeps the batch size of each."""

    def __init__(self, *modules: Any) -> None:
        self.batches: list[int] = []
        for module in modules:
            module.register_forward_hook(self._count, with_kwargs=True)

    @property
    def calls(self) -> int:
        return len(self.batches)

    def _count(self, module: Any, args: Any, kwargs: Any, output: Any) -> None:
        first = args[0] if args else next(iter(kwargs.values()))
        self.batches.append(len(first))


class Recorder:
    """Callbacks of one render; `cancel_at` cancels the token when that step is reported."""

    def __init__(self, cancel_at: int | None = None) -> None:
        self.token = CancelToken()
        self.progress: list[RenderProgress] = []
        self.results: list[RenderResult] = []
        self.failures: list[tuple[str, Exception]] = []
        self._cancel_at = cancel_at

    def on_progress(self, progress: RenderProgress) -> None:
        self.progress.append(progress)
        if progress.step == self._cancel_at:
            self.token.cancel()

    def on_result(self, result: RenderResult) -> None:
        self.results.append(result)

    def on_failure(self, request_hash: str, error: Exception) -> None:
        self.failures.append((request_hash, error))


def make_engine(model: LoadedModel, **options: Any) -> DiffusersEngine:
    return engine_on(TinySource(tiny=model), **options)


def engine_on(source: TinySource, **options: Any) -> DiffusersEngine:
    return DiffusersEngine(source, EngineOptions(device="cpu", dtype="float32", **options))


def draw(engine: DiffusersEngine, *requests: RenderRequest) -> tuple[RenderResult, ...]:
    recorder = Recorder()
    return engine.render(requests, recorder.on_progress, recorder.token)


def picture(seed: int, channels: int = 3, width: int = SIDE, height: int = SIDE) -> Raster:
    """Smooth random colours; RGBA has a solid disc of alpha in the middle."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, 256, (4, 4, min(channels, 3)), dtype=np.uint8)
    pixels = coarse.repeat(-(-height // 4), 0).repeat(-(-width // 4), 1)[:height, :width]
    if channels == 4:
        rows, columns = np.mgrid[:height, :width]
        distance = np.hypot(rows - height / 2, columns - width / 2)
        inside = distance < min(height, width) / 3
        alpha = np.where(inside, 255, 0).astype(np.uint8)
        pixels = np.dstack([pixels, alpha])
    return Raster.from_array(np.ascontiguousarray(pixels))


def rectangle(left: int, top: int, right: int, bottom: int, value: int = 255) -> Raster:
    mask = np.zeros((SIDE, SIDE), dtype=np.uint8)
    mask[top:bottom, left:right] = value
    return Raster.from_array(mask)


def reference(seed: int, **more: Any) -> ReferenceInput:
    return ReferenceInput(picture(seed, width=40, height=60), **more)


def request(**changes: Any) -> RenderRequest:
    values: dict[str, Any] = {
        "model_id": "tiny",
        "width": SIDE,
        "height": SIDE,
        "prompt": "a girl",
        "steps": 3,
        "guidance_scale": 3.0,
    }
    return RenderRequest(**{**values, **changes})


def six_panels() -> tuple[RenderRequest, ...]:
    """A page on which no two panels are given the same kinds of conditions."""
    return (
        request(prompt="a girl", seed=1, references=(reference(1),), pose_image=picture(21)),
        request(prompt="a boy", seed=2, references=(reference(2, scale=0.5), reference(3))),
        request(prompt="hill", seed=3),
        request(prompt="two", seed=4, references=(
            reference(1, region=rectangle(0, 0, 30, 64)),
            reference(2, region=rectangle(30, 0, 64, 64)),
        )),
        request(prompt="c", seed=5, pose_image=picture(22), pose_conditioning_scale=0.4),
        request(prompt="a girl", seed=6, negative_prompt="bad", references=(reference(4),)),
    )  # fmt: skip
