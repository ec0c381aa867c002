"""The proxy's check page, as the launcher uses it: prove that a browser is intercepted and trusts us."""

from __future__ import annotations

import http.client
import json
from urllib.parse import urlencode

HOST = "mouchard.check"


def start_url(visit: str, to: str) -> str:
    """Address of the check page that notes `visit`, then sends the browser on to `to` unless empty."""
    query = {"visit": visit, "to": to} if to else {"visit": visit}
    return f"https://{HOST}/{'go' if to else ''}?{urlencode(query)}"


def seen(proxy: str, visit: str) -> bool:
    """Whether a browser fetched the check page of this visit over intercepted TLS."""
    return status(proxy, visit).get("seen") is True


def status(proxy: str, visit: str = "") -> dict[str, object]:
    """What the proxy says of itself; empty when nothing answers at `host:port`."""
    host, _, port = proxy.rpartition(":")
    connection = http.client.HTTPConnection(host.strip("[]"), int(port), timeout=5)
    try:
        connection.request("GET", f"http://{HOST}/status.json?{urlencode({'visit': visit})}")
        answer = json.loads(connection.getresponse().read(65536))
    except (OSError, http.client.HTTPException, ValueError):
        return {}
    finally:
        connection.close()
    return answer if isinstance(answer, dict) else {}
