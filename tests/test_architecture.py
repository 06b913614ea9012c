"""Rules for the whole repository that no linter knows, and that the documents tell the truth."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("app", "core", "resources", "widgets")
MAX_LINES = 500
MAX_ADR_LINES = 40
DOCUMENTS = [
    *(ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]
DECISIONS = sorted((ROOT / "docs" / "adr").glob("*.md"))
UNSAFE_MODULES = {"pickle", "cPickle", "dill", "marshal", "shelve", "joblib"}
UNSAFE_CALLS = {"eval", "exec", "compile", "__import__"}


def sources(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def where(path: Path, node: ast.AST) -> str:
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"


def imported(node: ast.AST) -> list[str]:
    """Top-level names of the modules that a statement imports."""
    if isinstance(node, ast.Import):
        return [alias.name.partition(".")[0] for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
        return [node.module.partition(".")[0]]
    return []


def is_unsafe(node: ast.AST) -> bool:
    """Unpickling, running text as code, or torch.load without weights_only=True."""
    if UNSAFE_MODULES.intersection(imported(node)):
        return True
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Name):
        return node.func.id in UNSAFE_CALLS
    if isinstance(node.func, ast.Attribute) and ast.unparse(node.func) == "torch.load":
        given = {k.arg: k.value for k in node.keywords}.get("weights_only")
        return not (isinstance(given, ast.Constant) and given.value is True)
    return False


def test_no_file_is_too_long() -> None:
    lengths = {
        path.relative_to(ROOT).as_posix(): len(path.read_text(encoding="utf-8").splitlines())
        for path in sources(*PACKAGES)
    }
    assert {name: count for name, count in lengths.items() if count > MAX_LINES} == {}


def test_nothing_is_unpickled_or_evaluated() -> None:
    found = [
        where(path, node)
        for path in sources(*PACKAGES)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if is_unsafe(node)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("text", "unsafe"),
    [
        ("import pickle", True),
        ("from marshal import loads", True),
        ("eval('1')", True),
        ("torch.load(path)", True),
        ("torch.load(path, weights_only=False)", True),
        ("torch.load(path, weights_only=True)", False),
        ("network.eval()", False),
        ("re.compile('a')", False),
    ],
)
def test_unsafe_code_is_recognised(text: str, unsafe: bool) -> None:
    assert any(is_unsafe(node) for node in ast.walk(ast.parse(text))) is unsafe


@pytest.mark.parametrize(
    "program", ["import core.render_plan, core.library", "import app.cli.root"]
)
def test_plans_and_commands_start_without_torch(program: str) -> None:
    check = "heavy = {'torch', 'diffusers', 'transformers', 'PySide6'} & set(sys.modules)"
    result = subprocess.run(
        [sys.executable, "-c", f"import sys; {program}; {check}; assert not heavy, heavy"],
        cwd=ROOT, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr


def test_decisions_are_numbered_and_short() -> None:
    numbers = [int(path.name[:4]) for path in DECISIONS]
    assert numbers == list(range(1, len(DECISIONS) + 1))
    for path in DECISIONS:
        lines = path.read_text(encoding="utf-8").splitlines()
        assert len(lines) <= MAX_ADR_LINES, path.name
        assert lines[0].startswith(f"# {int(path.name[:4])}. "), path.name
        headings = [line for line in lines if line.startswith("## ")]
        assert headings == ["## Context", "## Decision", "## Consequences"], path.name


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)", path.read_text(encoding="utf-8"))
    local = [link for link in links if not link.startswith(("http://", "https://"))]
    assert [link for link in local if not (path.parent / link).exists()] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_named_files_are_there(path: Path) -> None:
    """Source files and folders in backticks, such as `core/engine/requests.py`."""
    named = re.findall(
        r"`((?:app|core|tests|widgets|docs)/[a-z0-9_./-]*)`", path.read_text("utf-8")
    )
    assert [name for name in named if not (ROOT / name).exists()] == []


def commands() -> dict[str, click.Command]:
    names: tuple[str, ...] = importlib.import_module("app.cli.root").COMMANDS
    return {name: getattr(importlib.import_module(f"app.cli.{name}"), name) for name in names}


def guide_sections() -> dict[str, str]:
    """Heading -> text of the user guide; "" is what stands before the first heading."""
    text = (ROOT / "docs" / "user-guide.md").read_text(encoding="utf-8")
    intro, *sections = re.split(r"^## ", text, flags=re.MULTILINE)
    return {"": intro} | {s.partition("\n")[0]: s.partition("\n")[2] for s in sections}


def test_every_command_and_option_is_in_the_guide() -> None:
    sections = guide_sections()
    missing = [
        f"{name} {option}"
        for name, command in commands().items()
        for parameter in command.params
        if isinstance(parameter, click.Option)
        for option in parameter.opts
        if f"`{option}" not in sections.get(name, "") + sections[""]
    ]
    assert missing == []


def test_every_option_of_the_documents_exists() -> None:
    known = {option for c in commands().values() for p in c.params for option in p.opts}
    text = "\n".join(guide_sections().values())
    named = set(re.findall(r"`(--[a-z-]+)", text)) - {"--help"}
    assert named - known == set()


@pytest.mark.parametrize("folder", ["layouts", "poses"])
def test_every_bundled_layout_and_pose_is_in_the_guide(folder: str) -> None:
    text = (ROOT / "docs" / "user-guide.md").read_text(encoding="utf-8")
    names = {path.stem for path in (ROOT / "resources" / folder).glob("*.json")}
    assert names
    assert {name for name in names if f"`{name}`" not in text} == set()
