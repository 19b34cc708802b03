"""Messages to webhooks: signed, once per lease, repeated with growing waits, given up in the end. Over a real socket."""

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.db import transaction

from campaigns.models import Delivery, Notice, Webhook
from campaigns.notices import delivery
from campaigns.notices.telling import tell
from campaigns.rules.policy import house_policy
from tests.factories import NOW, make_advertiser, make_person

pytestmark = pytest.mark.django_db
KIND = Notice.Kind.LAUNCH_FINISHED


class Receiver(HTTPServer):
    """Answers with what it was told to and keeps what came."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.status, self.location = 200, ""
        self.came: list[tuple[dict[str, str], bytes]] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hook"


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.came.append((dict(self.headers), body))
        self.send_response(self.server.status)
        if self.server.location:
            self.send_header("Location", self.server.location)
        self.end_headers()
        self.wfile.write(b"said")

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.SMARTPLUS_WEBHOOKS_INSIDE = True
    server = Receiver()
    thread = threading.Thread(target=server.serve_forever, args=[0.01])
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def hook(receiver: Receiver) -> Webhook:
    return Webhook.objects.create(
        advertiser=make_advertiser(),
        owner=make_person(),
        address=receiver.address,
        kinds=[KIND],
        secret="whs_1",
        made_at=NOW,
    )


def make_message(hook: Webhook) -> Delivery:
    tell(advertiser=hook.advertiser, kind=KIND, text="It is live.", now=NOW, campaign_ref=7, data={"made": 3})
    return Delivery.objects.get()


def test_a_notice_goes_to_the_webhooks_that_asked_for_its_kind(hook: Webhook) -> None:
    tell(advertiser=hook.advertiser, kind=Notice.Kind.DRIFT_FOUND, text="Other.", now=NOW)
    tell(advertiser=make_advertiser(), kind=KIND, text="Elsewhere.", now=NOW)
    assert not Delivery.objects.exists()
    assert make_message(hook).webhook == hook


def test_what_was_rolled_back_is_told_to_nobody(hook: Webhook) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        make_message(hook)
        raise ZeroDivisionError
    assert not Delivery.objects.exists()


def test_a_message_is_signed_and_says_what_happened(hook: Webhook, receiver: Receiver) -> None:
    message = make_message(hook)
    delivery.deliver(delivery_id=message.pk, now=NOW)
    ((headers, body),) = receiver.came
    said = json.loads(body)
    assert (said["id"], said["kind"], said["campaign"], said["data"]) == (
        str(message.key),
        "launch_finished",
        7,
        {"made": 3},
    )
    stamp = int(NOW.timestamp())
    digest = hmac.new(b"whs_1", f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    assert headers[delivery.SIGNATURE] == f"t={stamp},v1={digest}"


def test_a_taken_message_is_done_and_not_sent_again(hook: Webhook, receiver: Receiver) -> None:
    message = make_message(hook)
    for _ in range(2):
        delivery.deliver(delivery_id=message.pk, now=NOW)
    message.refresh_from_db()
    assert (message.state, message.status, message.said, len(receiver.came)) == ("done", 200, "said", 1)


@pytest.mark.parametrize("status", [302, 400, 500, 503])
def test_anything_else_is_tried_again_later_under_the_same_id(
    hook: Webhook, receiver: Receiver, status: int
) -> None:
    receiver.status = status
    message = make_message(hook)
    delivery.deliver(delivery_id=message.pk, now=NOW)
    later = NOW + delivery.find_wait(1)
    assert delivery.list_due(now=later - timedelta(seconds=1), most=9) == []
    receiver.status = 204
    delivery.deliver(delivery_id=message.pk, now=later)
    ids = {json.loads(body)["id"] for _, body in receiver.came}
    assert (len(receiver.came), len(ids)) == (2, 1)
    assert Delivery.objects.get().state == "done"


def test_a_redirect_is_not_followed(hook: Webhook, receiver: Receiver) -> None:
    receiver.status, receiver.location = 307, receiver.address
    delivery.deliver(delivery_id=make_message(hook).pk, now=NOW)
    assert len(receiver.came) == 1


def test_it_is_given_up_after_so_many_tries(hook: Webhook, receiver: Receiver) -> None:
    receiver.status = 500
    message = make_message(hook)
    at = NOW
    for _ in range(house_policy().count("webhook.tries")):
        assert message.state == "waiting"
        delivery.deliver(delivery_id=message.pk, now=at)
        message.refresh_from_db()
        at = message.not_before
    assert message.state == "failed"


def test_gone_stops_the_webhook(hook: Webhook, receiver: Receiver) -> None:
    receiver.status = 410
    delivery.deliver(delivery_id=make_message(hook).pk, now=NOW)
    hook.refresh_from_db()
    assert hook.stopped_at == NOW
    tell(advertiser=hook.advertiser, kind=KIND, text="Again.", now=NOW)
    assert Delivery.objects.count() == 1


def test_a_message_that_a_worker_holds_is_left_to_it(hook: Webhook, receiver: Receiver) -> None:
    message = make_message(hook)
    Delivery.objects.filter(pk=message.pk).update(lease_until=NOW + timedelta(seconds=1))
    assert delivery.deliver(delivery_id=message.pk, now=NOW) is None
    assert receiver.came == []


def test_a_private_address_is_not_called_where_that_is_not_allowed(
    hook: Webhook, receiver: Receiver, settings: Any
) -> None:
    settings.SMARTPLUS_WEBHOOKS_INSIDE = False
    delivery.deliver(delivery_id=make_message(hook).pk, now=NOW)
    assert receiver.came == []
    assert "private network" in Delivery.objects.get().said


def test_nobody_there_is_tried_again(hook: Webhook) -> None:
    Webhook.objects.update(address="http://127.0.0.1:1/")
    delivery.deliver(delivery_id=make_message(hook).pk, now=NOW)
    left = Delivery.objects.get()
    assert (left.state, left.status, left.said) == ("waiting", None, "no answer: ConnectionError")
