"""Every `identify` call of real SDKs is found, by type, in a real browser through the real proxy."""

from __future__ import annotations

import pytest

from mouchard.store.rows import FindingRow
from tests.sdk.sdk import Sdk
from tests.sdk.sdks import SDKS

pytestmark = [pytest.mark.sdk, pytest.mark.browser, pytest.mark.needs("chromium"), pytest.mark.timeout(900)]


TRACES = frozenset(
    "device_id fingerprint id_sync page_url product purchase search session_recording user_id".split()
)
"""What an SDK may tell beside what it was told."""
WATCHED = frozenset(("fingerprint", "session_recording"))
"""What it tells of the page and the device, whoever the person is."""


@pytest.mark.parametrize("sdk", SDKS, ids=[sdk.name for sdk in SDKS])
def test_what_an_sdk_was_told_is_found(found: list[FindingRow], sdk: Sdk) -> None:
    rows = [row for row in found if row.host == sdk.host or row.host.endswith("." + sdk.host)]
    told = {
        row.finding.type for row in rows if row.finding.proof == "identity" or row.finding.type in WATCHED
    }
    assert sdk.types <= told, sorted({row.host for row in found})
    assert all(row.site == "marchand-vert.example" for row in rows)
    own = sdk.host.endswith(".marchand-vert.example")
    assert {row.party for row in rows} == {"relay" if own else "third"}
    if sdk.company:
        assert {row.company.name if row.company else "" for row in rows} == {sdk.company}


@pytest.mark.parametrize("sdk", SDKS, ids=[sdk.name for sdk in SDKS])
def test_nothing_is_claimed_of_a_person_who_was_not_named(found: list[FindingRow], sdk: Sdk) -> None:
    rows = [row for row in found if row.host == sdk.host or row.host.endswith("." + sdk.host)]
    claimed = {row.finding.type for row in rows if row.finding.proof != "identity"}
    assert claimed <= TRACES, [(row.finding.type, row.finding.field) for row in rows]
