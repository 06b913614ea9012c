"""One reference, eight poses or seven faces: pictures for the documentation, by the shipped model.

    uv run python tests/snapshots/make_poses.py [--what poses|faces] [--character 0] [--out FILE]

The character is one of the sample project's; its first reference stands at the left.
"""

from __future__ import annotations

import argparse
import math
import os
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CELL_PX, GAP_PX, COLUMNS = 256, 8, 4
CELL_MM = 50.0
FILES = {"poses": "eight-poses.png", "faces": "seven-faces.png"}
POSES = (
    "standing", "waving", "walking", "running", "sitting", "jumping", "pointing", "crossed-arms"
)  # fmt: skip
GROUND = "simple background, white background"
PORTRAIT = 2.2  # times the size of a full body, as in training


def panels_of(what: str, words: Sequence[str]) -> list[tuple[str, str, float]]:
    """Pose, prompt and size of each picture. words: of the expressions that the model draws."""
    if what == "poses":
        return [(name, f"full body, smile, {GROUND}", 1.0) for name in POSES]
    return [("standing", f"portrait, {word}, {GROUND}", PORTRAIT) for word in words]


def main(arguments: Sequence[str] | None = None) -> None:
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    from PIL import Image

    import resources
    from app.posing import placed_poses, read_pose
    from app.workplace import Workplace
    from core.document import Figure, Panel
    from core.engine import CancelToken
    from core.engine.device import EngineOptions
    from core.engine.diffusers_engine import DiffusersEngine
    from core.engine.model_source import CheckpointSource
    from core.geometry import Polygon, Rect
    from core.render_plan import plan_panel
    from core.storage import get_image, load_project

    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--character", type=int, default=0)
    parser.add_argument("--what", choices=list(FILES), default="poses")
    parser.add_argument("--out", type=Path)
    chosen = parser.parse_args(arguments)
    out = chosen.out or ROOT / "docs" / "images" / FILES[chosen.what]
    project = load_project(resources.path("samples", "sample.koma"))
    document = project.document
    character = document.characters[chosen.character]
    model = Workplace().base_model(document.settings.model_id)
    box = Rect(0, 0, CELL_MM, CELL_MM)

    def load(digest: str):
        return get_image(project.assets, digest)

    requests = []
    asked = panels_of(chosen.what, model.finisher_words)
    for number, (name, prompt, size) in enumerate(asked):
        (pose,) = placed_poses([read_pose(name)], 1, box, rtl=False)
        middle = CELL_MM / 2 * (1 - size)
        pose = pose.mapped(size, size, middle, -0.05 * CELL_MM * (size - 1))
        figure = Figure(f"figure-{number}", character.id, pose)
        outline = Polygon.from_rect(box)
        panel = Panel(str(number), outline, prompt=prompt, seed=number, figures=(figure,))
        requests.append(plan_panel(document, panel, load, model))
    engine = DiffusersEngine(
        CheckpointSource([resources.path("models")]), EngineOptions(device="cpu")
    )
    results = engine.render(tuple(requests), lambda progress: None, CancelToken())
    engine.close()

    step, rows = CELL_PX + GAP_PX, math.ceil(len(asked) / COLUMNS)
    sheet = Image.new("RGB", (step * (COLUMNS + 2) - GAP_PX, step * rows - GAP_PX), "white")
    reference = Image.fromarray(load(character.references[0].image).array).convert("RGB")
    reference.thumbnail((2 * step - GAP_PX, sheet.height), Image.Resampling.LANCZOS)
    sheet.paste(reference, (0, (sheet.height - reference.height) // 2))
    for index, result in enumerate(results):
        at = (step * (2 + index % COLUMNS), step * (index // COLUMNS))
        sheet.paste(Image.fromarray(result.image).resize((CELL_PX, CELL_PX)), at)
    sheet.quantize(256).save(out, optimize=True)
    print(f"{out}  {out.stat().st_size // 1024} kB")


if __name__ == "__main__":
    main()
