"""Each identity adapter, and several at once, through the engine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import torch
import transformers
from torch import Tensor

from core.adapters.character_adapter import PARTS, CharacterAdapter
from core.adapters.ip_adapter import IPAdapter
from core.adapters.ip_layout import IPAdapterConfig, ResamplerShape
from core.adapters.kinds import ADAPTER_KINDS, AdapterKind
from core.adapters.reference_attention import ReferenceAttention
from core.checkpoints.identity_adapters import LoadedAdapter
from core.checkpoints.loading import LoadedModel
from core.engine.diffusers_engine import DiffusersEngine
from core.engine.identities import base_model_pass, noised_latent
from core.engine.requests import InvalidRequest, LoraInput, ModelMissing, RenderRequest
from core.engine.text_encoding import TextEncoding, text_cache
from core.geometry import Raster
from tests.core.engine.tiny import (
    CROSS,
    CallCounter,
    TinySource,
    draw,
    engine_on,
    rectangle,
    reference,
    request,
    tiny_model,
)

BASE = IPAdapterConfig("ip", 16, 4, CROSS)
PLUS = IPAdapterConfig("ip-plus", 24, 5, CROSS, ResamplerShape(32, 1, 1, 64, 2))
Puppet = pytest.mark.parametrize("puppet", [False, True])


def vision() -> transformers.CLIPVisionModelWithProjection:
    config = transformers.CLIPVisionConfig(
        hidden_size=24, intermediate_size=32, num_hidden_layers=3, num_attention_heads=2,
        image_size=16, patch_size=4, projection_dim=16,
    )  # fmt: skip
    return transformers.CLIPVisionModelWithProjection(config).eval()


def wordy(model: LoadedModel) -> LoadedModel:
    """With room for prompts of 48 letters."""
    with torch.random.fork_rng():
        torch.manual_seed(4)
        text = transformers.CLIPTextModel(
            transformers.CLIPTextConfig(
                vocab_size=64, hidden_size=CROSS, intermediate_size=37, num_hidden_layers=2,
                num_attention_heads=2, max_position_embeddings=48, bos_token_id=0, eos_token_id=1,
                pad_token_id=1,
            )
        )  # fmt: skip
    model.tokenizer.model_max_length = 48
    return replace(model, text_encoder=text.eval())


def source_with_all(puppet: bool = False) -> TinySource:
    """A tiny model with an adapter of each kind, all of which say something."""
    model = wordy(tiny_model(puppet=puppet))
    source = TinySource(tiny=model)
    with torch.random.fork_rng():
        torch.manual_seed(3)
        tower = vision()
        reading = ReferenceAttention.from_unet(model.unet, rank=2)
        with torch.no_grad():
            for name, parameter in reading.named_parameters():
                parameter.copy_(torch.ones(()) if "gate" in name else parameter)
        source.adapters = {
            "ip": LoadedAdapter("ip", IPAdapter.from_unet(model.unet, BASE), tower),
            "ip-plus": LoadedAdapter("ip-plus", IPAdapter.from_unet(model.unet, PLUS), tower),
            "character": LoadedAdapter(
                "character", CharacterAdapter.from_unet(model.unet, PLUS), tower
            ),
            "reference": LoadedAdapter("reference", reading),
        }
    return source


def page(adapter: str) -> tuple[RenderRequest, ...]:
    left, right = rectangle(0, 0, 30, 64), rectangle(30, 0, 64, 64)
    shown = (
        (reference(1),),
        (),
        (reference(2, region=left), reference(3, region=right, scale=0.6)),
        (reference(1, scale=0.4),),
    )
    return tuple(
        request(seed=seed, adapter=adapter, references=references)
        for seed, references in enumerate(shown)
    )


CHOICES: tuple[str, ...] = (*ADAPTER_KINDS, "anime+reference", "anime+ip+reference")


@pytest.mark.parametrize("choice", CHOICES)
def test_panels_are_the_same_alone_and_in_a_batch(
    choice: str, latents_of: Callable[..., Tensor]
) -> None:
    """Each with its own references, regions and guidance."""
    source = source_with_all()
    unet = source.models["tiny"].unet
    processors = dict(unet.attn_processors)
    panels = page(choice)
    together = latents_of(engine_on(source), *panels)
    plain = latents_of(engine_on(source), *(request(seed=n) for n in range(4)))
    for index, panel in enumerate(panels):
        alone = latents_of(engine_on(source), panel)[0]
        assert close(together[index], alone)
    assert close(together[1], plain[1])
    assert not any(close(together[n], plain[n]) for n in (0, 2, 3))
    assert dict(unet.attn_processors) == processors


def test_several_adapters_share_the_scale_of_a_reference(
    latents_of: Callable[..., Tensor],
) -> None:
    """Beside an adapter that says nothing, another one speaks at half strength."""
    source = source_with_all()
    silent = source.adapters["reference"].adapter
    with torch.no_grad():
        for name, parameter in silent.named_parameters():
            if "gate" in name:
                parameter.zero_()
    both, half, whole = (
        latents_of(engine_on(source), request(adapter=choice, references=(reference(1, scale=s),)))
        for choice, s in (("anime+reference", 1.0), ("anime", 0.5), ("anime", 1.0))
    )
    assert close(both, half) and not close(both, whole)


def close(ours: Tensor, theirs: Tensor) -> bool:
    """Equal to 1e-5 of the largest value."""
    return bool((ours - theirs).abs().max() <= 1e-5 * max(1.0, float(theirs.abs().max())))


@pytest.fixture
def latents_of(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Tensor]:
    """The finished latents of requests, in their order."""
    from core.engine import batch_run

    finished: list[Tensor] = []
    decode = batch_run.decode_pictures

    def keeping(vae: object, latents: Tensor, token: object) -> object:
        finished.append(latents)
        return decode(vae, latents, token)  # type: ignore[arg-type]

    monkeypatch.setattr(batch_run, "decode_pictures", keeping)

    def run(engine: DiffusersEngine, *requests: RenderRequest) -> Tensor:
        finished.clear()
        draw(engine, *requests)
        return torch.cat(finished)

    return run


@Puppet
def test_the_choices_draw_different_pictures(puppet: bool) -> None:
    source = source_with_all(puppet)
    engine = engine_on(source)
    pictures = [draw(engine, request(adapter=c, references=(reference(1),)))[0] for c in CHOICES]
    images = [p.image.tobytes() for p in pictures]
    assert len(set(images)) == len(CHOICES) and all(p.notes == () for p in pictures)
    assert source.adapter_loads == list(ADAPTER_KINDS)  # each loaded once


@pytest.mark.parametrize("kind", ADAPTER_KINDS)
def test_they_draw_in_bfloat16_too(kind: AdapterKind, latents_of: Callable[..., Tensor]) -> None:
    source = source_with_all()
    model = source.models["tiny"]
    networks = (model.unet, model.vae, model.text_encoder, model.image_encoder, model.anime_adapter)
    others = [part for a in source.adapters.values() for part in (a.adapter, a.image_encoder)]
    for network in (*networks, *others):
        if network is not None:
            network.to(torch.bfloat16)
    shown = latents_of(engine_on(source), request(adapter=kind, references=(reference(1),)))
    assert shown.isfinite().all()
    assert not close(shown, latents_of(engine_on(source), request()))


@pytest.mark.parametrize("kind", ["ip", "ip-plus", "character"])
def test_vision_encoders_run_once_a_reference(kind: AdapterKind) -> None:
    source = source_with_all()
    tower = CallCounter(source.adapters[kind].image_encoder)
    engine = engine_on(source)
    draw(engine, *page(kind))  # references 1, 2 and 3
    first = tower.calls
    draw(engine, *(request(seed=9, adapter=kind, references=(reference(n),)) for n in (1, 2, 3)))
    assert tower.calls == first
    assert kind == "character" or first == 3 + 1  # and once for no image


@pytest.mark.parametrize("kind", ["reference", "character"])
def test_the_base_model_is_passed_once_a_reference_and_again_for_other_loras(
    kind: AdapterKind,
) -> None:
    source = source_with_all()
    unet = CallCounter(source.models["tiny"].unet)
    engine = engine_on(source)
    plain = request(steps=3, adapter=kind, references=(reference(1),))
    for seed in (1, 2):
        draw(engine, request(steps=3, seed=seed, adapter=kind, references=(reference(1),)))
    assert unet.calls == 1 + 2 * 3
    lora = (LoraInput("ink.safetensors", "1"),)
    draw(engine, request(steps=3, adapter=kind, references=plain.references, loras=lora))
    assert unet.calls == 2 + 3 * 3


def test_a_missing_adapter_is_said_and_the_usual_one_is_only_noted() -> None:
    bare = TinySource(tiny=tiny_model(with_adapter=False))
    (result,) = draw(engine_on(bare), request(references=(reference(1),)))
    assert any("no adapter for references" in note for note in result.notes)
    for choice in ("ip-plus", "anime+reference"):
        with pytest.raises(ModelMissing, match="There is no"):
            draw(engine_on(bare), request(adapter=choice, references=(reference(1),)))
    with pytest.raises(InvalidRequest, match="no choice of adapters"):
        draw(engine_on(bare), request(adapter="anime+anime"))
    draw(engine_on(bare), request(adapter="ip-plus"))  # nothing to carry: nothing to load
    assert bare.adapter_loads.count("ip-plus") == 1


def test_an_empty_mask_is_noted_by_every_adapter() -> None:
    nothing = Raster.from_array(np.zeros((60, 40), np.uint8))
    engine = engine_on(source_with_all())
    for kind in ADAPTER_KINDS:
        panel = request(adapter=kind, references=(reference(1, mask=nothing),))
        assert "mask of reference 1" in draw(engine, panel)[0].notes[0]


def test_the_hash_knows_the_adapter_and_its_files() -> None:
    usual = request(references=(reference(1),))
    other = request(references=(reference(1),), adapter="ip-plus")
    files = request(references=(reference(1),), adapter="ip-plus", adapter_digest="a")
    assert len({r.content_hash() for r in (usual, other, files)}) == 3


def test_a_request_of_earlier_days_has_its_old_hash() -> None:
    """Drawings in projects are fresh by it; raise REQUEST_VERSION to make all of them stale."""
    known = "fedcc7b98f98d0c5309e96b3a09c492648a3fdbc1937275b765ec3c0d3456b55"
    assert RenderRequest("koma-toon", 256, 256, "1girl", seed=7).content_hash() == known


# The base model as encoders see it


def texts_of(model: LoadedModel) -> TextEncoding:
    return TextEncoding.of(model, text_cache(2**20), "tiny")


def test_added_words_are_found_where_they_are_and_never_cut() -> None:
    model = tiny_model()
    texts = texts_of(model)
    letters = [model.tokenizer.convert_ids_to_tokens(n) for n in range(len(model.tokenizer))]
    for prompt, cut in (("", False), ("a b", False), ("a b c d e f g h i j k l m n", True)):
        embedding = texts.encode(prompt, ("x", "y z"))
        assert embedding.cut is cut and embedding.hidden.shape == (1, 16, CROSS)
        assert [len(embedding.words[word]) for word in ("x", "y z")] == [1, 2]
    assert "x</w>" in letters
    assert texts.encode("", PARTS).words["lower body"] == ()  # 16 tokens have no room for it
    plain = texts.encode("a, x")
    same = texts.encode("a", ("x",))
    assert same.words == {"x": (3,)}
    torch.testing.assert_close(plain.hidden, same.hidden)


def test_noise_of_the_schedule_and_of_flow_matching() -> None:
    clean, noise = torch.randn(1, 4, 8, 8), torch.randn(1, 4, 8, 8)
    flow = noised_latent({"_class_name": "X", "use_flow_sigmas": True}, clean, noise, 650)
    torch.testing.assert_close(flow, 0.35 * clean + 0.65 * noise)
    betas = {"_class_name": "PNDMScheduler", "beta_start": 0.00085, "beta_end": 0.012,
             "beta_schedule": "scaled_linear", "num_train_timesteps": 1000}  # fmt: skip
    kept = float(np.prod(1 - np.linspace(0.00085**0.5, 0.012**0.5, 1000)[:651] ** 2))
    mixed = noised_latent(betas, clean, noise, 650)
    torch.testing.assert_close(mixed, kept**0.5 * clean + (1 - kept) ** 0.5 * noise)


@Puppet
def test_the_pass_gives_the_network_what_it_was_trained_on(puppet: bool) -> None:
    model = wordy(tiny_model(puppet=puppet))
    base = base_model_pass(model, texts_of(model))
    seen: list[Tensor] = []
    model.unet.register_forward_pre_hook(lambda module, args: seen.append(args[0]))
    latent = base.latent(np.full((64, 64, 3), 127, np.uint8))
    text, words = base.text(PARTS)
    assert base.side_px == 64 and latent.shape == (1, 4, 8, 8) and set(words) == set(PARTS)
    noisy = base.noised(latent, 650)
    assert torch.equal(noisy, base.noised(latent, 650)) and not torch.equal(noisy, latent)
    with torch.no_grad():
        base.run(latent, 0, text)
    assert torch.equal(seen[0][:, :4], latent)
    assert seen[0].shape[1] == (9 if puppet else 4) and (seen[0][:, 4:] == 0).all()
