"""`check`: hold a recorded visit against a policy, for continuous integration."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from mouchard import language, paths
from mouchard.cli import options
from mouchard.errors import BadInput
from mouchard.language import _, mark
from mouchard.printable import printable

STATES = {"passed": mark("passed"), "failed": mark("failed"), "not measured": mark("not measured")}
_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.option("--policy", "policy_file", type=_FILE, default=None, help="What is allowed: a TOML file.")
@click.option("--site", "sites", multiple=True, help="Only this site; may be given several times.")
@click.option("--baseline", type=_FILE, default=None, help="What was seen last time, for new_company.")
@click.option(
    "--write-baseline", type=_FILE, default=None, help="Write what was seen now to this file, for git."
)
@click.option(
    "--repeat",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="The visit was recorded this many times; only what each capture saw breaks a rule.",
)
@click.option("--junit", type=_FILE, default=None, help="Also write JUnit XML to this file.")
@click.option("--sarif", type=_FILE, default=None, help="Also write SARIF to this file.")
@options.db
def check(
    policy_file: Path | None,
    sites: tuple[str, ...],
    baseline: Path | None,
    write_baseline: Path | None,
    repeat: int,
    junit: Path | None,
    sarif: Path | None,
    db: Path | None,
) -> None:
    """Check recorded sites against a policy.

    Exit code 0: it is kept. 1: it is broken. 2: it was not measured, as when a phase, the page itself or
    a part of the capture is missing.

    \b
    Examples:
      mouchard check --policy policy.toml --db visit.db
      mouchard check --policy policy.toml --baseline baseline.json --junit junit.xml
      mouchard check --db visit.db --write-baseline baseline.json
    """
    from mouchard.compare import measured, outputs, policy
    from mouchard.report.files import save

    if policy_file is None and write_baseline is None:
        raise BadInput("give a policy", "--policy FILE, or --write-baseline FILE")
    language.use()
    path = db or paths.database()
    options.reader(path).close()
    now = measured.of_database(path, sites)
    if not now.sites:
        raise BadInput("no site was recorded", "record a visit first")
    outcomes: list[policy.Outcome] = []
    if policy_file is not None:
        asked = policy.load(policy_file)
        today = datetime.now(UTC).date()
        old = measured.read(baseline) if baseline is not None else None
        outcomes = list(policy.check(asked, now, old, today, repeat))
        for outcome in outcomes:
            told = f"{printable(outcome.site)}: {outcome.rule}: {printable(outcome.message)}"
            click.echo(f"{_(STATES[outcome.state]):<12}  {told}")
            for leak in outcome.leaks:
                click.echo(f"{'':<14}{outputs.describe(leak)}")
        for waiver in asked.waivers:
            if waiver.until < today:
                what = printable(f"{waiver.company} {waiver.type}".strip())
                ended = _("expired on {day}, counts no more: accept {what}")
                click.echo(ended.format(day=waiver.until, what=what), err=True)
        if junit is not None:
            save(junit, outputs.junit(outcomes))
        if sarif is not None:
            save(sarif, outputs.sarif(outcomes, policy_file.name))
    if write_baseline is not None:
        save(write_baseline, measured.baseline(now))
    states = {outcome.state for outcome in outcomes}
    sys.exit(2 if "not measured" in states else 1 if "failed" in states else 0)
