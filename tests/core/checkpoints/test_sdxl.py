"""SDXL models are recognised, loaded whole or refused, from a folder and from one file."""

import json
import shutil
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from core.adapters.errors import DamagedWeights
from core.checkpoints.catalogue import inspect, kind_of
from core.checkpoints.components import load_tokenizer
from core.checkpoints.errors import UnsupportedModel
from core.checkpoints.families import Prediction
from core.checkpoints.loading import check_controller, load_base, load_controller
from core.errors import BadInput
from tests.core.original_layout import State, original_layout
from tests.core.tiny_xl import (
    load_xl,
    save_xl,
    save_xl_configs,
    save_xl_file,
    xl_controlnet,
    xl_t2i_adapter,
)

ONE = (1,)
NETWORKS = ("unet", "vae", "text_encoder", "text_encoder_2")
WHOLE = {
    "model.diffusion_model.out.0.weight": ONE,
    "first_stage_model.encoder.conv_in.weight": ONE,
    "conditioner.embedders.0.transformer.text_model.final_layer_norm.weight": ONE,
    "conditioner.embedders.1.model.ln_final.weight": ONE,
}


@pytest.fixture(scope="module")
def xl_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Read only."""
    return save_xl(tmp_path_factory.mktemp("models") / "animation-xl")


@pytest.fixture(scope="module")
def configs(xl_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_xl_configs(xl_folder, tmp_path_factory.mktemp("configs"))


@pytest.fixture(scope="module")
def layout(xl_folder: Path) -> State:
    return original_layout(load_xl(xl_folder))


def test_folder_and_file_are_sdxl(xl_folder: Path, tmp_path: Path) -> None:
    folder, file = inspect(xl_folder), inspect(save_xl_file(xl_folder, tmp_path / "a.safetensors"))
    assert (folder.kind, folder.family, file.kind, file.family) == (
        "base_folder", "sdxl", "base_file", "sdxl",
    )  # fmt: skip
    # a folder says its size itself (8 cells of 8 px), a file is as published
    assert (folder.native_px, file.native_px) == (64, 1024)
    assert {(m.default_steps, m.default_guidance_scale) for m in (folder, file)} == {(28, 5.0)}


def test_a_folder_gives_all_networks(xl_folder: Path) -> None:
    model = load_xl(xl_folder)
    assert model.text_encoder_2 is not None and model.tokenizer_2 is not None
    assert model.tokenizer_2.pad_token == "!" and model.tokenizer.pad_token == "<|endoftext|>"
    assert model.zero_empty_negative
    assert not any(p.requires_grad for network in model.modules for p in network.parameters())


def test_a_single_file_gives_the_same_networks(
    xl_folder: Path, configs: Path, tmp_path: Path
) -> None:
    expected = load_xl(xl_folder)
    path = save_xl_file(xl_folder, tmp_path / "drawn.safetensors")
    loaded = load_base(inspect(path), torch.float32, "cpu", configs)
    for name in NETWORKS:
        own, found = getattr(expected, name).state_dict(), getattr(loaded, name).state_dict()
        assert own.keys() == found.keys()
        assert all(torch.equal(own[key], found[key]) for key in own), name
    words = [t("a b", padding="max_length").input_ids for t in (loaded.tokenizer_2,) if t]
    assert expected.tokenizer_2 is not None
    assert words == [expected.tokenizer_2("a b", padding="max_length").input_ids]
    assert loaded.zero_empty_negative


@pytest.mark.parametrize(
    "gone",
    [
        "model.diffusion_model.label_emb.0.0.weight",
        "model.diffusion_model.middle_block.1.transformer_blocks.1.attn2.to_k.weight",
        "first_stage_model.decoder.conv_out.bias",
        "conditioner.embedders.0.transformer.text_model.final_layer_norm.weight",
        "conditioner.embedders.1.model.text_projection",
        "conditioner.embedders.1.model.transformer.resblocks.1.attn.in_proj_bias",
    ],
)
def test_a_missing_weight_is_damage(
    gone: str, layout: State, configs: Path, tmp_path: Path
) -> None:
    save_file({key: v for key, v in layout.items() if key != gone}, tmp_path / "x.safetensors")
    with pytest.raises(DamagedWeights, match=r"^This model file is damaged: .*Choose another\.$"):
        load_base(inspect(tmp_path / "x.safetensors"), torch.float32, "cpu", configs)


def test_a_weight_of_another_shape_is_damage(layout: State, configs: Path, tmp_path: Path) -> None:
    wrong = {"model.diffusion_model.label_emb.0.0.weight": torch.zeros(64, 5)}
    save_file({**layout, **wrong}, tmp_path / "x.safetensors")
    with pytest.raises(DamagedWeights, match="not those of a Stable Diffusion XL model"):
        load_base(inspect(tmp_path / "x.safetensors"), torch.float32, "cpu", configs)


@pytest.mark.parametrize("part", ["text_encoder_2", "tokenizer_2"])
def test_a_folder_without_a_second_part_is_damaged(
    part: str, xl_folder: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(xl_folder, tmp_path / "copy"))
    shutil.rmtree(folder / part)
    with pytest.raises(DamagedWeights, match="damaged: it has no second"):
        inspect(folder)


def test_missing_weights_of_the_second_encoder_are_damage(xl_folder: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(xl_folder, tmp_path / "copy"))
    path = folder / "text_encoder_2" / "model.safetensors"
    weights = load_file(path)
    del weights["text_projection.weight"]
    save_file(weights, path, {"format": "pt"})
    with pytest.raises(DamagedWeights, match="second text encoder is damaged: 1 of its weights"):
        load_xl(folder)


def test_parts_of_different_models_do_not_fit(xl_folder: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(xl_folder, tmp_path / "copy"))
    shutil.rmtree(folder / "text_encoder_2")
    wide = load_xl(xl_folder).text_encoder_2
    assert wide is not None
    wide.config.hidden_size, wide.config.projection_dim = 32, 32
    type(wide)(wide.config).save_pretrained(folder / "text_encoder_2")
    with pytest.raises(DamagedWeights, match="its text encoder and its UNet do not fit"):
        load_xl(folder)


@pytest.mark.parametrize(
    ("key", "shape", "name"),
    [
        ("conditioner.embedders.0.model.ln_final.weight", ONE, "Stable Diffusion XL Refiner"),
        ("cond_stage_model.model.ln_final.weight", ONE, "Stable Diffusion 2"),
        ("model.diffusion_model.joint_blocks.0.w", ONE, "Stable Diffusion 3"),
        ("model.diffusion_model.double_blocks.0.w", ONE, "Flux"),
        ("edm_mean", ONE, "Playground 2.5"),
        ("model.diffusion_model.input_blocks.0.0.weight", (320, 9, 3, 3), "Inpainting"),
    ],
)
def test_what_cannot_be_drawn_is_named(key: str, shape: tuple[int, ...], name: str) -> None:
    assert kind_of(WHOLE) == "base_file"
    with pytest.raises(UnsupportedModel, match=rf"kind .*{name}, with which Koma cannot draw"):
        kind_of({**WHOLE, key: shape})


@pytest.mark.parametrize("gone", [key for key in WHOLE if "conditioner" in key])
def test_a_file_with_one_text_encoder_is_damaged(gone: str) -> None:
    with pytest.raises(DamagedWeights, match=r"it has no (second )?text encoder"):
        kind_of({key: shape for key, shape in WHOLE.items() if key != gone})


@pytest.mark.parametrize(
    "changes",
    [
        {"text_encoder": [None, None], "requires_aesthetics_score": True},
        {"transformer": ["diffusers", "SD3Transformer2DModel"]},
        {"_class_name": "StableDiffusionXLInpaintPipeline"},
    ],
)
def test_folders_of_other_classes_are_named(
    changes: dict[str, object], xl_folder: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(xl_folder, tmp_path / "other"))
    index = json.loads((folder / "model_index.json").read_text(encoding="utf-8"))
    (folder / "model_index.json").write_text(json.dumps({**index, **changes}), encoding="utf-8")
    with pytest.raises(UnsupportedModel, match="With the model other Koma cannot draw"):
        inspect(folder)


def empty() -> Tensor:
    return torch.tensor([])


@pytest.mark.parametrize(
    ("more", "metadata", "wanted"),
    [
        ({}, {}, Prediction()),
        ({"v_pred": empty()}, {}, Prediction(velocity=True)),
        ({"v_pred": empty(), "ztsnr": empty()}, {}, Prediction(True, True)),
        ({}, {"modelspec.prediction_type": "v"}, Prediction(velocity=True)),
        ({}, {"modelspec.predict_key": "epsilon"}, Prediction()),
    ],
)
def test_a_file_says_what_it_predicts(
    more: State, metadata: dict[str, str], wanted: Prediction, xl_folder: Path, configs: Path,
    tmp_path: Path,
) -> None:  # fmt: skip
    path = save_xl_file(xl_folder, tmp_path / "x.safetensors", more, **metadata)
    config = load_base(inspect(path), torch.float32, "cpu", configs).scheduler_config
    assert (config.get("prediction_type") == "v_prediction") == wanted.velocity
    assert config.get("rescale_betas_zero_snr", False) == wanted.zero_terminal_snr
    assert (config["timestep_spacing"] == "trailing") == wanted.zero_terminal_snr


def test_in_fp16_the_vae_that_overflows_stays_in_fp32(xl_folder: Path) -> None:
    half, brain = load_xl(xl_folder, torch.float16), load_xl(xl_folder, torch.bfloat16)
    assert (half.unet.dtype, half.vae.dtype) == (torch.float16, torch.float32)
    assert (brain.unet.dtype, brain.vae.dtype) == (torch.bfloat16, torch.bfloat16)


def test_a_controlnet_file_of_sdxl_loads(configs: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(configs, tmp_path / "configs"))
    network = xl_controlnet()
    network.save_config(root / "sdxl" / "controlnet")
    state = {key: tensor.contiguous() for key, tensor in network.state_dict().items()}
    save_file(state, tmp_path / "pose.safetensors")
    loaded = load_controller(tmp_path / "pose.safetensors", torch.float32, "cpu", root)
    assert all(torch.equal(state[key], value) for key, value in loaded.state_dict().items())


def test_a_controller_of_another_class_is_refused(
    xl_folder: Path, networks: dict[str, object], base_folder: Path
) -> None:
    xl, old = load_xl(xl_folder), load_base(inspect(base_folder), torch.float32, "cpu")
    for controller in (xl_controlnet(), xl_t2i_adapter()):
        check_controller(xl, controller)
        with pytest.raises(BadInput, match="made for another kind of model than plain-sd"):
            check_controller(old, controller)
    for name in ("controlnet", "t2i_adapter"):
        controller = networks[name]()  # type: ignore[operator]
        check_controller(old, controller)
        with pytest.raises(BadInput, match="made for another kind of model than animation-xl"):
            check_controller(xl, controller)


def test_padding_is_all_that_differs(configs: Path) -> None:
    plain, second = (load_tokenizer(configs / "sd15" / "tokenizer", pad) for pad in (None, "!"))
    assert plain("a b").input_ids == second("a b").input_ids
    assert plain("a", padding="max_length").input_ids[3:] == [1] * 13
    assert second("a", padding="max_length").input_ids[3:] == [54] * 13
