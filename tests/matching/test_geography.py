"""Closeness of places."""

import pytest

from app.matching.geography import Location, Place, haversine_km
from tests.matching.samples import GEOGRAPHY

SVE, CHE, MOW, PRI = (Location("RU", region) for region in ("RU-SVE", "RU-CHE", "RU-MOW", "RU-PRI"))
UNKNOWN = Location("RU", "RU-XXX")


def test_closeness_falls_from_region_to_district_to_distance_to_country() -> None:
    values = [GEOGRAPHY.closeness(SVE, other) for other in (SVE, CHE, MOW, PRI, Location("BY"))]
    assert values == sorted(values, reverse=True)
    assert values[0] == 1.0
    assert values[-1] == 0.0
    assert len(set(values)) == 5


def test_closeness_is_symmetric() -> None:
    places = [SVE, CHE, MOW, PRI, UNKNOWN, Location("RU"), Location("BY"), Location("")]
    for one in places:
        for other in places:
            assert GEOGRAPHY.closeness(one, other) == GEOGRAPHY.closeness(other, one)


def test_the_way_two_places_are_close_is_named() -> None:
    ways = [GEOGRAPHY.nearness(SVE, other).way for other in (SVE, CHE, MOW, UNKNOWN, Location("CN"))]
    assert ways == ["same_region", "same_district", "same_country", "same_country", None]


def test_unknown_countries_are_not_one_country() -> None:
    assert GEOGRAPHY.closeness(Location(""), Location("")) == 0.0


def test_haversine_knows_moscow_to_vladivostok() -> None:
    assert haversine_km(Place(55.7558, 37.6173, None), Place(43.1155, 131.8855, None)) == pytest.approx(
        6416, rel=0.005
    )
