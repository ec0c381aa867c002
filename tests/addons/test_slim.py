"""What the proxy process leaves out of mitmproxy, and that all of it is there for whoever asks."""

from __future__ import annotations

import subprocess
import sys

import pytest

LEFT_OUT = ("flask", "jinja2", "ldap3.core", "segno", "tornado", "urwid", "werkzeug")


def says(code: str) -> str:
    """What a fresh interpreter prints."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_proxy_starts_without_them() -> None:
    listed = says(f"import sys, mouchard.addons.proxy\nprint([n for n in {LEFT_OUT!r} if n in sys.modules])")
    assert listed == "[]"


def test_the_whole_list_of_addons_is_there_when_asked_for() -> None:
    count = "from mitmproxy import addons; print([type(one).__name__ for one in addons.default_addons()])"
    assert says(f"import mouchard.addons.master\n{count}") == says(count)


@pytest.mark.parametrize(
    "use",
    [
        "from mitmproxy.addons import proxyauth; print(proxyauth.ldap3.Connection.__module__)",
        "import ldap3; print(ldap3.Connection.__module__)",
        "import ldap3.core.connection; print(ldap3.Connection.__module__)",
        "from ldap3 import Connection; print(Connection.__module__)",
    ],
)
def test_ldap_is_there_when_used(use: str) -> None:
    assert says("import mouchard.addons.master\n" + use) == "ldap3.core.connection"


def test_a_mitmproxy_that_is_loaded_already_stays_as_it_is() -> None:
    kept = says(
        "import mitmproxy.addons as before, ldap3\n"
        "import mouchard.addons.master\n"
        "import sys; print(sys.modules['mitmproxy.addons'] is before, sys.modules['ldap3'] is ldap3)"
    )
    assert kept == "True True"


def test_an_addon_that_does_not_exist_is_an_import_error() -> None:
    attempt = "try:\n from mitmproxy.addons import nothing\nexcept ImportError: print('none')"
    assert says(f"import mouchard.addons.master\n{attempt}") == "none"
