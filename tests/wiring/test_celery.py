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
