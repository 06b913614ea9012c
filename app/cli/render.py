"""koma render: draw what is missing or stale, and write the pages."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click

from app.cli.failures import DONE, PARTLY, STOPPED, one_line
from app.cli.interrupt import stopping_on_interrupt
from app.cli.options import json_option, page_file_options, project_argument
from app.cli.progress import RenderDisplay
from app.cli.root import workplace_options
from app.log_file import write_log
from app.model_settings import followed
from app.page_files import Area, Format, parse_formats, parse_pages, prepare_folder, write_pages
from app.render_session import Outcome, RenderSession, Survey, place_of
from app.workplace import Workplace
from core.adapters.kinds import ADAPTER_KINDS, parse_choice
from core.checkpoints.catalogue import ModelInfo
from core.document import Page, Quality
from core.document.edits import update_settings
from core.engine import CancelToken
from core.errors import BadInput, KomaError
from core.render_plan import Target
from core.storage import Project, load_project, save_project


@dataclass(frozen=True)
class _Job:
    """What the command line asked for."""

    path: Path
    out: Path
    pages: tuple[Page, ...]
    formats: tuple[Format, ...]
    dpi: float
    area: Area
    quality: Quality
    model: ModelInfo
    adapter: str


@click.command()
@project_argument
@page_file_options
@click.option(
    "--quality", type=click.Choice(["draft", "final"]), default="final", show_default=True,
    help="draft takes few steps.",
)  # fmt: skip
@click.option("--model", metavar="ID_OR_PATH", help="Draw with this model, not the project's.")
@click.option(
    "--adapter", metavar="NAME[+NAME]",
    help=f"What carries the references, not the project's choice: {', '.join(ADAPTER_KINDS)}.",
)  # fmt: skip
@json_option
@workplace_options
@click.pass_context
def render(
    ctx: click.Context,
    project: Path,
    out: Path,
    pages: str | None,
    formats: str,
    dpi: float,
    area: Area,
    quality: Quality,
    model: str | None,
    adapter: str | None,
    as_json: bool,
) -> None:
    """Draw every panel that is missing or stale, save the project, and write the pages into DIR.

    Exit code: 0 every panel is drawn, 1 some failed, 2 bad input, 130 stopped by Ctrl-C.
    """
    started = time.monotonic()
    workplace = ctx.ensure_object(Workplace)
    kinds = parse_formats(formats)
    loaded = load_project(project)
    chosen = parse_pages(pages, loaded.document)
    info = workplace.base_model(model or loaded.document.settings.model_id)
    _check_adapter(adapter, loaded.document.settings.adapter, info)
    carried = adapter or loaded.document.settings.adapter
    job = _Job(project, out, chosen, kinds, dpi, area, quality, info, carried)
    session = RenderSession(
        _drawn_with(info, loaded, workplace), info, quality, [page.id for page in chosen],
        lambda p: save_project(_with_settings_of(loaded, p), project), adapter=adapter,
    )  # fmt: skip
    survey = session.survey()
    prepare_folder(out)
    outcome = _draw(session, survey, workplace)
    files = [] if outcome.cancelled else _write(session.project, job)
    summary = _summary(job, session, survey, outcome, files, time.monotonic() - started)
    _log_failures(workplace, outcome)
    if as_json:
        click.echo(json.dumps(summary, ensure_ascii=False, indent=2))
    else:
        for path in files:
            click.echo(path)
    click.echo(_sentence(survey, outcome), err=True)
    ctx.exit(STOPPED if outcome.cancelled else PARTLY if outcome.failed else DONE)


def _drawn_with(info: ModelInfo, project: Project, workplace: Workplace) -> Project:
    """For another model than the project's: with the numbers that suit it, as in the window."""
    settings = project.document.settings
    if info.id == settings.model_id:
        return project
    try:
        former = workplace.base_model(settings.model_id)
    except BadInput:  # it need not be on this computer
        former = None
    document = update_settings(project.document, **followed(settings, former, info))
    return replace(project, document=document)


def _with_settings_of(before: Project, drawn: Project) -> Project:
    """What is saved: the project's own model and numbers stay."""
    document = replace(drawn.document, settings=before.document.settings)
    return replace(drawn, document=document)


def _check_adapter(asked: str | None, usual: str, model: ModelInfo) -> None:
    """Before anything is drawn. A project's AnimeAdapter that a model lacks is only noted."""
    if asked is None and usual == ADAPTER_KINDS[0]:
        return
    for kind in parse_choice(asked or usual):
        model.adapter(kind)


def _draw(session: RenderSession, survey: Survey, workplace: Workplace) -> Outcome:
    if not survey.targets:
        return Outcome()
    token = CancelToken()
    with stopping_on_interrupt(token):
        engine = workplace.make_engine(workplace.model_folders())
        try:
            with RenderDisplay(survey, lambda target: place_of(session.document, target)) as shown:
                return session.run(engine, shown.events, token)
        finally:
            engine.close()


def _write(project: Project, job: _Job) -> list[Path]:
    pages = [project.document.page(page.id) for page in job.pages]
    return write_pages(project, pages, job.out, job.formats, job.dpi, job.area)


def _sentence(survey: Survey, outcome: Outcome) -> str:
    done, asked = len(outcome.finished), len(survey.targets)
    if outcome.cancelled:
        return f"Stopped. {done} of {asked} were drawn and are saved."
    if outcome.failed:
        return f"{done} of {asked} were drawn, {len(outcome.failed)} failed."
    if not asked:
        return "Everything is drawn already."
    return f"{done} drawn."


def _log_failures(workplace: Workplace, outcome: Outcome) -> None:
    for error in outcome.failed.values():
        if error.details:
            write_log(workplace.log_file, f"{error.code}: {error}\n{error.details}")


def _summary(
    job: _Job,
    session: RenderSession,
    survey: Survey,
    outcome: Outcome,
    files: Sequence[Path],
    seconds: float,
) -> dict[str, object]:
    def place(target: Target) -> dict[str, object]:
        page, panel = place_of(session.document, target)
        return {"page": page, "panel": panel, "region_edit": target.region_edit_id}

    def failure(target: Target, error: KomaError) -> dict[str, object]:
        return {**place(target), "code": error.code, "message": one_line(error)}

    return {
        "project": str(job.path),
        "model": job.model.id,
        "adapter": job.adapter,
        "quality": job.quality,
        "rendered": len(outcome.finished),
        "cached": survey.fresh,
        "empty": survey.empty,
        "failed": [failure(target, error) for target, error in outcome.failed.items()],
        "panels": [place(target) for target in outcome.finished],
        "notes": outcome.notes,
        "cancelled": outcome.cancelled,
        "files": [str(path) for path in files],
        "seconds": round(seconds, 3),
    }
