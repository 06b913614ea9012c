from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from psd_tools import PSDImage

from core.adapters.reference_attention import ReferenceAttention
from core.adapters.reference_weights_file import save_reference_attention
from core.adapters.self_attention import SelfAttentionLayer
from core.document.edits import update_settings
from core.engine import ModelDamaged, OutOfMemory
from core.engine.fake import FakeEngine, FakeScript
from core.files import write_atomically
from core.storage import archive, get_image, load_project, save_project

ROOT = Path(__file__).resolve().parents[2]


def drawn_count(path: Path) -> tuple[int, int]:
    """Panels and region edits that have a drawing."""
    panels = list(load_project(path).document.panels())
    edits = [edit for panel in panels for edit in panel.region_edits]
    return sum(p.drawing is not None for p in panels), sum(e.drawing is not None for e in edits)


def files_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_render_draws_all_saves_and_a_second_call_draws_nothing(studio):
    project, out = studio.drawable_sample(), studio.folder / "out"
    summary = json.loads(studio.ok("render", project, "--out", out, "--json"))
    assert (summary["rendered"], summary["cached"], summary["failed"]) == (12, 0, [])
    assert drawn_count(project) == (11, 1)
    assert files_in(out) == {"page-001.png", "page-002.png"}
    before = project.read_bytes()
    summary = json.loads(studio.ok("render", project, "--out", out, "--json"))
    assert (summary["rendered"], summary["cached"]) == (0, 12)
    assert project.read_bytes() == before
    assert len(studio.engines) == 1  # where nothing is to do no engine is made
    assert studio.engines[0].closed


def add_adapters(studio) -> None:
    """The model's own AnimeAdapter, and a real file of reference attention among the artist's."""
    model = studio.workplace.shipped_models / "koma-toon"
    (model / "anime_adapter").mkdir()
    config = {"cross_attention_dim": 32, "block_out_channels": [16, 32]}
    (model / "unet" / "config.json").write_text(json.dumps(config))
    layers = (SelfAttentionLayer(0, 16), SelfAttentionLayer(2, 32))
    save_reference_attention(
        ReferenceAttention(layers, 2), studio.workplace.own_models / "reference.safetensors"
    )


def test_another_adapter_draws_what_has_references_again(studio):
    add_adapters(studio)
    project, out = studio.small(), studio.folder / "out"
    studio.ok("render", project, "--out", out)
    asked = ("render", project, "--out", out, "--json", "--adapter", "anime+reference")
    summary = json.loads(studio.ok(*asked))
    assert summary["rendered"] > 0 and summary["adapter"] == "anime+reference"
    assert json.loads(studio.ok(*asked))["rendered"] == 0
    assert load_project(project).document.settings.adapter == "anime"


def test_an_adapter_that_is_not_there_is_refused_before_anything_is_drawn(studio):
    add_adapters(studio)
    project, out = studio.small(), studio.folder / "out"
    for choice in ("ip-plus", "anime+character", "ip"):
        sentence = studio.refused("render", project, "--out", out, "--adapter", choice)
        assert "for Tiny" in sentence and "Choose one of these: anime, reference." in sentence
    sentence = studio.refused("render", project, "--out", out, "--adapter", "clip")
    assert "no choice of adapters" in sentence
    assert not studio.engines and not out.exists()


def test_the_page_shows_the_drawings_and_psd_keeps_names_and_layers(studio):
    project, out = studio.drawable_sample(), studio.folder / "out"
    studio.ok("render", project, "--out", out, "--formats", "png,psd", "--pages", 2, "--dpi", 50)
    assert files_in(out) == {"page-002.png", "page-002.psd"}
    merged = np.asarray(Image.open(out / "page-002.png").convert("RGB"))
    assert merged.shape == (506, 358, 3)
    assert len(np.unique(merged.reshape(-1, 3), axis=0)) > 20
    layers = [layer.name for layer in PSDImage.open(out / "page-002.psd").descendants()]
    assert "冬のパーカー" in layers
    assert drawn_count(project) == (6, 1)


