"""Base models in the diffusers layout: everything that came with them, complete or refused."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from diffusers import UNet2DModel
from safetensors.torch import load_file, save_file
from torch import nn

from core.adapters.errors import DamagedWeights
from core.checkpoints.catalogue import inspect
from core.checkpoints.errors import UnsupportedModel
from core.checkpoints.loading import LoadedModel, image_normalisation, load_base, load_controller
from core.training.networks import FINISHER_WORDS, build_finisher

Networks = dict[str, Callable[..., nn.Module]]
UNET_WEIGHTS = Path("unet", "diffusion_pytorch_model.safetensors")


def load(folder: Path) -> LoadedModel:
    return load_base(inspect(folder), torch.float32, "cpu")


def test_a_plain_folder_loads_with_its_own_weights(base_folder: Path) -> None:
    model = load(base_folder)
    saved = load_file(base_folder / UNET_WEIGHTS)
    loaded = model.unet.state_dict()
    assert saved.keys() == loaded.keys()
    assert all(torch.equal(saved[key], loaded[key]) for key in saved)
    assert model.tokenizer("ab").input_ids[1:-1] == [16]
    assert model.scheduler_config["use_flow_sigmas"] is True
    assert (model.image_encoder, model.t2i_adapter, model.anime_adapter) == (None, None, None)
    assert (model.puppet, model.native_px) == ("none", 16)


def test_a_folder_like_koma_toon_brings_all_its_parts(toon_folder: Path) -> None:
    model = load(toon_folder)
    assert type(model.vae).__name__ == "AutoencoderTiny"
    assert type(model.t2i_adapter).__name__ == "T2IAdapter"
    assert (model.id, model.puppet, model.puppet_dropout_value) == (
        "tiny-toon", "unet_channels", -1.5,
    )  # fmt: skip
    assert (model.default_steps, model.default_guidance_scale) == (12, 3.0)
    assert image_normalisation(model.image_processor_config) == ((0.5, 0.4, 0.3), (0.2, 0.2, 0.1))
    assert model.image_encoder is not None and model.anime_adapter is not None
    pixels = torch.zeros(1, 3, 16, 16)
    states = model.image_encoder(pixels, output_hidden_states=True).hidden_states
    assert model.anime_adapter.encode(states).shape == (1, 16, 32)
    model.anime_adapter.inject(model.unet)


def test_a_finishing_network_comes_along_where_there_is_one(
    toon_folder: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(toon_folder, tmp_path / "finished"))
    assert load(folder).finisher is None
    build_finisher().save_pretrained(folder / "finisher")
    with pytest.raises(DamagedWeights, match="finishing network"):
        load(folder)  # its words are not in koma.json
    about = json.loads((folder / "koma.json").read_text())
    about["finisher_words"] = FINISHER_WORDS
    (folder / "koma.json").write_text(json.dumps(about))
    model = load(folder)
    assert model.finisher is not None and not model.finisher.training
    assert model.info.finisher_words == FINISHER_WORDS
    wrong = UNet2DModel(
        in_channels=3, out_channels=3, block_out_channels=(8,), norm_num_groups=4,
        down_block_types=("DownBlock2D",), up_block_types=("UpBlock2D",), layers_per_block=1,
        add_attention=False,
    )  # fmt: skip
    shutil.rmtree(folder / "finisher")
    wrong.save_pretrained(folder / "finisher")
    with pytest.raises(DamagedWeights, match="finishing network"):
        load(folder)


def test_loaded_networks_are_frozen(toon_folder: Path) -> None:
    model = load(toon_folder)
    parts = (model.unet, model.vae, model.text_encoder, model.image_encoder, model.anime_adapter)
    for network in parts:
        assert network is not None and not network.training
        assert not any(parameter.requires_grad for parameter in network.parameters())


def test_the_dtype_reaches_every_network_but_the_image_projection(toon_folder: Path) -> None:
    model = load_base(inspect(toon_folder), torch.float16, "cpu")
    assert model.unet.dtype == model.vae.dtype == model.text_encoder.dtype == torch.float16
    assert model.anime_adapter is not None
    assert {p.dtype for p in model.anime_adapter.ip_adapter.parameters()} == {torch.float16}
    assert {p.dtype for p in model.anime_adapter.image_proj.parameters()} == {torch.float32}


@pytest.mark.parametrize(
    ("name", "expected"),
    [("kl", "AutoencoderKL"), ("tiny", "AutoencoderTiny"), ("dc", "AutoencoderDC")],
)
def test_every_vae_class_loads(
    name: str, expected: str, make_base: Callable[..., Path], networks: Networks
) -> None:
    assert type(load(make_base(vae=networks[name]())).vae).__name__ == expected


def test_fp16_variants_load(make_base: Callable[..., Path], networks: Networks) -> None:
    folder = make_base()
    shutil.rmtree(folder / "unet")
    networks["unet"]().half().save_pretrained(folder / "unet", variant="fp16")  # type: ignore[operator]
    assert load(folder).unet.dtype == torch.float32


def test_a_missing_weight_is_refused(make_base: Callable[..., Path]) -> None:
    folder = make_base()
    weights = load_file(folder / UNET_WEIGHTS)
    del weights["conv_in.weight"]
    save_file(weights, folder / UNET_WEIGHTS, {"format": "pt"})
    with pytest.raises(DamagedWeights, match=r"^This model's UNet is damaged: 1 of its weights"):
        load(folder)


def test_a_missing_weight_of_the_text_encoder_is_refused(make_base: Callable[..., Path]) -> None:
    folder = make_base()
    path = folder / "text_encoder" / "model.safetensors"
    weights = load_file(path)
    weights.pop(next(key for key in weights if "final_layer_norm.weight" in key))
    save_file(weights, path, {"format": "pt"})
    with pytest.raises(DamagedWeights, match=r"^This model's text encoder is damaged"):
        load(folder)


def test_a_weight_of_another_shape_is_refused(make_base: Callable[..., Path]) -> None:
    folder = make_base()
    weights = load_file(folder / UNET_WEIGHTS)
    weights["conv_in.weight"] = torch.zeros(16, 5, 3, 3)
    save_file(weights, folder / UNET_WEIGHTS, {"format": "pt"})
    with pytest.raises(DamagedWeights, match=r"^This model's UNet is damaged: .* Choose another"):
        load(folder)


def test_weights_cut_short_are_refused(make_base: Callable[..., Path]) -> None:
    folder = make_base()
    path = folder / "vae" / "diffusion_pytorch_model.safetensors"
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(DamagedWeights, match=r"^This model's VAE is damaged"):
        load(folder)


def test_a_folder_without_weights_is_refused(make_base: Callable[..., Path]) -> None:
    folder = make_base()
    (folder / UNET_WEIGHTS).unlink()
    with pytest.raises(DamagedWeights, match="its weights file is missing"):
        load(folder)


def test_an_unknown_vae_or_scheduler_is_named(make_base: Callable[..., Path]) -> None:
    folder = make_base()
    scheduler = folder / "scheduler" / "scheduler_config.json"
    scheduler.write_text(json.dumps({"_class_name": "UNet2DConditionModel"}), encoding="utf-8")
    with pytest.raises(UnsupportedModel, match=r"scheduler .*\(UNet2DConditionModel\)"):
        load(folder)
    vae = folder / "vae" / "config.json"
    vae.write_text(json.dumps({"_class_name": "VQModel"}), encoding="utf-8")
    with pytest.raises(UnsupportedModel, match=r"VAE .*\(VQModel\)"):
        load(folder)


def test_parts_of_different_models_are_refused(
    toon_folder: Path, tmp_path: Path, networks: Networks
) -> None:
    folder = Path(shutil.copytree(toon_folder, tmp_path / "mixed"))
    shutil.rmtree(folder / "image_encoder")
    networks["image_encoder"](hidden=16).save_pretrained(folder / "image_encoder")  # type: ignore[operator]
    with pytest.raises(DamagedWeights, match="its adapter and its image encoder do not fit"):
        load(folder)
    shutil.rmtree(folder / "image_encoder")
    with pytest.raises(DamagedWeights, match="its adapter has no image encoder"):
        load(folder)


def test_a_unet_without_puppet_channels_is_refused(toon_folder: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(toon_folder, tmp_path / "mixed"))
    manifest = json.loads((folder / "koma.json").read_text(encoding="utf-8"))
    manifest["puppet"] = "none"
    (folder / "koma.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(DamagedWeights, match="its UNet and its VAE do not fit"):
        load(folder)


@pytest.mark.parametrize("name", ["t2i_adapter", "controlnet"])
def test_controllers_load_from_their_folders(name: str, tmp_path: Path, networks: Networks) -> None:
    network = networks[name]()
    network.save_pretrained(tmp_path / name)  # type: ignore[operator]
    loaded = load_controller(tmp_path / name, torch.float32, "cpu")
    assert type(loaded) is type(network)
    assert inspect(tmp_path / name).kind == name
    state = network.state_dict()
    assert all(torch.equal(state[key], value) for key, value in loaded.state_dict().items())


def test_only_a_base_model_is_loaded_as_one(tmp_path: Path, networks: Networks) -> None:
    networks["t2i_adapter"]().save_pretrained(tmp_path / "pose")  # type: ignore[operator]
    with pytest.raises(UnsupportedModel, match="is no base model"):
        load(tmp_path / "pose")


@pytest.mark.parametrize(
    "config", [{"image_std": [0.0, 1.0, 1.0]}, {"image_mean": [1.0]}, {"image_mean": "grey"}]
)
def test_wrong_image_processor_settings_are_refused(config: dict[str, object]) -> None:
    with pytest.raises(DamagedWeights, match="image processor"):
        image_normalisation(config)
