"""From a plan to a set: draw, measure, pack into shards, write the card and the contact sheet."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from core.checkpoints.catalogue import ModelInfo, inspect, scan
from core.dataset.card import SetFacts, write_card
from core.dataset.draws import Draws
from core.dataset.pictures import Picture, PictureJob, PictureMaker, PictureStore
from core.dataset.plan import ORIGINAL, PlanAbout, Sample, read_plan, sample_digest
from core.dataset.reader import INDEX, SHARDS
from core.dataset.shards import ShardSample, shard_name, write_shard
from core.dataset.sheet import write_sheet
from core.dataset.sizes import Size, reference_sizes
from core.engine.requests import RenderRequest
from core.errors import BadInput
from core.files import write_atomically
from core.segmentation import choose_segmenter

PICTURES = "pictures"
SHARD_SAMPLES = 128  # an evaluation sample has four pictures; a shard is held in memory
PLAIN_NOTE = "Prompt without an SDXL illustration model's form (prompts --animagine)."
_POSE_TASK = "pose"
_SHEET_SAMPLES = 12


@dataclass(frozen=True)
class BuildOptions:
    """How the references are drawn and measured. None: what suits the model best.

    licence: of the model, for the card. config_dir: for a model in a single file.
    """

    model: Path
    detector: Path
    width: int | None = None
    height: int | None = None
    steps: int | None = None
    guidance_scale: float | None = None
    sam3: Path | None = None
    licence: str = ""
    retry: bool = False
    limit: int | None = None
    config_dir: Path | None = None


@dataclass
class BuildResult:
    """Counts of pictures, and what failed: (post, kind or task, why)."""

    drawn: int = 0
    reused: int = 0
    without_skeleton: int = 0
    notes: dict[str, int] = field(default_factory=dict[str, int])
    samples: int = 0
    edits: dict[str, int] = field(default_factory=dict[str, int])
    failures: list[tuple[int, str, str]] = field(default_factory=list[tuple[int, str, str]])
    shards: list[str] = field(default_factory=list[str])


@dataclass(frozen=True)
class Drawn:
    """What the requests of a set share. sizes: by kind of reference."""

    model: ModelInfo
    model_digest: str
    sizes: Mapping[str, Size]
    steps: int
    guidance_scale: float
    negative_prompt: str
    seed: int

    def job(self, sample: Sample, kind: str) -> PictureJob:
        width, height = self.sizes[kind]
        request = RenderRequest(
            model_id=self.model.id,
            model_digest=self.model_digest,
            width=width,
            height=height,
            prompt=sample.references[kind],
            negative_prompt=self.negative_prompt,
            seed=Draws(self.seed, sample.id, kind, "picture").below(2**31),
            steps=self.steps,
            guidance_scale=self.guidance_scale,
        )
        return PictureJob(sample.id, kind, request)


Progress = Callable[[BuildResult, int], None]  # so far, pictures in all


def build_set(folder: Path, options: BuildOptions, on_progress: Progress) -> BuildResult:
    """Everything after the plan. Can be stopped at any moment and started again.

    Raises BadInput or EngineError where the plan, the model, SAM 3 or the detector cannot be used.
    """
    about, samples = read_plan(folder)
    samples = samples[: options.limit]
    if options.sam3 is not None and not options.sam3.is_dir():
        raise BadInput(f"There is no SAM 3 in {options.sam3}. Check the folder.")
    drawn = _drawn(options, about, samples)
    with _maker(folder, options) as maker:
        builder = SetBuilder(folder, maker, drawn, samples, on_progress)
        result = builder.run()
    if drawn.model.family == "sdxl" and not about.negative_prompt:
        result.notes[PLAIN_NOTE] = result.drawn + result.reused
    _finish(folder, about, drawn, options, builder, result)
    return result


class SetBuilder:
    """Works shard by shard; pictures stay in the store, so memory holds one shard at most."""

    def __init__(
        self,
        folder: Path,
        maker: PictureMaker,
        drawn: Drawn,
        samples: Sequence[Sample],
        on_progress: Progress,
        shard_samples: int = SHARD_SAMPLES,
    ) -> None:
        self._folder = folder
        self._maker = maker
        self._drawn = drawn
        self._samples = samples
        self._by_id = {sample.id: sample for sample in samples}
        self._on_progress = on_progress
        self._shard_samples = shard_samples
        self._pictures_in_all = sum(len(sample.references) for sample in samples)
        self._heard_of: set[str] = set()
        self.shown: list[ShardSample] = []
        self.result = BuildResult()

    def run(self) -> BuildResult:
        starts = range(0, len(self._samples), self._shard_samples)
        for number, start in enumerate(starts):
            part = self._samples[start : start + self._shard_samples]
            stored = self._stored(part)
            path = self._folder / SHARDS / shard_name(number)
            if stored:
                self._write(path, stored)
            self._count(path, stored)
        self._remove_others()
        return self.result

    def _stored(self, part: Sequence[Sample]) -> list[ShardSample]:
        own = [self._drawn.job(s, kind) for s in part for kind in s.references]
        lent = [self._drawn.job(donor, ORIGINAL) for s in part for donor in self._donors(s)]
        pictures = self._maker.make([*own, *lent], self._heard)
        stored = [self._one(sample, pictures) for sample in part]
        return [sample for sample in stored if sample is not None]

    def _heard(self, key: str, picture: Picture, reused: bool) -> None:
        if key in self._heard_of:  # lent to an earlier shard
            return
        self._heard_of.add(key)
        if reused:
            self.result.reused += 1
        else:
            self.result.drawn += 1
        for note in picture.notes:
            self.result.notes[note] = self.result.notes.get(note, 0) + 1
        if not picture.failure and picture.keypoints is None:
            self.result.without_skeleton += 1
        self._on_progress(self.result, self._pictures_in_all)

    def _donors(self, sample: Sample) -> Iterator[Sample]:
        for edit in sample.edits:
            if edit.donor is not None and edit.donor in self._by_id:
                yield self._by_id[edit.donor]

    def _one(self, sample: Sample, pictures: dict[str, Picture]) -> ShardSample | None:
        """The sample with what could be made of it; None where no reference could."""
        good: dict[str, Picture] = {}
        for kind in sample.references:
            picture = pictures[self._maker.key(self._drawn.job(sample, kind))]
            if picture.failure:
                self._failed(sample, kind, picture.failure)
            else:
                good[kind] = picture
        if not good:
            return None
        lent: dict[str, Picture] = {}
        kept = [e for e in sample.edits if e.reference in good]
        for edit in [e for e in kept if e.donor is not None]:
            donor = next((d for d in self._donors(sample) if d.id == edit.donor), None)
            pose = pictures[self._maker.key(self._drawn.job(donor, ORIGINAL))] if donor else None
            if pose is None or pose.keypoints is None:
                self._failed(sample, edit.task, "The other post gives no skeleton.")
                kept.remove(edit)
            else:
                lent[edit.task] = pose
        return ShardSample(replace(sample, edits=tuple(kept)), good, lent)

    def _failed(self, sample: Sample, what: str, why: str) -> None:
        self.result.failures.append((sample.id, what, why))

    def _write(self, path: Path, stored: Sequence[ShardSample]) -> None:
        """Leaves a shard alone that is made of the same samples and pictures."""
        mark = path.with_suffix(".sha256")
        digest = _digest(stored)
        if not (path.exists() and mark.exists() and mark.read_text().strip() == digest):
            mark.unlink(missing_ok=True)
            write_shard(path, stored)
            write_atomically(mark, lambda file: file.write(f"{digest}\n".encode()))

    def _count(self, path: Path, stored: Sequence[ShardSample]) -> None:
        self.result.samples += len(stored)
        for sample in stored:
            for edit in sample.sample.edits:
                self.result.edits[edit.task] = self.result.edits.get(edit.task, 0) + 1
        if stored:
            self.result.shards.append(path.name)
            self.shown += stored[: _SHEET_SAMPLES - len(self.shown)]

    def _remove_others(self) -> None:
        """Shards of an earlier, larger run of the same folder."""
        for path in (self._folder / SHARDS).glob("set-*.tar"):
            if path.name not in self.result.shards:
                path.unlink()
                path.with_suffix(".sha256").unlink(missing_ok=True)


def _digest(stored: Sequence[ShardSample]) -> str:
    hasher = hashlib.sha256()
    for one in stored:
        hasher.update(sample_digest(one.sample).encode())
        for kind, picture in sorted({**one.pictures, **one.pose_of}.items()):
            hasher.update(f"{kind} {picture.keypoints} {picture.token_mask}".encode())
            hasher.update(picture.png)
            hasher.update(picture.mask_png)
    return hasher.hexdigest()


def _drawn(options: BuildOptions, about: PlanAbout, samples: Sequence[Sample]) -> Drawn:
    info = _model(options.model)
    scale = options.guidance_scale
    kinds = {kind for sample in samples for kind in sample.references} | {ORIGINAL}
    return Drawn(
        info,
        info.digest,
        reference_sizes(sorted(kinds), info, options.width, options.height),
        options.steps or info.default_steps,
        info.default_guidance_scale if scale is None else scale,
        about.negative_prompt,
        about.seed,
    )


def _model(path: Path) -> ModelInfo:
    found = [m for m in scan([path.parent]).models if m.path.resolve() == path.resolve()]
    info = found[0] if found else inspect(path)
    if not info.is_base:
        raise BadInput(f"{path.name} is not a model that draws by itself. Choose a base model.")
    return info


@contextmanager
def _maker(folder: Path, options: BuildOptions) -> Generator[PictureMaker]:
    from core.detection.detector import KeypointDetector
    from core.engine.device import EngineOptions
    from core.engine.diffusers_engine import DiffusersEngine
    from core.engine.model_source import CheckpointSource

    source = CheckpointSource([options.model.parent], options.config_dir)
    engine = DiffusersEngine(source, EngineOptions(previews=False))
    segmenter = choose_segmenter(options.sam3, str(engine.device))
    detector = KeypointDetector.load(options.detector)
    measured_by = f"{type(segmenter).__name__} {_folder_digest(options.detector)}"
    store = PictureStore(folder / PICTURES, options.retry)
    try:
        yield PictureMaker(engine, segmenter, detector, store, measured_by)
    finally:
        engine.close()


def _folder_digest(folder: Path) -> str:
    hasher = hashlib.sha256()
    for path in sorted(folder.glob("*")):
        hasher.update(path.name.encode())
        hasher.update(path.read_bytes())
    return hasher.hexdigest()[:16]


def _finish(
    folder: Path,
    about: PlanAbout,
    drawn: Drawn,
    options: BuildOptions,
    builder: SetBuilder,
    result: BuildResult,
) -> None:
    """The failures, the sheet and the card; `set.json` last, which says that the set is whole."""
    failures = [{"id": i, "what": what, "why": why} for i, what, why in result.failures]
    lines = "".join(json.dumps(failure) + "\n" for failure in failures)
    write_atomically(folder / "failures.jsonl", lambda file: file.write(lines.encode()))
    if builder.shown:
        write_sheet(folder / "sheet.png", builder.shown)
    facts = SetFacts(
        about, drawn.model.title, drawn.model_digest, drawn.sizes, drawn.steps,
        drawn.guidance_scale, "SAM 3" if options.sam3 else "Koma's own segmenter", options.licence,
        result.samples, result.edits, result.without_skeleton, len(result.failures), result.notes,
        result.shards,
    )  # fmt: skip
    write_card(folder / "CARD.md", facts)
    index = {
        "plan": asdict(about),
        "model": drawn.model.id,
        "model_digest": drawn.model_digest,
        "samples": result.samples,
        "shards": [{"name": name} for name in result.shards],
    }
    text = json.dumps(index, indent=2) + "\n"
    write_atomically(folder / INDEX, lambda file: file.write(text.encode()))
