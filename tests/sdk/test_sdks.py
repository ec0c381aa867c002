"""Every `identify` call of real SDKs is found, by type, in a real browser through the real proxy."""

from __future__ import annotations

import pytest

from mouchard.store.rows import FindingRow
from tests.sdk.sdk import Sdk
from tests.sdk.sdks import SDKS

pytestmark = [pytest.mark.sdk, pytest.mark.browser, pytest.mark.needs("chromium"), pytest.mark.timeout(900)]


@pytest.mark.parametrize("sdk", SDKS, ids=[sdk.name for sdk in SDKS])
def test_what_an_sdk_was_told_is_found(found: list[FindingRow], sdk: Sdk) -> None:
    rows = [row for row in found if row.host == sdk.host or row.host.endswith("." + sdk.host)]
    told = {row.finding.type for row in rows if row.finding.proof == "identity"}
    assert sdk.types <= told, sorted({row.host for row in found})
    assert all(row.site == "marchand-vert.example" for row in rows)
    assert {row.party for row in rows} == {"third"}
