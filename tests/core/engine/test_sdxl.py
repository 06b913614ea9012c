"""The engine draws with SDXL models as diffusers' own pipelines do, many panels at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import diffusers
import numpy as np
import pytest
import torch
from peft import LoraConfig, get_peft_model_state_dict
from safetensors.torch import save_file
from torch import Tensor

from core.adapters.ip_adapter import IPAdapter
from core.adapters.ip_layout import IPAdapterConfig
from core.adapters.reference_attention import ReferenceAttention
from core.checkpoints.identity_adapters import LoadedAdapter
from core.checkpoints.loading import LoadedModel
from core.checkpoints.lora import loras_applied
from core.engine import batch_run
from core.engine.decoding import decode_pictures
from core.engine.device import EngineOptions
from core.engine.diffusers_engine import DiffusersEngine
from core.engine.latents import noise_for
from core.engine.model_source import CheckpointSource
from core.engine.requests import Cancelled, LoraInput, ModelDamaged, RegionEditInput, RenderRequest
from tests.core.engine.tiny import (
    Recorder,
    TinySource,
    draw,
    engine_on,
    picture,
    rectangle,
    reference,
    request,
    tiny_vision_config,
)
from tests.core.tiny_xl import (
    FIRST,
    SECOND,
    SIDE,
    load_xl,
    save_xl,
    save_xl_configs,
    save_xl_file,
    xl_controlnet,
    xl_t2i_adapter,
)

LAYERS = ["to_k", "to_v"]
OPTIONS = EngineOptions(device="cpu", dtype="float32", previews=False)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_xl(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture(scope="module")
def model(folder: Path) -> LoadedModel:
    return load_xl(folder)


@pytest.fixture
def latents(monkeypatch: pytest.MonkeyPatch) -> list[Tensor]:
    """What the engine decodes, each batch once."""
    kept: list[Tensor] = []

    def spy(vae: Any, finished: Tensor, token: Any) -> Any:
        kept.append(finished)
        return decode_pictures(vae, finished, token)

    monkeypatch.setattr(batch_run, "decode_pictures", spy)
    return kept


def asked(**changes: Any) -> RenderRequest:
    return request(**{"guidance_scale": 5.0, "steps": 4, "seed": 7, **changes})


def parts(model: LoadedModel) -> dict[str, Any]:
    """Of one of diffusers' pipelines."""
    scheduler = getattr(diffusers, model.scheduler_config["_class_name"])
    return {
        "vae": model.vae,
        "text_encoder": model.text_encoder,
        "text_encoder_2": model.text_encoder_2,
        "tokenizer": model.tokenizer,
        "tokenizer_2": model.tokenizer_2,
        "unet": model.unet,
        "scheduler": scheduler.from_config(model.scheduler_config),
        "add_watermarker": False,
    }


