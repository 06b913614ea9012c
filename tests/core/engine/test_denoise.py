"""The loop against diffusers' own pipelines with the same networks, and against the formulas."""

from __future__ import annotations

from typing import Any

import diffusers
import pytest
import torch
from torch import Tensor

from core.adapters.conditions import ReferenceCondition
from core.adapters.token_mask import preprocess_reference
from core.checkpoints.loading import LoadedModel
from core.engine.denoise import AdapterInputs, BatchInputs, ControlNetInput, Denoiser, RegionLatents
from core.engine.noise_schedule import NoiseSchedule
from core.engine.requests import CancelToken
from tests.core.engine.tiny import (
    CROSS,
    FLOW,
    LATENT,
    picture,
    tiny_controlnet,
    tiny_model,
)

pytestmark = [
    # numpy 2.x warns about how diffusers' own DPM-Solver turns a tensor into an array.
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning:diffusers"),
]
CPU, GUIDANCE = torch.device("cpu"), 3.0
BETAS = {"beta_schedule": "scaled_linear", "beta_start": 0.00085, "beta_end": 0.012}
SCHEDULERS: dict[str, dict[str, Any]] = {
    "ddim": {"_class_name": "DDIMScheduler", "clip_sample": False, "steps_offset": 1, **BETAS},
    "ddim-trailing-v": {
        "_class_name": "DDIMScheduler", "clip_sample": False, "timestep_spacing": "trailing",
        "prediction_type": "v_prediction", **BETAS,
    },
    "unipc": {"_class_name": "UniPCMultistepScheduler", **BETAS},
    "euler": {"_class_name": "EulerDiscreteScheduler", **BETAS},
    "euler-ancestral": {"_class_name": "EulerAncestralDiscreteScheduler", **BETAS},
    "heun": {"_class_name": "HeunDiscreteScheduler", **BETAS},
    "dpm++": {"_class_name": "DPMSolverMultistepScheduler", **BETAS},
    "dpm++-flow": FLOW,
    "unipc-flow": {
        "_class_name": "UniPCMultistepScheduler", "use_flow_sigmas": True,
        "prediction_type": "flow_prediction",
    },
    "lcm": {"_class_name": "LCMScheduler", **BETAS},
}  # fmt: skip


def scheduler_of(config: dict[str, Any]) -> Any:
    return getattr(diffusers, config["_class_name"]).from_config(config)


def tensors(seed: int, *shapes: tuple[int, ...]) -> list[Tensor]:
    generator = torch.Generator().manual_seed(seed)
    return [torch.randn(shape, generator=generator) for shape in shapes]


def inputs_for(panels: int = 1, **changes: Any) -> BatchInputs:
    noise, text, negative = tensors(
        3, (panels, LATENT, 8, 8), (panels, 16, CROSS), (panels, 16, CROSS)
    )
    values: dict[str, Any] = {
        "noise": noise,
        "generators": [torch.Generator().manual_seed(n) for n in range(panels)],
        "text": text,
        "negative_text": negative,
    }
    return BatchInputs(**{**values, **changes})


def run(model: LoadedModel, inputs: BatchInputs, steps: int = 4, start: int = 0) -> Tensor:
    schedule = NoiseSchedule(model.scheduler_config, steps, start, CPU)
    denoiser = Denoiser(model.unet, schedule, inputs, GUIDANCE)
    with torch.inference_mode():
        return denoiser.run(CancelToken(), lambda step, output: None)


def close(ours: Tensor, theirs: Tensor) -> bool:
    """Equal to 1e-5 of the largest value (random networks blow latents up to 100)."""
    return bool((ours - theirs).abs().max() <= 1e-5 * max(1.0, float(theirs.abs().max())))


def pipeline(kind: Any, model: LoadedModel, **parts: Any) -> Any:
    made = kind(
        vae=model.vae, text_encoder=model.text_encoder, tokenizer=model.tokenizer,
        unet=model.unet, scheduler=scheduler_of(model.scheduler_config), safety_checker=None,
        feature_extractor=None, requires_safety_checker=False, **parts,
    )  # fmt: skip
    made.set_progress_bar_config(disable=True)
    return made


def pipeline_arguments(inputs: BatchInputs, steps: int = 4) -> dict[str, Any]:
    return {
        "prompt_embeds": inputs.text, "negative_prompt_embeds": inputs.negative_text,
        "num_inference_steps": steps, "guidance_scale": GUIDANCE, "output_type": "latent",
        "height": 64, "width": 64,
    }  # fmt: skip


