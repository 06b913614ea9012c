"""What this machine has and what is wrong with it, in plain words; never fails."""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from app import __version__
from app.workplace import SHIPPED_MODEL, Workplace
from core.errors import KomaError

PACKAGES = ("torch", "diffusers", "transformers", "safetensors", "PySide6-Essentials")
GIB = 2**30
LITTLE_MEMORY_GIB, LITTLE_DISK_GIB = 4, 1


@dataclass(frozen=True)
class Finding:
    """A line of the report; `problem` where something must be done about it."""

    name: str
    text: str
    problem: bool = False


def diagnose(workplace: Workplace) -> list[Finding]:
    """Everything, each check by itself: one that fails is a finding."""
    checks: tuple[tuple[str, Callable[[Workplace], Iterator[Finding]]], ...] = (
        ("Versions", _versions),
        ("Device", _device),
        ("Memory", _memory),
        ("Models", _models),
        ("Detector", _detector),
        ("Settings", _settings),
    )
    findings: list[Finding] = []
    for name, check in checks:
        try:
            findings += check(workplace)
        except KomaError as error:
            findings.append(Finding(name, str(error), problem=True))
        except Exception as error:
            text = f"could not be looked at ({type(error).__name__}); install Koma again."
            findings.append(Finding(name, text, problem=True))
    return findings


def report_text(findings: list[Finding]) -> str:
    """One line a finding, those to mend marked with !"""
    lines = [f"{'!' if f.problem else ' '} {f.name:<20} {f.text}" for f in findings]
    problems = sum(finding.problem for finding in findings)
    if problems == 0:
        return "\n".join([*lines, "All is well."])
    things = "things" if problems > 1 else "thing"
    return "\n".join([*lines, f"{problems} {things} to mend, marked with !"])


def _versions(_: Workplace) -> Iterator[Finding]:
    system = f"{platform.system()} {platform.release()}, {platform.machine()}"
    yield Finding("Koma", f"{__version__}, Python {platform.python_version()}, {system}")
    for package in PACKAGES:
        try:
            yield Finding(package, version(package))
        except PackageNotFoundError:
            yield Finding(package, "is not installed; run `uv sync` in Koma's folder.", True)


def _device(_: Workplace) -> Iterator[Finding]:
    try:
        import torch
    except Exception as error:
        text = f"PyTorch does not start ({type(error).__name__}); run `uv sync` in Koma's folder."
        yield Finding("Device", text, problem=True)
        return
    if not torch.cuda.is_available():
        cores = torch.get_num_threads()
        yield Finding("Device", f"CPU with {cores} threads; no CUDA device, so drawing is slow.")
        return
    for index in range(torch.cuda.device_count()):
        properties = torch.cuda.get_device_properties(index)
        free, total = torch.cuda.mem_get_info(index)
        text = f"{properties.name}, {free / GIB:.1f} of {total / GIB:.1f} GiB free"
        yield Finding("Device", text)


def _memory(workplace: Workplace) -> Iterator[Finding]:
    total = _total_memory()
    if total is not None:
        little = total < LITTLE_MEMORY_GIB * GIB
        hint = "; little, close other programs while drawing." if little else ""
        yield Finding("Memory", f"{total / GIB:.1f} GiB{hint}")
    folder = _existing(workplace.log_file.parent)
    free = shutil.disk_usage(folder).free
    full = free < LITTLE_DISK_GIB * GIB
    hint = "; free some space, else projects cannot be saved." if full else ""
    yield Finding("Disk", f"{free / GIB:.1f} GiB free at {folder}{hint}", full)
    if not os.access(folder, os.W_OK):
        yield Finding("Disk", f"{folder} cannot be written; logs and settings are lost.", True)


def _models(workplace: Workplace) -> Iterator[Finding]:
    catalogue = workplace.catalogue()
    for model in catalogue.models:
        size = f", {model.native_px} px" if model.is_base else ""
        yield Finding("Model", f"{model.id} ({model.kind.replace('_', ' ')}{size}) in {model.path}")
    for problem in catalogue.problems:
        yield Finding("Model", f"{problem.path}: {problem.message}", problem=True)
    if SHIPPED_MODEL not in {model.id for model in catalogue.base_models}:
        text = f"{SHIPPED_MODEL} is missing from {workplace.shipped_models}; install Koma again."
        yield Finding("Model", text, problem=True)
    if not catalogue.base_models:
        text = f"No model to draw with was found. Put one into {workplace.own_models}."
        yield Finding("Model", text, problem=True)


def _detector(workplace: Workplace) -> Iterator[Finding]:
    workplace.detector()
    yield Finding("Detector", "Koma's keypoint detector is there.")


def _settings(workplace: Workplace) -> Iterator[Finding]:
    workplace.settings()
    yield Finding("Settings", str(workplace.settings_file))
    yield Finding("Log", str(workplace.log_file))


def _existing(path: Path) -> Path:
    while not path.exists() and path != path.parent:
        path = path.parent
    return path


def _total_memory() -> int | None:
    """Bytes; None where the system does not tell."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return None
