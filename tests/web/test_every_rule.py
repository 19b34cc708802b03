"""Every rule can be broken: a tree that does so is taken as a draft, and the builder, the review and REST say the same of it."""

import html as markup
import re
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from rest_framework.test import APIClient

from campaigns import queries
from campaigns.contract.levels import Level
from campaigns.models import Identity, Pixel, Video
from campaigns.rules.facts import AccountFacts
from campaigns.web.builder_tree import read_tree
from campaigns.web.forms import Scene
from campaigns.web.forms_ad import draw_ad_form
from campaigns.web.forms_adgroup import draw_adgroup_form
from campaigns.web.forms_campaign import draw_campaign_form
from campaigns.web.saying import say_message
from tests.factories import make_advertiser, make_person
from tests.rules.bases import ACCOUNT, AD, BASES, NOW
from tests.rules.test_rules import EXAMPLES, build
from tests.web.building import read_form

API = "/api/v1/"
CASES = [pytest.param(rule, case, id=rule) for rule, case in EXAMPLES.items() if case["base"] != "edit"]
OWNER = re.compile(r"(adgroups/\d+/ads/\d+/|adgroups/\d+/)?")
CLOCKS = ("campaigns.api.gate", "campaigns.api.campaigns", "campaigns.web.builder", "campaigns.web.review")

pytestmark = pytest.mark.django_db


def make_account(facts: AccountFacts, person: Any) -> Any:
    """The account of the cases as rows."""
    account = make_advertiser(
        people={person: "buyer"},
        advertiser_id=facts.advertiser_id,
        name=facts.name,
        currency=facts.currency.code,
        zone=facts.zone,
        country=facts.country,
        location_id=facts.location_id or "",
        videos_read_at=NOW,
        utm_params=[{"key": key, "value": value} for key, value in facts.utm],
    )
    Pixel.objects.bulk_create(
        Pixel(
            advertiser=account,
            pixel_id=item.pixel_id,
            code=item.code,
            name=item.name,
            events=list(item.events),
        )
        for item in facts.pixels
    )
    Identity.objects.bulk_create(
        Identity(
            advertiser=account,
            identity_id=item.identity_id,
            identity_type=item.identity_type,
            name=item.name,
            bc_id=item.bc_id,
        )
        for item in facts.identities
    )
    Video.objects.bulk_create(
        Video(advertiser=account, video_id=video, name=video, duration=15) for video in facts.videos or ()
    )
    return account


@pytest.fixture
def clocks(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in CLOCKS:
        monkeypatch.setattr(f"{module}.read_now", lambda: NOW)


def plain(page: str) -> str:
    """A page as text, markup and breaks taken out."""
    return " ".join(markup.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def ask_no_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leaves out what could be chosen instead: the greater part of drawing a form, and of no weight here."""
    monkeypatch.setattr("campaigns.web.builder_form.judge_words", lambda **asked: {})


def post_tree(person: Any, tree: dict[str, Any], name: str = "campaigns/") -> Any:
    rest = APIClient()
    rest.force_authenticate(person)
    return rest.post(f"{API}{name}", tree | {"advertiser_id": ACCOUNT.advertiser_id}, format="json")


@pytest.mark.parametrize(("rule", "case"), CASES)
def test_a_broken_rule_is_said_alike_in_the_builder_the_review_and_over_rest(
    client, clocks, monkeypatch, rule, case
):
    ask_no_words(monkeypatch)
    tree, facts = build(case)
    person = make_person()
    make_account(facts, person)
    answer = post_tree(person, tree)
    if answer.status_code == 400:  # no tree at all
        assert {item["path"] for item in answer.json()["problems"]} >= {case["at"]}
        return
    (message,) = {
        item["message"]
        for item in answer.json()["findings"]
        if (item["rule"], item["path"]) == (rule, case["at"])
    }
    client.force_login(person)
    campaign = queries.visible_campaigns(person).get()
    place = read_tree(campaign, ()).owner(case["at"])
    for address in (place.href, f"/campaigns/{campaign.pk}/review/"):
        page = client.get(address).content.decode()
        assert f'href="/rules/#{rule}"' in page
        assert " ".join(say_message(message).split()) in plain(page)


def list_fields(owner: str) -> set[str]:
    """What the form of a campaign, an ad group or an ad has a field for, times left out: those are typed in local time."""
    scene = Scene(Level.ADGROUP, {}, {}, ACCOUNT.currency, ZoneInfo(ACCOUNT.zone))
    form = draw_ad_form(AD) if "ads" in owner else draw_adgroup_form(scene) if owner else draw_campaign_form()
    return {path for path, field in form.by_path.items() if field.kind != "moment"}


def list_typed() -> list[Any]:
    """Cases that one object's form can hold: plain texts set in one object of a tree."""
    found = []
    for param in CASES:
        rule, case = param.values
        owners = {OWNER.match(path)[0] for path in case["set"]}  # type: ignore[index]
        texts = all(isinstance(value, str) and value not in ("~", "") for value in case["set"].values())
        if len(owners) == 1 and texts and "@account" not in case["set"]:
            owner = owners.pop()
            if {path.removeprefix(owner) for path in case["set"]} <= list_fields(owner):
                found.append(pytest.param(rule, case, owner, id=rule))
    return found


@pytest.mark.parametrize(("rule", "case", "owner"), list_typed())
def test_typed_into_the_form_it_is_said_at_its_field_and_a_greyed_choice_says_the_same(
    client, clocks, monkeypatch, rule, case, owner
):
    person = make_person()
    make_account(ACCOUNT, person)
    tree, _ = build(case)
    findings = post_tree(person, tree, "campaigns/validate/").json()["findings"]
    (message,) = {item["message"] for item in findings if (item["rule"], item["path"]) == (rule, case["at"])}
    assert post_tree(person, BASES[case["base"]]).status_code == 201
    client.force_login(person)
    places = read_tree(queries.visible_campaigns(person).get(), ())
    place = places.by_path[owner.rstrip("/")]
    page = client.get(place.href).content.decode()
    typed = {path.removeprefix(owner): value for path, value in case["set"].items()}
    for path, value in typed.items():
        field = page.partition(f'id="field-{path.replace("/", "-")}"')[2].partition('class="field-under"')[0]
        greyed = re.search(rf'<option value="{re.escape(value)}"[^>]*disabled title="([^"]*)"', field)
        if greyed and len(typed) == 1 and case["at"] == owner + path:
            assert say_message(message) in markup.unescape(greyed[1])
    ask_no_words(monkeypatch)
    client.post(place.href, read_form(page) | {path: [value] for path, value in typed.items()})
    shown = client.get(places.owner(case["at"]).href).content.decode()
    assert " ".join(say_message(message).split()) in plain(shown)


def test_every_rule_about_trees_has_a_case_here():
    assert {param.values[0] for param in CASES} == {
        rule for rule, case in EXAMPLES.items() if case["base"] != "edit"
    }
