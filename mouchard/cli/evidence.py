"""`evidence`: one file that proves what a site leaked, without giving away whose data it was."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from mouchard import language, paths
from mouchard.cli import options
from mouchard.language import _, plural


@click.command()
@click.argument("site")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="The file to write, FILE.zip.",
)
@click.option("--share", is_flag=True, help="Also round times to the minute, drop device names and pictures.")
@click.option(
    "--raw", is_flag=True, help="Put the exact bytes in too, encrypted by a passphrase that is asked for."
)
@click.option(
    "--attach",
    "attached",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    multiple=True,
    help="Put this file in as it is: a picture of the page, a letter. May be given several times.",
)
@click.option(
    "--sign", "key", default="", metavar="KEY", help="Sign with this SSH key file, or this GPG key id."
)
@click.option(
    "--timestamp",
    "stamp_url",
    default="",
    metavar="URL",
    help="Ask this RFC 3161 service to stamp the time; it gets one digest and nothing else.",
)
@options.identity
@options.db
def evidence(
    site: str,
    output: Path,
    share: bool,
    raw: bool,
    attached: tuple[Path, ...],
    key: str,
    stamp_url: str,
    identity_file: Path | None,
    db: Path | None,
) -> None:
    """Put all that proves what a site leaked into one file that anyone can check.

    Values, cookies and tokens are replaced by placeholders, other sites appear as bare commitments. The
    digest that is printed stands for every byte of the file: hand it over by another way. The exact bytes
    behind it are kept on this machine from then on, until `mouchard hold SITE --release`.

    \b
    Examples:
      mouchard evidence shop.example -o shop.zip
      mouchard evidence shop.example -o shop.zip --share --sign ~/.ssh/id_ed25519
    """
    from mouchard.cli.hold import kept, pin
    from mouchard.evidence import bundle, seals
    from mouchard.judge import judge
    from mouchard.report.content import of_site

    language.use()
    path = db or paths.database()
    options.reader(path).close()
    setup = judge(identity_file)
    wish = bundle.Wish(site, share, ask_passphrase(confirm=True) if raw else "", attached)
    pin(path, of_site(site), "evidence")
    made = bundle.write(
        output, path, setup.keys, wish, setup.identity, setup.classifier,
        sign=seals.signer(key) if key else None, stamp=seals.stamper(stamp_url) if stamp_url else None,
    )  # fmt: skip
    click.echo(f"{output}  {made.digest}")
    told = plural("{n} finding", "{n} findings", made.findings)
    rest = _("{opened} of {records} records opened, the others are bare commitments")
    click.echo(f"{told}; {rest.format(opened=made.opened, records=made.records)}", err=True)
    if made.pictures or attached:
        told = _("{pictures} pictures of pages and {files} attached files are in it as they are: look at them"
                 " before you hand it over")  # fmt: skip
        click.echo(told.format(pictures=made.pictures, files=len(attached)), err=True)
    click.echo(kept(made.raw, site), err=True)


def ask_passphrase(*, confirm: bool) -> str:
    """From the terminal, hidden; from standard input where there is no terminal. Never an argument."""
    if sys.stdin.isatty():
        return str(click.prompt(_("passphrase"), hide_input=True, confirmation_prompt=confirm, err=True))
    return sys.stdin.readline().rstrip("\n")
