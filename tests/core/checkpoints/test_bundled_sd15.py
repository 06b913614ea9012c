"""What comes with Koma for Stable Diffusion 1.5 in a single file: configurations and tokenizer."""

import pytest
import torch
from diffusers import AutoencoderKL, ControlNetModel, UNet2DConditionModel
from transformers import CLIPTextConfig, CLIPTextModel

import resources
from core.checkpoints.components import load_tokenizer

FOLDER = resources.path("sd15")


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("a photo of a cat", [320, 1125, 539, 320, 2368]),
        ("Hello World!", [3306, 1002, 256]),
        ("1girl, solo", [272, 1611, 267, 5797]),
        ("", []),
    ],
)
def test_the_tokenizer_is_clips(text: str, ids: list[int]) -> None:
    tokenizer = load_tokenizer(FOLDER / "tokenizer")
    assert tokenizer(text).input_ids == [49406, *ids, 49407]
    padded = tokenizer(text, padding="max_length", truncation=True).input_ids
    assert len(padded) == 77 and set(padded[len(ids) + 1 :]) == {49407}
    assert len(tokenizer) == 49408


def test_japanese_survives_the_tokenizer() -> None:
    tokenizer = load_tokenizer(FOLDER / "tokenizer")
    assert tokenizer.decode(tokenizer("猫耳").input_ids[1:-1]) == "猫耳"


def test_the_networks_have_the_published_sizes() -> None:
    def count(network: torch.nn.Module) -> int:
        return sum(parameter.numel() for parameter in network.parameters())

    with torch.device("meta"):
        networks = [
            network.from_config(network.load_config(str(FOLDER / name)))
            for network, name in (
                (UNet2DConditionModel, "unet"),
                (AutoencoderKL, "vae"),
                (ControlNetModel, "controlnet"),
            )
        ]
        text = CLIPTextModel(CLIPTextConfig.from_pretrained(FOLDER / "text_encoder"))
    sizes = [count(network) for network in (*networks, text)]
    assert sizes == [859_520_964, 83_653_863, 361_279_120, 123_060_480]
