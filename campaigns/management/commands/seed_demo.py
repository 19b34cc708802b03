"""`manage.py seed_demo`: the demo's people, accounts and campaigns, and a fresh token of its REST client.

Everything is made by the product's own services against the server that TIKTOK_API_URL names. Safe to run again: what
stands is kept. Its last line is one JSON object that the supervisor reads.
"""

import json
import sys
import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from campaigns.contract.statuses import DISABLE
from campaigns.models import Advertiser, Campaign, Change, ClientToken, Person
from campaigns.rules.authority import Role
from campaigns.rules.findings import FindingLevel
from campaigns.services import accounts, drafts, judging, launches, switches
from campaigns.services.errors import ServiceError
from campaigns.sync.clock import read_now
from campaigns.sync.drain import drain
from campaigns.sync.drift import find_drift
from campaigns.sync.gateway import PLAIN_ROAD, Gateway
from campaigns.sync.pull import pull_account

DOOR = Change.Door.MACHINE
PASSWORD = "rehearse-first"  # the demo listens on loopback only; every start prints it
ADMINISTRATOR = ("noor", "Noor", "Haddad", "UTC")
TOKEN_NAME = "Demo client"
DRAIN_ROUNDS = 900  # of a tenth of a second


class Command(BaseCommand):
    help = "Makes the demo's people, accounts and campaigns, and prints who can sign in."

    def handle(self, *args: Any, **options: Any) -> None:
        world = tomllib.loads((Path(__file__).parents[1] / "demo.toml").read_text("utf-8"))
        admin = self._make_person(*ADMINISTRATOR)
        sandbox_token = getattr(settings, "SMARTPLUS_SANDBOX_TOKEN", "")
        token = settings.TIKTOK_ACCESS_TOKEN or sandbox_token
        if not token:
            raise CommandError("Set TIKTOK_ACCESS_TOKEN: the server that TIKTOK_API_URL names wants a token.")
        people = [{"username": admin.username, "password": PASSWORD, "role": Role.ADMINISTRATOR.value}]
        self._connect(admin, token, "Sandbox" if not settings.TIKTOK_ACCESS_TOKEN else "TikTok")
        owner = admin
        if not settings.TIKTOK_ACCESS_TOKEN:
            for row in world["people"]:
                person = self._make_person(row["username"], row["first_name"], row["last_name"], row["zone"])
                for account, role in row["roles"].items():
                    advertiser = Advertiser.objects.get(advertiser_id=account)
                    accounts.grant_role(
                        actor=admin,
                        door=DOOR,
                        person=person,
                        advertiser=advertiser,
                        role=Role(role),
                        now=read_now(),
                    )
                people.append(
                    {
                        "username": person.username,
                        "password": PASSWORD,
                        "role": next(iter(row["roles"].values())),
                    }
                )
            owner = Person.objects.get(username=world["people"][0]["username"])
            if not Campaign.objects.exists():
                self._make_campaigns(
                    world["campaigns"], owner, Person.objects.get(username=world["people"][1]["username"])
                )
        self.stdout.write(json.dumps({"people": people, "token": self._make_token(owner)}))

    def _make_person(self, username: str, first: str, last: str, zone: str) -> Person:
        person, made = Person.objects.get_or_create(
            username=username, defaults={"first_name": first, "last_name": last, "time_zone": zone}
        )
        if made:
            person.set_password(PASSWORD)
            person.save(update_fields=["password"])
        return person

    def _make_token(self, owner: Person) -> str:
        ClientToken.objects.filter(name=TOKEN_NAME).delete()
        _, token = ClientToken.objects.create(user=owner, prefix="spa_", name=TOKEN_NAME)
        return str(token)

    def _connect(self, admin: Person, token: str, name: str) -> None:
        standing = Advertiser.objects.select_related("connection").all()
        if standing and all(advertiser.connection.access_token == token for advertiser in standing):
            return
        try:
            made = accounts.connect_accounts(actor=admin, door=DOOR, name=name, token=token, now=read_now())
        except ServiceError as error:
            raise CommandError(error.message) from error
        self._say(f"connected {', '.join(advertiser.name for advertiser in made) or 'no account'}")

    def _make_campaigns(self, rows: list[dict[str, Any]], buyer: Person, manager: Person) -> None:
        for row in rows:
            advertiser = Advertiser.objects.get(advertiser_id=row["account"])
            tree = _compose_tree(row, advertiser)
            campaign = drafts.create_draft(
                actor=buyer, door=DOOR, advertiser=advertiser, tree=tree, now=read_now()
            )
            if row["state"] != "draft":
                self._launch(campaign, buyer)
        if not drain(PLAIN_ROAD, rounds=DRAIN_ROUNDS):
            raise CommandError("The demo's launches did not come to an end.")
        for row in rows:
            if row["state"] == "paused":
                campaign = Campaign.objects.get(name=row["name"], advertiser__advertiser_id=row["account"])
                switches.set_switch(actor=manager, door=DOOR, thing=campaign, status=DISABLE, now=read_now())
        drain(PLAIN_ROAD, rounds=DRAIN_ROUNDS)
        for advertiser in Advertiser.objects.select_related("connection"):
            pull_account(Gateway(advertiser, PLAIN_ROAD), now=read_now())
        drifting = [campaign.label for campaign in Campaign.objects.all() if find_drift(campaign)]
        self._say(
            f"made {len(rows)} campaigns; " + (f"drift in {', '.join(drifting)}" if drifting else "no drift")
        )

    def _launch(self, campaign: Campaign, buyer: Person) -> None:
        judgement = judging.judge_campaign(campaign=campaign, now=read_now())
        confirms = [finding for finding in judgement.findings if finding.level is FindingLevel.CONFIRM]
        launches.start_launch(
            actor=buyer,
            door=DOOR,
            campaign=campaign,
            version=campaign.tree_version,
            acknowledged=frozenset((finding.rule, finding.path) for finding in confirms),
            now=read_now(),
        )

    def _say(self, text: str) -> None:
        sys.stderr.write(f"demo: {text}\n")


