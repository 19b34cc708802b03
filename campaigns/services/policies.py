"""An account's own house numbers: set and taken back by its administrators, with a reason, each in the journal."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from campaigns.models import Advertiser, Change, Person, PolicyOverride, policy_of
from campaigns.rules.authority import Act
from campaigns.rules.policy import house_policy
from campaigns.services.access import require
from campaigns.services.errors import Refused

REASON_LIMIT = 500  # of PolicyOverride.reason


def set_override(
    *,
    actor: Person,
    door: str,
    advertiser: Advertiser,
    name: str,
    value: Decimal,
    reason: str,
    now: datetime,
) -> PolicyOverride:
    """Puts the account's own number in place of the house's. Raises Forbidden, Refused (naming the bound)."""
    require(actor, advertiser, Act.POLICY)
    said = read_reason(reason)
    house = house_policy()
    objection = house.find_objection(name, value)
    if objection:
        raise Refused(objection, ())
    with transaction.atomic(durable=True):
        _hold(advertiser)
        before = policy_of(advertiser)
        disorder = before.override({name: value}).find_disorder(name)
        if disorder:
            raise Refused(disorder, ())
        override, _ = PolicyOverride.objects.update_or_create(
            advertiser=advertiser,
            name=name,
            defaults={"value": value, "actor": actor, "reason": said, "at": now},
        )
        _record(actor, door, advertiser, name, before.number(name), value, said, now)
    return override


def clear_override(
    *, actor: Person, door: str, advertiser: Advertiser, name: str, reason: str, now: datetime
) -> None:
    """Gives a number back to the house; one that the account never set is left as it is. Raises Forbidden, Refused."""
    require(actor, advertiser, Act.POLICY)
    said = read_reason(reason)
    house = house_policy()
    if name not in house.figures:
        raise Refused(f"There is no house number called {name}.", ())
    with transaction.atomic(durable=True):
        _hold(advertiser)
        stored = PolicyOverride.objects.filter(advertiser=advertiser, name=name).first()
        if stored is None:
            return
        stored.delete()
        disorder = policy_of(advertiser).find_disorder(name)
        if disorder:
            raise Refused(disorder, ())
        _record(actor, door, advertiser, name, stored.value, house.number(name), said, now)


def write_number(value: Decimal) -> str:
    """A figure as people write it: 15, 7.5."""
    return f"{value.normalize():f}"


def read_reason(reason: str) -> str:
    """A reason on one line. Raises Refused for none, or one that is too long."""
    said = " ".join(reason.replace("\x00", "").split())
    if not said:
        raise Refused("Say why: the journal keeps the reason beside the number.", ())
    if len(said) > REASON_LIMIT:
        raise Refused(f"Keep the reason within {REASON_LIMIT} characters; it has {len(said)}.", ())
    return said


def _hold(advertiser: Advertiser) -> None:
    """One change of an account's numbers at a time, so that the journal's before is true."""
    Advertiser.objects.select_for_update().filter(pk=advertiser.pk).values_list("pk").first()


def _record(
    actor: Person,
    door: str,
    advertiser: Advertiser,
    name: str,
    before: Decimal,
    after: Decimal,
    reason: str,
    now: datetime,
) -> None:
    Change.objects.create(
        advertiser=advertiser,
        actor=actor,
        door=door,
        act=Change.Act.POLICY,
        target="policy",
        before={name: write_number(before)},
        after={name: write_number(after)},
        note=reason,
        at=now,
    )
