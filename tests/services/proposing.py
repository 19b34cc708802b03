"""A campaign in its first week, with those who work on it: what the tests of proposals begin from."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from campaigns.models import AdGroup, Advertiser, Campaign, Identity, Launch, Person, Proposal, Result, Thing
from campaigns.services.edits import Edit
from campaigns.services.proposing import change_or_propose, propose
from tests import factories

NOW = factories.NOW
LAUNCHED = NOW - timedelta(days=3)


@dataclass
class Team:
    account: Advertiser
    buyer: Person
    manager: Person
    boss: Person

    def learn(self, adgroups: int = 1, **members: Any) -> Campaign:
        """A campaign that was launched three days ago and learns, with five results a day."""
        given = factories.make_campaign(advertiser=self.account, adgroups=adgroups, **members)
        campaign = factories.make_live(given, now=LAUNCHED)
        for group in campaign.adgroups.all():
            deliver(group)
        return campaign

    def edit(self, thing: Thing, *, reason: str = "sells well", now: Any = NOW, **changes: Any) -> Any:
        return change_or_propose(
            actor=self.buyer, door="page", edits=[Edit(thing, changes)], reason=reason, now=now
        )

    def ask(self, *edits: Edit, **given: Any) -> Proposal:
        return propose(
            **({"actor": self.buyer, "door": "page", "advertiser": self.account, "edits": list(edits),
                "reason": "sells well", "now": NOW} | given)
        )  # fmt: skip


def make_team(zone: str = "UTC") -> Team:
    buyer, manager, boss = (factories.make_person(first_name=name) for name in ("Bea", "Max", "Ada"))
    account = factories.make_advertiser(
        zone=zone, people={buyer: "buyer", manager: "manager", boss: "administrator"}
    )
    factories.add_assets(account)
    return Team(account, buyer, manager, boss)


def deliver(group: AdGroup, *, per_day: int = 5, days: int = 4) -> None:
    for index in range(days):
        Result.objects.create(
            advertiser=group.campaign.advertiser,
            adgroup=group,
            day=LAUNCHED.date() + timedelta(days=index),
            spend=Decimal(100),
            impressions=9000,
            results=per_day,
            conversions=per_day,
            real_time_conversions=per_day,
            read_at=NOW,
        )


def make_whole(campaign: Campaign) -> Campaign:
    """Its launch is through, and it holds all that TikTok asks of what is added to it."""
    Launch.objects.filter(campaign=campaign).update(finished_at=LAUNCHED, live_since=LAUNCHED)
    Identity.objects.create(
        advertiser=campaign.advertiser, identity_id="tt-1", identity_type="TT_USER", name="@shop"
    )
    for group in campaign.adgroups.all():
        group.wanted |= {
            "schedule_type": "SCHEDULE_FROM_NOW",
            "targeting_spec": {"location_ids": ["6252001"]},
        }
        group.save()
        for ad in group.ads.all():
            info = ad.wanted["creative_list"][0]["creative_info"]
            info |= {
                "image_info": [{"web_uri": "cover-1"}],
                "identity_type": "TT_USER",
                "identity_id": "tt-1",
            }
            ad.wanted["landing_page_url_list"] = [{"landing_page_url": "https://example.com/sale"}]
            ad.save()
    return campaign