def test_outside_the_region_the_panel_is_identical(studio):
    project = studio.drawable_sample()
    studio.ok("render", project, "--out", studio.folder / "out", "--pages", "2")
    loaded = load_project(project)
    (panel,) = [p for p in loaded.document.panels() if p.region_edits]
    art = get_image(loaded.assets, panel.drawing.image).array
    layer = get_image(loaded.assets, panel.region_edits[0].drawing.image).array
    outside = layer[..., 3] == 0
    assert 0.2 < outside.mean() < 0.95
    assert np.array_equal(layer[..., :3][outside], art[outside])
    assert not np.array_equal(layer[..., :3][~outside], art[~outside])


def test_only_what_changed_is_drawn_again(studio):
    project, out = studio.small(), studio.folder / "out"
    studio.ok("render", project, "--out", out)
    studio.ok("panel", project, "--page", 1, "--panel", 2, "--seed", 99)
    summary = json.loads(studio.ok("render", project, "--out", out, "--json"))
    assert summary["rendered"] == 2  # the panel and the region edit above it
    assert {(p["page"], p["panel"]) for p in summary["panels"]} == {(1, 2)}


def test_draft_then_final(studio):
    project, out = studio.small(), studio.folder / "out"
    draft = json.loads(studio.ok("render", project, "--out", out, "--quality", "draft", "--json"))
    final = json.loads(studio.ok("render", project, "--out", out, "--json"))
    again = json.loads(studio.ok("render", project, "--out", out, "--quality", "draft", "--json"))
    assert (draft["rendered"], final["rendered"], again["rendered"]) == (3, 3, 0)


def test_a_failed_panel_gives_exit_code_1_and_the_others_are_kept(studio):
    project = studio.small()
    error = OutOfMemory("There is not enough memory. Choose a smaller size.", details="trace")
    studio.script = FakeScript(failures={0: error})
    result = studio.run("render", project, "--out", studio.folder / "out", "--json")
    assert result.exit_code == 1
    summary = json.loads(result.stdout)
    assert summary["rendered"] == 2
    (failed,) = summary["failed"]
    assert (failed["page"], failed["panel"], failed["code"]) == (1, 1, "out_of_memory")
    assert "Page 1, panel 1: There is not enough memory." in result.stderr
    assert drawn_count(project) == (1, 1)
    assert "trace" in studio.workplace.log_file.read_text()


def test_where_a_panel_failed_its_region_edit_is_not_drawn(studio):
    project = studio.small()
    studio.script = FakeScript(failures={1: OutOfMemory("Too large.")})
    result = studio.run("render", project, "--out", studio.folder / "out", "--json")
    assert result.exit_code == 1
    failed = json.loads(result.stdout)["failed"]
    assert [f["region_edit"] is None for f in failed] == [True, False]
    assert "below this region" in failed[1]["message"]
    assert drawn_count(project) == (1, 0)


def test_a_damaged_model_is_bad_input(studio):
    project = studio.small()
    before = project.read_bytes()
    error = ModelDamaged("This model is damaged: it has no UNet. Choose another.")
    studio.script = FakeScript(failures=dict.fromkeys(range(20), error))
    assert studio.refused("render", project, "--out", studio.folder / "out") == str(error)
    assert project.read_bytes() == before


def test_cancelled_inside_the_engine_keeps_what_is_finished(studio):
    project = studio.small()
    studio.script = FakeScript(cancel_at=(1, 2))
    result = studio.run("render", project, "--out", studio.folder / "out", "--json")
    assert result.exit_code == 130
    summary = json.loads(result.stdout)
    assert (summary["cancelled"], summary["rendered"], summary["files"]) == (True, 1, [])
    assert drawn_count(project) == (1, 0)
    studio.script = FakeScript()
    summary = json.loads(studio.ok("render", project, "--out", studio.folder, "--json"))
    assert summary["rendered"] == 2


