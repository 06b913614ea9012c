"""koma doctor: versions, device, memory, models, and what is wrong."""

from __future__ import annotations

import click

from app.cli.failures import DONE, PARTLY
from app.cli.root import workplace_options
from app.workplace import Workplace


@click.command()
@workplace_options
@click.pass_context
def doctor(ctx: click.Context) -> None:
    """Say what Koma finds on this machine and what is wrong. Exit code 1 where something is."""
    from app.diagnosis import diagnose, report_text

    findings = diagnose(ctx.ensure_object(Workplace))
    click.echo(report_text(findings))
    ctx.exit(PARTLY if any(finding.problem for finding in findings) else DONE)
