"""After the database was put back from a backup: nothing that TikTok may hold already is made again, nothing outdated is sent.

What happened between the backup and now is not known here. So of what was under way:

- objects without an id of TikTok's are looked for before anything is made, also drafts that are launched later;
- launches rest until a person has looked and resumes them: they may have been stopped since;
- other changes are told as drift once the accounts were read, to be kept or given up by a person;
- what was decided to go by itself is asked for again;
- stops go on: one too many costs nothing.

Everybody signs in anew. The caller makes sure that no process is at work.
"""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Max, Q

from campaigns.contract.statuses import DELETE, DISABLE
from campaigns.models import (
    Advertiser,
    Campaign,
    Change,
    Decision,
    Heartbeat,
    Launch,
    Proposal,
    Push,
    Reading,
    Restoration,
    SignIn,
)
from campaigns.queries.system import SWEEP
from campaigns.services import envelopes
from campaigns.services.errors import WrongState
from campaigns.services.proposals import book, try_claim
from campaigns.sync import outbox
from campaigns.sync.announcing import announce_need
from campaigns.sync.transitions import Event, follow

_OPEN = (Push.State.WAITING, Push.State.SENT, Push.State.UNSURE)
_FREE = {"lease_token": None, "lease_until": None}
_SAID = (
    "The database was put back from a backup. Look at what TikTok holds, then resume the launch or cancel it."
)


@dataclass(frozen=True, slots=True)
class Put:
    """What became of what was under way."""

    doubted: int  # objects that are looked for
    rested: int  # launches
    told: int  # changes, told as drift
    asked: int  # proposals that need their answer again


def find_backup_time() -> datetime | None:
    """The last moment that the database knows of: the beat of its timer, or a call that left. Real time."""
    beat = Heartbeat.objects.filter(name=SWEEP).aggregate(at=Max("at"))["at"]
    sent = Push.objects.aggregate(at=Max("sent_at"))["at"]
    return max((moment for moment in (beat, sent) if moment), default=None)


def note_restored(*, backup_at: datetime, now: datetime) -> Put:
    """Real times. Raises WrongState where the backup would be from the future."""
    if backup_at > now:
        raise WrongState("A backup cannot have been taken later than now.")
    with transaction.atomic(durable=True):
        newest = Campaign.objects.aggregate(pk=Max("pk"))["pk"] or 0
        restored = Restoration.objects.create(backup_at=backup_at, at=now, campaigns_to=newest)
        doubted = _doubt(restored)
        rested = _rest(now)
        told = _close_outdated(now)
        asked = _ask_again(now)
        Session.objects.all().delete()
        SignIn.objects.all().delete()
        Reading.objects.update(due_at=now, nudged_at=None)
        for account in Advertiser.objects.all():
            _record(account, restored)
    return Put(doubted, rested, told, asked)


def _doubt(restored: Restoration) -> int:
    """A call that had left before the backup keeps its time: what it made is as old."""
    unmade = Q(campaign__remote_id=None) & Q(adgroup__remote_id=None) & Q(ad__remote_id=None)
    rows = Push.objects.filter(unmade, aspect=Push.Aspect.BODY)
    values = outbox.doubt_restored(restored) | {"looks": 0, "nudged_at": None, "settled_at": None}
    earlier = values.pop("sent_at")
    rows.filter(state__in=[*_OPEN, Push.State.NEEDS_PERSON], sent_at=None).update(sent_at=earlier)
    # unsure ones first: the others become so
    return sum(
        rows.filter(state=state).update(state=follow(state, Event.RESTORED), **values, **_FREE)
        for state in (Push.State.UNSURE, Push.State.WAITING, Push.State.SENT, Push.State.NEEDS_PERSON)
    )


def _rest(now: datetime) -> int:
    under_way = Launch.objects.filter(finished_at=None, cancelled_at=None)
    for campaign in under_way.values_list("campaign", flat=True):
        announce_need(campaign, "campaign", {"meaning": "restored", "message": _SAID}, now=now)
    return under_way.update(paused_at=now)


def _close_outdated(now: datetime) -> int:
    """Stops stay: whoever wanted one wants it still, or starts the object again."""
    rows = Push.objects.filter(launch=None, state__in=_OPEN)
    made = rows.filter(
        Q(campaign__remote_id__isnull=False)
        | Q(adgroup__remote_id__isnull=False)
        | Q(ad__remote_id__isnull=False)
    ).select_related("campaign", "adgroup", "ad")
    stops = (DISABLE, DELETE)
    outdated = [
        row for row in made if row.aspect == Push.Aspect.BODY or row.target.wanted_switch not in stops
    ]
    for row in outdated:
        state = follow(row.state, Event.OUTDATED)
        Push.objects.filter(pk=row.pk).update(state=state, settled_at=now, error=None, **_FREE)
    return len(outdated)


def _ask_again(now: datetime) -> int:
    rows = Proposal.objects.filter(state__in=[Proposal.State.WAITING, Proposal.State.BOUNDED])
    asked = 0
    for proposal in rows:
        said = "The database was put back from a backup; it may have been carried out since."
        open_again = {"state": Proposal.State.OPEN, "bounds": None, "decided_by": None}
        if try_claim(proposal, proposal.version, [proposal.state], now, **open_again):
            envelopes.free(proposal=proposal, now=now)
            book(proposal, None, Change.Door.MACHINE, Decision.Act.HELD_BACK, now, said)
            asked += 1
    return asked


def _record(account: Advertiser, restored: Restoration) -> None:
    Change.objects.create(
        advertiser=account,
        actor=None,
        door=Change.Door.MACHINE,
        act=Change.Act.RESTORED,
        target="database",
        after={"backup_at": restored.backup_at.isoformat()},
        note="What happened since the backup is not in this journal.",
        at=restored.at,
    )