SLOW = """
import sys
from pathlib import Path
from app.cli import run
from app.workplace import Workplace
from core.engine.fake import FakeEngine, FakeScript
place = Workplace(profile=Path(sys.argv[1]), shipped_models=Path(sys.argv[2]),
                  make_engine=lambda folders: FakeEngine(FakeScript(step_delay_s=0.02)))
sys.exit(run(sys.argv[3:], place))
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for another process")
def test_ctrl_c_stops_within_a_step_and_keeps_finished_panels(studio):
    project, out = studio.drawable_sample(), studio.folder / "out"
    command = [sys.executable, "-c", SLOW, studio.workplace.profile, studio.folder / "shipped"]
    process = subprocess.Popen(
        [str(word) for word in (*command, "render", project, "--out", out)],
        cwd=ROOT, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stderr is not None
    lines = [process.stderr.readline(), process.stderr.readline()]
    assert "Page 1, panel 2 is drawn (2 of 12)" in lines[1], lines
    process.send_signal(signal.SIGINT)
    asked = time.monotonic()
    rest = process.stderr.read()
    process.stderr.close()
    assert process.wait(60) == 130
    assert time.monotonic() - asked < 30
    assert "Stopped." in rest and "are saved" in rest
    assert 2 <= drawn_count(project)[0] <= 4
    assert files_in(out) == set()
    assert {path.suffix for path in studio.folder.iterdir() if path.is_file()} <= {".koma", ".bak"}


def test_empty_panels_stay_paper(studio):
    path = studio.folder / "book.koma"
    studio.ok("new", path, "--layout", "four-panels")
    studio.ok("panel", path, "--page", 1, "--panel", 2, "--prompt", "sky")
    summary = json.loads(studio.ok("render", path, "--out", studio.folder / "out", "--json"))
    assert (summary["rendered"], summary["empty"]) == (1, 3)


def test_another_model_by_id_and_by_path(studio):
    project, out = studio.small(), studio.folder / "out"
    elsewhere = studio.add_model(studio.folder / "elsewhere", "other")
    studio.ok("render", project, "--out", out)
    by_path = ("render", project, "--out", out, "--json", "--model", elsewhere)
    assert json.loads(studio.ok(*by_path))["rendered"] == 3
    assert json.loads(studio.ok(*by_path))["rendered"] == 0
    assert "There is no model “other”" in studio.refused(
        "render", project, "--out", out, "--model", "other"
    )
    by_id = ("render", project, "--out", out, "--json", "--models", elsewhere.parent)
    assert json.loads(studio.ok(*by_id, "--model", "other"))["model"] == "other"


def test_another_model_draws_with_its_own_numbers(studio):
    """But for what was changed in the project, which keeps its own model and numbers."""
    elsewhere = studio.add_model(studio.folder / "elsewhere", "other")
    manifest = json.loads((elsewhere / "koma.json").read_text())
    other = {"default_steps": 9, "default_guidance_scale": 4.0, "native_px": 128}
    (elsewhere / "koma.json").write_text(json.dumps({**manifest, **other}))
    path = studio.folder / "book.koma"
    studio.ok("new", path, "--layout", "splash")
    studio.ok("panel", path, "--page", 1, "--panel", 1, "--prompt", "sky")
    project = load_project(path)
    typed = update_settings(project.document, guidance_scale=3.5)
    save_project(replace(project, document=typed), path)

    class Keeping(FakeEngine):
        def render(self, requests, *rest):
            asked.extend(requests)
            return super().render(requests, *rest)

    asked = []
    studio.workplace.make_engine = lambda folders: Keeping()
    studio.ok("render", path, "--out", studio.folder / "out", "--model", elsewhere)
    (request,) = asked
    assert (request.steps, request.guidance_scale) == (9, 3.5)
    assert request.width * request.height == pytest.approx(128**2, rel=0.3)
    saved = load_project(path).document
    assert saved.settings == typed.settings and next(saved.panels()).drawing is not None
    assert (saved.settings.steps, saved.settings.base_px) == (5, 64)


def test_a_disk_that_fills_while_drawing(studio, monkeypatch):
    """One sentence, and the project is as it was."""
    project = studio.small()
    before = project.read_bytes()

    def full(path, write, **options):
        def write_and_fail(file):
            write(file)
            raise OSError(errno.ENOSPC, "No space left on device")

        write_atomically(path, write_and_fail, **options)

    monkeypatch.setattr(archive, "write_atomically", full)
    result = studio.run("render", project, "--out", studio.folder / "out")
    assert result.exit_code == 2
    assert "small.koma was not saved: the disk is full." in result.stderr
    assert project.read_bytes() == before
    assert not [path for path in studio.folder.iterdir() if path.suffix == ".tmp"]


def test_a_folder_that_takes_no_files_is_found_before_drawing(studio):
    project = studio.small()
    blocked = studio.folder / "a-file"
    blocked.write_text("")
    assert "cannot be written" in studio.refused("render", project, "--out", blocked / "out")
    assert studio.engines == []
