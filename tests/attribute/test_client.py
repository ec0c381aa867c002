"""Which client a message comes from: what tells two browsers apart, and what does not."""

from __future__ import annotations

import pytest

from mouchard.attribute.client import client_key
from mouchard.capture.records import Origin
from tests.attribute.test_machine import CHROME, FIREFOX

HERE = Origin("192.0.2.7", "regular", "", "k1")


@pytest.mark.parametrize(
    ("origin", "agent", "key"),
    [
        (HERE, CHROME, "192.0.2.7/chrome"),
        (HERE, FIREFOX, "192.0.2.7/firefox"),
        (HERE, CHROME.replace("Chrome/156", "Chrome/155"), "192.0.2.7/chrome"),
        (HERE, f"{CHROME} Edg/156.0", "192.0.2.7/edge"),
        (HERE, "Shop/4.1 CFNetwork/1494", "192.0.2.7/app"),
        (Origin("192.0.2.8", "regular", "", "k1"), CHROME, "192.0.2.8/chrome"),
        (Origin("192.0.2.7", "regular", "alice", "k1"), CHROME, "alice@192.0.2.7/chrome"),
        (Origin("192.0.2.7", "regular@8081", "alice", "k1"), CHROME, "alice@192.0.2.7/chrome"),
        (Origin("192.0.2.7", "regular@8081", "", "k1"), CHROME, "192.0.2.7#8081/chrome"),
        (Origin("10.0.0.1", "wireguard:phone@51820", "phone", "k1"), CHROME, "phone@10.0.0.1#51820/chrome"),
        (Origin("10.0.0.1", "wireguard:phone@51821", "", "k1"), CHROME, "10.0.0.1#51821/chrome"),
    ],
)
def test_what_tells_two_browsers_apart(origin: Origin, agent: str, key: str) -> None:
    assert client_key(origin, agent) == key
