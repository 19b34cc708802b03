"""The OpenAPI document: without a warning, with every member of the contract, and true of the answers."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from django.core.management import call_command
from drf_spectacular.generators import SchemaGenerator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012
from rest_framework.test import APIClient

from campaigns.api.trees import FRAME, ROOT_FRAME
from campaigns.contract.levels import Level
from campaigns.contract.members import members_below, members_of
from campaigns.models import Advertiser
from tests import factories
from tests.api.conftest import API, guide_tree

COMPONENTS = {Level.CAMPAIGN: "Campaign", Level.ADGROUP: "AdGroup", Level.AD: "Ad"}


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    file: Path = tmp_path_factory.mktemp("openapi") / "schema.json"
    call_command(
        "spectacular",
        file=str(file),
        format="openapi-json",
        fail_on_warn=True,
        validate=True,
        stderr=StringIO(),
    )
    return json.loads(file.read_text("utf-8"))


def check(document: dict[str, Any], answer: Any, operation: tuple[str, str]) -> None:
    """Holds an answer to what the document says of its operation and status."""
    address, method = operation
    described = document["paths"][address][method]["responses"][str(answer.status_code)]
    (schema,) = (item["schema"] for item in described["content"].values())
    registry: Any = Registry().with_resource(
        "urn:document", Resource.from_contents(document, default_specification=DRAFT202012)
    )
    text = json.dumps(schema).replace("#/components", "urn:document#/components")
    jsonschema.Draft202012Validator(json.loads(text), registry=registry).validate(answer.json())


def test_it_is_openapi_3_1_and_stands_at_its_address(db: None, document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    served = APIClient().get(f"{API}schema/", {"format": "json"})
    assert served.status_code == 200
    assert json.loads(served.content)["paths"] == document["paths"]


def test_it_is_the_same_however_often_it_is_asked_for(document: dict[str, Any]) -> None:
    for _ in range(2):
        again = json.loads(json.dumps(SchemaGenerator().get_schema(request=None, public=True)))
        assert again["components"] == document["components"]


@pytest.mark.parametrize("level", list(Level))
def test_every_member_of_the_contract_is_described(document: dict[str, Any], level: Level) -> None:
    schemas = document["components"]["schemas"]
    asked = schemas[f"{COMPONENTS[level]}Request"]["properties"]
    for name, member in members_below(level, "").items():
        assert (name in asked) == bool(member.writes), name
        assert name in schemas[COMPONENTS[level]]["properties"]
    text = json.dumps(asked)
    for member in members_of(level).values():
        for word in member.values if member.writes and member.type in ("word", "words") else ():
            assert f'"{word}"' in text


def test_our_own_names_are_none_of_tiktoks() -> None:
    for level in Level:
        assert not {*FRAME, level.id_member} & {
            name for name, member in members_below(level, "").items() if member.writes
        }
    assert not set(ROOT_FRAME) & set(members_below(Level.CAMPAIGN, ""))


def test_every_operation_names_its_problems_and_every_post_the_key(document: dict[str, Any]) -> None:
    for operations in document["paths"].values():
        for method, operation in operations.items():
            expected = {"400", "401", "403", "404"} | (
                {"409", "413", "415", "422"} if method != "get" else set()
            )
            assert expected <= set(operation["responses"])
            headers = {item["name"] for item in operation.get("parameters", []) if item["in"] == "header"}
            assert ("Idempotency-Key" in headers) == (method == "post")


def test_every_body_has_an_example_and_every_example_is_what_its_schema_says(
    document: dict[str, Any],
) -> None:
    registry: Any = Registry().with_resource(
        "urn:document", Resource.from_contents(document, default_specification=DRAFT202012)
    )
    bare, wrong = [], {}
    operations = [
        (f"{method} {path}", item)
        for part in ("paths", "webhooks")
        for path, methods in document[part].items()
        for method, item in methods.items()
    ]
    for call, item in operations:
        body = item.get("requestBody")
        if body and not all(content.get("examples") for content in body["content"].values()):
            bare.append(call)
        for described in (*([body] if body else []), *item["responses"].values()):
            for content in described.get("content", {}).values():
                text = json.dumps(content["schema"]).replace("#/components", "urn:document#/components")
                validator = jsonschema.Draft202012Validator(json.loads(text), registry=registry)
                for name, example in content.get("examples", {}).items():
                    if problem := next(validator.iter_errors(example["value"]), None):
                        wrong[f"{call} {name}"] = f"{problem.json_path}: {problem.message[:200]}"
    assert (bare, wrong) == ([], {})


def test_the_answers_are_as_described(
    client: APIClient, account: Advertiser, draft: dict[str, Any], document: dict[str, Any]
) -> None:
    live = factories.make_live(factories.make_campaign(advertiser=account))
    failed = factories.make_campaign(advertiser=account)
    factories.make_launch(failed, made=1)
    factories.refuse(failed.adgroups.get())
    cancelled = factories.make_campaign(advertiser=account)
    factories.make_launch(cancelled, made=1)
    factories.make_change(live)
    client.post(f"{API}campaigns/{cancelled.pk}/launch/cancel/", {"created": "keep"})
    one = f"{API}campaigns/{{id}}/"
    for address, pattern in [
        (f"{API}advertisers/", f"{API}advertisers/"),
        (f"{API}campaigns/", f"{API}campaigns/"),
        (f"{API}changes/", f"{API}changes/"),
        (f"{API}flips/", f"{API}flips/"),
        (f"{API}campaigns/{draft['id']}/", one),
        (f"{API}campaigns/{live.pk}/", one),
        (f"{API}campaigns/{failed.pk}/", one),
        (f"{API}campaigns/{draft['id']}/plan/", f"{one}plan/"),
        (f"{API}campaigns/{failed.pk}/launch/", f"{one}launch/"),
        (f"{API}campaigns/{cancelled.pk}/launch/", f"{one}launch/"),
        (f"{API}campaigns/{draft['id']}/launch/", f"{one}launch/"),
        (f"{API}campaigns/999999/", one),
    ]:
        check(document, client.get(address), (pattern, "get"))
    tree = guide_tree(2, account.advertiser_id)
    launch = f"{API}campaigns/{draft['id']}/launch/"
    for address, pattern, body in [
        (f"{API}campaigns/validate/", f"{API}campaigns/validate/", tree),
        (f"{API}campaigns/", f"{API}campaigns/", tree),
        (f"{API}campaigns/", f"{API}campaigns/", tree | {"budget": []}),
        (launch, f"{one}launch/", {"version": 1}),
        (
            launch,
            f"{one}launch/",
            {"version": 1, "acknowledge": [item["rule"] for item in draft["findings"]]},
        ),
        (f"{API}campaigns/{live.pk}/status/", f"{one}status/", {"operation_status": "DISABLE"}),
    ]:
        check(document, client.post(address, body), (pattern, "post"))


def test_what_was_typed_into_a_form_is_described_too(
    client: APIClient, account: Advertiser, document: dict[str, Any]
) -> None:
    campaign = factories.make_campaign(
        advertiser=account, budget="lots", budget_optimize_on="maybe", special_industries=[], po_number=None
    )
    factories.add_adgroup(campaign, schedule_start_time="tomorrow", roas_bid="high", pixel_id=7)
    answer = client.get(f"{API}campaigns/{campaign.pk}/")
    assert answer.json()["budget"] == "lots"
    check(document, answer, (f"{API}campaigns/{{id}}/", "get"))


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_page_to_try_it_works_under_the_sites_own_policy(page: Any, live_server: Any) -> None:
    person = factories.make_person()
    account = factories.make_advertiser(people={person: "buyer"})
    client = APIClient()
    client.force_login(person)
    cookie = client.cookies["smartplus_session"]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    answer = page.goto(f"{live_server.url}{API}docs/")
    assert "unsafe" not in answer.headers["content-security-policy"]
    call = page.locator("#operations-advertisers-advertisers_list")
    call.locator(".opblock-summary-control").click()
    call.locator("button.try-out__btn").click()
    call.locator("button.execute").click()
    call.locator(".live-responses-table", has_text=account.advertiser_id).first.wait_for()
    assert page.complaints == []
