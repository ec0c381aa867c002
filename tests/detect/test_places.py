"""Declared places among coordinates: the quick look never passes over one that would be found."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mouchard import identity
from mouchard.detect import Detector, places
from mouchard.model import Hit


@given(st.floats(-90, 90), st.integers(3, 12))
def test_whatever_is_held_to_be_the_latitude_holds_one_of_its_beginnings(
    latitude: float, decimals: int
) -> None:
    text = f"{latitude:.{decimals}f}"
    assert places.rounded(text, latitude)
    beginnings = places.beginnings(latitude)
    assert any(sign in text for sign in beginnings)
    assert any(sign in str(int(float(text) * 10**6)) for sign in beginnings)
    assert any(sign in str(int(float(text) * 10**7)) for sign in beginnings)


@pytest.mark.parametrize(
    ("latitude", "text"),
    [
        (45.764043, "version 45, 1.45.2, 4545"),
        (45.764043, "45.86"),
        (-33.8688, "33.8, 3.386"),
    ],
)
def test_other_numbers_hold_none(latitude: float, text: str) -> None:
    assert not any(sign in text for sign in places.beginnings(latitude))


@pytest.mark.parametrize("typed", ["45.764043,4.835659", "45.764043, 4.835659", "45.764043 4.835659"])
def test_a_place_is_declared_as_people_write_it(typed: str) -> None:
    ((north, east, _),) = Detector(identity.parse({"gps": [typed]})).index.places
    assert (north, east) == (45.764043, 4.835659)


@pytest.mark.parametrize(
    "asked", ["?1s12%20rue%20des%20lilas&4sfr-FR", "?pb=!1m2!2s12%20rue%20des%20lilas!3i5"]
)
def test_a_street_behind_the_number_that_a_map_gives_it(
    person: Detector, hits: Callable[..., tuple[Hit, ...]], asked: str
) -> None:
    (hit,) = hits(person, f"https://maps.test/js/x{asked}")
    assert (hit.type, hit.proof) == ("street", "identity")
    assert hits(person, "https://maps.test/js/x?q=plans12%20rue%20des%20lilas") == ()
