"""A stranger, a viewer and a leaked token change nothing at all: told from every row of the database, not from statuses.

Generated from the OpenAPI document: an operation that is in it cannot be forgotten here.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from rest_framework.test import APIClient

from campaigns.models import Change, ClientToken, Person
from campaigns.rules.authority import Scope
from tests.access.world import World, build_world
from tests.document import find_route, list_operations
from tests.factories import add_member

CALLERS = ("nobody", "stranger", "viewer", "read", "expired", "revoked")
FOREIGN = ("nobody", "stranger", "expired", "revoked")  # to whom even reading tells nothing
NOTED = {"last_used_at"}  # of a token: that it was used is written down
# What writes nothing, or what the state of the world does not allow even to those who may.
IDLE = {
    "POST /api/v1/campaigns/validate/",
    "POST /api/v1/campaigns/{id}/launch/",
    "POST /api/v1/campaigns/{id}/launch/cancel/",
    "POST /api/v1/campaigns/{id}/launch/looked/",
    "POST /api/v1/campaigns/{id}/launch/pause/",
    "POST /api/v1/campaigns/{id}/launch/reconcile/",
    "POST /api/v1/campaigns/{id}/launch/remake/",
    "POST /api/v1/campaigns/{id}/launch/resume/",
    "POST /api/v1/campaigns/{id}/retry/",
    "POST /api/v1/deliveries/{key}/again/",
    "POST /api/v1/drift/keep/",
    "POST /api/v1/drift/take/",
    "POST /api/v1/proposals/{id}/accept/",
}


def make_client(person: Person, *scopes: str, **more: Any) -> APIClient:
    return carry(ClientToken.objects.create(user=person, name="leaked", scopes=scopes, **more)[1])


def carry(secret: str) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {secret}")
    return client


def enter(world: World, who: str) -> APIClient:
    owner = world.people["administrator"]
    match who:
        case "nobody":
            return APIClient()
        case "read":
            return make_client(owner, Scope.READ)
        case "expired":
            return make_client(owner, *Scope, expiry=timedelta(seconds=-1))
        case "revoked":
            token, secret = ClientToken.objects.create(user=owner, name="revoked", scopes=list(Scope))
            token.delete()
            return carry(secret)
        case _:
            return make_client(world.people[who], *Scope)


def list_requests(world: World) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """(operation, method, address, body), each about what is live and about a draft."""
    for method, path in list_operations():
        for about in (world, replace(world, live=world.draft)):
            route = find_route(path)
            yield (
                f"{method.upper()} {path}",
                method,
                about.fill(route),
                about.compose(f"{method.upper()} {route}"),
            )


def send(client: APIClient, method: str, address: str, body: dict[str, Any], key: str = "") -> Any:
    if method == "get":
        return client.get(address)
    return getattr(client, method)(address, body, headers={"Idempotency-Key": key} if key else {})


def take_picture() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    picture = {}
    for model in apps.get_models():
        names = [field.name for field in model._meta.concrete_fields if field.name not in NOTED]
        picture[model._meta.label] = sorted(model._default_manager.values_list(*names), key=repr)
    return picture


@pytest.fixture
def world(db: None) -> World:
    return build_world()


@pytest.mark.parametrize("who", CALLERS)
def test_nothing_changes_whatever_is_asked(world: World, who: str) -> None:
    client = enter(world, who)
    client.get("/api/v1/advertisers/")  # a token whose time is over goes with its first use
    before, journal = take_picture(), Change.objects.count()
    answers = {
        f"{call} {address}": send(client, method, address, body, f"{who}-{number}")
        for number, (call, method, address, body) in enumerate(list_requests(world))
    }
    assert Change.objects.count() == journal
    assert take_picture() == before
    let_through = {
        call: answer.status_code
        for call, answer in answers.items()
        if not call.startswith("GET") and answer.status_code not in (401, 403, 404)
    }
    assert let_through == {}
    if who in FOREIGN:
        names = (world.live.advertiser.advertiser_id, world.live.advertiser.name, world.live.remote_id)
        told = [
            call
            for call, answer in answers.items()
            if any(
                str(name) in answer.content.decode().replace(answer.wsgi_request.path, "") for name in names
            )
        ]
        assert told == []


def test_reading_changes_nothing_for_those_who_may_do_everything(world: World) -> None:
    client = make_client(world.people["administrator"], *Scope)
    before = take_picture()
    for _, method, address, _ in list_requests(world):
        if method == "get":
            assert client.get(address).status_code in (200, 404), address
    assert take_picture() == before


def test_the_same_requests_do_something_where_they_come_from_those_who_may(world: World) -> None:
    """Else the others would prove nothing. What is left asks for a state that the world is not in."""
    asker = Person.objects.get(username="asker")
    add_member(asker, world.live.advertiser, "buyer")
    owner = APIClient()
    owner.force_login(world.people["administrator"])
    clients = [make_client(world.people["administrator"], *Scope), owner, make_client(asker, *Scope)]
    before, idle = take_picture(), set[str]()
    done = set[str]()
    for call, method, address, body in list_requests(world):
        if method != "get" and call not in done:
            worked = any(does_something(client, method, address, body, before) for client in clients)
            (done if worked else idle).add(call)
    assert idle - done == IDLE


def does_something(client: APIClient, method: str, address: str, body: dict[str, Any], before: Any) -> bool:
    point = transaction.savepoint()
    send(client, method, address, body)
    changed = take_picture() != before
    transaction.savepoint_rollback(point)
    return changed
