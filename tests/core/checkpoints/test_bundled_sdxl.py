"""What comes with Koma for Stable Diffusion XL in a single file."""

from pathlib import Path

import diffusers
import pytest
import torch
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

import resources
from core.adapters.cross_attention import find_cross_attention
from core.adapters.ip_adapter import IPAdapter
from core.adapters.ip_layout import IPAdapterConfig, ResamplerShape
from core.checkpoints.components import SECOND_PAD_TOKEN, load_scheduler_config, load_tokenizer
from core.checkpoints.families import TRAITS, Prediction
from core.engine.noise_schedule import NoiseSchedule

FOLDER = resources.path("sdxl")


def configured(network: type, name: str) -> torch.nn.Module:
    with torch.device("meta"):
        return network.from_config(network.load_config(str(FOLDER / name)))  # type: ignore[attr-defined]


def count(network: torch.nn.Module) -> int:
    return sum(parameter.numel() for parameter in network.parameters())


def test_the_networks_have_the_published_sizes() -> None:
    unet = configured(diffusers.UNet2DConditionModel, "unet")
    with torch.device("meta"):
        texts = [
            network(CLIPTextConfig.from_pretrained(FOLDER / name))
            for network, name in (
                (CLIPTextModel, "text_encoder"),
                (CLIPTextModelWithProjection, "text_encoder_2"),
            )
        ]
    vae = configured(diffusers.AutoencoderKL, "vae")
    sizes = [count(network) for network in (unet, vae, *texts)]
    assert sizes == [2_567_463_684, 83_653_863, 123_060_480, 694_659_840]
    assert unet.config["cross_attention_dim"] == TRAITS["sdxl"].text_width  # type: ignore[index]
    assert (vae.config["scaling_factor"], vae.config["force_upcast"]) == (0.13025, True)  # type: ignore[index]
    # the published adapter joins 70 layers and has 423,748,864 parameters
    layers = find_cross_attention(unet, "full")
    indices = sorted(layer.index for layer in layers)
    assert indices == list(range(1, 140, 2))
    plus = IPAdapterConfig("ip-plus", 1280, 16, 2048, ResamplerShape(1280, 4, 20))
    with torch.device("meta"):
        assert count(IPAdapter(plus, tuple(layers))) == 423_748_864


def test_the_controlnet_has_the_published_size() -> None:
    network = configured(diffusers.ControlNetModel, "controlnet")
    assert count(network) == pytest.approx(1.251e9, abs=1e6)  # a published file has 2.5 GB in fp16


def test_there_is_one_vocabulary() -> None:
    assert not list(Path(FOLDER).rglob("vocab.json"))
    tokenizer = load_tokenizer(resources.path("sd15", "tokenizer"), SECOND_PAD_TOKEN)
    assert tokenizer("1girl", padding="max_length").input_ids[:6] == [49406, 272, 1611, 49407, 0, 0]


def test_the_scheduler_and_its_velocity_form_step() -> None:
    config = load_scheduler_config(FOLDER / "scheduler")
    for prediction in (Prediction(), Prediction(True), Prediction(True, True)):
        schedule = NoiseSchedule(prediction.applied_to(config), 28, 0, torch.device("cpu"))
        assert len(schedule) == 28
        first = float(schedule.timesteps[0])
        assert (first == 999.0) == prediction.zero_terminal_snr
        noise = torch.ones(1, 4, 2, 2)
        latents = schedule.start_latents(noise, None)
        generator = torch.Generator().manual_seed(0)
        stepped = schedule.step(noise, schedule.timesteps[0], latents, [generator]).prev_sample
        assert bool(stepped.isfinite().all())
