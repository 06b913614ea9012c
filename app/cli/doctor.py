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
    from app.diagnosis import diagnose

    findings = diagnose(ctx.ensure_object(Workplace))
    for finding in findings:
        mark = "!" if finding.problem else " "
        click.echo(f"{mark} {finding.name:<20} {finding.text}")
    problems = sum(finding.problem for finding in findings)
    if problems == 0:
        click.echo("All is well.")
    else:
        click.echo(f"{problems} thing{'s' if problems > 1 else ''} to mend, marked with !")
    ctx.exit(PARTLY if problems else DONE)