def by_diffusers(pipeline: Any, wanted: RenderRequest, **more: Any) -> Tensor:
    """Finished latents (1, C, h, w) of a pipeline from the engine's noise."""
    pipeline.set_progress_bar_config(disable=True)
    noise, _ = noise_for(wanted.seed, (4, wanted.height // 8, wanted.width // 8))
    return pipeline(
        wanted.prompt,
        negative_prompt=wanted.negative_prompt or None,
        width=wanted.width,
        height=wanted.height,
        num_inference_steps=wanted.steps,
        guidance_scale=wanted.guidance_scale,
        latents=noise[None],
        output_type="latent",
        **more,
    ).images


@contextmanager
def rendering(source: TinySource) -> Iterator[DiffusersEngine]:
    engine = engine_on(source, previews=False)
    try:
        yield engine
    finally:
        engine.close()


@pytest.mark.parametrize(
    "changes",
    [
        {"negative_prompt": "bad"},
        {},  # an empty negative prompt stands for zeros
        {"guidance_scale": 1.0},
        {"width": 128, "prompt": "a very long prompt that is cut off at last"},
    ],
)
def test_it_draws_what_diffusers_draws(
    changes: dict[str, Any], model: LoadedModel, latents: list[Tensor]
) -> None:
    wanted = asked(**changes)
    with rendering(TinySource(tiny=model)) as engine:
        draw(engine, wanted)
    expected = by_diffusers(diffusers.StableDiffusionXLPipeline(**parts(model)), wanted)
    assert expected.std() > 0.1
    torch.testing.assert_close(latents[0], expected, atol=1e-4, rtol=0)


def draw_posed(model: LoadedModel, network: torch.nn.Module) -> tuple[RenderRequest, Tensor]:
    """Once with the pose, once without: the request with it, and its control image (1, 3, H, W)."""
    pose, source = picture(3), TinySource(tiny=model)
    source.controllers["pose"] = network
    wanted = asked(pose_image=pose, pose_controller="pose", pose_conditioning_scale=0.7)
    with rendering(source) as engine:
        draw(engine, wanted, asked())
    return wanted, torch.from_numpy(pose.array / 255.0).permute(2, 0, 1)[None].float()


def test_with_a_controlnet_too(model: LoadedModel, latents: list[Tensor]) -> None:
    network = xl_controlnet().eval()
    wanted, image = draw_posed(model, network)
    pipeline = diffusers.StableDiffusionXLControlNetPipeline(controlnet=network, **parts(model))
    expected = by_diffusers(pipeline, wanted, image=image, controlnet_conditioning_scale=0.7)
    torch.testing.assert_close(latents[0], expected, atol=1e-4, rtol=0)
    assert (latents[0] - latents[1]).abs().max() > 1e-2


def test_with_a_t2i_adapter_too(model: LoadedModel, latents: list[Tensor]) -> None:
    network = xl_t2i_adapter().eval()
    wanted, image = draw_posed(model, network)
    pipeline = diffusers.StableDiffusionXLAdapterPipeline(
        adapter=network, **{k: v for k, v in parts(model).items() if k != "add_watermarker"}
    )
    expected = by_diffusers(pipeline, wanted, image=image, adapter_conditioning_scale=0.7)
    torch.testing.assert_close(latents[0], expected, atol=1e-4, rtol=0)
    assert (latents[0] - latents[1]).abs().max() > 1e-2


@pytest.mark.parametrize("scheduler", ["EulerDiscreteScheduler", "EulerAncestralDiscreteScheduler"])
def test_a_batch_equals_its_panels(scheduler: str, folder: Path, latents: list[Tensor]) -> None:
    model = load_xl(folder)
    model.scheduler_config["_class_name"] = scheduler
    panels = (asked(prompt="a girl", seed=1, negative_prompt="bad"), asked(prompt="hill", seed=2))
    with rendering(TinySource(tiny=model)) as engine:
        draw(engine, *panels)
        for panel in panels:
            draw(engine, panel)
    together, alone = latents[0], torch.cat(latents[1:])
    torch.testing.assert_close(together, alone, atol=1e-4, rtol=0)
    assert (together[0] - together[1]).abs().max() > 0.1


def test_the_size_is_told(model: LoadedModel, latents: list[Tensor]) -> None:
    """The picture's own, which only the pooled path knows; diffusers may be told another."""
    with rendering(TinySource(tiny=model)) as engine:
        draw(engine, asked())
    pipeline = diffusers.StableDiffusionXLPipeline(**parts(model))
    other = by_diffusers(pipeline, asked(), original_size=(512, 512))
    assert (latents[0] - other).abs().max() > 1e-2


def test_a_single_file_draws_the_same(folder: Path, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    save_xl_file(folder, disk / "drawn.safetensors")
    configs = save_xl_configs(folder, tmp_path / "configs")
    source = CheckpointSource([folder.parent, disk], configs)
    engine = DiffusersEngine(source, OPTIONS)
    one, other = draw(engine, asked(), asked(model_id="drawn"))
    engine.close()
    assert one.image.std() > 1
    apart = np.abs(one.image.astype(int) - other.image)
    assert apart.max() <= 1 and apart.mean() < 1e-3  # tensors lie elsewhere: sums round otherwise


def test_velocity_with_zero_terminal_snr(folder: Path, tmp_path: Path) -> None:
    more = {"v_pred": torch.tensor([]), "ztsnr": torch.tensor([])}
    save_xl_file(folder, tmp_path / "noob.safetensors", more)
    source = CheckpointSource([tmp_path], save_xl_configs(folder, tmp_path / "configs"))
    engine = DiffusersEngine(source, OPTIONS)
    (result,) = draw(engine, asked(model_id="noob"))
    engine.close()
    assert result.image.shape == (SIDE, SIDE, 3) and result.image.std() > 1


def test_it_stops_within_a_step(model: LoadedModel) -> None:
    recorder = Recorder(cancel_at=2)
    with rendering(TinySource(tiny=model)) as engine, pytest.raises(Cancelled):
        engine.render((asked(),), recorder.on_progress, recorder.token)
    assert [progress.step for progress in recorder.progress] == [1, 2]


def save_lora(model: LoadedModel, folder: Path) -> Path:
    """Of UNet and both text encoders, written by diffusers itself; `model` is used up."""
    states: list[dict[str, Tensor]] = []
    assert model.text_encoder_2 is not None
    for network in (model.unet, model.text_encoder, model.text_encoder_2):
        names = LAYERS if network is model.unet else ["q_proj"]
        network.add_adapter(LoraConfig(r=2, target_modules=names))
        state = get_peft_model_state_dict(network)
        states.append({key: torch.full_like(value, 0.3) for key, value in state.items()})
    diffusers.StableDiffusionXLPipeline.save_lora_weights(folder, *states)
    return folder / "pytorch_lora_weights.safetensors"


def test_a_lora_changes_the_picture_and_leaves(folder: Path, tmp_path: Path) -> None:
    path = save_lora(load_xl(folder), tmp_path / "lora")
    source = CheckpointSource([folder.parent])
    engine = DiffusersEngine(source, OPTIONS)
    lora = (LoraInput(str(path), "d", 1.0),)
    before, with_lora = draw(engine, asked(), asked(loras=lora))
    (after,) = draw(engine, asked(seed=7))
    engine.close()
    assert not np.array_equal(before.image, with_lora.image)
    assert np.array_equal(before.image, after.image)


def save_kohya(path: Path) -> Path:
    """As trainers write it: blocks counted as in the original layout, `te1` and `te2`."""
    widths = {"lora_unet_input_blocks_3_1_transformer_blocks_0_attn1_to_q": 32}
    for part in ("q_proj", "out_proj"):
        attention = f"text_model_encoder_layers_0_self_attn_{part}"
        widths |= {f"lora_te1_{attention}": FIRST, f"lora_te2_{attention}": SECOND}
    tensors = {
        f"{name}.lora_{side}.weight": torch.full(shape, 0.3)
        for name, width in widths.items()
        for side, shape in (("down", (2, width)), ("up", (width, 2)))
    }
    save_file({**tensors, **{f"{n}.alpha": torch.tensor(1.0) for n in widths}}, path)
    return path


@pytest.mark.parametrize("kind", ["diffusers", "kohya"])
def test_a_lora_reaches_all_three_networks(kind: str, folder: Path, tmp_path: Path) -> None:
    model = load_xl(folder)
    by_diffusers_itself = kind == "diffusers"
    path = (
        save_lora(load_xl(folder), tmp_path / "lora")
        if by_diffusers_itself
        else save_kohya(tmp_path / "style.safetensors")
    )
    networks = {"unet": model.unet, "one": model.text_encoder, "two": model.text_encoder_2}

    def layers() -> dict[str, int]:
        return {
            name: sum(hasattr(module, "lora_A") for module in network.modules())  # type: ignore[union-attr]
            for name, network in networks.items()
        }

    with loras_applied(model, [(path, 0.5)]):
        inside = layers()
    assert min(inside.values()) > 0 and layers() == dict.fromkeys(networks, 0)


def test_a_controller_of_another_class_is_one_sentence(
    folder: Path, model: LoadedModel, tmp_path: Path
) -> None:
    controller = diffusers.ControlNetModel(
        block_out_channels=(16, 32), norm_num_groups=4, attention_head_dim=2, layers_per_block=1,
        cross_attention_dim=32, down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"),
    )  # fmt: skip
    source = TinySource(tiny=model)
    source.controllers["pose"] = controller
    with rendering(source) as engine, pytest.raises(ModelDamaged) as caught:
        draw(engine, asked(pose_image=picture(3), pose_controller="pose"))
    assert str(caught.value) == (
        "This pose controller was made for another kind of model than tiny. Choose one for this "
        "kind."
    )


def test_puppet_and_region_start_from_a_picture(model: LoadedModel) -> None:
    edit = RegionEditInput(picture(5), rectangle(0, 0, 32, 64), 2, 0.6)
    with rendering(TinySource(tiny=model)) as engine:
        plain, puppet, edited = draw(
            engine,
            asked(),
            asked(puppet_image=picture(4, 4), puppet_strength_img2img=0.5),
            asked(region_edit=edit),
        )
    assert not np.array_equal(plain.image, puppet.image)
    assert np.array_equal(edited.image[:, 32:], picture(5).array[:, 32:])
    assert not np.array_equal(edited.image[:, :32], picture(5).array[:, :32])


def test_an_ip_adapter_file_of_sdxl_is_used(folder: Path, model: LoadedModel) -> None:
    with torch.random.fork_rng():
        torch.manual_seed(9)
        adapter = IPAdapter.from_unet(model.unet, IPAdapterConfig("ip", 16, 4, 40))
    source = TinySource(tiny=model)
    encoder = _vision()
    source.adapters["ip"] = LoadedAdapter("ip", adapter.eval().requires_grad_(False), encoder)
    panels = tuple(asked(seed=s, adapter="ip", references=(reference(s),)) for s in (1, 2))
    with rendering(source) as engine:
        both = draw(engine, *panels)
        alone = [draw(engine, panel)[0] for panel in panels]
        (without,) = draw(engine, asked(seed=1))
    for one, other in zip(both, alone, strict=True):
        assert np.abs(one.image.astype(int) - other.image).max() <= 1
    assert not np.array_equal(both[0].image, without.image)


def test_reference_attention_passes_the_model(model: LoadedModel) -> None:
    adapter = ReferenceAttention.from_unet(model.unet)
    source = TinySource(tiny=model)
    source.adapters["reference"] = LoadedAdapter("reference", adapter.eval())
    with rendering(source) as engine:
        (result,) = draw(engine, asked(adapter="reference", references=(reference(1),)))
    assert result.image.shape == (SIDE, SIDE, 3)


def _vision() -> Any:
    import transformers

    return transformers.CLIPVisionModelWithProjection(tiny_vision_config(2)).eval()
