"""The creatives of a live ad on the page of a change: the builder's fields for each, one more, one less, another video or cover.

They are sent as the one list that they are at TikTok (R83).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import QueryDict

from campaigns.contract.levels import Level
from campaigns.models import Ad, Campaign, Person
from campaigns.rules.findings import Finding
from campaigns.services.judging import judge_campaign
from campaigns.web.builder_actions import ROWS, read_rows
from campaigns.web.builder_library import read_library
from campaigns.web.builder_tree import Place, read_tree
from campaigns.web.unstored import act_on_rows, bind_over, list_offers, list_order, read_over

DRAWN = "creatives"  # the input that says that the page showed them


@dataclass(slots=True)
class Creatives:
    """The creatives as typed. `acted`: a button changed how many there are, and nobody asks yet what that means."""

    ad: Ad
    live: Ad
    order: list[str]
    at: str = ""
    acted: bool = False

    @property
    def changes(self) -> dict[str, Any]:
        """The whole list where anything in it is otherwise than it stands."""
        rows = read_rows(self.ad)
        return {} if rows == read_rows(self.live) else {ROWS: rows}


def read_creatives(live: Ad, typed: QueryDict, now: datetime) -> Creatives:
    """What was typed over the ad's creatives; untouched where the page did not show them."""
    ad = Ad(adgroup=live.adgroup, position=live.position, wanted=live.wanted, name=live.name)
    if DRAWN not in typed:
        return Creatives(ad, live, list_order(live))
    found = Creatives(ad, live, read_over(ad, typed, creatives_only=True))
    if action := typed.get("action", ""):
        found.at, found.acted = act_on_rows(ad, found.order, action, now), True
    return found


def draw_creatives(
    campaign: Campaign, creatives: Creatives, reader: Person, findings: Iterable[Finding], now: datetime
) -> dict[str, Any]:
    """What the page draws of them; `findings` are those of the change."""
    facts = judge_campaign(campaign=campaign, now=now).facts
    real = read_tree(campaign, ()).find(creatives.live)
    inside = f"{real.path}/{ROWS}"
    own = [item for item in findings if item.path == inside or item.path.startswith(f"{inside}/")]
    place = Place(creatives.ad, real.path, real.index, real.parent, findings=own)
    library = read_library(campaign.advertiser, Level.AD)
    return {
        "form": bind_over(place, facts, library, reader, creatives_only=True, at=creatives.at),
        "order": creatives.order,
        "place": place,
        "lists": list_offers(campaign, library, Level.AD),
        "screen": {"plain": True},
    }
