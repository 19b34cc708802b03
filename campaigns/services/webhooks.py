"""Webhooks of an account: set, tried out, sent again and removed by those who may, each in the journal."""

import secrets
from collections.abc import Collection, Iterator
from datetime import datetime

from django.conf import settings
from django.db import transaction

from campaigns.contract.shape import Malformed
from campaigns.models import Advertiser, Change, Delivery, Notice, Person, Webhook
from campaigns.notices.addresses import find_objection
from campaigns.rules.authority import Act
from campaigns.services.access import require
from campaigns.services.errors import NotWellFormed, WrongState

ADDRESS_LIMIT = 500  # of Webhook.address
MOST = 20  # webhooks of one account: each notice is written once for each
TEST = "test"


def set_webhook(
    *,
    actor: Person,
    door: str,
    advertiser: Advertiser,
    address: str,
    kinds: Collection[str],
    now: datetime,
) -> tuple[Webhook, str]:
    """A new webhook and the secret that signs its messages, told once. Raises Forbidden, NotWellFormed, WrongState."""
    require(actor, advertiser, Act.WEBHOOK)
    address = address.strip()
    problems = tuple(_find_problems(address, kinds))
    if problems:
        raise NotWellFormed("The webhook was not set.", problems)
    secret = f"whs_{secrets.token_urlsafe(32)}"
    with transaction.atomic(durable=True):
        Advertiser.objects.select_for_update().filter(pk=advertiser.pk).values_list("pk").first()
        if Webhook.objects.filter(advertiser=advertiser).count() >= MOST:
            raise WrongState(f"An account has at most {MOST} webhooks. Remove one first.")
        webhook = Webhook.objects.create(
            advertiser=advertiser,
            owner=actor,
            address=address,
            kinds=[kind for kind in Notice.Kind.values if kind in kinds],
            secret=secret,
            made_at=now,
        )
        _record(webhook, actor, door, Change.Act.WEBHOOK_SET, now)
    return webhook, secret


def remove_webhook(*, actor: Person, door: str, webhook: Webhook, now: datetime) -> None:
    """Nothing is sent there any more; what waited is dropped. Raises Forbidden."""
    require(actor, webhook.advertiser, Act.WEBHOOK)
    with transaction.atomic(durable=True):
        _record(webhook, actor, door, Change.Act.WEBHOOK_REMOVED, now)
        Webhook.objects.filter(pk=webhook.pk).delete()


def send_test(*, actor: Person, webhook: Webhook, now: datetime) -> Delivery:
    """Puts a message of kind `test` on its way, also to a webhook that stopped: it starts again with it. Raises Forbidden."""
    require(actor, webhook.advertiser, Act.WEBHOOK)
    with transaction.atomic(durable=True):
        Webhook.objects.filter(pk=webhook.pk).update(stopped_at=None)
        body = {
            "kind": TEST,
            "advertiser_id": webhook.advertiser.advertiser_id,
            "text": f"{actor.display_name} tries this webhook out.",
            "at": now.isoformat().replace("+00:00", "Z"),
        }
        return Delivery.objects.create(webhook=webhook, kind=TEST, body=body, made_at=now, not_before=now)


def send_again(*, actor: Person, delivery: Delivery, now: datetime) -> Delivery:
    """Sends a message once more, under its old key. Raises Forbidden, WrongState while it is under way."""
    require(actor, delivery.webhook.advertiser, Act.WEBHOOK)
    settled = Delivery.objects.filter(pk=delivery.pk).exclude(state=Delivery.State.WAITING)
    if not settled.update(state=Delivery.State.WAITING, not_before=now, attempts=0):
        raise WrongState("This message is on its way already; it is tried again by itself.")
    delivery.refresh_from_db()
    return delivery


def _find_problems(address: str, kinds: Collection[str]) -> Iterator[Malformed]:
    if not address or len(address) > ADDRESS_LIMIT:
        yield Malformed("address", f"write an address of at most {ADDRESS_LIMIT} characters")
    elif objection := find_objection(address, inside=settings.SMARTPLUS_WEBHOOKS_INSIDE):
        yield Malformed("address", objection)
    known = Notice.Kind.values
    if unknown := sorted(set(kinds) - set(known)):
        yield Malformed("kinds", f"{unknown[0]!r} is nothing we tell of; write {', '.join(known)}")
    elif not kinds:
        yield Malformed("kinds", f"choose at least one of {', '.join(known)}")


def _record(webhook: Webhook, actor: Person, door: str, act: Change.Act, now: datetime) -> None:
    Change.objects.create(
        advertiser=webhook.advertiser,
        actor=actor,
        door=door,
        act=act,
        target=f"webhooks/{webhook.pk}",
        after={"address": webhook.address, "kinds": webhook.kinds},
        at=now,
    )
