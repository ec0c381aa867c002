"""`verify`: check a bundle of evidence, anyone's."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mouchard import language
from mouchard.cli import options
from mouchard.errors import BadInput
from mouchard.language import _
from mouchard.printable import printable

if TYPE_CHECKING:
    from mouchard.evidence.archive import Archive
    from mouchard.evidence.verify import Checked


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--reveal", "revealed", type=click.Path(path_type=Path, dir_okay=False), default=None,
    help="Also check this value, as written by `mouchard reveal`.",
)  # fmt: skip
@click.option("--replay", is_flag=True, help="Also judge everything again, and compare.")
@options.identity
@options.lists
def verify(
    file: Path, revealed: Path | None, replay: bool, identity_file: Path | None, list_files: tuple[Path, ...]
) -> None:
    """Check that nothing in a bundle was changed, dropped or put in. Exit code 1 where something was.

    Nothing is unpacked. With --replay the exact bytes are judged again where the bundle has them (the
    passphrase is asked for); of a redacted one, rules, companies, parties, phases and documented fields.

    \b
    Examples:
      mouchard verify shop.zip
      mouchard verify shop.zip --reveal reveal.json
      mouchard verify shop.zip --replay --identity me.json
    """
    from mouchard.evidence.archive import Archive
    from mouchard.evidence.verify import verify as check

    language.use()
    with Archive(file) as archive:
        checked = check(archive)
        wrong = list(checked.wrong)
        told = _("site {site}, digest {digest}")
        click.echo(told.format(site=printable(checked.site), digest=checked.digest))
        told = _("{records} records in the chain, {opened} opened, {purged} purged; head {head}")
        click.echo(
            told.format(
                records=checked.records, opened=len(checked.opened), purged=checked.purged, head=checked.head
            )
        )
        click.echo(_kept(archive))
        wrong += _seals(archive, checked.head)
        if revealed is not None:
            wrong += _revealed(checked, _json(revealed))
        if replay:
            wrong += _replayed(archive, checked, identity_file, list_files)
    for line in wrong:
        click.echo(_("WRONG: {what}").format(what=printable(line)))
    told = _("it does not hold") if wrong else _("whole: nothing was changed since it was recorded")
    click.echo(told, err=True)
    sys.exit(1 if wrong else 0)


def _kept(archive: Archive) -> str:
    """Until when its holder can show the exact bytes behind it."""
    raw = archive.json("manifest.json").get("raw")
    about = raw if isinstance(raw, dict) else {}
    if not about.get("kept"):
        return _("exact bytes: not kept by its holder")
    until = printable(str(about.get("expires", "")), 40)
    if until == "pinned":
        return _("exact bytes: kept by its holder until released")
    return _("exact bytes: kept by its holder, the first until {time}").format(time=until)


def _seals(archive: Archive, head: str) -> Iterator[str]:
    """Prints signatures and time stamps; gives what is wrong with them."""
    from mouchard.evidence import seals

    try:
        for line in seals.signed_by(archive):
            click.echo(_("signature: {what}").format(what=line))
    except BadInput as error:
        yield _("the signature does not hold ({why})").format(why=error.message)
    if "head.tsr" in archive.names:
        if seals.stamps(archive, head):
            told = _("time stamp: of this chain; see by whom and when with {command}")
            click.echo(told.format(command="`openssl ts -reply -in head.tsr -text`"))
        else:
            yield _("the time stamp is not of this chain")


def _revealed(checked: Checked, shown: dict[str, object]) -> Iterator[str]:
    from mouchard.evidence.verify import check_reveal

    if not check_reveal(checked, shown):
        yield _("the revealed value is not what was recorded")
        return
    place = f"{shown['name']} / {shown['capture']}/{shown['seq']}"
    click.echo(_("revealed: {place} is what was recorded").format(place=printable(place)))


def _replayed(
    archive: Archive, checked: Checked, identity_file: Path | None, list_files: tuple[Path, ...]
) -> list[str]:
    from mouchard.cli.evidence import ask_passphrase
    from mouchard.evidence.replay import replay
    from mouchard.judge import judge

    private = "private.enc" in archive.names
    passphrase = ask_passphrase(confirm=False) if private else ""
    found = replay(archive, checked, judge(identity_file, list_files), passphrase)
    unchecked = sum(found.unchecked.values())
    digest = _("equal") if found.equal else _("not compared") if unchecked else _("different")
    told = _("replayed: {same} the same, {differ} different, {unchecked} not checked; findings: {digest}")
    click.echo(told.format(same=found.same, differ=len(found.differ), unchecked=unchecked, digest=digest))
    for why, count in sorted(found.unchecked.items()):
        click.echo(_("  not checked, {count}: {why}").format(count=count, why=printable(_(why))))
    return found.differ


def _json(path: Path) -> dict[str, object]:
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise BadInput(
            f"cannot read {path} ({type(error).__name__})", "give the file that `mouchard reveal` wrote"
        ) from error
    if not isinstance(found, dict):
        raise BadInput(f"{path} is no revealed value", "give the file that `mouchard reveal` wrote")
    return found
