"""While the database or the broker is away the site says so and when to try again; a fault of ours stays a fault."""

import json
import sqlite3
import time
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import InterfaceError, OperationalError, connection
from django.test import Client
from kombu import Connection
from kombu.exceptions import OperationalError as BrokerError
from rest_framework.test import APIClient

from campaigns.models import Campaign, StoredAnswer
from campaigns.models.absence import is_away
from tests import factories
from tests.api.conftest import API, enter, guide_tree, make_guide_account
from tests.wiring.test_settings import load, value

pytestmark = pytest.mark.django_db
LOST = "server closed the connection unexpectedly"


@contextmanager
def outage(*, of: str = "", error: type[Exception] = OperationalError):
    """Every statement that holds these words fails, as when the server is gone."""

    def fail(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if of in sql:
            raise error(LOST)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(fail):
        yield


@pytest.fixture
def visitor() -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(factories.make_person())
    return client


def test_a_page_says_when_to_try_again(visitor):
    with outage():
        answer = visitor.get("/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "try again shortly" in answer.content.decode()


@pytest.mark.parametrize("address", ["/metrics", "/system/"])
def test_no_figure_is_told_that_could_not_be_read(visitor, address):
    with outage():
        assert visitor.get(address).status_code == 503


def test_ready_says_that_the_database_is_away(visitor):
    with outage():
        answer = visitor.get("/readyz")
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert "The database does not answer." in answer.json()["troubles"]


def test_a_closed_connection_is_an_outage_too(visitor):
    with outage(error=InterfaceError):
        assert visitor.get("/").status_code == 503


def test_what_the_middleware_meets_is_answered_alike(visitor):
    with outage(of='DELETE FROM "django_session"'):
        assert visitor.post("/logout/").status_code == 503


def test_a_fragment_gets_its_note_where_notes_stand(visitor):
    with outage():
        answer = visitor.get("/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Retarget"], answer["Retry-After"]) == (503, "#messages", "5")
    assert "<html" not in answer.content.decode()


def test_a_client_gets_a_problem():
    client = enter(factories.make_person())
    client.raise_request_exception = False
    with outage():
        answer = client.get(f"{API}campaigns/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "service_unavailable"


def test_what_may_have_been_saved_is_not_done_again_under_its_key():
    person = factories.make_person()
    account = make_guide_account({person: "buyer"})
    client: APIClient = enter(person)
    client.raise_request_exception = False
    tree = guide_tree(1, account.advertiser_id)
    with outage(of='INSERT INTO "campaigns_change"'):
        answer = client.post(f"{API}campaigns/", tree, headers={"Idempotency-Key": "one"})
    assert answer.status_code == 503
    assert StoredAnswer.objects.get().status is None
    assert client.post(f"{API}campaigns/", tree, headers={"Idempotency-Key": "one"}).status_code == 409
    assert Campaign.objects.count() == 0


def test_a_fault_of_ours_stays_one(visitor):
    with connection.execute_wrapper(lambda execute, sql, *rest: execute("SELECT 1 FROM nothing", *rest)):
        assert visitor.get("/").status_code == 500


def test_a_busy_file_is_an_outage_and_a_wrong_statement_is_none(tmp_path):
    holder, waiter = (sqlite3.connect(tmp_path / "x.sqlite3", timeout=0) for _ in range(2))
    holder.execute("BEGIN IMMEDIATE")
    said = {}
    for statement in ("BEGIN IMMEDIATE", "SELECT 1 FROM nothing"):
        try:
            waiter.execute(statement)
        except sqlite3.OperationalError as cause:
            said[statement] = OperationalError(str(cause))
            said[statement].__cause__ = cause
    holder.close()
    waiter.close()
    assert {statement: is_away(error) for statement, error in said.items()} == {
        "BEGIN IMMEDIATE": True,
        "SELECT 1 FROM nothing": False,
    }


@pytest.mark.parametrize(
    ("state", "away"), [("57P01", True), ("40P01", True), ("55P03", True), ("53300", True), ("22012", False)]
)
def test_what_postgresql_says_is_told_apart_by_its_state(state, away):
    from psycopg.errors import lookup

    error = OperationalError()
    error.__cause__ = lookup(state)()
    assert is_away(error) is away


def test_no_page_waits_for_a_broker_that_is_away(tmp_path):
    address = "redis://127.0.0.1:9/0"
    given = load(tmp_path, "__import__('json').dumps(s.CELERY_BROKER_TRANSPORT_OPTIONS)", REDIS_URL=address)
    options = json.loads(value(given))
    begun = time.monotonic()
    with pytest.raises(BrokerError), Connection(address, transport_options=options) as broker:
        broker.default_channel.client.ping()
    assert time.monotonic() - begun < 2
    assert options["socket_timeout"] <= 5
