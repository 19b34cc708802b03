"""Tasks go to our broker, from every process and every thread, and never to Celery's default one."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from kombu import Connection

from smartplus_admin.redisbroker import Channel

ROOT = Path(__file__).parents[2]

# A web process: Django is set up, nobody imports the Celery app, a request's thread sends a task.
WEB_PROCESS = """
import threading, django
django.setup()
from celery import shared_task

@shared_task(name="tests.nudge")
def nudge(): ...

def request():
    connection = nudge.app.connection_for_write()
    print(connection.transport_cls, nudge.app.conf.task_default_queue)
    SEND

thread = threading.Thread(target=request)
thread.start()
thread.join()
"""


def run(script, **env):
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "smartplus_admin.settings"} | env,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_without_redis_a_task_becomes_a_file_in_our_home(tmp_path):
    said = run(WEB_PROCESS.replace("SEND", "nudge.delay()"), REDIS_URL="", SMARTPLUS_HOME=str(tmp_path))
    assert said == ["localfs", "smartplus"]
    assert [name.split(".")[1:] for name in os.listdir(tmp_path / "broker" / "queue")] == [
        ["smartplus", "msg"]
    ]


def test_with_redis_named_a_task_goes_there(tmp_path):
    # Nothing is sent: the address of a server that is not there must do.
    said = run(
        WEB_PROCESS.replace("SEND", ""), REDIS_URL="redis://127.0.0.1:9/1", SMARTPLUS_HOME=str(tmp_path)
    )
    assert said == ["redis", "smartplus"]


def test_what_runs_on_a_timer_exists_and_expires_with_its_interval():
    from celery import current_app

    current_app.loader.import_default_modules()
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        assert entry["task"] in current_app.tasks
        assert entry["options"]["expires"] <= entry["schedule"]


class Held(Channel.QoS):
    """With a message in hand, and nobody there to take it back."""

    def restore_unacked(self, client=None):
        raise AttributeError("'NoneType' object has no attribute 'hostname'")


@pytest.mark.parametrize("scheme", ["redis", "rediss"])
def test_a_worker_outlives_a_broker_that_goes_away_with_messages_in_hand(scheme):
    assert Connection(f"{scheme}://127.0.0.1:9/0").get_transport_cls().Channel is Channel
    channel = Channel.__new__(Channel)
    held = Held(channel)
    held._delivered["tag"] = object()
    held.restore_unacked_once()
    channel.closed = True  # nothing else of it was opened


# What a worker's thread does around three tasks; after one of them its connection may be cut.
WORKER_THREAD = """
import django
django.setup()
from celery import signals
from celery.fixups.django import DjangoWorkerFixup
from django.db import connection
from smartplus_admin.celery import app

app.finalize()
DjangoWorkerFixup(app).install()
connection.settings_dict |= {"CONN_MAX_AGE": SECONDS, "CONN_HEALTH_CHECKS": True}
task = app.tasks["celery.chord_unlock"]  # any of Celery's own
held = []
for number in range(3):
    signals.task_prerun.send(sender=task)
    connection.cursor().execute("SELECT 1")
    held.append(connection.connection)
    signals.task_postrun.send(sender=task)
    if number == CUT:
        connection.connection.close()
print(len(set(map(id, held))))
"""


KEEPING = [
    pytest.param("60", "None", "1", id="for a minute"),
    pytest.param("0", "None", "3", id="not where the settings say so"),
]
if settings.DATABASES["default"]["ENGINE"].endswith("postgresql"):  # nobody cuts a file
    KEEPING.append(pytest.param("60", "1", "2", id="one that was cut is found before it is used"))


@pytest.mark.parametrize(("age", "cut", "connections"), KEEPING)
def test_a_worker_keeps_its_database_connection_from_task_to_task(tmp_path, age, cut, connections):
    script = WORKER_THREAD.replace("SECONDS", age).replace("CUT", cut)
    assert run(script, SMARTPLUS_HOME=str(tmp_path)) == [connections]
