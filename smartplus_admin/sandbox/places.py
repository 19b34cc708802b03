"""Locations, languages and interests from places.toml: what the /tool/ calls list and the judge knows of nesting."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any


@dataclass(frozen=True, slots=True)
class Place:
    location_id: str
    name: str
    country: str
    parent_id: str  # "0" for a country

    level: str = "COUNTRY"


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath("places.toml").read_text("utf-8"))


@cache
def list_places() -> dict[str, Place]:
    places = {key: Place(key, name, code, "0") for key, code, name in _table()["countries"]}
    for key, country, name in _table()["provinces"]:
        places[key] = Place(key, name, places[country].country, country, "PROVINCE")
    for key, province, name in _table()["cities"]:
        places[key] = Place(key, name, places[province].country, province, "CITY")
    return places


def list_holders(key: str) -> list[str]:
    """The ids of what a place lies in, the nearest first."""
    places, holders = list_places(), list[str]()
    while key in places and places[key].parent_id != "0":
        key = places[key].parent_id
        holders.append(key)
    return holders


def find_country(code: str) -> Place | None:
    return next(
        (place for place in list_places().values() if place.country == code and place.parent_id == "0"), None
    )


def list_languages() -> list[tuple[str, str]]:
    return [(code, name) for code, name in _table()["languages"]]


def list_interests() -> list[tuple[str, str, str]]:
    return [(key, parent, name) for key, parent, name in _table()["interests"]]