@pytest.mark.parametrize("name", SCHEDULERS)
def test_the_plain_loop_is_diffusers_own(name: str) -> None:
    model = tiny_model(scheduler=SCHEDULERS[name], with_adapter=False)
    inputs = inputs_for(2)
    ours = run(model, inputs)
    again = inputs_for(2)
    theirs = pipeline(diffusers.StableDiffusionPipeline, model)(
        **pipeline_arguments(again), latents=again.noise.clone(), generator=list(again.generators)
    ).images
    assert close(ours, theirs)


def test_t2i_adapter_residuals_are_those_of_diffusers_pipeline() -> None:
    model = tiny_model(with_adapter=False)
    assert model.t2i_adapter is not None
    pose = torch.rand(1, 3, 64, 64, generator=torch.Generator().manual_seed(1))
    residuals = tuple(residual * 0.7 for residual in model.t2i_adapter(pose))
    inputs = inputs_for(pose_residuals=residuals)
    theirs = pipeline(
        diffusers.StableDiffusionAdapterPipeline, model, adapter=model.t2i_adapter
    )(
        **pipeline_arguments(inputs), image=pose, adapter_conditioning_scale=0.7,
        latents=inputs.noise.clone(),
    ).images  # fmt: skip
    assert close(run(model, inputs), theirs)
    assert not close(run(model, inputs_for()), theirs)


def test_controlnet_is_that_of_diffusers_pipeline() -> None:
    model = tiny_model(with_adapter=False, controller="controlnet")
    pose = torch.rand(1, 3, 64, 64, generator=torch.Generator().manual_seed(1))
    control = ControlNetInput(model.controlnet, pose, torch.tensor([0.7]))
    inputs = inputs_for(controlnet=control)
    theirs = pipeline(
        diffusers.StableDiffusionControlNetPipeline, model, controlnet=model.controlnet
    )(
        **pipeline_arguments(inputs), image=pose, controlnet_conditioning_scale=0.7,
        latents=inputs.noise.clone(),
    ).images  # fmt: skip
    assert close(run(model, inputs), theirs)
    assert not close(run(model, inputs_for()), theirs)


@pytest.mark.parametrize("name", ["ddim", "euler", "dpm++-flow", "unipc"])
def test_a_shortened_schedule_starts_where_diffusers_img2img_does(name: str) -> None:
    model = tiny_model(scheduler=SCHEDULERS[name], with_adapter=False)
    image = tensors(7, (1, LATENT, 8, 8))[0]
    # The pipeline takes an image of latents as it is and draws its noise from the generator.
    noise = torch.randn(image.shape, generator=torch.Generator().manual_seed(5))
    inputs = inputs_for(start_image=image, noise=noise)
    theirs = pipeline(diffusers.StableDiffusionImg2ImgPipeline, model)(
        prompt_embeds=inputs.text, negative_prompt_embeds=inputs.negative_text,
        num_inference_steps=8, strength=0.5, guidance_scale=GUIDANCE, output_type="latent",
        image=image, generator=torch.Generator().manual_seed(5),
    ).images  # fmt: skip
    assert close(run(model, inputs, steps=8, start=4), theirs)


def reference_of(model: LoadedModel, seed: int, scale: float = 1.0) -> ReferenceCondition:
    assert model.anime_adapter is not None and model.image_encoder is not None
    prepared = preprocess_reference(picture(seed).array, None, model.anime_adapter.config)
    hidden = model.image_encoder(prepared.pixel_values[None], output_hidden_states=True)
    tokens = model.anime_adapter.encode(hidden.hidden_states)
    return ReferenceCondition(model.anime_adapter.key_values(tokens), scale)


def given(model: LoadedModel, *panels: list[ReferenceCondition]) -> tuple[AdapterInputs, ...]:
    assert model.anime_adapter is not None
    return (AdapterInputs(model.anime_adapter, panels),)


