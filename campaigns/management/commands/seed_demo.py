"""`manage.py seed_demo`: the demo's people, accounts and campaigns, and a fresh token of its REST client.

Everything is made by the product's own services against the server that TIKTOK_API_URL names. Safe to run again: what
stands is kept. Its last line is one JSON object that the supervisor reads.
"""

import json
import sys
import tomllib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from campaigns.management.past import Past
from campaigns.management.story import tell
from campaigns.management.trees import compose_tree
from campaigns.models import Advertiser, Campaign, Change, ClientToken, Person
from campaigns.rules.authority import Role
from campaigns.rules.findings import FindingLevel
from campaigns.services import accounts, drafts, judging, launches
from campaigns.services.errors import ServiceError
from campaigns.sync.clock import read_now
from campaigns.sync.drift import find_drift

DOOR = Change.Door.MACHINE
PASSWORD = "rehearse-first"  # the demo listens on loopback only; every start prints it
ADMINISTRATOR = ("noor", "Noor", "Haddad", "UTC")
TOKEN_NAME = "Demo client"


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
            manager = Person.objects.get(username=world["people"][1]["username"])
            try:
                if not Campaign.objects.exists():
                    self._make_campaigns(world, owner, manager)
            finally:
                Past.end()
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
        # what a person connected by consent, or disconnected, stays as it is
        ours = Advertiser.objects.filter(disconnected_at=None, connection__app_id="").select_related(
            "connection"
        )
        if Advertiser.objects.exists() and all(item.connection.access_token == token for item in ours):
            return
        try:
            made = accounts.connect_accounts(actor=admin, door=DOOR, name=name, token=token, now=read_now())
        except ServiceError as error:
            raise CommandError(error.message) from error
        self._say(f"connected {', '.join(advertiser.name for advertiser in made) or 'no account'}")

    def _make_campaigns(self, world: Mapping[str, Any], buyer: Person, manager: Person) -> None:
        """Day by day: launches, then what people did, then what the worker would read."""
        rows, story = world["campaigns"], world["story"]
        days = sorted({item.get("days", 0) for item in (*rows, *story)} | {0}, reverse=True)
        past = Past(days[0])
        for day in days:
            past.go_to(day)
            for row in rows:
                if row.get("days", 0) == day:
                    self._make_campaign(row, buyer, past.now())
            if not past.work():
                raise CommandError("The demo's launches did not come to an end.")
            told = [event for event in story if event["days"] == day]
            for event in told:
                tell(event, past, buyer=buyer, manager=manager)
        drifting = [campaign.label for campaign in Campaign.objects.all() if find_drift(campaign)]
        self._say(
            f"made {len(rows)} campaigns; " + (f"drift in {', '.join(drifting)}" if drifting else "no drift")
        )

    def _make_campaign(self, row: dict[str, Any], buyer: Person, now: datetime) -> None:
        advertiser = Advertiser.objects.get(advertiser_id=row["account"])
        tree = compose_tree(row, advertiser, now)
        campaign = drafts.create_draft(actor=buyer, door=DOOR, advertiser=advertiser, tree=tree, now=now)
        if row["state"] != "draft":
            self._launch(campaign, buyer, now)

    def _launch(self, campaign: Campaign, buyer: Person, now: datetime) -> None:
        judgement = judging.judge_campaign(campaign=campaign, now=now)
        confirms = [finding for finding in judgement.findings if finding.level is FindingLevel.CONFIRM]
        launches.start_launch(
            actor=buyer,
            door=DOOR,
            campaign=campaign,
            version=campaign.tree_version,
            acknowledged=frozenset((finding.rule, finding.path) for finding in confirms),
            now=now,
        )

    def _say(self, text: str) -> None:
        sys.stderr.write(f"demo: {text}\n")
