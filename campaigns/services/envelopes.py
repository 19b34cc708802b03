"""The envelope of an account: the most it may be exposed to on one day, and what approvals hold of it.

A hold is placed when something is approved that raises the worst day; it is used once the change is wanted, and counts
from then on among what the account is exposed to; it is freed where nothing came of it. Every move of an envelope is made
under its row's lock, so that approvals at the same moment cannot take the same room.
"""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F, prefetch_related_objects

from campaigns.analysis.exposure import NOTHING, Exposure, add_exposures
from campaigns.contract.money import Currency
from campaigns.contract.statuses import DELETE, ENABLE
from campaigns.models import Advertiser, Campaign, Change, Envelope, Hold, Person, Proposal, policy_of
from campaigns.rules.authority import Act
from campaigns.services.access import require
from campaigns.services.errors import Refused
from campaigns.services.judging import list_idle
from campaigns.services.policies import read_reason
from campaigns.sync.plan import measure_tree
from campaigns.sync.translate import resolve_tree

BRIEF = timedelta(seconds=1)
DIGITS = 12  # of Envelope.amount, before the point: more than any currency's largest budget has


def set_envelope(
    *, actor: Person, door: str, advertiser: Advertiser, amount: Decimal, reason: str, now: datetime
) -> Envelope:
    """Sets the most that the account may be exposed to on one day. Raises Refused with the bound, Forbidden."""
    require(actor, advertiser, Act.ENVELOPE)
    said = read_reason(reason)
    if not amount.is_finite() or amount <= 0:
        raise Refused("An envelope holds more than nothing. To let nothing out, pause the campaigns.", ())
    if amount >= Decimal(10) ** DIGITS or advertiser.money.quantize(amount) != amount:
        code, decimals = advertiser.currency, advertiser.money.decimals
        raise Refused(f"Write at most {DIGITS} digits, and {decimals} decimals of {code}.", ())
    with transaction.atomic(durable=True):
        standing = Envelope.objects.select_for_update().filter(advertiser=advertiser).first()
        before = standing.amount if standing else None
        if standing and amount < standing.held:
            raise Refused(f"{standing.held} are held by approvals already. Free them first.", ())
        envelope, _ = Envelope.objects.update_or_create(
            advertiser=advertiser, defaults={"amount": amount, "set_by": actor, "reason": said, "at": now}
        )
        Change.objects.create(
            advertiser=advertiser,
            actor=actor,
            door=door,
            act=Change.Act.ENVELOPE,
            target="envelope",
            before={"amount": None if before is None else f"{before:f}"},
            after={"amount": f"{amount:f}"},
            note=said,
            at=now,
        )
    return envelope


def place(*, proposal: Proposal, now: datetime) -> Hold | None:
    """Holds what a proposal adds to the worst day. In the caller's transaction. Raises Refused where there is no room.

    None where the account has no envelope or nothing is added.
    """
    envelope = Envelope.objects.select_for_update().filter(advertiser=proposal.advertiser_id).first()
    if envelope is None:
        return None
    added = find_added(proposal)
    if added is None:
        raise Refused(
            "What it could spend has no bound, and the account has an envelope. Set a budget first.", ()
        )
    _release(envelope, proposal, Hold.State.FREED, now)
    if added <= 0:
        return None
    base = measure_account(envelope.advertiser, now=now).day
    room = None if base is None else envelope.amount - base - envelope.held
    if room is None or added > room:
        left = "nothing has a bound" if room is None else f"{max(room, Decimal(0)):.2f} are left"
        raise Refused(
            f"The account's envelope is {envelope.amount:.2f} {envelope.advertiser.currency} a day; {left} and this adds "
            f"{added:.2f} on the worst day. Lower something, or ask an administrator.",
            (),
        )
    hold, _ = Hold.objects.update_or_create(
        proposal=proposal,
        defaults={
            "envelope": envelope,
            "amount": added,
            "state": Hold.State.HELD,
            "placed_at": now,
            "expires_at": max(proposal.valid_until, now + BRIEF),
            "settled_at": None,
        },
    )
    Envelope.objects.filter(pk=envelope.pk).update(held=F("held") + added)
    return hold


def use(*, proposal: Proposal, now: datetime) -> None:
    """The change is wanted from now on: it counts among the account's exposure itself."""
    _settle(proposal, Hold.State.USED, now)


def free(*, proposal: Proposal, now: datetime) -> None:
    """Nothing came of the approval."""
    _settle(proposal, Hold.State.FREED, now)


def find_added(proposal: Proposal) -> Decimal | None:
    """By how much a proposal raises the worst day of its campaigns; None where there is no bound any more."""
    added = Decimal(0)
    by_campaign = {item.campaign_id: item.exposure for item in proposal.items.all()}
    for exposure in by_campaign.values():
        before, after = (exposure.get(side, {}).get("worst_day") for side in ("before", "after"))
        if after is None and before is not None:
            return None
        if after is not None and before is not None:
            added += max(Decimal(after) - Decimal(before), Decimal(0))
    return added


def measure_account(advertiser: Advertiser, *, now: datetime) -> Exposure:
    """What the account can spend at worst: all its launched campaigns that are wanted on, as they are wanted, and what is to
    be removed until it is off or gone.
    """
    campaigns = Campaign.objects.filter(advertiser=advertiser, launch__isnull=False, vanished_at__isnull=True)
    on = [campaign for campaign in campaigns if _may_spend(campaign)]
    prefetch_related_objects(on, "adgroups__ads", "advertiser")
    account, policy = advertiser.facts(), policy_of(advertiser)
    parts = [
        measure_tree(
            resolve_tree(raw=campaign.raw_tree(), account=account, now=now, policy=policy).without(
                list_idle(campaign)
            )
        )
        for campaign in on
    ]
    return add_exposures(parts) if parts else NOTHING


def _may_spend(campaign: Campaign) -> bool:
    return campaign.wanted_switch == ENABLE or (campaign.wanted_switch == DELETE and campaign.is_on)


def show(exposure: Exposure, money: Currency) -> dict[str, Any]:
    """An exposure as proposals keep it: amounts as text, null without bound."""
    return {
        name: None if amount is None else money.write(amount)
        for name, amount in (
            ("worst_day", exposure.day),
            ("worst_week", exposure.week),
            ("total", exposure.total),
        )
    }


def _settle(proposal: Proposal, state: Hold.State, now: datetime) -> None:
    envelope = Envelope.objects.select_for_update().filter(advertiser=proposal.advertiser_id).first()
    if envelope is not None:
        _release(envelope, proposal, state, now)


def _release(envelope: Envelope, proposal: Proposal, state: Hold.State, now: datetime) -> None:
    """Gives back what is held; once, whoever asks first."""
    hold = Hold.objects.filter(proposal=proposal, state=Hold.State.HELD).first()
    if hold is None:
        return
    if Hold.objects.filter(pk=hold.pk, state=Hold.State.HELD).update(state=state, settled_at=now):
        Envelope.objects.filter(pk=envelope.pk).update(held=F("held") - hold.amount)
