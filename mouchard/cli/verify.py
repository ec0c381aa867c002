"""`verify`: check a bundle of evidence, anyone's."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from mouchard.cli import options
from mouchard.errors import BadInput
from mouchard.printable import printable


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
    from mouchard.cli.evidence import ask_passphrase
    from mouchard.evidence import seals
    from mouchard.evidence.archive import Archive
    from mouchard.evidence.verify import check_reveal
    from mouchard.evidence.verify import verify as check

    with Archive(file) as archive:
        checked = check(archive)
        wrong = list(checked.wrong)
        click.echo(f"site {printable(checked.site)}, digest {checked.digest}")
        told = (
            f"{checked.records} records in the chain, {len(checked.opened)} opened, {checked.purged} purged"
        )
        click.echo(f"{told}; head {checked.head}")
        try:
            for line in seals.signed_by(archive):
                click.echo(f"signature: {line}")
        except BadInput as error:
            wrong.append(f"the signature does not hold ({error.message})")
        if revealed is not None:
            shown = _json(revealed)
            if check_reveal(checked, shown):
                click.echo(f"revealed: {printable(str(shown['name']))} of {printable(str(shown['capture']))}/"
                           f"{shown['seq']} is what was recorded")  # fmt: skip
            else:
                wrong.append("the revealed value is not what was recorded")
        if replay:
            from mouchard.evidence.replay import replay as again
            from mouchard.judge import judge

            private = "private.enc" in archive.names
            passphrase = ask_passphrase(confirm=False) if private else ""
            found = again(archive, checked, judge(identity_file, list_files), passphrase)
            unchecked = sum(found.unchecked.values())
            digest = "equal" if found.equal else "not compared" if unchecked else "different"
            told = f"{found.same} the same, {len(found.differ)} different, {unchecked} not checked"
            click.echo(f"replayed: {told}; digest of the findings {digest}")
            for why, count in sorted(found.unchecked.items()):
                click.echo(f"  not checked, {count}: {printable(why)}")
            wrong += found.differ
    for line in wrong:
        click.echo(f"WRONG: {printable(line)}")
    click.echo("it does not hold" if wrong else "whole: nothing was changed since it was recorded", err=True)
    sys.exit(1 if wrong else 0)


def _json(path: Path) -> dict[str, object]:
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise BadInput(f"cannot read {path} ({type(error).__name__})") from error
    if not isinstance(found, dict):
        raise BadInput(f"{path} is no revealed value", "give the file that `mouchard reveal` wrote")
    return found
