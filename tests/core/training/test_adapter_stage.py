"""The adapter stage on a published model and a folder of pictures, up to Stable Diffusion 1.5's."""

from __future__ import annotations

import gc
import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from accelerate.state import AcceleratorState
from diffusers import AutoencoderKL, DDIMScheduler, T2IAdapter, UNet2DConditionModel
from torch import Tensor, nn
from transformers import (
    CLIPTextConfig,
    CLIPTextModel,
    CLIPVisionConfig,
    CLIPVisionModelWithProjection,
)

from core.adapters.weights_file import load_adapter
from core.errors import BadInput
from core.training import adapter as stage_module
from core.training.checkpoint import read_checkpoint
from core.training.command import DEFAULT_CONFIG
from core.training.config import FrozenModel, load_config
from core.training.frozen import published_networks
from core.training.loop import Trainer
from core.training.networks import build_tokenizer
from core.training.world import World
from tests.core.training.folders import make_folder

MODEL = Path("resources/models/koma-toon").resolve()


def write_config(path: Path, data: Path, model: Path, extra: str = "", **changes: Any) -> Path:
    values = {"steps": 2, "batch": 2, "learning_rate": 1e-3, "warmup_steps": 0, **changes}
    lines = "\n".join(f"{key} = {value}" for key, value in values.items())
    path.write_text(
        f'seed = 3\nsize_px = 64\n[monitoring]\nsheet_pictures = 0\n[data]\nfolder = "{data}"\n'
        f'[model]\nbase = "{model}"\n{extra}\n[adapter]\npuppet_share = 0.0\npair_share = 0.5\n'
        f"[adapter.optimisation]\n{lines}\n"
    )
    return path


def run(config: Path, out: Path) -> dict[str, Tensor]:
    AcceleratorState._reset_state(reset_partial_state=True)
    stage_module.main(["--config", str(config), "--out", str(out), "--threads", "1", "--cpu"])
    return read_checkpoint(out / "adapter.pt")["module"]


