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

    @property
    def level(self) -> str:
        return "COUNTRY" if self.parent_id == "0" else "PROVINCE"


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath("places.toml").read_text("utf-8"))


@cache
def list_places() -> dict[str, Place]:
    places = {key: Place(key, name, code, "0") for key, code, name in _table()["countries"]}
    for key, country, name in _table()["provinces"]:
        places[key] = Place(key, name, places[country].country, country)
    return places


def find_country(code: str) -> Place | None:
    return next(
        (place for place in list_places().values() if place.country == code and place.parent_id == "0"), None
    )


def list_languages() -> list[tuple[str, str]]:
    return [(code, name) for code, name in _table()["languages"]]


def list_interests() -> list[tuple[str, str, str]]:
    return [(key, parent, name) for key, parent, name in _table()["interests"]]
