"""The dataset builder: a million posts filtered, prompts made, the taxonomy loaded.

The posts are synthetic, of the true schema, from a table of tags with frequencies that fall as on
Danbooru. The filter runs as the command does, in a process of its own, whose memory is measured.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from core.dataset.plan import make_samples
from core.dataset.prompts import Entry, PromptMaker, PromptStyle
from core.dataset.selection import rows_of, to_rows
from core.dataset.taxonomy import Taxonomy
from core.dataset.taxonomy_file import load_taxonomy

ROOT = Path(__file__).resolve().parents[2]
ROWS = 1_000_000
REAL_ROWS = 9_113_285
ROW_GROUP = 100_000
STEP = 20_000
PROMPT_POSTS = 4_000
GOAL_SECONDS, GOAL_MIB, GOAL_PROMPTS = 300, 1024, 20_000


class Posts:
    """Random posts whose columns and lengths are those of the published metadata."""

    def __init__(self, taxonomy: Taxonomy, seed: int = 0) -> None:
        self._rng = np.random.default_rng(seed)
        tags = [tag for group in taxonomy.groups if group.cluster != 0 for tag in group.tags]
        self._rng.shuffle(tags)
        frequent = ["looking_at_viewer", "long_hair", "smile", "blush", "short_hair", "open_mouth"]
        self._tags = np.array(frequent + [t for t in tags if t not in frequent], dtype=object)
        weights = 1 / np.arange(8, 8 + len(self._tags)) ** 0.9
        self._shares = np.cumsum(weights / weights.sum())

    def table(self, first: int, count: int) -> pa.Table:
        rng = self._rng
        ids = np.arange(first, first + count)
        md5 = [f"{number:032x}" for number in rng.integers(0, 2**62, count)]
        width, height = rng.integers(600, 4000, (2, count))
        columns = {
            "id": pa.array(ids),
            "created_at": pa.array(["2021-05-04T03:21:07.123-04:00"] * count),
            "uploader_id": pa.array(rng.integers(1, 10**6, count)),
            "score": pa.array(rng.integers(-5, 400, count)),
            "up_score": pa.array(rng.integers(0, 400, count)),
            "down_score": pa.array(-rng.integers(0, 9, count)),
            "fav_count": pa.array(rng.integers(0, 900, count)),
            "rating": self._pick(["g", "s", "q", "e"], [0.16, 0.58, 0.12, 0.14], count),
            "source": pa.array([f"https://www.pixiv.net/artworks/{i}" for i in ids]),
            "md5": pa.array(md5),
            "file_ext": self._pick(["jpg", "png", "webp"], [0.7, 0.28, 0.02], count),
            "file_size": pa.array(rng.integers(10**5, 10**7, count)),
            "file_url": pa.array([f"https://cdn.donmai.us/original/{m[:2]}/{m}.jpg" for m in md5]),
            "large_file_url": pa.array([f"https://cdn.donmai.us/sample/{m}.jpg" for m in md5]),
            "preview_file_url": pa.array([f"https://cdn.donmai.us/180x180/{m}.jpg" for m in md5]),
            "image_width": pa.array(width),
            "image_height": pa.array(height),
            "parent_id": pa.array(rng.integers(1, 10**6, count), mask=rng.random(count) < 0.9),
            "pixiv_id": pa.array(rng.integers(1, 10**8, count), mask=rng.random(count) < 0.4),
            "has_children": pa.array(rng.random(count) < 0.05),
            "is_deleted": pa.array(rng.random(count) < 0.05),
            "is_banned": pa.array(rng.random(count) < 0.01),
            "is_flagged": pa.array(rng.random(count) < 0.001),
            "is_pending": pa.array(rng.random(count) < 0.001),
            **self._tag_columns(count),
        }
        return pa.table(columns)

    def _tag_columns(self, count: int) -> dict[str, pa.Array]:
        rng = self._rng
        figures = self._figures(count)
        lengths = np.clip(rng.normal(28, 10, count), 4, 90).astype(int)
        words = self._tags[np.searchsorted(self._shares, rng.random(lengths.sum()))]
        ends = np.cumsum(lengths)
        general = [
            " ".join([figure, *words[end - length : end]])
            for figure, length, end in zip(figures, lengths, ends, strict=True)
        ]
        numbers = rng.integers(0, 30_000, count)
        character = [f"character_{n}_(series_{n % 900})" for n in numbers]
        several = rng.random(count) < 0.15
        character = [f"{c} other_{c}" if s else c for c, s in zip(character, several, strict=True)]
        copyright_ = [f"series_{n % 900}" for n in numbers]
        artist = [f"artist_{n}" for n in rng.integers(0, 10**5, count)]
        meta = self._pick(
            ["highres", "absurdres highres", "ai-generated"], [0.6, 0.38, 0.02], count
        )
        tags = [
            " ".join(parts)
            for parts in zip(general, character, copyright_, artist, meta.to_pylist(), strict=True)
        ]
        return {
            "tag_string": pa.array(tags),
            "tag_string_general": pa.array(general),
            "tag_string_character": pa.array(character),
            "tag_string_copyright": pa.array(copyright_),
            "tag_string_artist": pa.array(artist),
            "tag_string_meta": meta,
            "tag_count": pa.array(lengths + 5),
            "tag_count_general": pa.array(lengths + 2),
        }

    def _figures(self, count: int) -> list[str]:
        kinds = ["1girl solo", "1boy solo", "2girls multiple_girls", "1boy 1girl solo", "1girl"]
        return self._pick(kinds, [0.68, 0.09, 0.1, 0.08, 0.05], count).to_pylist()

    def _pick(self, values: list[str], shares: list[float], count: int) -> pa.Array:
        return pa.array(
            np.array(values, dtype=object)[self._rng.choice(len(values), count, p=shares)]
        )


def write_posts(path: Path, posts: Posts, rows: int = ROWS) -> None:
    writer = None
    for first in range(0, rows, ROW_GROUP):
        steps = range(first, min(first + ROW_GROUP, rows), STEP)
        table = pa.concat_tables([posts.table(start, min(STEP, rows - start)) for start in steps])
        writer = writer or pq.ParquetWriter(path, table.schema)
        writer.write_table(table)
    if writer is not None:
        writer.close()


def filter_posts(metadata: Path, out: Path) -> float:
    """Seconds of the whole command, start of Python included. Its table goes to our output."""
    command = [sys.executable, "-m", "core.dataset", "filter", str(metadata), "--out", str(out)]
    start = time.perf_counter()
    subprocess.run(command, check=True, cwd=ROOT)
    return time.perf_counter() - start


def make_prompts(taxonomy: Taxonomy, posts: Path, style: PromptStyle) -> tuple[int, float]:
    """How many prompts in how many seconds of this thread, from the tags, all kinds and tasks."""
    maker = PromptMaker(taxonomy, style)
    batches = (batch for part in sorted(posts.glob("posts-*.parquet")) for batch in rows_of(part))
    rows = [row for batch in batches for row in to_rows(batch)][:PROMPT_POSTS]
    start = time.thread_time()
    entries: list[Entry] = [maker.entry(row) for row in rows]
    samples = list(make_samples(maker, entries, "evaluation"))
    seconds = time.thread_time() - start
    return sum(1 + len(s.references) + len(s.edits) for s in samples), seconds


def main() -> None:
    start = time.perf_counter()
    taxonomy = load_taxonomy(ROOT / "resources" / "taxonomy")
    print(
        f"taxonomy: {taxonomy.tag_count:,} tags read and checked in "
        f"{(time.perf_counter() - start) * 1e3:.0f} ms"
    )
    with tempfile.TemporaryDirectory() as scratch:
        metadata, out = Path(scratch) / "posts.parquet", Path(scratch) / "out"
        start = time.perf_counter()
        write_posts(metadata, Posts(taxonomy))
        size = metadata.stat().st_size / 2**20
        print(f"{ROWS:,} posts made in {time.perf_counter() - start:.0f} s, {size:.0f} MiB")
        seconds = filter_posts(metadata, out)
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        rate = ROWS / seconds
        print(
            f"filter: {rate:,.0f} posts a second; {REAL_ROWS:,} posts in {REAL_ROWS / rate:.0f} s "
            f"(goal {GOAL_SECONDS}); at most {peak:.0f} MiB (goal {GOAL_MIB})"
        )
        for name, style in (
            ("plain", PromptStyle()),
            ("Animagine", PromptStyle(animagine=True, plain_ground=True)),
        ):
            count, spent = make_prompts(taxonomy, out, style)
            print(
                f"prompts, {name}: {count / spent:,.0f} a second of one thread "
                f"(goal {GOAL_PROMPTS:,})"
            )


if __name__ == "__main__":
    main()
