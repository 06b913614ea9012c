"""AnimeAdapter on disk: IP-Adapter's keys, everything back, damage in one sentence."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from diffusers import UNet2DConditionModel
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor

from core.adapters.anime_adapter import AnimeAdapter
from core.adapters.conditions import ReferenceCondition
from core.adapters.errors import DamagedWeights
from core.adapters.weights_file import load_adapter, save_adapter
from core.errors import BadInput, StorageFailed

Edit = Callable[[dict[str, Tensor]], object]


def rewrite(path: Path, edit: Edit) -> None:
    """Change the tensors of a file and keep its metadata."""
    with safe_open(path, framework="pt") as opened:
        metadata = opened.metadata()
    tensors = load_file(path)
    edit(tensors)
    save_file(tensors, path, metadata)


def test_it_comes_back_the_same_from_file_and_folder(
    adapter: AnimeAdapter,
    unet: UNet2DConditionModel,
    step: Callable[..., Tensor],
    tokens: Tensor,
    tmp_path: Path,
) -> None:
    path = save_adapter(adapter, tmp_path)
    results: list[Tensor] = []
    for loaded in (adapter, load_adapter(path), load_adapter(tmp_path)):
        assert loaded.config == adapter.config and loaded.layers == adapter.layers
        loaded.inject(unet)
        rows = [[ReferenceCondition(loaded.key_values(tokens[0]))]]
        with loaded.conditions(loaded.inference_conditions(rows)):
            results.append(step(1))
        loaded.eject()
    assert torch.equal(results[0], results[1]) and torch.equal(results[0], results[2])


def test_the_file_has_ip_adapters_keys(adapter: AnimeAdapter, tmp_path: Path) -> None:
    tensors = load_file(save_adapter(adapter, tmp_path))
    assert {key.split(".")[0] for key in tensors} == {"image_proj", "ip_adapter"}
    assert {key for key in tensors if key.startswith("ip_adapter.")} == {
        f"ip_adapter.{i}.to_{part}_ip.weight" for i in (1, 3, 5, 7) for part in "kv"
    }
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        "anime_adapter.safetensors", "config.json",
    ]  # fmt: skip


def test_half_precision_is_stored_and_raised_on_request(
    adapter: AnimeAdapter, tmp_path: Path
) -> None:
    path = save_adapter(adapter, tmp_path, torch.float16)
    assert {p.dtype for p in load_adapter(path).parameters()} == {torch.float16}
    raised = load_adapter(path, torch.float32)
    for name, parameter in raised.named_parameters():
        torch.testing.assert_close(parameter, adapter.get_parameter(name), atol=1e-3, rtol=1e-3)


def test_a_file_without_metadata_is_read_by_its_config_and_keys(
    adapter: AnimeAdapter, tmp_path: Path
) -> None:
    path = save_adapter(adapter, tmp_path)
    save_file(load_file(path), path)
    assert load_adapter(path).layers == adapter.layers
    (tmp_path / "config.json").unlink()
    with pytest.raises(DamagedWeights, match=r"Put its config\.json beside it"):
        load_adapter(path)


@pytest.mark.parametrize(
    ("edit", "fault"),
    [
        (lambda t: t.pop("ip_adapter.3.to_v_ip.weight"), "ip_adapter.3.to_v_ip.weight are missing"),
        (lambda t: [t.pop(f"ip_adapter.7.to_{p}_ip.weight") for p in "kv"], "are missing"),
        (lambda t: t.pop("image_proj.layer_scale"), "image_proj.layer_scale are missing"),
        (lambda t: t.update({"image_proj.extra": torch.ones(1)}), "image_proj.extra are unknown"),
        (
            lambda t: t.update({"image_proj.layers.0.weight": torch.ones(32, 25)}),
            "image_proj.layers.0.weight are of another shape",
        ),
        (
            lambda t: t.update({"ip_adapter.1.to_k_ip.weight": torch.ones(8, 32)}),
            "ip_adapter.1.to_k_ip.weight are of another shape",
        ),
    ],
)
def test_damage_is_named(edit: Edit, fault: str, adapter: AnimeAdapter, tmp_path: Path) -> None:
    path = save_adapter(adapter, tmp_path)
    rewrite(path, edit)
    with pytest.raises(DamagedWeights) as caught:
        load_adapter(path)
    assert fault in str(caught.value) and str(caught.value).endswith("Choose another adapter file.")
    assert caught.value.code == "model_damaged" and isinstance(caught.value, BadInput)


@pytest.mark.parametrize("content", [b"", b"not weights at all", b"\xff" * 40])
def test_what_is_no_weights_file_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "anime_adapter.safetensors").write_bytes(content)
    with pytest.raises(DamagedWeights, match="This adapter file cannot be read"):
        load_adapter(tmp_path)
    with pytest.raises(DamagedWeights, match="This adapter file cannot be read"):
        load_adapter(tmp_path / "absent.safetensors")


def test_a_file_cut_short_is_refused(adapter: AnimeAdapter, tmp_path: Path) -> None:
    path = save_adapter(adapter, tmp_path)
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(DamagedWeights, match="cut short"):
        load_adapter(path)


@pytest.mark.parametrize(
    "change",
    [
        {"vision_layers": "seven"},
        {"vision_layers": 0},
        {"schema_version": 9},
        {"image_size": 15},
        {"scope": "down"},
        {"letterbox_colour": [0, 0, 300]},
        {"unheard_of": 1},
    ],
)
def test_a_wrong_configuration_is_refused(
    change: dict[str, object], adapter: AnimeAdapter, tmp_path: Path
) -> None:
    path = save_adapter(adapter, tmp_path)
    save_file(load_file(path), path)
    config = json.loads((tmp_path / "config.json").read_text(encoding="utf-8"))
    (tmp_path / "config.json").write_text(json.dumps({**config, **change}), encoding="utf-8")
    with pytest.raises(DamagedWeights, match="configuration of this adapter cannot be read"):
        load_adapter(path)


def test_a_wrong_list_of_layers_is_refused(adapter: AnimeAdapter, tmp_path: Path) -> None:
    path = save_adapter(adapter, tmp_path)
    metadata = {
        "koma_anime_adapter": adapter.config.to_json(),
        "koma_cross_attention_layers": "[[1, 2, 3]]",
    }
    save_file(load_file(path), path, metadata)
    with pytest.raises(DamagedWeights, match="its list of layers"):
        load_adapter(path)


def test_a_failed_save_leaves_the_older_file(
    adapter: AnimeAdapter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = save_adapter(adapter, tmp_path)
    before = path.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("core.adapters.tensor_files.save_file", full)
    with torch.no_grad():
        adapter.image_proj.layer_scale.add_(1.0)
    with pytest.raises(StorageFailed, match="could not be saved"):
        save_adapter(adapter, tmp_path)
    assert path.read_bytes() == before
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        "anime_adapter.safetensors", "config.json",
    ]  # fmt: skip
