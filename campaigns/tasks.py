"""Celery's face: each task takes one id, makes one call inwards and ends. Messages are nudges; the rows are the truth."""

import logging

from celery import shared_task
from django.conf import settings

from campaigns.models import Advertiser, Launch
from campaigns.notices import delivery
from campaigns.sync import outbox
from campaigns.sync.clock import read_now, read_real_time
from campaigns.sync.gateway import PLAIN_ROAD, Gateway
from campaigns.sync.pull import pull_account as pull_one
from campaigns.sync.push import advance
from campaigns.sync.verify import verify_launch
from campaigns.tiktok.errors import TikTokError

log = logging.getLogger(__name__)

DELIVER_TASK = "campaigns.tasks.deliver"
PULL_TASK = "campaigns.tasks.pull_account"


@shared_task
def push(push_id: int) -> None:
    """Takes one outbox row one call further."""
    advance(push_id, PLAIN_ROAD)


@shared_task
def verify(launch_id: int) -> None:
    """Reads a launched tree back, if that is due."""
    verify_launch(launch_id, PLAIN_ROAD)


@shared_task
def sweep() -> None:
    """Finds what is due and whose message was lost, or never sent."""
    now = read_real_time()
    outbox.nudge_due(now=now)
    due = Launch.objects.filter(verified_at__isnull=True, verify_at__lte=now).values_list("pk", flat=True)
    outbox.send_messages(outbox.VERIFY_TASK, list(due[: outbox.NUDGES_AT_ONCE]))
    outbox.send_messages(DELIVER_TASK, delivery.list_due(now=now, most=outbox.NUDGES_AT_ONCE))


@shared_task
def deliver(delivery_id: int) -> None:
    """Sends one message to its webhook, if that is due."""
    delivery.deliver(delivery_id=delivery_id, now=read_real_time())


@shared_task
def pull_accounts() -> None:
    """Sends one pull for each account that can be reached."""
    outbox.send_messages(
        PULL_TASK,
        list(Advertiser.objects.values_list("pk", flat=True)),
        expires=settings.SMARTPLUS_PULL_SECONDS,
    )


@shared_task
def pull_account(advertiser_pk: int) -> None:
    """Reads one account back. What went wrong stands on the account's row."""
    advertiser = Advertiser.objects.select_related("connection").get(pk=advertiser_pk)
    try:
        pull_one(Gateway(advertiser, PLAIN_ROAD), now=read_now())
    except TikTokError as error:
        log.warning("pull of %s broke off: %s", advertiser.advertiser_id, error.message)
