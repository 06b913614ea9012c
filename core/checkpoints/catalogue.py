"""Which models there are: recognised by their headers and JSON, without loading a weight."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from core.adapters.kinds import DEFAULT_CHOICE, AdapterKind, parse_choice
from core.checkpoints.adapter_options import (
    AdapterOption,
    adapter_options,
    is_pickled_adapter,
)
from core.checkpoints.errors import ModelNotFound, UnsupportedModel, damaged
from core.checkpoints.families import TRAITS, Family, file_family, folder_family
from core.checkpoints.fewstep_config import read_fewstep_config
from core.checkpoints.files import (
    Shapes,
    model_digest,
    read_header,
    read_json_object,
)
from core.checkpoints.manifest import (
    DRAFT_STEPS,
    MANIFEST_NAME,
    Manifest,
    PuppetInput,
    read_manifest,
)
from core.errors import BadInput

Kind = Literal[
    "base_folder", "base_file", "lora", "controlnet", "t2i_adapter", "anime_adapter", "ip_adapter",
    "reference_attention", "image_encoder",
]  # fmt: skip
SCAN_DEPTH = 3
VISION_CLASSES = ("CLIPVisionModel", "CLIPVisionModelWithProjection")
_LORA_MARKS = (".lora_A.", ".lora_B.", ".lora_down.", ".lora_up.", ".lora.down.", ".lora.up.")
_FILE_ENDINGS = (".safetensors", ".bin", ".pt", ".pth", ".ckpt")


@dataclass(frozen=True)
class ModelInfo:
    """A model on disk. The fields after `title` matter for base models only.

    id: from koma.json, else the name of the file or folder. native_px, size_multiple: see
    `Manifest`. default_guidance_scale, default_steps, default_adapter: what the model is best drawn
    with. draft_steps, draft_guidance_scale: drafts, None = as a final picture. finisher_words: see
    `Manifest`. adapters: one option a kind of identity adapter. family: see
    `core.checkpoints.families`.
    """

    id: str
    path: Path
    kind: Kind
    title: str
    native_px: int = 512
    size_multiple: int = 64
    puppet: PuppetInput = "none"
    puppet_dropout_value: float = 0.0
    default_guidance_scale: float = 7.5
    default_steps: int = 30
    default_adapter: str = DEFAULT_CHOICE
    draft_steps: int = DRAFT_STEPS
    draft_guidance_scale: float | None = None
    finisher_words: tuple[str, ...] = ()
    adapters: tuple[AdapterOption, ...] = ()
    family: Family = "sd15"

    @property
    def is_base(self) -> bool:
        return self.kind in ("base_folder", "base_file")

    @property
    def digest(self) -> str:
        """See `model_digest`; unchanged files are not read twice."""
        return model_digest(self.path)

    @property
    def adapter_kinds(self) -> tuple[AdapterKind, ...]:
        """The kinds of identity adapters that can be used with this model."""
        return tuple(option.kind for option in self.adapters if option.gap is None)

    def adapter(self, kind: AdapterKind) -> AdapterOption:
        """Its files. Raises AdapterMissing with one sentence where it cannot be used."""
        for option in self.adapters:
            if option.kind == kind and option.gap is None:
                return option
        missing = (option for option in self.adapters if option.kind == kind)
        option = next(missing, AdapterOption(kind, gap="weights"))
        option.check(self.title, self.adapter_kinds)
        return option

    def adapter_digest(self, choice: str) -> str:
        """Of the files of a choice as "anime+ip", one a kind, joined by "+".

        "" where the model's own digest covers them all, and for those that are missing, which
        drawing will say.
        """
        digests = {option.kind: option.digest for option in self.adapters}
        joined = "+".join(digests.get(kind, "") for kind in parse_choice(choice))
        return joined if joined.strip("+") else ""


@dataclass(frozen=True)
class Problem:
    """A file or folder that looked like a model, and the sentence that says why it is none."""

    path: Path
    message: str


@dataclass(frozen=True)
class Catalogue:
    """models: in the order of the folders, with different ids. problems: what could not be used."""

    models: tuple[ModelInfo, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def base_models(self) -> tuple[ModelInfo, ...]:
        return tuple(model for model in self.models if model.is_base)

    def find(self, id_or_path: str) -> ModelInfo:
        """By id, else by path. Raises ModelNotFound, or what `inspect` raises."""
        for model in self.models:
            if model.id == id_or_path:
                return model
        path = Path(id_or_path)
        if path.exists():
            return _with_adapters(inspect(path), self.models, self.problems)
        known = ", ".join(model.id for model in self.base_models) or "none"
        raise ModelNotFound(
            f"There is no model “{id_or_path}”. Choose one of these: {known}; or give the path of "
            "a model file or folder."
        )


def scan(folders: Sequence[Path]) -> Catalogue:
    """Everything under these folders, bundled models first. Missing folders count as empty."""
    models: dict[str, ModelInfo] = {}
    problems: list[Problem] = []
    for path in (path for folder in folders for path in _candidates(folder, SCAN_DEPTH)):
        try:
            info = inspect(path)
        except BadInput as error:
            problems.append(Problem(path, str(error)))
            continue
        if info.id in models:
            if models[info.id].path.resolve() == info.path.resolve():
                continue
            info = replace(info, id=f"{info.id}~{info.digest[:8]}")
        models[info.id] = info
    found, faults = tuple(models.values()), tuple(problems)
    return Catalogue(tuple(_with_adapters(info, found, faults) for info in found), faults)


def _with_adapters(
    info: ModelInfo, models: Sequence[ModelInfo], problems: Sequence[Problem]
) -> ModelInfo:
    if not info.is_base:
        return info
    pickled = [problem.path for problem in problems if is_pickled_adapter(problem.path)]
    try:
        return replace(info, adapters=adapter_options(info, models, pickled))
    except BadInput:
        return info  # loading says what is wrong with it


def inspect(path: Path) -> ModelInfo:
    """What this file or folder is.

    Raises ModelNotFound, UnsupportedModel or DamagedWeights, each with one plain sentence.
    """
    if path.is_dir():
        return _inspect_folder(path)
    if not path.is_file():
        raise ModelNotFound(f"There is no model at {path}. Choose a model file or folder.")
    if is_pickled_adapter(path):
        raise UnsupportedModel(
            f"{path.name} is of an old kind that could run programs. Choose the .safetensors file "
            "of the same adapter."
        )
    if path.suffix.lower() == ".safetensors":
        shapes: Shapes = read_header(path).shapes
    elif path.suffix.lower() in _FILE_ENDINGS:
        from core.checkpoints.weights import read_pickled

        shapes = {key: tuple(tensor.shape) for key, tensor in read_pickled(path).items()}
    else:
        raise UnsupportedModel(
            f"{path.name} is not a model file. Choose a .safetensors file or a model folder."
        )
    kind = kind_of(shapes)
    info = ModelInfo(path.stem, path, kind, path.stem)
    return _of_family(info, file_family(shapes)) if kind == "base_file" else info


def kind_of(shapes: Shapes) -> Kind:
    """The kind of a weights file by its keys. Raises UnsupportedModel or DamagedWeights."""
    if _any_start(shapes, "image_proj.", "ip_adapter."):
        return _adapter_kind(shapes)
    if _any_start(shapes, "reference_attention."):
        return "reference_attention"
    if any(mark in key for key in shapes for mark in _LORA_MARKS):
        return "lora"
    if _any_start(shapes, "control_model.", "controlnet_cond_embedding.", "input_hint_block."):
        return "controlnet"
    if _any_start(shapes, "model.diffusion_model.", "first_stage_model.", "cond_stage_model."):
        file_family(shapes)
        return "base_file"
    raise UnsupportedModel(
        "Koma does not know this kind of model file. Choose a Stable Diffusion 1.5 or XL model, a "
        "LoRA, a ControlNet or an adapter."
    )


def _adapter_kind(shapes: Shapes) -> Kind:
    for prefix in ("image_proj.", "ip_adapter."):
        if not _any_start(shapes, prefix):
            raise damaged("This adapter file", f"the weights “{prefix}*” are missing")
    return "anime_adapter" if "image_proj.layer_scale" in shapes else "ip_adapter"


def _inspect_folder(path: Path) -> ModelInfo:
    if (path / "model_index.json").is_file():
        return _inspect_base(path)
    if (path / "anime_adapter.safetensors").is_file():
        return ModelInfo(path.name, path, "anime_adapter", path.name)
    class_name = _folder_class(path)
    if class_name == "T2IAdapter":
        return ModelInfo(path.name, path, "t2i_adapter", path.name)
    if class_name == "ControlNetModel":
        return ModelInfo(path.name, path, "controlnet", path.name)
    if class_name in VISION_CLASSES:
        return ModelInfo(path.name, path, "image_encoder", path.name)
    raise UnsupportedModel(
        f"The folder {path.name} holds no model that Koma knows. Choose a folder with a "
        "model_index.json, or a .safetensors file."
    )


def _folder_class(path: Path) -> str:
    """The class of a folder with a single network, as diffusers or transformers note it, or ""."""
    if not (path / "config.json").is_file():
        return ""
    config = read_json_object(path / "config.json", "This model folder")
    named = [config.get("_class_name"), *(config.get("architectures") or [])]
    return str(next((name for name in named if name), ""))


def _inspect_base(path: Path) -> ModelInfo:
    index = read_json_object(path / "model_index.json", "This model folder")
    family = folder_family(path, index)
    if (path / MANIFEST_NAME).is_file():
        info = _described(path, read_manifest(path / MANIFEST_NAME), family)
    else:
        info = _of_family(ModelInfo(path.name, path, "base_folder", path.name), family)
        info = replace(info, native_px=_native_px(path, info.native_px))
    few = read_fewstep_config(path)
    if few is None:
        return info
    return replace(info, draft_steps=few.steps, draft_guidance_scale=few.guidance_scale)


def _of_family(info: ModelInfo, family: Family) -> ModelInfo:
    """With what the family is drawn best with."""
    traits = TRAITS[family]
    return replace(
        info,
        family=family,
        native_px=traits.native_px,
        default_guidance_scale=traits.guidance_scale,
        default_steps=traits.steps,
    )


def _described(path: Path, manifest: Manifest, family: Family) -> ModelInfo:
    return ModelInfo(
        id=manifest.id,
        path=path,
        kind="base_folder",
        title=manifest.title,
        native_px=manifest.native_px,
        size_multiple=manifest.size_multiple,
        puppet=manifest.puppet,
        puppet_dropout_value=manifest.puppet_dropout_value,
        default_guidance_scale=manifest.default_guidance_scale,
        default_steps=manifest.default_steps,
        default_adapter=manifest.default_adapter,
        draft_steps=manifest.draft_steps,
        draft_guidance_scale=manifest.draft_guidance_scale,
        finisher_words=manifest.finisher_words,
        family=family,
    )


def _native_px(path: Path, usual: int) -> int:
    """The UNet's latent size times the VAE's reduction, as diffusers pipelines compute it."""
    unet = read_json_object(path / "unet" / "config.json", "This model folder")
    vae = read_json_object(path / "vae" / "config.json", "This model folder")
    sample_size, widths = unet.get("sample_size"), vae.get("block_out_channels")
    if not isinstance(sample_size, int) or not isinstance(widths, list) or sample_size < 1:
        return usual
    levels: list[Any] = widths
    return sample_size * 2 ** (len(levels) - 1)


def _candidates(folder: Path, depth: int) -> Iterator[Path]:
    """Model folders and weights files below `folder`, sorted; a model folder is not searched."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        path = Path(entry.path)
        if entry.name.startswith("."):
            continue
        if entry.is_dir():
            if _is_model_folder(path):
                yield path
            elif depth > 1:
                yield from _candidates(path, depth - 1)
        elif path.suffix.lower() == ".safetensors" or is_pickled_adapter(path):
            yield path


def _is_model_folder(path: Path) -> bool:
    marks = ("model_index.json", "anime_adapter.safetensors")
    if any((path / mark).is_file() for mark in marks):
        return True
    try:
        return _folder_class(path) in ("T2IAdapter", "ControlNetModel", *VISION_CLASSES)
    except BadInput:
        return False


def _any_start(shapes: Shapes, *prefixes: str) -> bool:
    return any(key.startswith(prefixes) for key in shapes)
