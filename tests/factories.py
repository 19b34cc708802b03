"""Rows for tests, as plain functions: each makes what it needs and nothing more.

Trees are made as the mirror and the services would leave them; nothing here talks to anybody.
"""

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

from campaigns.models import (
    Ad,
    AdGroup,
    Advertiser,
    Campaign,
    Change,
    Connection,
    Identity,
    Launch,
    Membership,
    Person,
    Pixel,
    Push,
    Video,
)

NOW = datetime(2026, 11, 17, 12, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"
_count = itertools.count(1)
_remote = itertools.count(1_850_000_000_000_000)


def make_person(username: str = "", **members: Any) -> Person:
    name = username or f"person{next(_count)}"
    return Person.objects.create_user(username=name, password=PASSWORD, **members)


def make_connection(**members: Any) -> Connection:
    given = {"name": "Test", "access_token": "test-token", "connected_at": NOW, "chosen_at": NOW} | members
    if "connected_by" not in given:
        given["connected_by"] = make_person()
    return Connection.objects.create(**given)


def make_advertiser(*, people: dict[Person, str] | None = None, **members: Any) -> Advertiser:
    """An account; `people` maps persons to the words of their roles."""
    given = {
        "currency": "USD",
        "zone": "America/New_York",
        "country": "US",
        "location_id": "6252001",
    } | members
    given.setdefault("advertiser_id", str(7_000_000_000_000_000_000 + next(_count)))
    given.setdefault("name", f"Account {given['advertiser_id'][-3:]}")
    if "connection" not in given:
        given["connection"] = make_connection()
    advertiser = Advertiser.objects.create(**given)
    for person, role in (people or {}).items():
        add_member(person, advertiser, role)
    return advertiser


def add_member(person: Person, advertiser: Advertiser, role: str = "buyer") -> Membership:
    return Membership.objects.create(person=person, advertiser=advertiser, role=role)


def add_assets(advertiser: Advertiser) -> None:
    """One pixel with a purchase event, one identity, two videos."""
    Pixel.objects.create(
        advertiser=advertiser,
        pixel_id="7100000000000000001",
        code="C0PIXEL",
        name="Shop",
        events=["SHOPPING", "FORM"],
    )
    Identity.objects.create(
        advertiser=advertiser, identity_id="identity-1", identity_type="CUSTOMIZED_USER", name="The shop"
    )
    for number in (1, 2):
        Video.objects.create(
            advertiser=advertiser, video_id=f"v1{number}", name=f"Clip {number}.mp4", duration=15
        )
    Advertiser.objects.filter(pk=advertiser.pk).update(videos_read_at=NOW)
    advertiser.refresh_from_db()


def campaign_members(**members: Any) -> dict[str, Any]:
    return {
        "campaign_name": "Autumn sale",
        "objective_type": "WEB_CONVERSIONS",
        "budget_optimize_on": True,
        "budget_mode": "BUDGET_MODE_DYNAMIC_DAILY_BUDGET",
        "budget": "500.00",
    } | members


def adgroup_members(**members: Any) -> dict[str, Any]:
    return {
        "adgroup_name": "Broad",
        "promotion_type": "WEBSITE",
        "optimization_goal": "CONVERT",
        "optimization_event": "SHOPPING",
        "pixel_id": "7100000000000000001",
        "billing_event": "OCPM",
        "bid_type": "BID_TYPE_NO_BID",
        "targeting_optimization_mode": "AUTOMATIC",
    } | members


def ad_members(**members: Any) -> dict[str, Any]:
    creative = {"creative_info": {"ad_format": "SINGLE_VIDEO", "video_info": {"video_id": "v11"}}}
    return {
        "ad_name": "Clip A",
        "creative_list": [creative],
        "ad_text_list": [{"ad_text": "Autumn sale: 20 % off"}],
    } | members


def make_campaign(
    *,
    advertiser: Advertiser,
    created_by: Person | None = None,
    name: str = "Autumn sale",
    adgroups: int = 1,
    ads: int = 1,
    made_from: Campaign | None = None,
    now: datetime = NOW,
    **members: Any,
) -> Campaign:
    """A draft with its tree. `members` are wanted members of the campaign."""
    author = created_by or make_person()
    wanted = campaign_members(campaign_name=name, **members)
    campaign = Campaign.objects.create(
        advertiser=advertiser,
        created_by=author,
        created_at=now,
        changed_at=now,
        wanted=wanted,
        name=name,
        made_from=made_from,
    )
    for place in range(1, adgroups + 1):
        add_adgroup(campaign, ads=ads, place=place, now=now)
    return campaign


def add_adgroup(
    campaign: Campaign, *, ads: int = 1, place: int = 1, now: datetime = NOW, **members: Any
) -> AdGroup:
    wanted = adgroup_members(**({"adgroup_name": f"Ad group {place}"} | members))
    group = AdGroup.objects.create(
        campaign=campaign, position=place, created_at=now, wanted=wanted, name=wanted["adgroup_name"]
    )
    for number in range(1, ads + 1):
        add_ad(group, place=number, now=now)
    return group


def add_ad(adgroup: AdGroup, *, place: int = 1, now: datetime = NOW, **members: Any) -> Ad:
    wanted = ad_members(**({"ad_name": f"Ad {place}"} | members))
    return Ad.objects.create(
        adgroup=adgroup, position=place, created_at=now, wanted=wanted, name=wanted["ad_name"]
    )


def list_tree(campaign: Campaign) -> list[Campaign | AdGroup | Ad]:
    """The campaign, then each ad group with its ads."""
    things: list[Campaign | AdGroup | Ad] = [campaign]
    for group in campaign.adgroups.all():
        things += [group, *group.ads.all()]
    return things


def make_launch(
    campaign: Campaign,
    *,
    actor: Person | None = None,
    now: datetime = NOW,
    made: int = 0,
    finished: bool = False,
) -> Launch:
    """A launch with its open pushes; the first `made` objects of the tree exist at TikTok, switched off."""
    launch = Launch.objects.create(
        campaign=campaign,
        actor=actor or campaign.created_by,
        started_at=now,
        verified_at=now if finished else None,
        finished_at=now if finished else None,
        live_since=now if finished else None,
    )
    things = list_tree(campaign)
    for index, thing in enumerate(things):
        column = {"campaign": "campaign", "adgroup": "adgroup", "ad": "ad"}[thing.level.value]
        for aspect in (Push.Aspect.BODY, Push.Aspect.SWITCH):
            done = finished or (aspect == Push.Aspect.BODY and index < made)
            Push.objects.create(
                advertiser=campaign.advertiser,
                launch=launch,
                depth=("campaign", "adgroup", "ad").index(thing.level.value),
                aspect=aspect,
                state=Push.State.DONE if done else Push.State.WAITING,
                not_before=now,
                settled_at=now if done else None,
                **{column: thing},
            )
        if finished or index < made:
            mirror(thing, on=finished, now=now)
    return launch


def make_live(campaign: Campaign, *, actor: Person | None = None, now: datetime = NOW) -> Campaign:
    """A campaign whose launch is through: everything exists, is on and was read."""
    make_launch(campaign, actor=actor, now=now, finished=True)
    campaign.refresh_from_db()
    return campaign


def mirror(
    thing: Campaign | AdGroup | Ad,
    *,
    on: bool = True,
    status: str = "",
    now: datetime = NOW,
    remote_id: str = "",
) -> None:
    """Leaves an object as the mirror would after reading it."""
    switch = "ENABLE" if on else "DISABLE"
    usual = {
        "campaign": ("CAMPAIGN_STATUS_ENABLE", "CAMPAIGN_STATUS_DISABLE"),
        "adgroup": ("ADGROUP_STATUS_DELIVERY_OK", "ADGROUP_STATUS_DISABLE"),
        "ad": ("AD_STATUS_DELIVERY_OK", "AD_STATUS_DISABLE"),
    }[thing.level.value]
    thing.remote_id = remote_id or thing.remote_id or str(next(_remote))
    thing.operation_status = switch
    thing.secondary_status = status or usual[0 if on else 1]
    thing.remote_read_at = now
    thing.remote = {
        **thing.wanted,
        thing.level.id_member: thing.remote_id,
        "operation_status": switch,
        "secondary_status": thing.secondary_status,
    }
    thing.save()


def refuse(
    thing: Campaign | AdGroup | Ad, *, now: datetime = NOW, error: dict[str, Any] | None = None
) -> Push:
    """Lets TikTok have refused an object's body."""
    push: Push = thing.pushes.get(aspect=Push.Aspect.BODY)
    push.state = Push.State.REFUSED
    push.error = error or {
        "meaning": "refused",
        "code": 40002,
        "message": "Invalid bid: must be lower than the budget",
        "request_id": "202611171200000101",
        "endpoint": f"/smart_plus/{thing.level}/create/",
    }
    push.settled_at = now
    push.save()
    return push


def make_change(
    campaign: Campaign, *, actor: Person | None = None, act: str = Change.Act.EDITED, **members: Any
) -> Change:
    given: dict[str, Any] = {
        "door": Change.Door.PAGE,
        "target": "campaign",
        "at": NOW - timedelta(minutes=5),
    } | members
    return Change.objects.create(
        advertiser=campaign.advertiser,
        actor=actor or campaign.created_by,
        act=act,
        campaign_ref=campaign.pk,
        **given,
    )
