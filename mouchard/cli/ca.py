"""`ca`: the certificate authority by which the proxy reads HTTPS; it belongs to this machine alone."""

from __future__ import annotations

import click

from mouchard import certificate, paths
from mouchard.supervisor import client


@click.group()
def ca() -> None:
    """Show or remove the certificate authority of the proxy.

    Browsers opened by `mouchard browse` trust it by themselves, in their own profile. Other browsers and
    devices must install it, and should remove it when you are done.
    """


@ca.command()
def path() -> None:
    """Print where the certificate to install lies; it is made if there is none yet."""
    click.echo(certificate.ensure(paths.ca()).cert_path)


@ca.command()
def fingerprint() -> None:
    """Print the SHA-256 fingerprint, to compare with what a device shows before you trust it."""
    authority = certificate.ensure(paths.ca())
    click.echo(authority.fingerprint)
    click.echo(f"valid until {authority.not_after:%Y-%m-%d}", err=True)


@ca.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
def remove(yes: bool) -> None:
    """Delete the authority and its key. A new one is made at the next start."""
    folder = paths.ca()
    if certificate.find(folder) is None:
        click.echo("there is no certificate authority", err=True)
        return
    if client.is_running(paths.control_socket(paths.database())):
        raise client.Refused("a capture is running and needs its authority", "end it first: mouchard stop")
    if not yes:
        click.confirm(f"Delete the authority in {folder}?", abort=True, err=True)
    certificate.remove(folder)
    click.echo("removed", err=True)
    click.echo(
        "Devices and browsers on which you installed it still trust it: remove it there too.", err=True
    )
