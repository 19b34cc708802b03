"""Carrying messages to webhooks: signed, once per lease, repeated with growing waits until they are taken or given up.

A receiver may get a message twice (its answer was lost) and tells repeats by the delivery's key.
"""

import hashlib
import hmac
import json
from datetime import datetime, timedelta

import requests
from django.conf import settings
from django.db.models import F

from campaigns.models import Delivery, Webhook
from campaigns.notices.addresses import Forbidden, open_guarded_session
from campaigns.rules.policy import house_policy

SIGNATURE = "Smartplus-Signature"
SAID = 500  # of Delivery.said
GONE = 410  # a receiver that answers so wants no more
_READ_AT_MOST = 2_000  # bytes of an answer


def sign(*, secret: str, body: bytes, at: datetime) -> str:
    """`t=…,v1=…`: the time of sending in Unix seconds, and the HMAC-SHA256 of `{t}.{body}` in hex."""
    stamp = int(at.timestamp())
    digest = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={stamp},v1={digest}"


def list_due(*, now: datetime, most: int) -> list[int]:
    return list(Delivery.objects.due(now).values_list("pk", flat=True)[:most])


def deliver(*, delivery_id: int, now: datetime) -> Delivery | None:
    """Sends one message that is due; None where another worker has it or its time has not come."""
    policy = house_policy()
    lease = now + policy.seconds("webhook.lease")
    if (
        not Delivery.objects.due(now)
        .filter(pk=delivery_id)
        .update(lease_until=lease, attempts=F("attempts") + 1)
    ):
        return None
    delivery = Delivery.objects.select_related("webhook").get(pk=delivery_id)
    status, said = _send(delivery, now)
    taken = status is not None and 200 <= status < 300
    fresh = {"status": status, "said": said[:SAID], "tried_at": now, "lease_until": None}
    if taken:
        fresh["state"] = Delivery.State.DONE
    elif delivery.attempts >= policy.count("webhook.tries") or status == GONE:
        fresh["state"] = Delivery.State.FAILED
    else:
        fresh["not_before"] = now + find_wait(delivery.attempts)
    Delivery.objects.filter(pk=delivery_id, lease_until=lease).update(**fresh)
    if status == GONE:
        Webhook.objects.filter(pk=delivery.webhook_id, stopped_at=None).update(stopped_at=now)
    delivery.refresh_from_db()
    return delivery


def find_wait(attempts: int) -> timedelta:
    """How long after so many tries the next one comes: doubled each time."""
    policy = house_policy()
    wait = policy.seconds("webhook.first_wait") * 2 ** max(attempts - 1, 0)
    return min(wait, policy.seconds("webhook.longest_wait"))


def _send(delivery: Delivery, now: datetime) -> tuple[int | None, str]:
    """The receiver's status and the beginning of what it said; without an answer, why there was none."""
    body = json.dumps({"id": str(delivery.key), **delivery.body}, separators=(",", ":")).encode()
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "SmartPlusAdmin-Webhook/1",
        SIGNATURE: sign(secret=delivery.webhook.secret, body=body, at=now),
    }
    timeout = settings.SMARTPLUS_HTTP_TIMEOUT
    try:
        with (
            open_guarded_session(inside=settings.SMARTPLUS_WEBHOOKS_INSIDE) as session,
            session.post(
                delivery.webhook.address,
                data=body,
                headers=headers,
                timeout=(timeout, timeout),
                allow_redirects=False,  # a redirect leads where nobody judged
                stream=True,
            ) as answer,
        ):
            text = answer.raw.read(_READ_AT_MOST, decode_content=False).decode("utf-8", "replace")
            return answer.status_code, text.replace("\x00", "")
    except Forbidden as error:
        return None, str(error)
    except (requests.RequestException, OSError) as error:
        return None, f"no answer: {type(error).__name__}"