def _compose_tree(row: dict[str, Any], advertiser: Advertiser) -> dict[str, Any]:
    """A row of demo.toml as a tree in TikTok's members."""
    capped = "cost_cap" in row
    campaign: dict[str, Any] = {
        "campaign_name": row["name"],
        "objective_type": "WEB_CONVERSIONS",
        "sales_destination": "WEBSITE",
        "budget_optimize_on": not capped,
        "budget_mode": "BUDGET_MODE_INFINITE" if capped else "BUDGET_MODE_DYNAMIC_DAILY_BUDGET",
    }
    if not capped:
        campaign["budget"] = row["budget"]
    campaign["adgroups"] = [_compose_adgroup(row, name, advertiser) for name in row["groups"]]
    return campaign


def _compose_adgroup(row: dict[str, Any], name: str, advertiser: Advertiser) -> dict[str, Any]:
    pixel = advertiser.pixels.order_by("pixel_id").first()
    group: dict[str, Any] = {
        "adgroup_name": name,
        "promotion_type": "WEBSITE",
        "optimization_goal": "CONVERT",
        "optimization_event": "SHOPPING",
        "pixel_id": pixel.pixel_id if pixel else None,
        "billing_event": "OCPM",
        "bid_type": "BID_TYPE_NO_BID",
        "schedule_type": "SCHEDULE_FROM_NOW",
        "targeting_optimization_mode": "AUTOMATIC",
        "targeting_spec": {"location_ids": [advertiser.location_id], "spc_audience_age": "OVER_EIGHTEEN"},
    }
    if "cost_cap" in row:
        now = read_now().replace(microsecond=0)
        group |= {
            "bid_type": "BID_TYPE_CUSTOM",
            "conversion_bid_price": row["cost_cap"],
            "budget_mode": "BUDGET_MODE_DYNAMIC_DAILY_BUDGET",
            "budget": row["group_budget"],
            "schedule_type": "SCHEDULE_START_END",
            "schedule_start_time": now.isoformat(),
            "schedule_end_time": (now + timedelta(days=30)).isoformat(),
            "targeting_optimization_mode": "MANUAL",
            "targeting_spec": {
                "location_ids": [advertiser.location_id],
                "age_groups": ["AGE_25_34", "AGE_35_44"],
                "languages": ["ja" if advertiser.country == "JP" else "en"],
            },
            "placement_type": "PLACEMENT_TYPE_NORMAL",
            "placements": ["PLACEMENT_TIKTOK"],
        }
    group["ads"] = [_compose_ad(row, advertiser, index) for index in range(2 if len(row["texts"]) > 1 else 1)]
    return group


def _compose_ad(row: dict[str, Any], advertiser: Advertiser, index: int) -> dict[str, Any]:
    videos, pictures = list(advertiser.videos.all()), list(advertiser.pictures.filter(address=""))
    account = advertiser.identities.filter(identity_type="TT_USER").first()
    video = videos[(len(row["name"]) + index) % len(videos)]
    cover = row.get("cover") or pictures[(len(row["name"]) + index) % len(pictures)].image_id
    info: dict[str, Any] = {
        "ad_format": "SINGLE_VIDEO",
        "video_info": {"video_id": video.video_id},
        "image_info": [{"web_uri": cover}],
    }
    if account:
        info |= {"identity_type": account.identity_type, "identity_id": account.identity_id}
    return {
        "ad_name": f"{video.name.rpartition('.')[0] or video.name}",
        "creative_list": [{"creative_info": info}],
        "ad_text_list": [{"ad_text": text} for text in row["texts"]],
        "landing_page_url_list": [{"landing_page_url": row["page"]}],
        "call_to_action_list": [{"call_to_action": "SHOP_NOW"}],
    }
