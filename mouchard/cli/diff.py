"""`diff`: what changed between two measurements."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mouchard import formats, language
from mouchard.cli import options
from mouchard.errors import BadInput
from mouchard.language import _, plural
from mouchard.printable import printable

if TYPE_CHECKING:
    from mouchard.compare.measured import Measured

_COLUMNS = ("change", "site", "recipient", "type", "phase", "before", "after")
_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("before", type=_FILE)
@click.argument("after", type=_FILE)
@click.option("--site", "sites", multiple=True, help="Only this site; may be given several times.")
@click.option(
    "--anyway",
    is_flag=True,
    help="Compare what was judged by different rules, too: lists change as sites do.",
)
@options.identity
@options.output
def diff(
    before: Path, after: Path, sites: tuple[str, ...], anyway: bool, identity_file: Path | None,
    output_format: str,
) -> None:  # fmt: skip
    """Say what changed between two measurements: per recipient, data type and phase.

    Each is a database, a report.json, a bundle of `mouchard evidence`, or a baseline. Under different rules,
    databases and bundles with exact bytes (the passphrase is asked for) are judged again by the rules in
    force; what cannot be judged alike is left out, and said.

    \b
    Examples:
      mouchard diff last-month.zip this-month.zip
      mouchard diff baseline.json visit.db --site shop.example
    """
    from mouchard.compare.change import compare

    language.use()
    found = compare(*_alike(before, after, sites, identity_file))
    if found.same_rules is False and not anyway:
        raise BadInput(
            "the two sides were judged by different rules, so that a change may come from the lists",
            "compare databases or bundles whose exact bytes are kept (`mouchard hold`), or see it --anyway",
        )
    lines = (
        {
            "change": change.kind, "site": change.leak.site, "recipient": change.leak.recipient,
            "type": change.leak.type or "contact", "phase": change.leak.phase,
            "before": change.before, "after": change.after,
        }
        for change in found.changes
    )  # fmt: skip
    formats.write(sys.stdout, output_format, lines, _COLUMNS)
    _tell(plural("{n} change", "{n} changes", len(found.changes)))
    for site, phase in found.unmeasured:
        told = _("not compared: {site}, phase {phase}: measured on one side only")
        _tell(told.format(site=printable(site), phase=phase))
    for site, recipient, phase in found.unknown:
        told = _("not compared: {site}, {recipient}, phase {phase}: judged by other rules, bytes not kept")
        _tell(told.format(site=printable(site), recipient=printable(recipient), phase=phase))
    if found.same_rules is False:
        _tell(_("judged by different rules: a change may come from the lists, not from the site"))
    elif found.same_rules is None:
        _tell(_("a side does not say by which rules it was judged"))


def _alike(
    before: Path, after: Path, sites: tuple[str, ...], identity_file: Path | None
) -> tuple[Measured, Measured]:
    """Both sides as they are; under different rules, judged again where exact bytes are at hand."""
    from mouchard.compare.measured import read

    old, new = read(before, sites), read(after, sites)
    if len(old.rulesets | new.rulesets) > 1:
        old = _again(before, sites, identity_file) or old
        new = _again(after, sites, identity_file) or new
        if count := old.rejudged + new.rejudged:
            _tell(
                plural(
                    "{n} message judged again by the rules in force",
                    "{n} messages judged again by the rules in force",
                    count,
                )
            )
    return old, new


def _again(path: Path, sites: tuple[str, ...], identity_file: Path | None) -> Measured | None:
    """A database, or a bundle with exact bytes whose passphrase is given, by the rules in force."""
    from mouchard.cli.evidence import ask_passphrase
    from mouchard.compare import rejudged
    from mouchard.compare.measured import holds_raw, is_database
    from mouchard.judge import judge

    if is_database(path):
        return rejudged.of_database(path, judge(identity_file), sites)
    if holds_raw(path):
        _tell(_("{file} holds exact bytes, to be judged by the rules in force").format(file=path))
        if passphrase := ask_passphrase(confirm=False):
            return rejudged.of_bundle(path, judge(identity_file), passphrase)
    return None


def _tell(text: str) -> None:
    click.echo(text, err=True)
