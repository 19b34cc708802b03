"""Celery's face: each task takes one id, makes one call inwards and ends. Messages are nudges; the rows are the truth."""

from celery import shared_task

from campaigns.notices import delivery, mailing
from campaigns.queries.system import SWEEP
from campaigns.services import announcing, openings, repeats, rereading
from campaigns.services.audit import seal_changes
from campaigns.services.beating import note_beat
from campaigns.services.keeping import keep_in_bounds
from campaigns.sync import connections, outbox, readings, sweeping, thumbnails
from campaigns.sync.clock import read_now, read_real_time
from campaigns.sync.gateway import PLAIN_ROAD
from campaigns.sync.push import advance
from campaigns.sync.verify import verify_launch

DELIVER_TASK = "campaigns.tasks.deliver"


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
    note_beat(SWEEP, now=now)
    sweeping.sweep(now=now)
    outbox.send_messages(DELIVER_TASK, delivery.list_due(now=now, most=outbox.NUDGES_AT_ONCE))
    readings.ensure_readings(now=now)
    readings.nudge_due(now=now)


@shared_task
def tend_connections() -> None:
    """Renews tokens before they end, and asks whether refused ones are taken again."""
    connections.tend_due(PLAIN_ROAD)


@shared_task
def seal_journal() -> None:
    """Chains what was written into the journals since the last time."""
    seal_changes(now=read_real_time())


@shared_task
def forget_answers() -> None:
    """Takes away what was kept for repeats of requests, after its time."""
    repeats.forget_answers(now=read_real_time())


@shared_task
def prune() -> None:
    """Takes away what is older than it is kept, a small batch of each kind that is due."""
    keep_in_bounds(now=read_real_time())


@shared_task
def run_proposals() -> None:
    """Carries out what waited for its lock or its bounds, and ends what nobody decided in time."""
    openings.run_due(now=read_now())


@shared_task
def announce_openings() -> None:
    """Tells of learning locks that opened."""
    announcing.announce_openings(now=read_now())


@shared_task
def send_mail() -> None:
    """Sends notices by e-mail: at once what waits for a decision, and each person's digest at their own hour."""
    mailing.mail_due(now=read_now())


@shared_task
def deliver(delivery_id: int) -> None:
    """Sends one message to its webhook, if that is due."""
    delivery.deliver(delivery_id=delivery_id, now=read_real_time())


@shared_task
def read(reading_pk: int) -> None:
    """Does one reading of an account, if it is due. What went wrong stands on its row."""
    readings.read(reading_pk, PLAIN_ROAD, now=read_now())


@shared_task
def fetch_thumbnails(advertiser_pk: int) -> None:
    """Fetches the small pictures that somebody looks for in an account's library."""
    thumbnails.fetch_thumbnails(advertiser_pk, PLAIN_ROAD, now=read_real_time())


@shared_task
def read_libraries() -> None:
    """Has the accounts read anew whose libraries and lists were read long ago."""
    outbox.send_messages(rereading.READ_TASK, rereading.list_unread(now=read_now()))


@shared_task
def read_library(advertiser_pk: int) -> None:
    """Reads anew what one account owns and may target."""
    rereading.reread_account(advertiser_pk=advertiser_pk, now=read_now())
