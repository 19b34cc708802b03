"""A person's own doors: sessions and the second factor. What moves is written into the journal of each of their accounts."""

from collections.abc import Collection
from datetime import datetime

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet
from django_otp import match_token, user_has_device
from django_otp.models import Device
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from campaigns.models import Change, Person, SignIn
from campaigns.services.errors import Refused, WrongState

CODES = 10  # recovery codes, each good once
ISSUER = "Smart+ Admin"


def note_sign_in(
    *, person: Person, session_key: str, origin: str, agent: str, second_factor: bool, now: datetime
) -> SignIn:
    return SignIn.objects.create(
        person=person,
        session_key=session_key,
        origin=origin,
        agent=agent.replace("\x00", "")[:200],
        second_factor=second_factor,
        at=now,
    )


def list_sign_ins(*, person: Person, now: datetime) -> "QuerySet[SignIn]":
    """Sessions that are still good, the newest first."""
    good = Session.objects.filter(expire_date__gt=now).values("session_key")
    return SignIn.objects.filter(person=person, session_key__in=good)


def end_sessions(*, person: Person, sign_ins: Collection[int], keep: str, now: datetime) -> int:
    """Ends some of the person's sessions at once, never the one to `keep`. Returns how many there were."""
    with transaction.atomic(durable=True):
        chosen = SignIn.objects.filter(person=person, pk__in=sign_ins).exclude(session_key=keep)
        own = list(chosen.values_list("session_key", flat=True))
        ended, _ = Session.objects.filter(session_key__in=own).delete()
        SignIn.objects.filter(session_key__in=own).delete()
        if ended:
            _record(person, f"Ended {ended} of their sessions.", now)
    return ended


def needs_code(person: Person) -> bool:
    return bool(user_has_device(person))


def check_code(*, person: Person, code: str) -> Device | None:
    """The device whose code it is; None for a wrong one. Devices hold off by themselves after failures."""
    text = "".join(code.split())
    return match_token(person, text) if text and len(text) <= 16 else None


def open_enrolment(person: Person) -> TOTPDevice:
    """The device that waits for its first code. Raises WrongState where one is on already."""
    if needs_code(person):
        raise WrongState("Your second factor is on already. Turn it off first to change the device.")
    device, _ = TOTPDevice.objects.get_or_create(user=person, confirmed=False, defaults={"name": "app"})
    return device


def turn_on(*, person: Person, code: str, now: datetime) -> list[str]:
    """Confirms the device by its first code. Returns recovery codes, told once. Raises Refused, WrongState."""
    device = open_enrolment(person)
    if not device.verify_token("".join(code.split())):
        raise Refused(
            "That is not the code the app shows now. Check the clock of the device and try again.", ()
        )
    with transaction.atomic(durable=True):
        device.confirmed = True
        device.save(update_fields=["confirmed"])
        codes = _draw_codes(person)
        _record(person, "Turned the second factor on.", now)
    return codes


def turn_off(*, person: Person, code: str, now: datetime) -> None:
    """Takes the second factor away; it asks for a code, so that an open screen is not enough. Raises Refused."""
    if check_code(person=person, code=code) is None:
        raise Refused("That is not a code of your app, nor a recovery code.", ())
    with transaction.atomic(durable=True):
        TOTPDevice.objects.filter(user=person).delete()
        StaticDevice.objects.filter(user=person).delete()
        _record(person, "Turned the second factor off.", now)


def _draw_codes(person: Person) -> list[str]:
    StaticDevice.objects.filter(user=person).delete()
    device = StaticDevice.objects.create(user=person, name="recovery")
    codes = [StaticToken.random_token() for _ in range(CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=code) for code in codes)
    return codes


def _record(person: Person, note: str, now: datetime) -> None:
    for account in person.advertisers.all():
        Change.objects.create(
            advertiser=account,
            actor=person,
            door=Change.Door.PAGE,
            act=Change.Act.SECURITY,
            target="person",
            note=note,
            at=now,
        )
