"""Everything that an address can be about, and everybody who may ask for it."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from campaigns.models import (
    Campaign,
    Change,
    ClientToken,
    Connection,
    Delivery,
    Membership,
    Person,
    Proposal,
    ProposalItem,
    SavedView,
    Stranger,
    Thumbnail,
    Webhook,
)
from tests.factories import (
    NOW,
    add_member,
    make_advertiser,
    make_campaign,
    make_change,
    make_connection,
    make_live,
    make_person,
)

ROLES = ("viewer", "buyer", "manager", "administrator")
WHO = ("nobody", "stranger", *ROLES)
MATTERS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class World:
    people: dict[str, Person]
    sessions: dict[str, str]
    live: Campaign
    draft: Campaign
    proposal: Proposal
    webhook: Webhook
    delivery: Delivery
    token: ClientToken
    member: Membership
    view: SavedView
    change: Change
    waiting: Connection
    thumbnail: Thumbnail
    twin: Stranger

    def fill(self, pattern: str) -> str:
        """An address of the pattern, about what stands here."""
        drafts = any(part in pattern for part in ("/build/", "/review/", "/repair/"))
        campaign = self.draft if drafts else self.live
        group = campaign.adgroups.get()
        things: dict[str, Any] = {
            "campaigns/<int:pk>": f"campaigns/{campaign.pk}",
            "adgroups/<int:pk>": f"adgroups/{group.pk}",
            "ads/<int:pk>": f"ads/{group.ads.get().pk}",
            "connect/<int:pk>": f"connect/{self.waiting.pk}",
            "<int:adgroup_id>": group.pk,
            "<int:ad_id>": group.ads.get().pk,
            "proposals/<int:pk>": f"proposals/{self.proposal.pk}",
            "<slug:act>": "approve",
            "webhooks/<int:pk>": f"webhooks/{self.webhook.pk}",
            r"^campaigns/export\.(?P<kind>csv|xlsx)$": "campaigns/export.csv",
            "<uuid:key>": self.delivery.key,
            "<str:key>": self.token.token_key,
            "changes/<int:pk>": f"changes/{self.change.pk}",
            "elsewhere/<int:pk>": f"elsewhere/{self.twin.pk}",
            "strangers/<int:pk>": f"strangers/{self.twin.pk}",
            "thumbnails/<int:pk>": f"thumbnails/{self.thumbnail.pk}",
            "views/<int:pk>": f"views/{self.view.pk}",
            "people/<int:pk>": f"people/{self.member.pk}",
            "<str:advertiser_id>": campaign.advertiser.advertiser_id,
            "<str:name>": "learning.days",
            "<str:uid>/<str:token>": "x/y",
        }
        for name, value in things.items():
            pattern = pattern.replace(name, str(value))
        assert "<" not in pattern, f"nothing of the world stands for {pattern}"
        return f"/{pattern}"

    def compose(self, call: str) -> dict[str, Any]:
        """A body that says enough for the gate to be asked: else every answer were that something is missing."""
        live, account = self.live, self.live.advertiser.advertiser_id
        group = live.adgroups.get()
        bodies: dict[str, dict[str, Any]] = {
            "PATCH api/v1/campaigns/<int:pk>/": {"version": live.tree_version, "campaign_name": "Other"},
            "PATCH api/v1/adgroups/<int:pk>/": {"version": group.version, "adgroup_name": "Other"},
            "PATCH api/v1/ads/<int:pk>/": {"version": group.ads.get().version, "ad_name": "Other"},
            "PUT api/v1/campaigns/<int:pk>/": {"version": live.tree_version, "advertiser_id": account},
            "POST api/v1/campaigns/<int:pk>/launch/": {"version": live.tree_version},
            "POST api/v1/campaigns/<int:pk>/launch/cancel/": {"created": "keep"},
            "POST api/v1/advertisers/<str:advertiser_id>/disconnect/": {"leave_running": True},
            "POST api/v1/campaigns/": {"advertiser_id": account},
            "POST api/v1/campaigns/validate/": {"advertiser_id": account},
            "POST api/v1/status/": {
                "operation_status": "DISABLE",
                "objects": [{"level": "campaign", "id": live.pk}],
            },
            "PUT api/v1/policy/<str:name>/": {"advertiser_id": account, "value": 8, "reason": "Slow"},
            "PUT api/v1/envelopes/<str:advertiser_id>/": {"amount": "2000.00", "reason": "The client's cap"},
            "POST api/v1/campaigns/<int:pk>/adgroups/": {"adgroup_name": "Second"},
            "PUT api/v1/advertisers/<str:advertiser_id>/utm/": {
                "utm_params": [{"key": "utm_source", "value": "tiktok"}]
            },
            "POST api/v1/webhooks/": {
                "advertiser_id": account,
                "address": "https://example.com/",
                "kinds": ["lock_opened"],
            },
            "POST api/v1/people/": {
                "advertiser_id": account,
                "username": "newcomer",
                "email": "newcomer@example.com",
                "role": "viewer",
            },
            "PATCH api/v1/people/<int:pk>/": {"role": "buyer"},
            "POST api/v1/views/": {"name": "Shared", "address": "state=live", "advertiser_id": account},
            "POST api/v1/tokens/": {"name": "x", "scopes": ["read"], "days": 1},
            "POST api/v1/drift/keep/": {"campaign": live.pk},
            "POST api/v1/drift/take/": {"campaign": live.pk},
            "POST api/v1/strangers/<int:pk>/remove/": {"acknowledge": ["removes-for-good"]},
            "POST drift/elsewhere/<int:pk>/": {"act": "remove", "yes": "1"},
            "POST api/v1/proposals/": {
                "reason": "Going well",
                "items": [{"level": "campaign", "id": live.pk, "changes": {"campaign_name": "Other"}}],
            },
        }
        if call.startswith("POST api/v1/proposals/<"):
            commented = any(act in call for act in ("return", "refuse"))
            return {"version": 1, **({"comment": "Later"} if commented else {})}
        if call.endswith("/status/") and "<" in call:
            return {"operation_status": "DISABLE", "status": "DISABLE"}
        return bodies.get(call, {})

    def ask(self, who: str, method: str, pattern: str) -> str:
        """What the answer means for who asks; whatever it did is undone."""
        client = Client()
        if who != "nobody":
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[who]
        pattern = pattern.removeprefix("/")
        given: dict[str, Any] = {"data": self.compose(f"{method.upper()} {pattern}")}
        if pattern.startswith("api/"):
            given["content_type"] = "application/json"
        before = transaction.savepoint()
        answer = getattr(client, method)(self.fill(pattern), **({} if method == "get" else given))
        if answer.streaming:  # to its end, before what it reads from is undone
            list(answer)
        transaction.savepoint_rollback(before)
        return _say(answer)


def build_world() -> World:
    people = {role: make_person(role) for role in (*ROLES, "stranger")}
    account = make_advertiser(name="Northwind", people={people[role]: role for role in ROLES})
    make_advertiser(name="Elsewhere", people={people["stranger"]: "administrator"})
    draft = make_campaign(advertiser=account, name="Draft")
    live = make_live(make_campaign(advertiser=account, name="Live", made_from=draft))
    proposal = Proposal.objects.create(
        advertiser=account,
        asked_by=make_person("asker"),
        door="page",
        reason="Going well",
        created_at=NOW,
        changed_at=NOW,
        valid_until=NOW.replace(year=2036),
    )
    worst = {"worst_day": "12.50", "worst_week": "70.00", "total": None}
    ProposalItem.objects.create(
        proposal=proposal,
        position=0,
        campaign=live,
        before={"budget": "10.00"},
        after={"budget": "12.00"},
        exposure={"before": worst, "after": worst | {"worst_day": "15.00", "worst_week": "84.00"}},
    )
    webhook = Webhook.objects.create(
        advertiser=account, owner=people["manager"], address="https://example.com/", secret="s", made_at=NOW
    )
    delivery = Delivery.objects.create(webhook=webhook, kind="test", body={}, made_at=NOW, not_before=NOW)
    token, _ = ClientToken.objects.create(user=people["administrator"], name="client")
    guest = make_person("guest")
    add_member(guest, account, "viewer")
    return World(
        people=people,
        sessions={who: sign_in(person) for who, person in people.items()},
        live=live,
        draft=draft,
        proposal=proposal,
        webhook=webhook,
        delivery=delivery,
        token=token,
        member=Membership.objects.get(person=guest),
        change=make_change(live, actor=people["buyer"], before={"budget": "1.00"}, after={"budget": "2.00"}),
        waiting=make_connection(connected_by=people["administrator"], chosen_at=None, offered=[]),
        thumbnail=Thumbnail.objects.create(
            advertiser=account,
            kind="videos",
            key="v11",
            content=b"x",
            content_type="image/png",
            size=1,
            not_before=NOW,
        ),
        twin=Stranger.objects.create(
            advertiser=account,
            level="campaign",
            remote_id="1850",
            name="Live",
            twin=True,
            remote={"campaign_id": "1850", "campaign_name": "Live"},
            seen_at=NOW,
            read_at=NOW,
        ),
        view=SavedView.objects.create(owner=people["buyer"], advertiser=account, name="Live", created_at=NOW),
    )


def sign_in(person: Person) -> str:
    """A session for all calls: it is a row, and what a call does to it is undone like the rest."""
    client = Client()
    client.force_login(person)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def list_calls() -> list[str]:
    """Every address of the site with each method that it may be asked by; Django's admin apart, which only reads."""
    calls = []
    for pattern, view in _walk(get_resolver()):
        kind = getattr(view, "cls", None) or getattr(view, "view_class", None)
        methods = [name for name in MATTERS if kind is None or hasattr(kind, name)]
        calls += [f"{name.upper()} /{pattern}" for name in (methods if kind is not None else ("get", "post"))]
    return sorted(calls, key=lambda call: call.split()[::-1])


def _walk(resolver: URLResolver, before: str = "") -> Any:
    for entry in resolver.url_patterns:
        pattern = f"{before}{entry.pattern}"
        if isinstance(entry, URLResolver):
            if not pattern.startswith("admin/"):
                yield from _walk(entry, pattern)
        elif isinstance(entry, URLPattern):
            yield pattern, entry.callback


def _say(answer: HttpResponseBase) -> str:
    where = answer.get("Location", "")
    if answer.status_code == 401 or "/login/?next=" in where:
        return "login"
    words = {403: "no", 404: "none", 405: "–", 500: "BROKEN"}
    return words.get(answer.status_code, "yes")  # also where only the body is wrong: the gate let it through
