"""What a file or folder is, told by headers and JSON alone."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from core.adapters.errors import DamagedWeights
from core.checkpoints.catalogue import inspect, kind_of, scan
from core.checkpoints.errors import ModelNotFound, UnsupportedModel
from core.errors import BadInput

ONE = (1,)
SINGLE_FILE = {
    "model.diffusion_model.input_blocks.0.0.weight": (320, 4, 3, 3),
    "first_stage_model.encoder.conv_in.weight": (128, 3, 3, 3),
    "cond_stage_model.transformer.text_model.embeddings.position_ids": (1, 77),
}


def without(prefix: str) -> dict[str, tuple[int, ...]]:
    return {key: shape for key, shape in SINGLE_FILE.items() if not key.startswith(prefix)}


@pytest.mark.parametrize(
    ("shapes", "kind"),
    [
        (SINGLE_FILE, "base_file"),
        ({"lora_unet_mid_block.lora_down.weight": ONE}, "lora"),
        ({"unet.mid_block.attn.to_q.lora_A.weight": ONE}, "lora"),
        ({"control_model.input_blocks.0.0.weight": ONE}, "controlnet"),
        ({"controlnet_cond_embedding.conv_in.weight": ONE}, "controlnet"),
        ({"image_proj.layer_scale": ONE, "ip_adapter.1.to_k_ip.weight": ONE}, "anime_adapter"),
        ({"image_proj.latents": ONE, "ip_adapter.1.to_k_ip.weight": ONE}, "ip_adapter"),
        # FaceID files hold LoRA weights too and are adapters all the same.
        ({"image_proj.norm.weight": ONE, "ip_adapter.0.to_q_lora.down.weight": ONE}, "ip_adapter"),
    ],
)
def test_kinds_are_told_by_their_keys(shapes: dict[str, tuple[int, ...]], kind: str) -> None:
    assert kind_of(shapes) == kind


@pytest.mark.parametrize(
    ("shapes", "sentence"),
    [
        (without("model."), "This model file is damaged: it has no UNet. Choose another."),
        (without("first_"), "This model file is damaged: it has no VAE. Choose another."),
        (without("cond_"), "This model file is damaged: it has no text encoder. Choose another."),
        ({"image_proj.latents": ONE}, "the weights “ip_adapter."),
        ({"ip_adapter.1.to_k_ip.weight": ONE}, "the weights “image_proj."),
    ],
)
def test_half_a_model_is_damaged(shapes: dict[str, tuple[int, ...]], sentence: str) -> None:
    with pytest.raises(DamagedWeights) as caught:
        kind_of(shapes)
    assert sentence in str(caught.value)


def test_an_unknown_kind_is_named() -> None:
    with pytest.raises(UnsupportedModel, match="does not know this kind"):
        kind_of({"double_blocks.0.img_attn.qkv.weight": ONE})


def test_a_folder_without_a_unet_is_damaged(make_base: Callable[..., Path]) -> None:
    folder = make_base()
    shutil.rmtree(folder / "unet")
    with pytest.raises(DamagedWeights, match=r"damaged: it has no UNet\. Choose another\."):
        inspect(folder)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("schema_version", 2),
        ("native_px", "large"),
        ("id", "../x"),
        ("puppet", "magic"),
        ("default_adapter", "anime+magic"),
    ],
)
def test_wrong_values_in_koma_json_are_damage(
    field: str, value: object, toon_folder: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(toon_folder, tmp_path / "copy"))
    manifest = json.loads((folder / "koma.json").read_text(encoding="utf-8"))
    (folder / "koma.json").write_text(json.dumps({**manifest, field: value}), encoding="utf-8")
    with pytest.raises(DamagedWeights, match=r"koma\.json holds wrong values"):
        inspect(folder)


def test_koma_json_tells_how_a_model_is_best_used(toon_folder: Path, base_folder: Path) -> None:
    toon, plain = inspect(toon_folder), inspect(base_folder)
    assert (toon.id, toon.title, toon.native_px, toon.size_multiple) == (
        "tiny-toon", "Tiny Toon", 64, 16,
    )  # fmt: skip
    assert (plain.id, plain.native_px, plain.size_multiple, plain.puppet) == (
        "plain-sd", 16, 64, "none",
    )  # fmt: skip


def test_koma_json_names_the_adapters(toon_folder: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(toon_folder, tmp_path / "copy"))
    assert inspect(folder).default_adapter == "anime"
    manifest = json.loads((folder / "koma.json").read_text(encoding="utf-8"))
    manifest["default_adapter"] = "anime+reference"
    (folder / "koma.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert inspect(folder).default_adapter == "anime+reference"


@pytest.mark.parametrize(
    "content",
    [b"", b"short", b"\xff" * 64, (200).to_bytes(8, "little") + b"{}", b"\x04\0\0\0\0\0\0\0[[]]"],
)
def test_what_is_no_safetensors_file_is_damaged(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    path.write_bytes(content)
    with pytest.raises(DamagedWeights, match="cut short or not a safetensors file"):
        inspect(path)


def test_a_file_cut_short_is_damaged_by_its_header_alone(tmp_path: Path) -> None:
    path = tmp_path / "lora.safetensors"
    save_file({"a.lora_A.weight": torch.zeros(4, 4)}, path)
    assert inspect(path).kind == "lora"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(DamagedWeights, match="cut short"):
        inspect(path)


def test_a_pickle_with_weights_only_is_read_and_any_other_refused(tmp_path: Path) -> None:
    nested = {"image_proj": {"latents": torch.zeros(1)}, "ip_adapter": {"1.to_k_ip": torch.ones(1)}}
    torch.save(nested, tmp_path / "plus.bin")
    assert inspect(tmp_path / "plus.bin").kind == "ip_adapter"
    torch.save({"state_dict": {"a.lora_A.weight": torch.ones(1)}}, tmp_path / "style.pt")
    assert inspect(tmp_path / "style.pt").kind == "lora"
    torch.save(nn.Linear(1, 1), tmp_path / "object.bin")
    with pytest.raises(DamagedWeights, match=r"Choose a \.safetensors file"):
        inspect(tmp_path / "object.bin")


def test_what_is_no_model_is_said_plainly(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello", encoding="utf-8")
    (tmp_path / "empty").mkdir()
    with pytest.raises(UnsupportedModel, match="is not a model file"):
        inspect(tmp_path / "notes.txt")
    with pytest.raises(UnsupportedModel, match="holds no model"):
        inspect(tmp_path / "empty")
    with pytest.raises(ModelNotFound, match="There is no model at"):
        inspect(tmp_path / "absent.safetensors")


def test_scan_lists_models_and_problems(base_folder: Path, tmp_path: Path) -> None:
    shutil.copytree(base_folder, tmp_path / "a" / "drawn")
    shutil.copytree(base_folder, tmp_path / "b" / "drawn")
    save_file({"a.lora_A.weight": torch.zeros(4, 4)}, tmp_path / "b" / "ink.safetensors")
    (tmp_path / "b" / "broken.safetensors").write_bytes(b"no")
    (tmp_path / "b" / "readme.txt").write_text("hello", encoding="utf-8")
    (tmp_path / "b" / ".hidden.safetensors").write_bytes(b"no")
    found = scan([tmp_path / "a", tmp_path / "b", tmp_path / "absent", tmp_path / "a"])
    ids = [model.id for model in found.models]
    assert ids[0] == "drawn" and ids[1].startswith("drawn~") and ids[2:] == ["ink"]
    assert [model.kind for model in found.models] == ["base_folder", "base_folder", "lora"]
    assert [problem.path.name for problem in found.problems] == ["broken.safetensors"]
    assert found.find("ink").path == tmp_path / "b" / "ink.safetensors"
    assert found.find(str(tmp_path / "b" / "drawn")).id == "drawn"
    with pytest.raises(ModelNotFound, match=r"“sketch”.*drawn"):
        found.find("sketch")


def test_every_problem_is_an_error_an_artist_can_act_on() -> None:
    assert issubclass(DamagedWeights, BadInput) and DamagedWeights.code == "model_damaged"
    assert issubclass(UnsupportedModel, BadInput) and issubclass(ModelNotFound, BadInput)


def test_the_digest_follows_every_file(make_base: Callable[..., Path]) -> None:
    folder = make_base()
    info = inspect(folder)
    before = info.digest
    assert info.digest == before
    weights = folder / "unet" / "diffusion_pytorch_model.safetensors"
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)
    changed = info.digest
    assert changed != before
    (folder / "added.txt").write_text("new", encoding="utf-8")
    assert info.digest not in (before, changed)


def test_the_digest_does_not_follow_the_model_card(make_base: Callable[..., Path]) -> None:
    folder = make_base()
    before = inspect(folder).digest
    (folder / "MODEL_CARD.md").write_text("# A model", encoding="utf-8")
    assert inspect(folder).digest == before


def test_the_digest_of_a_copy_is_the_same(base_folder: Path, tmp_path: Path) -> None:
    copied = Path(shutil.copytree(base_folder, tmp_path / "elsewhere", copy_function=shutil.copy))
    assert inspect(copied).digest == inspect(base_folder).digest


def test_the_catalogue_does_without_torch(base_folder: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from core.checkpoints.catalogue import scan;"
        f"assert scan([Path({str(base_folder.parent)!r})]).models[0].digest;"
        "assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