def test_guidance_is_over_text_and_image_with_a_zero_image_branch(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """eps(0, 0) + w (eps(text, image) - eps(0, 0)), each term from a call of its own."""
    model = tiny_model()
    adapter = model.anime_adapter
    assert adapter is not None
    panels = [[reference_of(model, 1)], [reference_of(model, 2, 0.5)]]
    inputs = inputs_for(2, references=given(model, *panels))
    seen: list[tuple[Tensor, Tensor, Tensor]] = []
    step = NoiseSchedule.step

    def recording(self: Any, prediction: Any, timestep: Any, latents: Any, generators: Any) -> Any:
        seen.append((prediction, timestep, self.model_input(latents, timestep)))
        return step(self, prediction, timestep, latents, generators)

    monkeypatch.setattr(NoiseSchedule, "step", recording)
    run(model, inputs)
    assert len(seen) == 4
    for prediction, timestep, sample in seen:
        with torch.no_grad():
            without = model.unet(sample, timestep, inputs.negative_text).sample
            adapter.inject(model.unet)
            with adapter.conditions(adapter.inference_conditions(panels)):
                with_both = model.unet(sample, timestep, inputs.text).sample
            adapter.eject()
            text_only = model.unet(sample, timestep, inputs.text).sample
        assert close(prediction, without + GUIDANCE * (with_both - without))
        assert not close(with_both, text_only)  # the branch does something at all


def test_a_reference_of_zero_tokens_equals_no_reference() -> None:
    model = tiny_model()
    assert model.anime_adapter is not None
    zeros = torch.zeros(16, CROSS)
    silent = ReferenceCondition(model.anime_adapter.key_values(zeros))
    with_zeros = run(model, inputs_for(references=given(model, [silent])))
    assert torch.equal(with_zeros, run(model, inputs_for()))


def test_pose_and_puppet_stand_in_both_halves_of_guidance() -> None:
    model = tiny_model(puppet=True)
    assert model.t2i_adapter is not None
    pose, puppet = torch.rand(1, 3, 64, 64), torch.randn(1, LATENT + 1, 8, 8)
    seen: list[tuple[Tensor, dict[str, Any]]] = []
    model.unet.register_forward_pre_hook(
        lambda module, args, kwargs: seen.append((args[0], {
            name: list(value) if isinstance(value, list) else value
            for name, value in kwargs.items()
        })),
        with_kwargs=True,
    )  # fmt: skip
    inputs = inputs_for(pose_residuals=tuple(model.t2i_adapter(pose)), puppet=puppet)
    run(model, inputs)
    assert len(seen) == 4
    for sample, kwargs in seen:
        assert sample.shape[:2] == (2, 2 * LATENT + 1)
        assert torch.equal(sample[0, LATENT:], puppet[0])
        assert torch.equal(sample[1, LATENT:], puppet[0])
        residuals = kwargs["down_intrablock_additional_residuals"]
        assert len(residuals) == 2  # at every step, although the UNet empties the list
        for residual in residuals:
            assert torch.equal(residual[0], residual[1])


def test_controlnet_scale_is_each_panels_own() -> None:
    model = tiny_model(with_adapter=False)
    pose = torch.rand(2, 3, 64, 64, generator=torch.Generator().manual_seed(1))
    control = ControlNetInput(tiny_controlnet(), pose, torch.tensor([0.0, 1.0]))
    with_control = run(model, inputs_for(2, controlnet=control))
    without = run(model, inputs_for(2))
    assert close(with_control[0], without[0])
    assert not close(with_control[1], without[1])


@pytest.mark.parametrize("name", ["ddim", "euler", "euler-ancestral", "dpm++-flow", "unipc"])
def test_outside_the_region_the_latents_end_on_the_original(name: str) -> None:
    model = tiny_model(scheduler=SCHEDULERS[name], with_adapter=False)
    original = tensors(9, (1, LATENT, 8, 8))[0]
    mask = torch.zeros(1, 1, 8, 8)
    mask[..., 2:5, 3:6] = 1
    latents = run(model, inputs_for(region=RegionLatents(mask, original)))
    outside = mask.expand_as(latents) == 0
    assert torch.equal(latents[outside], original[outside])
    assert (latents[~outside] != original[~outside]).all()


@pytest.mark.parametrize("name", ["ddim", "euler", "euler-ancestral", "dpm++-flow", "lcm"])
def test_a_panel_is_the_same_alone_and_in_a_batch(name: str) -> None:
    """Also with schedulers that draw noise at each step: every panel has its own generator."""
    model = tiny_model(scheduler=SCHEDULERS[name], with_adapter=False)
    together = run(model, inputs_for(3))
    batch = inputs_for(3)
    assert batch.negative_text is not None
    for n in range(3):
        alone = BatchInputs(
            noise=batch.noise[n : n + 1],
            generators=[torch.Generator().manual_seed(n)],
            text=batch.text[n : n + 1],
            negative_text=batch.negative_text[n : n + 1],
        )
        assert close(run(model, alone)[0], together[n])
