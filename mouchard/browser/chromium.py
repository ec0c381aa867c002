"""The command line of a Chromium that goes through the proxy and keeps quiet otherwise.

Only this browser trusts our certificate authority, by the hash of its public key
(`--ignore-certificate-errors-spki-list`); the trust store of the system stays untouched.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from mouchard.certificate import Authority

NOWHERE = "https://off.invalid"
"""Where the browser's own services are sent to: a name that is neither looked up nor asked of the proxy."""

LONGEST_TMPDIR = 50
"""Characters of a TMPDIR in which Chromium's own socket still fits: the path of a socket holds 108."""

QUIET = (
    "--no-first-run",
    "--no-default-browser-check",
    "--no-pings",
    "--disable-background-networking",
    "--disable-breakpad",
    "--disable-client-side-phishing-detection",
    "--disable-component-update",
    f"--component-updater=url-source={NOWHERE}",
    f"--gaia-url={NOWHERE}",
    f"--google-apis-url={NOWHERE}",
    "--host-resolver-rules=MAP *.invalid ~NOTFOUND",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-extensions",
    "--disable-sync",
    "--metrics-recording-only",
    "--password-store=basic",
    "--use-mock-keychain",
    "--disable-features=AutofillServerCommunication,CertificateTransparencyComponentUpdater,"
    "DialMediaRouteProvider,InterestFeedContentSuggestions,MediaRouter,NetworkTimeServiceQuerying,"
    "OptimizationGuideModelDownloading,OptimizationHints,OptimizationHintsFetching,Translate",
)
"""The browser's own traffic, off as far as its flags allow; the rest is shown as `browser`."""


def environment() -> Mapping[str, str]:
    """What it needs in its environment: a temporary folder with a short path, else it does not start."""
    return {"TMPDIR": "/tmp"} if len(os.environ.get("TMPDIR", "")) > LONGEST_TMPDIR else {}


def allow_third_party_cookies(profile: Path) -> None:
    """Let a fresh profile keep third-party cookies, which some builds block unless told otherwise."""
    preferences = profile / "Default" / "Preferences"
    if not preferences.exists():
        preferences.parent.mkdir(mode=0o700, exist_ok=True)
        preferences.write_text(json.dumps({"profile": {"cookie_controls_mode": 0}}), encoding="utf-8")


def arguments(
    url: str, proxy: str, profile: Path, authority: Authority, headless: bool, extra: Sequence[str] = ()
) -> list[str]:
    """What follows the executable; `proxy` is `host:port`."""
    flags = [
        f"--user-data-dir={profile}",
        f"--proxy-server=http://{proxy}",
        "--proxy-bypass-list=<-loopback>;*.invalid",  # sites on loopback are visited through the proxy too
        f"--ignore-certificate-errors-spki-list={authority.spki_sha256_b64}",
        "--disable-quic",
        *QUIET,
        *extra,
    ]
    if headless:
        flags += ["--headless=new", "--disable-gpu", "--window-size=1280,900"]
    if needs_no_sandbox():
        flags.append("--no-sandbox")
    return [*flags, url]


def needs_no_sandbox() -> bool:
    """True for root on Linux, where Chromium refuses to start inside its sandbox."""
    return sys.platform == "linux" and os.geteuid() == 0
