"""Notices by e-mail: at once to those who may decide or mend, and once a day a digest at the person's own hour.

A person is claimed before anything is sent, so that of two workers one sends; a mail that could not leave is tried again.
"""

import logging
import smtplib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import send_mail
from django.db.models import Max, Q

from campaigns.models import Membership, Notice, Person
from campaigns.rules.authority import Act, roles_that_may
from campaigns.rules.policy import house_policy

SHOWN = 40  # notices of one mail before the rest is counted
log = logging.getLogger(__name__)


def mail_due(*, now: datetime) -> int:
    """Sends what is due. Returns how many mails left."""
    newest = Notice.objects.aggregate(last=Max("pk"))["last"] or 0
    wanting = Person.objects.filter(is_active=True, mails=True).exclude(email="")
    asked = wanting.filter(mailed_to__lt=newest)
    sent = sum(_mail_asked(person, newest, now) for person in asked.order_by("pk"))
    return sent + sum(_mail_digest(person, newest, now) for person in wanting.order_by("pk"))


def _mail_asked(person: Person, newest: int, now: datetime) -> bool:
    """What waits for the person: decisions they may make and did not ask for themselves, connections they may mend."""
    mine = Q()
    for act, kind in (
        (Act.DECIDE, Notice.Kind.PROPOSAL_WAITING),
        (Act.CONNECT, Notice.Kind.RECONNECT_NEEDED),
    ):
        able = [role.value for role in roles_that_may(act)]
        accounts = Membership.objects.filter(person=person, role__in=able).values("advertiser")
        mine |= Q(advertiser__in=accounts, kind=kind)
    waiting = _read(person.mailed_to, newest, now).filter(mine)
    notices = [item for item in waiting if item.data.get("asked_by") != person.username]
    count = len(notices)
    changes = all(item.kind == Notice.Kind.PROPOSAL_WAITING for item in notices)
    subject = notices[0].text if count == 1 else f"{count} {'changes' if changes else 'things'} wait for you"
    return _send(person, {"mailed_to": newest}, subject, notices)


def _mail_digest(person: Person, newest: int, now: datetime) -> bool:
    """All that happened in the person's accounts since the last digest, from their own hour on."""
    local = now.astimezone(ZoneInfo(person.time_zone))
    if local.hour < house_policy().count("notices.digest_hour"):
        return False
    if person.digest_on is not None and person.digest_on >= local.date():
        return False
    accounts = Membership.objects.filter(person=person).values("advertiser")
    notices = list(_read(person.digest_to, newest, now).filter(advertiser__in=accounts))
    subject = f"{len(notices)} notice{'' if len(notices) == 1 else 's'} of {local:%A, %d %B}"
    return _send(person, {"digest_to": newest, "digest_on": local.date()}, subject, notices)


def _read(after: int, newest: int, now: datetime) -> Any:
    recent = now - house_policy().days("notices.told_within")
    return Notice.objects.filter(pk__gt=after, pk__lte=newest, at__gt=recent).select_related("advertiser")


def _send(person: Person, marks: dict[str, Any], subject: str, notices: Sequence[Notice]) -> bool:
    """Marks the person, and sends if there is anything to say; False where another worker was first or nothing left."""
    before = {name: getattr(person, name) for name in marks}
    mine = Person.objects.filter(_match(before), pk=person.pk)
    if not mine.update(**marks) or not notices:
        return False
    try:
        send_mail(" ".join(subject.split())[:200], compose(notices), None, [person.email])
    except (OSError, smtplib.SMTPException):
        log.exception("a mail to person %s could not leave; it is tried again", person.pk)
        Person.objects.filter(_match(marks), pk=person.pk).update(**before)
        return False
    return True


def _match(values: dict[str, Any]) -> Q:
    return Q(
        **{
            f"{name}__isnull" if value is None else name: value is None or value
            for name, value in values.items()
        }
    )


def compose(notices: Iterable[Notice]) -> str:
    """The mail's text: a line for each notice with its account, the time in the account's zone, and a way there."""
    given = list(notices)
    lines = [_write(notice) for notice in given[:SHOWN]]
    if len(given) > SHOWN:
        lines.append(f"… and {len(given) - SHOWN} more.")
    foot = "You can leave these mails on the page of your own settings"
    where = settings.SMARTPLUS_ADDRESS
    return "\n\n".join([*lines, f"{foot}: {where}/person/" if where else f"{foot}."]) + "\n"


def find_path(notice: Notice) -> str:
    """The page that a notice is about."""
    kind, _, key = notice.target.partition("/")
    if kind == "proposals" and key.isdigit():
        return f"/proposals/{key}/"
    if kind == "account":
        return f"/accounts/{notice.advertiser.advertiser_id}/"
    if notice.campaign_ref is None:
        return "/notices/"
    return f"/campaigns/{notice.campaign_ref}/"


def _write(notice: Notice) -> str:
    zone = notice.advertiser.zone
    local = notice.at.astimezone(ZoneInfo(zone))
    head = f"{notice.text}\n  {notice.advertiser.name}, {local:%d %b %Y, %H:%M} {zone}"
    where = settings.SMARTPLUS_ADDRESS
    return f"{head}\n  {where}{find_path(notice)}" if where else head
