"""A workplace with a model folder that the fake engine needs, and a runner of commands."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from PIL import Image
from PySide6.QtWidgets import QApplication

import app.file_actions
from app.cli import cli
from app.workplace import Workplace
from core.detection.crop import subject_crop
from core.detection.detector import DetectedPose
from core.document import (
    Character,
    Document,
    Figure,
    Page,
    Panel,
    Reference,
    RegionEdit,
)
from core.document.edits import update_settings
from core.engine.fake import FakeEngine, FakeScript
from core.geometry import Polygon, Raster, Rect
from core.pose import STANDING, place_pose
from core.storage import (
    MemoryAssets,
    Project,
    load_project,
    put_image,
    put_mask,
    save_project,
)
from tests.app.file_desk import Desk

COMPONENTS = ("unet", "vae", "text_encoder", "tokenizer", "scheduler")


def make_model(folder: Path, model_id: str = "koma-toon") -> Path:
    """A folder that the catalogue takes for a base model of 64 px."""
    path = folder / model_id
    for component in COMPONENTS:
        (path / component).mkdir(parents=True)
    (path / "model_index.json").write_text("{}")
    manifest = {
        "schema_version": 1, "id": model_id, "title": "Tiny", "native_px": 64,
        "size_multiple": 32, "puppet": "unet_channels", "default_steps": 5,
        "default_guidance_scale": 2.0,
    }  # fmt: skip
    (path / "koma.json").write_text(json.dumps(manifest))
    return path


class MiddleDetector:
    """Finds a standing figure wherever the mask is."""

    def detect(self, image, mask=None) -> DetectedPose:
        assert mask is not None
        crop = subject_crop(mask)
        assert crop is not None
        return DetectedPose(place_pose(STANDING, Rect(crop.x0, crop.y0, crop.side, crop.side)), 1.0)


@dataclass
class Studio:
    """Runs commands in a folder; `script` is what the next engine does, `engines` all so far."""

    folder: Path
    workplace: Workplace
    script: FakeScript = field(default_factory=FakeScript)
    engines: list[FakeEngine] = field(default_factory=list)

    def run(self, *arguments: object) -> Result:
        words = [str(argument) for argument in arguments]
        return CliRunner().invoke(cli, words, obj=self.workplace, catch_exceptions=False)

    def ok(self, *arguments: object) -> str:
        """stdout of a command that must succeed."""
        result = self.run(*arguments)
        log = self.workplace.log_file
        details = log.read_text() if log.exists() else ""
        assert result.exit_code == 0, result.stderr + details
        return result.stdout

    def refused(self, *arguments: object) -> str:
        """The one sentence of a command that must end with exit code 2 and print nothing else."""
        result = self.run(*arguments)
        assert result.exit_code == 2, (result.exit_code, result.output)
        assert result.stdout == ""
        lines = result.stderr.strip().splitlines()
        assert len(lines) == 1, result.stderr
        assert "Error" not in lines[0] and "Traceback" not in lines[0]
        assert lines[0][-1] in ".?!)", lines[0]
        return lines[0]

    def sample(self) -> Path:
        return Path(self.ok("sample", self.folder).strip())

    def drawable_sample(self) -> Path:
        """The sample with the usual adapter, which the tiny model may lack."""
        path = self.sample()
        project = load_project(path)
        document = update_settings(project.document, adapter="anime")
        save_project(replace(project, document=document), path)
        return path

    def small(self) -> Path:
        """A page with two panels of one figure each; the second has a region edit on its left."""
        assets = MemoryAssets()
        pixels = np.full((80, 60, 4), 255, np.uint8)
        pixels[..., 3] = 0
        pixels[5:78, 12:48] = (200, 30, 30, 255)
        image = put_image(assets, Raster.from_array(pixels))
        pose = place_pose(STANDING, Rect(10, 2, 40, 76))
        hero = Character("c", "葵", ("1girl",), 0, (Reference("r", image, None, pose),))
        half = np.zeros((40, 40), np.uint8)
        half[:, :20] = 255
        edit = RegionEdit("e", put_mask(assets, Raster.from_array(half)), "袖", prompt="red sleeve")
        panels = [
            Panel(
                f"panel-{number}",
                Polygon.from_rect(Rect(20, 20 + 70 * number, 60, 60)),
                prompt="park",
                seed=number,
                figures=(Figure(f"f{number}", "c", place_pose(STANDING, Rect(20, 4, 20, 54))),),
            )
            for number in (1, 2)
        ]
        panels[1] = replace(panels[1], region_edits=(edit,))
        document = Document("小", pages=(Page("page", tuple(panels)),), characters=(hero,))
        path = self.folder / "small.koma"
        save_project(Project(document, assets), path)
        return path

    def add_model(self, folder: Path, model_id: str) -> Path:
        return make_model(folder, model_id)

    @property
    def rendered(self) -> int:
        return sum(len(engine.rendered) for engine in self.engines)


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    profile = tmp_path / "profile"
    make_model(tmp_path / "shipped")
    workplace = Workplace(profile=profile, shipped_models=tmp_path / "shipped")
    studio = Studio(tmp_path, workplace)

    def make_engine(folders: Sequence[Path]) -> FakeEngine:
        assert tmp_path / "shipped" in folders
        studio.engines.append(FakeEngine(studio.script))
        return studio.engines[-1]

    workplace.make_engine = make_engine
    workplace.make_detector = lambda folder: MiddleDetector()
    return studio


@pytest.fixture
def portrait(tmp_path: Path) -> Callable[..., Path]:
    """A red figure on plain white ground, as a file."""

    def write(name: str = "aiko.png", size: tuple[int, int] = (120, 160)) -> Path:
        pixels = np.full((size[1], size[0], 3), 255, np.uint8)
        pixels[20:150, 35:85] = (210, 40, 40)
        path = tmp_path / name
        Image.fromarray(pixels).save(path)
        return path

    return write


@pytest.fixture
def desk(qapp: QApplication, studio: Studio) -> Iterator[Desk]:
    """The File menu's work, without a window."""
    desk = Desk(studio)
    yield desk
    desk.files.wait()


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A saved project whose title is "before"."""
    path = tmp_path / "book.koma"
    save_project(Project(Document("before")), path)
    return path


@pytest.fixture
def slow_save(
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[tuple[threading.Event, list[tuple[str, str]]]]:
    """Saving begins at once and ends when the event is set; the list holds what was saved."""
    gate = threading.Event()
    begun: list[tuple[str, str]] = []

    def save(project: Project, path: Path) -> None:
        begun.append((path.name, project.document.title))
        assert gate.wait(10)
        save_project(project, path)

    monkeypatch.setattr(app.file_actions, "save_project", save)
    yield gate, begun
    gate.set()
