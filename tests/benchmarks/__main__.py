"""Every benchmark in turn: `python tests/benchmarks [NAME ...]`, for example `... puppet cancel`.

Each runs in a process of its own, so that threads, number formats and memory of one do not change
the figures of the next. One that fails does not stop the others; the exit code then is 1.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
PREFIX = "bench_"


def found(names: Sequence[str], folder: Path = FOLDER) -> list[Path]:
    """The scripts of these names, all of them without names. Raises SystemExit for an unknown."""
    scripts = {path.stem.removeprefix(PREFIX): path for path in sorted(folder.glob("bench_*.py"))}
    unknown = [name for name in names if name not in scripts]
    if unknown:
        raise SystemExit(f"No benchmark {', '.join(unknown)}. There are: {', '.join(scripts)}.")
    return [scripts[name] for name in names or scripts]


def title(script: Path) -> str:
    """The first sentence of the script's docstring."""
    text = ast.get_docstring(ast.parse(script.read_text(encoding="utf-8"))) or script.stem
    return text.splitlines()[0].split(". ")[0].rstrip(".")


def run(script: Path) -> bool:
    """Whether the benchmark ended well; its tables go to our output as they come."""
    print(f"\n{title(script)}\n{'=' * len(title(script))}", flush=True)
    succeeded = subprocess.run([sys.executable, str(script)], check=False).returncode == 0
    if not succeeded:
        print(f"{script.name} failed.", flush=True)
    return succeeded


def main(names: Sequence[str]) -> int:
    """The exit code: 0 where every benchmark ended well."""
    outcomes = [run(script) for script in found(names)]
    return 0 if all(outcomes) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
