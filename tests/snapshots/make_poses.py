"""One reference, eight poses: a picture for the documentation, drawn by the shipped model.

    uv run python tests/snapshots/make_poses.py [--character 0] [--out docs/images/eight-poses.png]

The character is one of the sample project's; its first reference stands at the left.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CELL_PX, GAP_PX, COLUMNS = 256, 8, 4
CELL_MM = 50.0
POSES = (
    "standing", "waving", "walking", "running", "sitting", "jumping", "pointing", "crossed-arms"
)  # fmt: skip
PROMPT = "full body, smile, simple background, white background"


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
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "images" / "eight-poses.png")
    chosen = parser.parse_args(arguments)
    project = load_project(resources.path("samples", "sample.koma"))
    document = project.document
    character = document.characters[chosen.character]
    model = Workplace().base_model(document.settings.model_id)
    box = Rect(0, 0, CELL_MM, CELL_MM)

    def load(digest: str):
        return get_image(project.assets, digest)

    requests = []
    for number, name in enumerate(POSES):
        (pose,) = placed_poses([read_pose(name)], 1, box, rtl=False)
        figure = Figure(f"figure-{number}", character.id, pose)
        outline = Polygon.from_rect(box)
        panel = Panel(name, outline, prompt=PROMPT, seed=number, figures=(figure,))
        requests.append(plan_panel(document, panel, load, model))
    engine = DiffusersEngine(
        CheckpointSource([resources.path("models")]), EngineOptions(device="cpu")
    )
    results = engine.render(tuple(requests), lambda progress: None, CancelToken())
    engine.close()

    step, rows = CELL_PX + GAP_PX, len(POSES) // COLUMNS
    sheet = Image.new("RGB", (step * (COLUMNS + 2) - GAP_PX, step * rows - GAP_PX), "white")
    reference = Image.fromarray(load(character.references[0].image).array).convert("RGB")
    reference.thumbnail((2 * step - GAP_PX, sheet.height), Image.Resampling.LANCZOS)
    sheet.paste(reference, (0, (sheet.height - reference.height) // 2))
    for index, result in enumerate(results):
        at = (step * (2 + index % COLUMNS), step * (index // COLUMNS))
        sheet.paste(Image.fromarray(result.image).resize((CELL_PX, CELL_PX)), at)
    sheet.quantize(256).save(chosen.out, optimize=True)
    print(f"{chosen.out}  {chosen.out.stat().st_size // 1024} kB")


if __name__ == "__main__":
    main()
