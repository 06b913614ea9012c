"""A base model with everything that came with it, ready for the engine."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.checkpoints.catalogue import VISION_CLASSES, ModelInfo
from core.checkpoints.components import (
    CONTROLLER_CLASSES,
    SECOND_TEXT_CLASSES,
    TEXT_CLASSES,
    VAE_CLASSES,
    class_of,
    load_network,
    load_scheduler_config,
    load_tokenizer,
)
from core.checkpoints.errors import UnsupportedModel, damaged
from core.checkpoints.fewstep import FewStep, load_fewstep
from core.checkpoints.files import read_json_object
from core.checkpoints.manifest import PuppetInput

if TYPE_CHECKING:
    import torch
    from diffusers import (
        AutoencoderDC,
        AutoencoderKL,
        AutoencoderTiny,
        ControlNetModel,
        T2IAdapter,
        UNet2DConditionModel,
        UNet2DModel,
    )
    from torch import nn
    from transformers import (
        CLIPTextModel,
        CLIPTextModelWithProjection,
        CLIPTokenizer,
        CLIPVisionModel,
        CLIPVisionModelWithProjection,
    )

    from core.adapters.anime_adapter import AnimeAdapter


SIZE_NUMBERS = 6  # SDXL: height and width of original, crop and target
FINISHER_CHANNELS = (28, 16)  # picture, puppet and alpha; additions and share; folded 2 x 2


@dataclass(frozen=True, eq=False)
class LoadedModel:
    """The networks of a base model, all frozen, in evaluation mode, on one device.

    scheduler_config: for `SchedulerClass.from_config`. image_encoder, image_processor_config: the
    vision encoder of the adapter and its preprocessor_config.json. t2i_adapter, controlnet: the
    pose controllers that came with the model. finisher: see core.engine.finishing.
    digest: of the files, see `model_digest`. text_encoder_2, tokenizer_2: of SDXL.
    zero_empty_negative: an empty negative prompt stands for zeros and not for its own embedding.
    fewstep: what drafts are drawn with.
    """

    info: ModelInfo
    digest: str
    unet: UNet2DConditionModel
    vae: AutoencoderKL | AutoencoderTiny | AutoencoderDC
    text_encoder: CLIPTextModel
    tokenizer: CLIPTokenizer
    scheduler_config: dict[str, Any]
    image_encoder: CLIPVisionModel | CLIPVisionModelWithProjection | None = None
    image_processor_config: dict[str, Any] | None = None
    t2i_adapter: T2IAdapter | None = None
    controlnet: ControlNetModel | None = None
    anime_adapter: AnimeAdapter | None = None
    finisher: UNet2DModel | None = None
    text_encoder_2: CLIPTextModelWithProjection | None = None
    tokenizer_2: CLIPTokenizer | None = None
    zero_empty_negative: bool = False
    fewstep: FewStep | None = None

    @property
    def modules(self) -> tuple[nn.Module, ...]:
        """All networks that are there."""
        parts: tuple[nn.Module | None, ...] = (
            self.unet, self.vae, self.text_encoder, self.text_encoder_2, self.image_encoder,
            self.t2i_adapter, self.controlnet, self.anime_adapter, self.finisher,
        )  # fmt: skip
        return tuple(part for part in parts if part is not None)

    @property
    def id(self) -> str:
        return self.info.id

    @property
    def puppet(self) -> PuppetInput:
        return self.info.puppet

    @property
    def puppet_dropout_value(self) -> float:
        return self.info.puppet_dropout_value

    @property
    def native_px(self) -> int:
        return self.info.native_px

    @property
    def size_multiple(self) -> int:
        return self.info.size_multiple

    @property
    def default_guidance_scale(self) -> float:
        return self.info.default_guidance_scale

    @property
    def default_steps(self) -> int:
        return self.info.default_steps


def load_base(
    info: ModelInfo, dtype: torch.dtype, device: torch.device | str, config_dir: Path | None = None
) -> LoadedModel:
    """Load a model of kind base_folder or base_file.

    config_dir: for a single file, the folder with `sd15` and `sdxl`, which hold configurations of
    its networks, and the tokenizer. Raises UnsupportedModel or DamagedWeights; then nothing stays
    loaded.
    """
    if info.kind == "base_folder":
        model = _load_folder(info, dtype)
    elif info.kind == "base_file":
        from core.checkpoints.single_file import load_single_file

        model = load_single_file(info, dtype, config_dir)
    else:
        raise UnsupportedModel(f"{info.title} is no base model. Choose a base model to draw with.")
    _check_fit(model)
    for controller in (model.t2i_adapter, model.controlnet):
        if controller is not None:
            check_controller(model, controller)
    _spare_the_vae(model, dtype)
    for network in model.modules:
        network.to(device)
    return replace(model, fewstep=load_fewstep(model)) if info.path.is_dir() else model


def load_controller(
    path: Path, dtype: torch.dtype, device: torch.device | str, config_dir: Path | None = None
) -> T2IAdapter | ControlNetModel:
    """A T2I-Adapter or ControlNet folder, or a ControlNet file (then `config_dir` is needed).

    Raises ModelNotFound, UnsupportedModel or DamagedWeights.
    """
    if path.is_file():
        from core.checkpoints.single_file import load_controlnet_file

        controller: Any = load_controlnet_file(path, dtype, config_dir)
    else:
        import diffusers

        what = "This pose controller"
        name = class_of(path, CONTROLLER_CLASSES, what)
        controller = load_network(diffusers, name, path, dtype, what)
    return controller.to(device)


def check_controller(model: LoadedModel, controller: T2IAdapter | ControlNetModel) -> None:
    """Raises UnsupportedModel where a pose controller was made for another class of models."""
    config = controller.config
    if "adapter_type" in config:
        fits = str(config["adapter_type"]).endswith("_xl") == (model.info.family == "sdxl")
    else:
        names = ("cross_attention_dim", "addition_embed_type")
        fits = all(config.get(name) == model.unet.config.get(name) for name in names)
    if not fits:
        raise UnsupportedModel(
            f"This pose controller was made for another kind of model than {model.info.title}. "
            "Choose one for this kind."
        )


def image_normalisation(
    config: dict[str, Any] | None,
) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
    """Mean and standard deviation per channel of an image processor's configuration, else CLIP's.

    Raises DamagedWeights where they are not three numbers, or a deviation is not positive.
    """
    from core.adapters.token_mask import CLIP_MEAN, CLIP_STD

    values = config or {}
    mean = _three(values.get("image_mean", CLIP_MEAN))
    std = _three(values.get("image_std", CLIP_STD))
    if min(std) <= 0.0:
        raise damaged("This model", "its image processor has wrong settings")
    return mean, std


def _three(values: object) -> tuple[float, float, float]:
    try:
        first, second, third = (float(value) for value in values)  # type: ignore[union-attr]
    except (TypeError, ValueError) as error:
        raise damaged("This model", "its image processor has wrong settings") from error
    return first, second, third


def _load_folder(info: ModelInfo, dtype: torch.dtype) -> LoadedModel:
    import diffusers
    import transformers

    folder = info.path

    def part(name: str, library: Any, classes: tuple[str, ...], words: str) -> Any:
        what = f"This model's {words}"
        class_name = class_of(folder / name, classes, what)
        return load_network(library, class_name, folder / name, dtype, what)

    def optional(name: str, library: Any, classes: tuple[str, ...], words: str) -> Any:
        return part(name, library, classes, words) if (folder / name).is_dir() else None

    two = info.family == "sdxl"
    return LoadedModel(
        info=info,
        digest=info.digest,
        unet=part("unet", diffusers, ("UNet2DConditionModel",), "UNet"),
        vae=part("vae", diffusers, VAE_CLASSES, "VAE"),
        text_encoder=part("text_encoder", transformers, TEXT_CLASSES, "text encoder"),
        tokenizer=load_tokenizer(folder / "tokenizer"),
        scheduler_config=load_scheduler_config(folder / "scheduler"),
        image_encoder=optional("image_encoder", transformers, VISION_CLASSES, "image encoder"),
        image_processor_config=_image_processor_config(folder),
        t2i_adapter=optional("t2i_adapter", diffusers, ("T2IAdapter",), "T2I-Adapter"),
        controlnet=optional("controlnet", diffusers, ("ControlNetModel",), "ControlNet"),
        anime_adapter=_anime_adapter(folder / "anime_adapter", dtype),
        finisher=optional("finisher", diffusers, ("UNet2DModel",), "finishing network"),
        text_encoder_2=part(
            "text_encoder_2", transformers, SECOND_TEXT_CLASSES, "second text encoder"
        )
        if two
        else None,
        tokenizer_2=load_tokenizer(folder / "tokenizer_2") if two else None,
        zero_empty_negative=two and _zeroes_negative(folder),
    )


def _zeroes_negative(folder: Path) -> bool:
    """diffusers' default, and what other programs do with SDXL too."""
    index = read_json_object(folder / "model_index.json", "This model folder")
    return index.get("force_zeros_for_empty_prompt", True) is not False


