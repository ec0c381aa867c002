"""A Firefox profile that goes through the proxy and trusts our authority, and nothing beyond it."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from mouchard.certificate import Authority
from mouchard.errors import MissingProgram

Preference = bool | int | str

QUIET: Mapping[str, Preference] = {
    "app.normandy.enabled": False,
    "app.shield.optoutstudies.enabled": False,
    "app.update.disabledForTesting": True,
    "browser.aboutwelcome.enabled": False,
    "browser.newtabpage.activity-stream.feeds.topsites": False,
    "browser.newtabpage.enabled": False,
    "browser.region.network.url": "",
    "browser.safebrowsing.downloads.remote.enabled": False,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "browser.safebrowsing.provider.google4.updateURL": "",
    "browser.safebrowsing.provider.mozilla.updateURL": "",
    "browser.search.update": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.homepage_override.mstone": "ignore",
    "browser.topsites.contile.enabled": False,
    "datareporting.healthreport.uploadEnabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "datareporting.usage.uploadEnabled": False,
    "dom.push.connection.enabled": False,
    "extensions.getAddons.cache.enabled": False,
    "extensions.systemAddon.update.enabled": False,
    "extensions.update.enabled": False,
    "media.gmp-manager.updateEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,#remote-settings-dummy/v1",  # heeded by the grace of `ENVIRONMENT`
    "startup.homepage_welcome_url": "",
    "termsofuse.bypassNotification": True,
    "toolkit.telemetry.reportingpolicy.firstRun": False,
    "toolkit.telemetry.server": "",
    "toolkit.telemetry.unified": False,
    "trailhead.firstrun.didSeeAboutWelcome": True,
}
"""The browser's own traffic and first-run pages, off."""


ENVIRONMENT: Mapping[str, str] = {"MOZ_REMOTE_SETTINGS_DEVTOOLS": "1"}
"""What Firefox must find in its environment to heed all of `QUIET`."""


def preferences(proxy: str) -> dict[str, Preference]:
    """The settings of `user.js` for a proxy at `host:port`."""
    host, _, port = proxy.rpartition(":")
    return {
        "network.proxy.type": 1,
        "network.proxy.http": host.strip("[]"),
        "network.proxy.http_port": int(port),
        "network.proxy.ssl": host.strip("[]"),
        "network.proxy.ssl_port": int(port),
        "network.proxy.no_proxies_on": "",
        "network.proxy.allow_hijacking_localhost": True,
        "network.http.http3.enable": False,
        "network.trr.mode": 5,  # names are resolved by the proxy, never by DNS over HTTPS
        **QUIET,
    }


def prepare(profile: Path, proxy: str, authority: Authority) -> None:
    """Write `user.js` and the certificate store into the profile; certutil is needed."""
    lines = (
        f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in preferences(proxy).items()
    )
    (profile / "user.js").write_text("\n".join(lines) + "\n", encoding="utf-8")
    _trust(profile, authority)


def arguments(url: str, profile: Path, headless: bool) -> list[str]:
    """What follows the executable."""
    return [*(["--headless"] if headless else []), "--no-remote", "--profile", str(profile), url]


def _trust(profile: Path, authority: Authority) -> None:
    certutil = shutil.which("certutil")
    if certutil is None:
        raise MissingProgram(
            "certutil is not installed, so Firefox cannot be told to trust the proxy",
            "on Debian or Ubuntu: apt install libnss3-tools (or use --browser chromium)",
        )
    store = f"sql:{profile}"
    if not (profile / "cert9.db").exists():
        _certutil(certutil, "-N", "-d", store, "--empty-password")
    _certutil(certutil, "-A", "-d", store, "-t", "C,,", "-n", "mouchard", "-i", str(authority.cert_path))


def _certutil(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        complaint = (done.stderr or done.stdout).strip().splitlines()
        raise MissingProgram(
            "certutil failed: " + (complaint[0] if complaint else f"exit code {done.returncode}"),
            "try another profile, or --browser chromium",
        )
