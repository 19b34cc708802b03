"""What load balancers and monitors ask, and the ids by which log lines are found."""

import json
import logging
from datetime import timedelta

import pytest
from django.utils import timezone

from campaigns.models import Heartbeat, Push
from campaigns.queries.system import SWEEP, read_system
from campaigns.services.beating import note_beat
from smartplus_admin.celery import app
from smartplus_admin.logs import RequestFilter
from tests.factories import NOW, make_advertiser, make_campaign, make_launch, make_person

pytestmark = pytest.mark.django_db


def test_alive_asks_nothing(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/healthz").content == b"ok"


def test_ready_while_the_sweep_is_heard(client):
    note_beat(SWEEP, now=timezone.now())
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"ready": True, "troubles": []})


def test_not_ready_where_the_sweep_was_never_heard(client):
    answer = client.get("/readyz")
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert "never heard" in answer.json()["troubles"][0]


def test_a_sweep_of_a_minute_ago_is_no_beat():
    note_beat(SWEEP, now=NOW - timedelta(minutes=1))
    assert "60 s ago" in read_system(now=NOW).list_troubles()[0]


def test_a_beat_is_noted_every_five_seconds_at_most():
    for seconds in range(4):
        note_beat(SWEEP, now=NOW + timedelta(seconds=seconds))
    assert Heartbeat.objects.get().at == NOW
    note_beat(SWEEP, now=NOW + timedelta(seconds=6))
    assert Heartbeat.objects.get().at == NOW + timedelta(seconds=6)


def test_a_push_that_nobody_takes_is_a_trouble():
    note_beat(SWEEP, now=NOW)
    make_launch(make_campaign(advertiser=make_advertiser()))
    Push.objects.update(opened_at=NOW - timedelta(minutes=6), not_before=NOW, sent_at=None)
    assert "due for 6 min" in read_system(now=NOW).list_troubles()[0]


def test_a_push_that_waits_its_turn_is_none():
    note_beat(SWEEP, now=NOW)
    make_launch(make_campaign(advertiser=make_advertiser()))
    Push.objects.update(opened_at=NOW - timedelta(minutes=6), not_before=NOW, sent_at=NOW)
    assert read_system(now=NOW).list_troubles() == []


def test_the_figures_are_prometheus_text(client):
    note_beat(SWEEP, now=timezone.now())
    text = client.get("/metrics").content.decode()
    assert "# TYPE smartplus_launches_open gauge" in text
    assert "smartplus_sweep_age_seconds" in text


def test_the_figures_are_for_this_machine_alone(client):
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.9").status_code == 403
    assert client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 403


def test_a_monitor_elsewhere_brings_the_token(client, settings):
    settings.SMARTPLUS_METRICS_TOKEN = "m-1"
    assert client.get("/metrics").status_code == 403
    answer = client.get("/metrics", headers={"Authorization": "Bearer m-1"}, REMOTE_ADDR="203.0.113.9")
    assert answer.status_code == 200


def test_an_answer_carries_the_id_of_its_request(client):
    assert (
        client.get("/healthz", headers={"X-Request-ID": "from-the-proxy"})["X-Request-ID"] == "from-the-proxy"
    )


@pytest.mark.parametrize("given", ["a b", "x" * 65, "line\nbreak"])
def test_an_id_that_would_break_a_log_line_is_replaced(client, given):
    assert client.get("/healthz", headers={"X-Request-ID": given})["X-Request-ID"] != given


def test_a_tasks_log_lines_name_the_task_and_its_row():
    seen = []

    @app.task(name="tests.seven")
    def seven(row: int) -> None:
        record = logging.makeLogRecord({})
        RequestFilter().filter(record)
        seen.append(record.request_id)

    seven(7)
    assert seen == ["seven:7"]


def test_an_administrator_sees_the_system_and_others_do_not(client):
    person = make_person()
    client.force_login(person)
    assert client.get("/system/").status_code == 404
    make_advertiser(people={person: "administrator"})
    assert "never heard" in client.get("/system/").content.decode()


def test_machines_get_a_line_of_json():
    from django.conf import settings
    from pythonjsonlogger.json import JsonFormatter

    given = settings.LOGGING["formatters"]["json"]
    record = logging.makeLogRecord({"msg": "hello", "levelname": "INFO", "name": "x", "request_id": "7"})
    said = json.loads(JsonFormatter(given["format"], style=given["style"]).format(record))
    assert (said["message"], said["request_id"]) == ("hello", "7")