def _image_processor_config(folder: Path) -> dict[str, Any] | None:
    for name in ("feature_extractor", "image_encoder"):
        path = folder / name / "preprocessor_config.json"
        if path.is_file():
            return read_json_object(path, "This model's image processor")
    return None


def _anime_adapter(folder: Path, dtype: torch.dtype) -> AnimeAdapter | None:
    """Its attention in `dtype`; the image projection never in fp16, which CLIP overflows."""
    if not folder.is_dir():
        return None
    import torch

    from core.adapters.weights_file import load_adapter

    adapter = load_adapter(folder, dtype)
    if dtype == torch.float16:
        adapter.image_proj.to(torch.float32)
    adapter.eval().requires_grad_(False)
    return adapter


def _check_fit(model: LoadedModel) -> None:
    """Raises DamagedWeights where the parts of a model are from different models."""
    what = f"The model {model.info.title}"
    adapter, vision = model.anime_adapter, model.image_encoder
    if adapter is not None:
        if vision is None:
            raise damaged(what, "its adapter has no image encoder")
        if vision.config.hidden_size != adapter.config.vision_hidden:
            raise damaged(what, "its adapter and its image encoder do not fit")
        if model.unet.config["cross_attention_dim"] != adapter.config.cross_attention_dim:
            raise damaged(what, "its adapter and its UNet do not fit")
    if not _texts_fit(model):
        raise damaged(what, "its text encoder and its UNet do not fit")
    if model.vae.config.get("latents_mean") is not None:  # Playground 2.5 and its schedule
        raise UnsupportedModel(
            f"With the model {model.info.title} Koma cannot draw. Choose one of the Stable "
            "Diffusion 1.5 or XL class."
        )
    extra = int(model.unet.config["in_channels"]) - int(model.vae.config["latent_channels"])
    if model.finisher is not None and not _finishes(model.finisher, model.info.finisher_words):
        raise damaged(what, "its finishing network has another shape")
    if extra < 0 or (extra > 0) != (model.puppet == "unet_channels"):
        raise damaged(what, "its UNet and its VAE do not fit")


def _texts_fit(model: LoadedModel) -> bool:
    """Width of the words; with SDXL also that of the pooled text beside the six numbers of size."""
    unet, second = model.unet.config, model.text_encoder_2
    width = model.text_encoder.config.hidden_size
    if second is None:
        return width == unet["cross_attention_dim"]
    pooled = second.config.projection_dim + SIZE_NUMBERS * unet["addition_time_embed_dim"]
    return (
        width + second.config.hidden_size == unet["cross_attention_dim"]
        and pooled == unet["projection_class_embeddings_input_dim"]
    )


def _spare_the_vae(model: LoadedModel, dtype: torch.dtype) -> None:
    """SDXL's published VAE overflows in fp16, and says so; bf16 has the range it needs."""
    import torch

    vae: Any = model.vae
    spared = model.info.family == "sdxl" and vae.config.get("force_upcast", True)
    if dtype == torch.float16 and spared:
        vae.to(torch.float32)


def _finishes(network: UNet2DModel, words: tuple[str, ...]) -> bool:
    channels = (network.config["in_channels"], network.config["out_channels"])
    classes = network.config["num_class_embeds"]  # one a word, and one for none
    return channels == FINISHER_CHANNELS and classes == (len(words) + 1 if words else None)
