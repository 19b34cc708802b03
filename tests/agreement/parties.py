"""The two parties: our rules, and a strict sandbox that is sent the bodies a launch would send."""

import copy
import itertools
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import requests

from campaigns.contract.levels import Level
from campaigns.contract.paths import find_at
from campaigns.rules.facts import AccountFacts, ObjectFacts, TreeFacts
from campaigns.rules.findings import Finding, FindingLevel
from campaigns.sync.plan import compose_body, compose_create, list_addresses
from campaigns.sync.translate_ad import is_address
from smartplus_admin.sandbox.app import Sandbox, make_app
from smartplus_admin.sandbox.config import Config
from smartplus_admin.sandbox.inprocess import BASE_URL, open_session
from smartplus_admin.sandbox.library import Shelf
from smartplus_admin.sandbox.world import (
    dress_account,
    dress_identity,
    dress_image,
    dress_pixel,
    dress_post,
    dress_video,
)
from tests.rules.bases import set_at


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the sandbox said, "" where it took everything, and the ids of what it made by path."""

    message: str
    made: dict[str, str] = field(default_factory=dict)

    @property
    def refused(self) -> bool:
        return bool(self.message)


class Strict:
    """One strict sandbox for all cases: each tree is a campaign of its own, so nothing is cleared between them."""

    def __init__(self, app: Sandbox, session: requests.Session) -> None:
        self.app, self.session = app, session
        self.numbers = itertools.count(4_611_686_018_427_387_904)
        self.owners = itertools.count(7_900_000_000_000_000_001)
        self.accounts: dict[int, str] = {}
        self.stocked: set[tuple[str, str, str]] = set()

    def launch(self, facts: TreeFacts, raw: Mapping[str, Any]) -> Verdict:
        """Sends the tree as a launch composes it, parents first, and stops at the first refusal."""
        account = self.open_account(facts.account)
        self.stock(account, facts)
        made: dict[str, str] = {}
        return Verdict(self._make(facts.campaign, None, account, facts, raw, made), made)

    def update(self, facts: TreeFacts, thing: ObjectFacts, key: str, names: list[str]) -> Verdict:
        """Sends the members of an object that changed, as the tree after the change has them."""
        account = self.open_account(facts.account)
        self.stock(account, facts)
        members = {name: thing.members[name] for name in names if name in thing.members}
        body = compose_body(level=thing.level, members=members, pictures={})
        place = {"advertiser_id": account, thing.level.id_member: key}
        answer = self.post(f"{thing.level.value}/update", {**place, **body})
        return Verdict(f"{answer['code']} {answer['message']}" if answer["code"] else "")

    def control(self, body: Mapping[str, Any]) -> None:
        answer = self.session.post(f"{BASE_URL}/control/status", json=body)
        assert answer.status_code == 200, answer.text

    def post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        answer = self.session.post(
            f"{BASE_URL}/open_api/v1.3/smart_plus/{path}/",
            json=body,
            headers={"Access-Token": self.app.token},
        )
        envelope: dict[str, Any] = answer.json()
        assert envelope["code"] < 50_000, envelope
        return envelope

    def open_account(self, account: AccountFacts) -> str:
        """The sandbox's account that owns what the facts say; made once for each set of facts."""
        key = hash(repr(account))
        if key not in self.accounts:
            own = self.accounts[key] = str(next(self.owners))
            row = {
                "advertiser_id": own,
                "name": account.name,
                "company": account.name,
                "country": account.country,
                "currency": account.currency.code,
                "timezone": account.zone,
                "balance": 1000.0,
                "create_time": 1704103200,
            }
            with self.app.store.write() as db:
                shelf = Shelf(db, own)
                shelf.add("account", own, dress_account(row))
                for pixel in account.pixels:
                    body = {
                        "pixel_id": pixel.pixel_id,
                        "pixel_code": pixel.code,
                        "pixel_name": pixel.name,
                        "events": list(pixel.events),
                    }
                    shelf.add("pixel", pixel.pixel_id, dress_pixel(body), pixel.code)
                for identity in account.identities:
                    body = {
                        "identity_id": identity.identity_id,
                        "identity_type": identity.identity_type,
                        "identity_authorized_bc_id": identity.bc_id or None,
                        "display_name": identity.name,
                    }
                    shelf.add("identity", identity.identity_id, dress_identity(body))
                for video in account.videos or ():
                    shelf.add("video", video, dress_video({"video_id": video, "duration": 15.0}))
        return self.accounts[key]

    def stock(self, account: str, facts: TreeFacts) -> None:
        """Pictures, posts and portfolios that the tree names: which of them an account has, no fact tells our rules."""
        wanted: list[tuple[str, str, dict[str, Any]]] = []
        for _, ad in facts.ads:
            for entry in ad.items("creative_list"):
                info = entry.get("creative_info") or {}
                for picture in info.get("image_info") or []:
                    uri = name_picture(picture.get("web_uri"))
                    wanted.append(("image", uri, dress_image({"image_id": uri})))
                post = info.get("tiktok_item_id")
                wanted.append(
                    (
                        "post",
                        str(post or ""),
                        dress_post({"item_id": post, "identity_id": info.get("identity_id")}),
                    )
                )
            portfolio = str(ad.inner("ad_configuration").get("call_to_action_id") or "")
            wanted.append(("portfolio", portfolio, {"creative_portfolio_id": portfolio}))
        new = {
            (kind, key): body
            for kind, key, body in wanted
            if key and (account, kind, key) not in self.stocked
        }
        if new:
            with self.app.store.write() as db:
                for (kind, key), body in new.items():
                    Shelf(db, account).add(kind, key, body)
        self.stocked |= {(account, kind, key) for kind, key in new}

    def _make(
        self,
        thing: ObjectFacts,
        parent: str | None,
        account: str,
        facts: TreeFacts,
        raw: Mapping[str, Any],
        made: dict[str, str],
    ) -> str:
        pictures = {address: name_picture(address) for address in list_addresses(thing.members)}
        body = compose_create(
            level=thing.level,
            members=thing.members,
            advertiser_id=account,
            parent_id=parent,
            request_id=None if thing.level is Level.AD else str(next(self.numbers)),
            pictures=pictures,
        )
        put_malformed(body, thing, facts, raw)
        answer = self.post(f"{thing.level.value}/create", body)
        if answer["code"]:
            return f"{answer['code']} {answer['message']}"
        key = made[thing.path] = answer["data"][thing.level.id_member]
        for child in thing.children:
            message = self._make(child, key, account, facts, raw, made)
            if message:
                return message
        return ""


def put_malformed(body: dict[str, Any], thing: ObjectFacts, facts: TreeFacts, raw: Mapping[str, Any]) -> None:
    """What could not be read is sent as it was typed, so that both parties judge the same value."""
    for problem in facts.malformed:
        inside = problem.path.removeprefix(f"{thing.path}/") if thing.path else problem.path
        mine = not thing.path or problem.path.startswith(f"{thing.path}/")
        name = inside.split("/")[0]
        if mine and name != thing.level.children_key:
            set_at(body, inside.split("/"), copy.deepcopy(find_at(raw, problem.path)))


def name_picture(uri: object) -> str:
    return f"uploaded-{uri}".replace("/", "-") if is_address(uri) else str(uri or "")


def list_refusals(findings: tuple[Finding, ...]) -> set[str]:
    return {item.rule for item in findings if item.level is FindingLevel.REFUSE}


@contextmanager
def open_strict(folder: Path, now: datetime) -> Iterator[Strict]:
    app = make_app(Config.for_tests(str(folder / "strict.sqlite3"), now=now, ad_gate_seconds=0))
    with open_session(app) as session:
        yield Strict(app, session)
    app.close()
