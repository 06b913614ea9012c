"""Where things are on this machine, and how engine and detectors are made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

import resources
from app.quiet_import import quiet_import
from app.settings import Settings, load_settings
from core.checkpoints.catalogue import Catalogue, ModelInfo, scan
from core.errors import BadInput

if TYPE_CHECKING:
    from core.detection.detector import PoseDetector
    from core.engine import Engine
    from core.engine.picture_encoder import PictureEncoder
    from core.segmentation import Segmenter

APP_NAME = "Koma"
DETECTOR_FOLDER = "keypoint_detector"
SHIPPED_MODEL = "koma-toon"


def diffusers_engine(model_folders: Sequence[Path]) -> Engine:
    """The engine that draws. Imports torch, which takes seconds."""
    with quiet_import():
        from core.engine.diffusers_engine import DiffusersEngine
        from core.engine.model_source import CheckpointSource

    return DiffusersEngine(CheckpointSource(model_folders, resources.path()))


def picture_encoder(folder: Path) -> PictureEncoder:
    """The vision encoder of a model. Raises DamagedWeights; imports torch."""
    with quiet_import():
        from core.engine.picture_encoder import PictureEncoder

    return PictureEncoder.load(folder)


def keypoint_detector(folder: Path) -> PoseDetector:
    """Koma's own detector. Raises DamagedWeights where its files are missing or damaged."""
    with quiet_import():
        from core.detection.detector import KeypointDetector

        return KeypointDetector.load(folder)


def subject_segmenter(sam3_folder: Path | None) -> Segmenter:
    from core.segmentation import choose_segmenter

    return choose_segmenter(sam3_folder)


@dataclass
class Workplace:
    """Folders and factories; tests put their own in.

    profile: a folder that holds settings, logs and models of this run alone; None = the usual
    places of the operating system. extra_models: folders named on the command line.
    """

    profile: Path | None = None
    extra_models: list[Path] = field(default_factory=list[Path])
    shipped_models: Path = field(default_factory=lambda: resources.path("models"))
    taxonomy_folder: Path = field(default_factory=lambda: resources.path("taxonomy"))
    make_engine: Callable[[Sequence[Path]], Engine] = diffusers_engine
    make_detector: Callable[[Path], PoseDetector] = keypoint_detector
    make_segmenter: Callable[[Path | None], Segmenter] = subject_segmenter

    @property
    def log_file(self) -> Path:
        folder = (
            self.profile / "logs" if self.profile else platformdirs.user_log_path(APP_NAME, False)
        )
        return folder / "koma.log"

    @property
    def settings_file(self) -> Path:
        folder = self.profile or platformdirs.user_config_path(APP_NAME, False)
        return folder / "settings.json"

    @property
    def autosave_folder(self) -> Path:
        """Safety copies, and the locks of running Komas."""
        folder = self.profile or platformdirs.user_state_path(APP_NAME, False)
        return folder / "autosave"

    @property
    def recent_file(self) -> Path:
        """The list of projects that were open last."""
        folder = self.profile or platformdirs.user_state_path(APP_NAME, False)
        return folder / "recent.json"

    @property
    def projects_folder(self) -> Path:
        """Where projects are saved unless the artist says otherwise; it need not exist."""
        return (
            self.profile / "projects"
            if self.profile
            else platformdirs.user_documents_path() / APP_NAME
        )

    @property
    def own_models(self) -> Path:
        """The artist's models folder; it need not exist."""
        folder = self.profile or platformdirs.user_data_path(APP_NAME, False)
        return folder / "models"

    def settings(self) -> Settings:
        """Raises BadInput where the settings file is damaged."""
        return load_settings(self.settings_file)

    def model_folders(self) -> tuple[Path, ...]:
        """In the order in which they are searched. Raises BadInput for a folder not there."""
        for folder in self.extra_models:
            if not folder.is_dir():
                raise BadInput(f"There is no folder {folder}. Choose the folder with the models.")
        remembered = (Path(folder) for folder in self.settings().model_folders)
        return (self.shipped_models, self.own_models, *remembered, *self.extra_models)

    def catalogue(self) -> Catalogue:
        return scan(self.model_folders())

    def base_model(self, id_or_path: str) -> ModelInfo:
        """A model that can draw; one given by its path has the path as id: engines find it by that.

        Raises BadInput where there is none or it is another kind.
        """
        catalogue = self.catalogue()
        info = catalogue.find(id_or_path)
        if not info.is_base:
            raise BadInput(
                f"“{info.id}” is a {info.kind.replace('_', ' ')}, which cannot draw alone. "
                "Choose a base model.",
                code="model_unsupported",
            )
        return info if info in catalogue.models else replace(info, id=str(info.path.resolve()))

    def base_models(self, also: str = "") -> tuple[ModelInfo, ...]:
        """Those in the folders, and the one at the path `also`, which a project may draw with.

        Raises BadInput for a folder not there.
        """
        found = self.catalogue().base_models
        if also in {info.id for info in found} or not Path(also).is_absolute():
            return found
        try:
            return (*found, self.base_model(also))
        except BadInput:  # gone, or no model any more: the window says that it is not there
            return found

    def detector(self) -> PoseDetector:
        """Raises BadInput where no detector is installed."""
        return self.make_detector(self.shipped_models / SHIPPED_MODEL / DETECTOR_FOLDER)

    def encoder(self) -> PictureEncoder:
        """Of the shipped model, by which drawings are compared with references, whatever model
        draws: its limits are measured. Raises DamagedWeights where it is missing or damaged.
        """
        return picture_encoder(self.shipped_models / SHIPPED_MODEL)

    def segmenter(self) -> Segmenter:
        """SAM 3 where the settings name its folder, else the embedded one."""
        folder = self.settings().sam3_folder
        return self.make_segmenter(Path(folder) if folder else None)
