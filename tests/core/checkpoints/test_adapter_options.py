"""Which adapters a model can be drawn with, from files as artists have them on their disks."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import pytest
import torch
import transformers

from core.adapters.character_adapter import CharacterAdapter
from core.adapters.cross_attention import CrossAttentionLayer
from core.adapters.errors import WrongBaseModel
from core.adapters.ip_adapter import IPAdapter
from core.adapters.ip_layout import IPAdapterConfig, ResamplerShape
from core.adapters.ip_weights_file import save_ip_adapter
from core.adapters.kinds import ADAPTER_KINDS, AdapterKind, parse_choice
from core.adapters.reference_attention import ReferenceAttention
from core.adapters.reference_weights_file import save_reference_attention
from core.checkpoints.adapter_options import AdapterMissing, Gap
from core.checkpoints.catalogue import ModelInfo, scan
from core.checkpoints.identity_adapters import load_identity_adapter
from core.checkpoints.loading import load_base
from core.document.types import AdapterKind as DocumentAdapterKind
from core.errors import BadInput

Networks = dict[str, Callable[..., torch.nn.Module]]
PLUS_SHAPE = ResamplerShape(32, 1, 1, 64, 2)
CPU = torch.device("cpu")


@pytest.fixture
def disk(base_folder: Path, tmp_path: Path) -> Path:
    """A folder of models with one base model, which has no adapter of its own."""
    shutil.copytree(base_folder, tmp_path / "plain-sd")
    return tmp_path


@pytest.fixture
def put(disk: Path, networks: Networks) -> Callable[..., Path]:
    """Save an adapter for the base model as a file of this name."""
    unet = networks["unet"]()

    def save(name: str, layers: list[CrossAttentionLayer] | None = None) -> Path:
        path = disk / "ip" / name
        if "reference" in name:
            return save_reference_attention(ReferenceAttention.from_unet(unet, 2), path)  # type: ignore[arg-type]
        plus = "plus" in name
        config = (
            IPAdapterConfig("ip-plus", 24, 5, 32, PLUS_SHAPE)
            if plus
            else IPAdapterConfig("ip", 16, 4, 32)
        )
        if layers is not None:
            return save_ip_adapter(IPAdapter(config, layers), path)
        return save_ip_adapter(IPAdapter.from_unet(unet, config), path)  # type: ignore[arg-type]

    return save


def put_encoder(folder: Path, hidden: int = 24, projection: int = 16) -> Path:
    config = transformers.CLIPVisionConfig(
        hidden_size=hidden, intermediate_size=32, num_hidden_layers=2, num_attention_heads=2,
        image_size=16, patch_size=4, projection_dim=projection,
    )  # fmt: skip
    transformers.CLIPVisionModelWithProjection(config).save_pretrained(folder / "image_encoder")
    return folder / "image_encoder"


def base(disk: Path) -> ModelInfo:
    (found,) = scan([disk]).base_models
    return found


def gaps(info: ModelInfo) -> dict[AdapterKind, Gap | None]:
    return {option.kind: option.gap for option in info.adapters}


def test_the_names_are_the_same_everywhere() -> None:
    assert get_args(DocumentAdapterKind) == ADAPTER_KINDS
    assert parse_choice("anime+reference") == ("anime", "reference")
    for wrong in ("", "anime+", "ip-adapter", "ip+ip", "Anime"):
        with pytest.raises(BadInput, match="no choice of adapters"):
            parse_choice(wrong)


def test_a_bare_model_has_none_and_says_so(disk: Path) -> None:
    info = base(disk)
    assert gaps(info) == dict.fromkeys(ADAPTER_KINDS, "weights")
    assert info.adapter_kinds == () and info.adapter_digest("anime+ip") == ""
    with pytest.raises(AdapterMissing, match="no IP-Adapter-Plus for plain-sd"):
        info.adapter("ip-plus")


def test_a_model_with_its_own_offers_that_alone(toon_folder: Path) -> None:
    info = base(toon_folder.parent)
    assert info.adapter_kinds == ("anime",)
    assert info.adapter_digest("anime") == ""  # the digest of the model covers it
    with pytest.raises(AdapterMissing, match=r"no reference attention for Tiny Toon.*these: anime"):
        info.adapter("reference")


def test_published_files_need_their_vision_encoder(disk: Path, put: Callable[..., Path]) -> None:
    put("ip-adapter_sd15.safetensors")
    put("ip-adapter-plus_sd15.safetensors")
    assert gaps(base(disk)) == {
        "anime": "weights", "ip": "encoder", "ip-plus": "encoder", "character": "encoder",
        "reference": "weights",
    }  # fmt: skip
    put_encoder(disk / "other", hidden=32, projection=8)
    assert gaps(base(disk))["ip"] == gaps(base(disk))["character"] == "encoder_size"
    with pytest.raises(AdapterMissing, match="ViT-H/14"):
        base(disk).adapter("character")
    folder = put_encoder(disk / "ip")
    info = base(disk)
    assert info.adapter_kinds == ("ip", "ip-plus", "character")
    assert {info.adapter(kind).image_encoder for kind in ("ip", "ip-plus")} == {folder}


def test_the_encoder_may_lie_anywhere_among_the_models(
    disk: Path, put: Callable[..., Path]
) -> None:
    put("ip-adapter_sd15.safetensors")
    folder = put_encoder(disk / "clip")
    assert base(disk).adapter("ip").image_encoder == folder
    kinds = {model.path: model.kind for model in scan([disk]).models}
    assert kinds[folder] == "image_encoder"


def test_pickles_are_no_choice_and_the_catalogue_says_why(disk: Path) -> None:
    (disk / "ip").mkdir()
    torch.save({"x": torch.ones(1)}, disk / "ip" / "ip-adapter-plus_sd15.bin")
    (problem,) = scan([disk]).problems
    assert "ip-adapter-plus_sd15.bin is of an old kind" in problem.message
    assert "safetensors" in problem.message
    # It is for SD1.5 and no choice for a model of another width either way.
    assert gaps(base(disk))["ip-plus"] == "weights"


def test_for_sd15_a_pickle_is_the_reason(disk: Path) -> None:
    config = disk / "plain-sd" / "unet" / "config.json"
    text = config.read_text()
    config.write_text(text.replace('"cross_attention_dim": 32', '"cross_attention_dim": 768'))
    (disk / "ip-adapter-plus_sd15.bin").write_bytes(b"\x80\x02")
    info = base(disk)
    assert gaps(info)["ip-plus"] == gaps(info)["character"] == "pickled"
    assert gaps(info)["ip"] == "weights"
    with pytest.raises(AdapterMissing, match=r"Download its \.safetensors file"):
        info.adapter("ip-plus")


def test_files_for_other_models_and_faces_do_not_come_first(
    disk: Path, put: Callable[..., Path]
) -> None:
    put_encoder(disk / "ip")
    put("ip-adapter-plus-face_sd15.safetensors")
    assert (
        base(disk).adapter("ip-plus").weights == disk / "ip/ip-adapter-plus-face_sd15.safetensors"
    )
    whole = put("ip-adapter-plus_sd15.safetensors")
    assert base(disk).adapter("ip-plus").weights == whole


def test_the_models_own_folder_comes_before_the_artists_files(
    disk: Path, put: Callable[..., Path]
) -> None:
    put_encoder(disk / "plain-sd")
    put_encoder(disk / "ip")
    for name in ("ip-adapter_sd15.safetensors", "reference_attention.safetensors"):
        outside = put(name)
        own = disk / "plain-sd" / "adapters" / name
        own.parent.mkdir(exist_ok=True)
        shutil.copy(outside, own)
    info = base(disk)
    for kind in ("ip", "reference"):
        option = info.adapter(kind)
        assert option.own and option.digest == ""
        assert option.weights is not None and option.weights.parent.name == "adapters"


def test_the_digest_follows_the_files(disk: Path, put: Callable[..., Path]) -> None:
    put_encoder(disk / "ip")
    put("ip-adapter_sd15.safetensors")
    put("reference_attention.safetensors")
    first = base(disk)
    assert len(first.adapter_digest("ip")) == 64
    image, latent = first.adapter_digest("ip"), first.adapter_digest("reference")
    assert first.adapter_digest("ip+reference") == f"{image}+{latent}"
    assert first.adapter_digest("anime+reference") == f"+{latent}"
    assert first.adapter_digest("anime") == ""
    put("reference_attention.safetensors")  # other random weights
    second = base(disk)
    assert second.adapter_digest("ip") == image
    assert second.adapter_digest("reference") != latent


def test_they_load_and_share_one_encoder(disk: Path, put: Callable[..., Path]) -> None:
    put_encoder(disk / "ip")
    for name in ("ip-adapter_sd15", "ip-adapter-plus_sd15", "reference_attention"):
        put(f"{name}.safetensors")
    model = load_base(base(disk), torch.float16, CPU)
    encoders: dict[Path, object] = {}
    loaded = {
        kind: load_identity_adapter(model, kind, torch.float16, CPU, encoders)
        for kind in ("ip", "ip-plus", "character", "reference")
    }
    assert isinstance(loaded["character"].adapter, CharacterAdapter)
    assert len(encoders) == 1 and loaded["reference"].image_encoder is None
    assert loaded["ip"].image_encoder is loaded["character"].image_encoder
    plus = loaded["ip-plus"].adapter
    assert isinstance(plus, IPAdapter)
    assert {p.dtype for p in plus.ip_adapter.parameters()} == {torch.float16}
    assert {p.dtype for p in plus.image_proj.parameters()} == {torch.float32}
    for each in loaded.values():
        assert not any(p.requires_grad for p in each.adapter.parameters())
    with pytest.raises(AdapterMissing, match="no AnimeAdapter"):
        load_identity_adapter(model, "anime", torch.float16, CPU, encoders)


def test_layers_of_another_unet_are_refused(disk: Path, put: Callable[..., Path]) -> None:
    """The text width fits, the layers do not: only loading sees it."""
    put_encoder(disk / "ip")
    put("ip-adapter_sd15.safetensors", [CrossAttentionLayer(1, 16)])
    model = load_base(base(disk), torch.float32, CPU)
    with pytest.raises(WrongBaseModel, match="another kind of base model"):
        load_identity_adapter(model, "ip", torch.float32, CPU, {})
