"""How close two places are: over a given table of regions, without any knowledge of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import asin, cos, exp, radians, sin, sqrt

from app.matching.scoring import number

EARTH_RADIUS_KM = 6371.0088


@dataclass(frozen=True, slots=True)
class Place:
    """Where a region lies: degrees north and east, and its federal district."""

    latitude: float
    longitude: float
    district: str | None


@dataclass(frozen=True, slots=True)
class Location:
    """A country (ISO 3166-1 alpha-2) and, where known, a region of it (ISO 3166-2)."""

    country: str
    region: str | None = None


@dataclass(frozen=True, slots=True)
class Nearness:
    """How close two places are, 0..1, and in what way: same_region, same_district, near, same_country."""

    value: float
    way: str | None


@dataclass(frozen=True, slots=True)
class Geography:
    """Regions and where they lie."""

    places: Mapping[str, Place]

    def district(self, region: str | None) -> str | None:
        """The federal district of a region, if it has one."""
        place = self.places.get(region or "")
        return place.district if place else None

    def nearness(self, one: Location, other: Location) -> Nearness:
        """How close two places are and in what way; unknown and foreign places are not close at all."""
        if not one.country or one.country != other.country:
            return Nearness(0.0, None)
        if one.region and one.region == other.region:
            return Nearness(1.0, "same_region")
        district = self.district(one.region)
        if district and district == self.district(other.region):
            return Nearness(number("district"), "same_district")
        return self._by_distance(one, other)

    def closeness(self, one: Location, other: Location) -> float:
        """How close two places are, 0..1."""
        return self.nearness(one, other).value

    def distance_km(self, one: str | None, other: str | None) -> float | None:
        """Kilometres between the centres of two regions, None if either is unknown."""
        here, there = self.places.get(one or ""), self.places.get(other or "")
        return haversine_km(here, there) if here and there else None

    def _by_distance(self, one: Location, other: Location) -> Nearness:
        floor, district = number("same_country"), number("district")
        distance = self.distance_km(one.region, other.region)
        if distance is None:
            return Nearness(floor, "same_country")
        value = floor + (district - floor) * exp(-distance / number("near_km"))
        return Nearness(value, "near" if distance <= number("near_km") else "same_country")


def haversine_km(one: Place, other: Place) -> float:
    """Great-circle distance in kilometres (haversine formula)."""
    north, other_north = radians(one.latitude), radians(other.latitude)
    d_north, d_east = other_north - north, radians(other.longitude - one.longitude)
    h = sin(d_north / 2) ** 2 + cos(north) * cos(other_north) * sin(d_east / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(min(1.0, sqrt(h)))