def test_a_killed_stage_ends_as_one_that_ran_through(
    tmp_path: Path, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The whole stage, on the shipped model; what it writes is an adapter for that model."""
    data = make_folder(tmp_path / "data", world)
    config = write_config(tmp_path / "c.toml", data, MODEL, steps=2, checkpoint_seconds=0)
    whole = run(config, tmp_path / "whole")
    with monkeypatch.context() as patch:
        one_step: Callable[..., Any] = Trainer._one_step

        def killed(self: Trainer, *given: Any) -> Any:
            if self.step == 1:
                raise KeyboardInterrupt
            return one_step(self, *given)

        patch.setattr(Trainer, "_one_step", killed)
        with pytest.raises(KeyboardInterrupt):
            run(config, tmp_path / "killed")
    again = run(config, tmp_path / "killed")
    assert whole.keys() == again.keys()
    assert all(torch.equal(whole[key], again[key]) for key in whole)
    shipped = load_adapter(tmp_path / "whole" / "adapter")
    assert shipped.config.encoder_id and shipped.num_parameters == sum(
        tensor.numel() for tensor in whole.values()
    )


def test_the_named_model_and_folder_are_used(tmp_path: Path, world: World) -> None:
    data = make_folder(tmp_path / "data", world)
    config = load_config(write_config(tmp_path / "c.toml", data, MODEL, "frozen_bf16 = false"))
    assert config.data is not None and config.data.folder == data
    assert config.model == FrozenModel(MODEL, frozen_bf16=False)
    exact = published_networks(config.model, 64, bf16=True)
    assert exact.unet.dtype == torch.float32 and exact.reading.latent_shape == (32, 4, 4)
    half = published_networks(FrozenModel(MODEL), 64, bf16=True)
    assert half.unet.dtype == torch.bfloat16
    assert published_networks(FrozenModel(MODEL), 64, bf16=False).unet.dtype == torch.float32

    bare = tmp_path / "bare"
    shutil.copytree(MODEL, bare, ignore=shutil.ignore_patterns("*adapter", "image_encoder"))
    alone = published_networks(FrozenModel(bare), 64, bf16=False)
    assert alone.vision is None and alone.pose is None
    named = FrozenModel(bare, MODEL / "image_encoder", MODEL / "t2i_adapter")
    full = published_networks(named, 64, bf16=False)
    assert full.vision is not None and isinstance(full.pose, T2IAdapter)
    assert full.reading.adapter.encoder_id == "image_encoder"


def test_what_does_not_go_together_is_refused(tmp_path: Path, world: World) -> None:
    data = make_folder(tmp_path / "data", world)
    text = write_config(tmp_path / "c.toml", data, MODEL).read_text()
    (tmp_path / "c.toml").write_text(text.replace(f'[data]\nfolder = "{data}"\n', ""))
    with pytest.raises(BadInput, match="folder of pictures"):
        run(tmp_path / "c.toml", tmp_path / "out")
    (tmp_path / "c.toml").write_text(text.replace("[adapter]", '[adapter]\nkind = "character"'))
    with pytest.raises(BadInput, match="ip-plus"):
        run(tmp_path / "c.toml", tmp_path / "out")
    (tmp_path / "c.toml").write_text(text.replace("size_px = 64", "size_px = 72"))
    with pytest.raises(BadInput, match="multiple of 64"):
        run(tmp_path / "c.toml", tmp_path / "out")


def random_weights(make: Callable[[], nn.Module]) -> nn.Module:
    """In bf16 and small, without the time that initialisation takes."""
    with torch.device("meta"):
        network = make()
    network = network.to_empty(device="cpu").to(torch.bfloat16)
    for name, tensor in [*network.named_parameters(), *network.named_buffers()]:
        if "position_ids" in name:
            tensor.data = torch.arange(tensor.shape[-1])[None]
        elif tensor.ndim < 2:
            tensor.data.fill_(1.0 if "norm" in name and name.endswith("weight") else 0.0)
        else:
            tensor.data.normal_(0, 0.02)
    return network


def sd15(folder: Path) -> None:
    """Stable Diffusion 1.5's UNet and VAE; fewer layers of text encoder and ViT-L/14."""
    words = tuple(f"word {index}" for index in range(30))
    tokenizer = build_tokenizer(words, folder / "base" / "tokenizer")
    heads: Any = 8
    unet: Any = random_weights(
        lambda: UNet2DConditionModel(
            sample_size=64, cross_attention_dim=768, attention_head_dim=heads
        )
    )
    assert sum(p.numel() for p in unet.parameters()) == 859_520_964
    unet.save_pretrained(folder / "base" / "unet")
    del unet
    blocks: Any = dict(
        down_block_types=("DownEncoderBlock2D",) * 4, up_block_types=("UpDecoderBlock2D",) * 4
    )
    vae: Any = random_weights(
        lambda: AutoencoderKL(
            block_out_channels=(128, 256, 512, 512), layers_per_block=2, latent_channels=4, **blocks
        )
    )
    vae.save_pretrained(folder / "base" / "vae")
    text: Any = random_weights(
        lambda: CLIPTextModel(
            CLIPTextConfig(
                vocab_size=len(tokenizer), hidden_size=768, intermediate_size=3072,
                num_hidden_layers=2, num_attention_heads=12, bos_token_id=0, eos_token_id=1,
            )
        )
    )  # fmt: skip
    text.save_pretrained(folder / "base" / "text_encoder")
    vision: Any = random_weights(
        lambda: CLIPVisionModelWithProjection(
            CLIPVisionConfig(
                hidden_size=1024, intermediate_size=4096, num_hidden_layers=8,
                num_attention_heads=16, image_size=224, patch_size=14, projection_dim=768,
            )
        )
    )  # fmt: skip
    vision.save_pretrained(folder / "vision")
    pose: Any = random_weights(
        lambda: T2IAdapter(
            in_channels=3, channels=[320, 640, 1280, 1280], num_res_blocks=2, downscale_factor=8,
            adapter_type="full_adapter",
        )
    )  # fmt: skip
    pose.save_pretrained(folder / "pose")
    DDIMScheduler(
        beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear"
    ).save_pretrained(str(folder / "base" / "scheduler"))
    (folder / "base" / "model_index.json").write_text('{"_class_name": "StableDiffusionPipeline"}')


@pytest.mark.slow
def test_two_steps_of_the_papers_run_on_the_shapes_of_sd15(tmp_path: Path, world: World) -> None:
    """configs/anime_adapter_sd15.toml with 2 steps of 2 pictures at 128 px; all else as it is."""
    sd15(tmp_path)
    gc.collect()
    text = (DEFAULT_CONFIG.parent / "anime_adapter_sd15.toml").read_text(encoding="utf-8")
    data = make_folder(tmp_path / "data", world)
    for old, new in {
        "size_px = 512": "size_px = 128\n[monitoring]\nsheet_pictures = 0",
        "data/anime": str(data),
        "models/stable-diffusion-v1-5": str(tmp_path / "base"),
        "models/clip-vit-large-patch14": str(tmp_path / "vision"),
        "models/t2iadapter_openpose_sd14v1": str(tmp_path / "pose"),
        "steps = 30_000": "steps = 2",
        "batch = 16": "batch = 2",
        "workers = 4": "workers = 0",
    }.items():
        assert text.count(old) == 1
        text = text.replace(old, new)
    (tmp_path / "c.toml").write_text(text)
    assert tomllib.loads(text)["adapter"]["optimisation"]["learning_rate"] == 1e-4
    run(tmp_path / "c.toml", tmp_path / "out")
    state = read_checkpoint(tmp_path / "out" / "adapter.pt")
    assert state["step"] == 2
    assert sum(tensor.numel() for tensor in state["module"].values()) == 24_679_687
    keys = {key for key in state["module"] if key.startswith("ip_adapter.")}
    assert keys == {f"ip_adapter.{i}.to_{x}_ip.weight" for i in range(1, 32, 2) for x in "kv"}
    moved = state["optimiser"]["state"]
    assert len(moved) == len(state["module"]), "every weight of the adapter was trained"
    assert all(one["exp_avg"].isfinite().all() for one in moved.values())
    assert sum(bool(one["exp_avg"].any()) for one in moved.values()) >= len(moved) - 7
    assert load_adapter(tmp_path / "out" / "adapter").num_parameters == 24_679_687
