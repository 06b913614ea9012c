"""The card of a set: what is in it, how it was made, and under which licences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.dataset.plan import PlanAbout
from core.files import write_atomically

METADATA_LICENCE = (
    "Posts' tags and ids: Danbooru2025 metadata (trojblue/danbooru2025-metadata), MIT. No picture "
    "of Danbooru is in this set; artists' names were never read."
)
_RATINGS = {"g": "general", "s": "sensitive"}


@dataclass(frozen=True)
class SetFacts:
    """Everything the card says."""

    plan: PlanAbout
    model: str
    model_digest: str
    sizes: Mapping[str, tuple[int, int]]
    steps: int
    guidance_scale: float
    masks_by: str
    model_licence: str
    samples: int
    edits: dict[str, int]
    without_skeleton: int
    failures: int
    notes: dict[str, int]
    shards: Sequence[str]


def write_card(path: Path, facts: SetFacts) -> None:
    """Markdown. Raises StorageFailed."""
    write_atomically(path, lambda file: file.write(card_text(facts).encode()))


def card_text(facts: SetFacts) -> str:
    plan = facts.plan
    ratings = ", ".join(_RATINGS.get(rating, rating) for rating in plan.ratings)
    licence = facts.model_licence or "not stated: look it up before you pass the pictures on"
    rows = [
        ("Posts read, posts that passed the filter", f"{plan.rows_read:,}, {plan.rows_kept:,}"),
        ("Samples asked for, in the set", f"{plan.samples:,}, {facts.samples:,}"),
        ("Ratings", ratings),
        ("Seed of the plan", str(plan.seed)),
        ("Tags in the taxonomy", f"{plan.taxonomy_tags:,}"),
        *((f"Edits, {task}", f"{count:,}") for task, count in sorted(facts.edits.items())),
        ("Pictures without a skeleton", f"{facts.without_skeleton:,}"),
        ("Failures (`failures.jsonl`)", f"{facts.failures:,}"),
        *((note, f"{count:,} pictures") for note, count in sorted(facts.notes.items())),
        ("Shards", str(len(facts.shards))),
        ("Model", f"{facts.model} (`{facts.model_digest[:16]}`)"),
        ("Size, steps, guidance scale", _drawn(facts)),
        ("Masks by", facts.masks_by),
    ]
    table = "\n".join(f"| {name} | {value} |" for name, value in rows)
    return (
        f"# {plan.set_name.capitalize()} set\n\n"
        "Drawn pictures of single figures with prompts, subject masks, 16x16 token masks and "
        "skeletons, made by `python -m core.dataset` after AnimeAdapter, section 4. `sheet.png` "
        "shows the first samples.\n\n"
        f"| | |\n|---|---|\n{table}\n\n"
        "## Licences\n\n"
        f"- {METADATA_LICENCE}\n"
        f"- Pictures: drawn by {facts.model}; licence of that model: {licence}.\n"
        + ("- Masks: SAM 3, SAM License.\n" if facts.masks_by == "SAM 3" else "")
        + "\n## What to know\n\n"
        "Prompts come from tags that people gave to other pictures; the drawn picture need not "
        "show all of them. Masks and skeletons are found by networks and hold their mistakes.\n"
    )


def _drawn(facts: SetFacts) -> str:
    by_size: dict[tuple[int, int], list[str]] = {}
    for kind, size in facts.sizes.items():
        by_size.setdefault(size, []).append(kind.replace("_", " "))
    sizes = [f"{width}x{height} px ({', '.join(k)})" for (width, height), k in by_size.items()]
    if len(sizes) == 1:
        sizes = [sizes[0].partition(" (")[0]]
    return f"{'; '.join(sizes)}, {facts.steps}, {facts.guidance_scale:g}"
