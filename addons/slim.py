"""mitmproxy without what a capture never uses: a third of its start-up is a web framework, LDAP, and addons.

`import mitmproxy.addons.block` would load them all, as the package names every addon. Here the package is
only the place of its modules, until somebody asks it for the whole list.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec, module_from_spec
from types import ModuleType
from typing import Any

ADDONS, WHOLE = "mitmproxy.addons", "default_addons"
LDAP = "ldap3"


def slim() -> None:
    """Leave out what is not used; nothing changes where mitmproxy has loaded it already."""
    if ADDONS in sys.modules:
        return
    spec = find_spec(ADDONS)
    if spec is None or spec.loader is None:
        return
    package, loader = module_from_spec(spec), spec.loader

    def missing(name: str) -> Any:
        if name != WHOLE:
            raise AttributeError(f"module {ADDONS!r} has no attribute {name!r}")
        loader.exec_module(package)
        return vars(package)[WHOLE]

    vars(package)["__getattr__"] = missing
    sys.modules[ADDONS] = package
    vars(sys.modules["mitmproxy"])["addons"] = package
    _later(LDAP)


def _later(name: str) -> None:
    """Load this module when something of it is used: LDAP is for mitmproxy's `proxyauth=ldap:…` alone."""
    if name in sys.modules or find_spec(name) is None:
        return
    place = ModuleType(name)

    def real(attribute: str) -> Any:
        if sys.modules.get(name) is place:
            del sys.modules[name]
        return getattr(import_module(name), attribute)

    vars(place)["__getattr__"] = real
    sys.modules[name] = place
