"""Every stage by its command, one after the other, with tiny networks on a tiny world."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path

import pytest
import torch
from accelerate.state import AcceleratorState
from safetensors.torch import load_file

from core.checkpoints.catalogue import inspect
from core.checkpoints.loading import load_base
from core.checkpoints.lora import loras_applied
from core.evaluation.overlay import adapters_in
from core.evaluation.variants import row_of
from core.training import networks, world
from core.training.checkpoint import ema_state, read_checkpoint
from core.training.publish import LORA_NAME, publish
from tests.core.training.tiny import pairs_here

OPTIMISATION = "steps = {steps}\nbatch = 2\nlearning_rate = 1e-3\nwarmup_steps = 1\n"
STAGES = {
    "vae": "crop_px = 32\npool = 4\nfresh_per_step = 2",
    "clip": "",
    "base": "pool = 4\nreference_share = 0.5",
    "pose": 'kind = "{kind}"',
    "adapter": "pair_share = 0.5",
    "fewstep": "pool = 4\nteacher_steps = 2\nrank = 4",
    "detector": "pool = 4\nfresh_per_step = 2",
    "finisher": "pool = 4\nsteps_drawn = [2]\nguidance_scales = [1.5]\ncrop_px = 32",
    "sharpen": "halo_px = 4",
}
ORDER = (
    "vae", "world", "latents", "clip", "base", "pose", "adapter", "fewstep", "detector", "finisher",
    "sharpen",
)  # fmt: skip
SHEETS = pytest.param(2, "controlnet", marks=pytest.mark.slow)


def config(path: Path, steps: int, pictures: int, kind: str) -> Path:
    text = f"seed = 1\nsize_px = 64\n[monitoring]\nsheet_pictures = {pictures}\n"
    for name, values in STAGES.items():
        text += f"[{name}]\n{values.format(kind=kind)}\n[{name}.optimisation]\n"
        text += OPTIMISATION.format(steps=steps)
    path.write_text(text)
    return path


def run(stage: str, settings: Path, out: Path, *options: str) -> None:
    AcceleratorState._reset_state(reset_partial_state=True)
    given = ["--config", str(settings), "--out", str(out), "--threads", "1", "--cpu"]
    import_module(f"core.training.{stage}").main([*given, *options])


def variants(settings: Path, stages: Path, out: Path) -> None:
    """Trained into a folder of their own, on the stages in another."""
    AcceleratorState._reset_state(reset_partial_state=True)
    given = ["--config", str(settings), "--stages", str(stages), "--out", str(out), "--cpu"]
    import_module("core.training.variants").main(
        [*given, "--threads", "1", "--only", "no-masks,k2"]
    )
    for name, mask, layers in (("no-masks", "off", 7), ("k2", "right", 2)):
        row = row_of(out / "variants" / name)
        assert (row.label, row.choice, row.mask) == (name, "anime", mask)
        info = json.loads(
            (adapters_in(out / "variants" / name)["anime"] / "config.json").read_text()
        )
        assert info["vision_layers"] == layers


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(networks, "UNET_WIDTHS", (32, 32, 32))
    monkeypatch.setattr(world, "_pairs", pairs_here)


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(("pictures", "kind"), [(0, "t2i_adapter"), SHEETS])
def test_from_nothing_to_a_model_that_is_drawn_with(
    tmp_path: Path, pictures: int, kind: str
) -> None:
    out, settings = tmp_path / "out", config(tmp_path / "c.toml", 1, pictures, kind)
    for stage in ORDER:
        run(stage, settings, out)
    names = {f"pose_{kind}" if stage == "pose" else stage for stage in STAGES}
    assert all(read_checkpoint(out / f"{name}.pt")["step"] == 1 for name in names)
    sheets = {file.name.split("-")[0] for file in (out / "sheets").glob("*.png")}
    assert sheets == (names if pictures else set())

    before = (out / "adapter.pt").stat().st_mtime_ns
    run("adapter", settings, out)
    assert (out / "adapter.pt").stat().st_mtime_ns == before, "a finished stage does nothing more"
    run("adapter", config(tmp_path / "more.toml", 2, 0, kind), out)
    assert read_checkpoint(out / "adapter.pt")["step"] == 2, "with more steps it goes on"

    run("adapter", settings, out, "--kind", "ip-plus")
    assert set(adapters_in(out)) == {"anime", "ip-plus"}, "another kind by the same settings"

    variants(settings, out, tmp_path / "apart")
    manifest = json.loads((Path(networks.__file__).parent / "configs" / "koma.json").read_text())
    publish(out, tmp_path / "model", manifest)
    info = inspect(tmp_path / "model")
    assert info.default_adapter == "anime", "not reference attention, which is not trained here"
    model = load_base(info, torch.float32, "cpu")
    assert model.anime_adapter is not None and model.finisher is not None
    crisp = ema_state(out / "sharpen.pt")["finisher.conv_in.weight"]
    assert torch.equal(model.finisher.conv_in.weight, crisp.half().float()), "the sharpened one"
    lora = tmp_path / "model" / "fewstep" / LORA_NAME
    assert all(tensor.dtype == torch.float16 for tensor in load_file(lora).values())
    inputs = torch.randn(1, 65, 4, 4), 500, torch.randn(1, 77, 160)
    with torch.no_grad():
        plain = model.unet(*inputs).sample
        with loras_applied(model, [(lora, 1.0)]):
            quick = model.unet(*inputs).sample
    assert not torch.equal(plain, quick), "the LoRA that was trained reaches the published UNet"
