"""What one act of a person or a client may do by itself, below what their role lets them: beyond it a manager agrees."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal

from campaigns.analysis.exposure import Exposure
from campaigns.models import Advertiser, Change, ClientToken, Membership, Person
from campaigns.rules.facts import ObjectFacts
from campaigns.services.errors import Forbidden, MustPropose

DAY = timedelta(days=1)


def require_within(
    *,
    actor: Person,
    advertiser: Advertiser,
    before: Exposure,
    after: Exposure,
    budgets: Iterable[Decimal | None],
    grows: bool = False,
    now: datetime,
) -> None:
    """Returns where a change of something live stays within the limits; `grows`: it adds objects to it.

    Raises MustPropose, Forbidden.
    """
    if token := actor.via:
        require_quota(token=token, now=now)
        if token.must_propose:
            raise MustPropose("This token asks and never changes by itself: a manager has to agree.", ())
        if grows and token.launch_needs_person:
            raise MustPropose(
                "This token prepares what is launched: a person has to agree to what is added.", ()
            )
        _require_budgets(token, budgets)
    membership = Membership.objects.filter(person=actor, advertiser=advertiser).first()
    limit = membership.largest_raise if membership else None
    if limit is None or after.day == before.day:
        return
    if after.day is None or (before.day is not None and after.day - before.day > limit):
        shown = advertiser.money.quantize(limit)
        said = "without bound" if after.day is None or before.day is None else f"by {after.day - before.day}"
        raise MustPropose(
            f"This raises the worst day {said} {advertiser.currency}; your limit is {shown}. A manager has to agree.",
            (),
        )


def require_launch(*, actor: Person, objects: Iterable[ObjectFacts], now: datetime) -> None:
    """Returns where a client may launch this tree by itself. Raises Forbidden."""
    token = actor.via
    if token is None:
        return
    require_quota(token=token, now=now)
    if token.launch_needs_person:
        raise Forbidden(
            "This token prepares launches; a person has to press Launch on the campaign's review."
        )
    try:
        _require_budgets(token, (thing.get("budget") for thing in objects))
    except MustPropose as error:
        raise Forbidden(error.message) from error


def require_quota(*, token: ClientToken, now: datetime) -> None:
    """Raises Forbidden where a client has used up its changes of the last 24 hours."""
    if token.changes_per_day is None:
        return
    used = Change.objects.filter(token=token.token_key, at__gt=now - DAY).count()
    if used >= token.changes_per_day:
        raise Forbidden(
            f"This token has made {used} changes within 24 hours and may make {token.changes_per_day}. Try again later."
        )


def _require_budgets(token: ClientToken, budgets: Iterable[Decimal | None]) -> None:
    highest = max((amount for amount in budgets if amount is not None), default=Decimal(0))
    if token.largest_budget is not None and highest > token.largest_budget:
        raise MustPropose(
            f"A budget of {highest} is above this token's {token.largest_budget.normalize():f}. A manager has to agree.",
            (),
        )
