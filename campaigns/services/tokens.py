"""Tokens of REST clients: made once in clear text, narrowed by scopes and accounts, and taken back."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction

from campaigns import queries
from campaigns.contract.shape import Malformed
from campaigns.models import Advertiser, Change, ClientToken, Person
from campaigns.rules.authority import Scope
from campaigns.services.errors import Forbidden, NotWellFormed, WrongState

NAME_LIMIT = 100  # of ClientToken.name
LONGEST_DAYS = 365
MOST_CHANGES = 1_000_000
LARGEST_BUDGET = Decimal(10) ** 12


@dataclass(frozen=True, slots=True)
class TokenLimits:
    """What a client may do by itself, below its owner: `largest_budget` in the currency of whichever account it acts on."""

    largest_budget: Decimal | None = None
    changes_per_day: int | None = None
    must_propose: bool = False
    launch_needs_person: bool = False


NO_LIMITS = TokenLimits()


def make_token(
    *,
    actor: Person,
    door: str,
    name: str,
    scopes: Collection[str],
    accounts: Sequence[Advertiser] | None,
    days: int,
    limits: TokenLimits = NO_LIMITS,
    now: datetime,
) -> tuple[ClientToken, str]:
    """A token of the actor's own and its clear text, which is kept nowhere. `accounts` None: all of its owner's.

    Raises NotWellFormed, and Forbidden to a token: what leaked must not make another.
    """
    if actor.via:
        raise Forbidden("A token makes no tokens. Log in and make it on the page Tokens.")
    said = " ".join(name.replace("\x00", "").split())
    problems = [*_find_problems(said, scopes, accounts, days), *_find_limit_problems(limits)]
    if problems:
        raise NotWellFormed("The token was not made.", tuple(problems))
    with transaction.atomic(durable=True):
        token, secret = ClientToken.objects.create(
            user=actor,
            expiry=timedelta(days=days),
            name=said,
            scopes=[scope.value for scope in Scope if scope.value in scopes],
            every_account=accounts is None,
            **asdict(limits),
        )
        token.accounts.set(accounts or ())
        reach = accounts if accounts is not None else Advertiser.objects.filter(memberships__person=actor)
        _record(reach, actor, door, Change.Act.TOKEN_MADE, token, now)
    return token, secret


def revoke_token(*, actor: Person, door: str, token: ClientToken, now: datetime) -> None:
    """Takes a token back at once: its owner, a client with it, or who administers an account of its owner's. Raises Forbidden."""
    if not queries.visible_tokens(actor).filter(pk=token.pk).exists():
        raise Forbidden(
            "You can take back your own tokens and, as an administrator, those of your accounts' people."
        )
    if actor.via and actor.via.pk != token.pk:
        raise Forbidden("A token takes back itself alone. Log in to take back others.")
    with transaction.atomic(durable=True):
        reach = list(
            Advertiser.objects.filter(memberships__person=token.user)
            if token.every_account
            else token.accounts.all()
        )
        deleted, _ = ClientToken.objects.filter(pk=token.pk).delete()
        if not deleted:
            raise WrongState("This token was taken back already.")
        _record(reach, actor, door, Change.Act.TOKEN_REVOKED, token, now)


def _find_problems(
    name: str, scopes: Collection[str], accounts: Sequence[Advertiser] | None, days: int
) -> Iterator[Malformed]:
    if not name or len(name) > NAME_LIMIT:
        yield Malformed("name", f"say in 1 to {NAME_LIMIT} characters which client it is for")
    if unknown := sorted(set(scopes) - set(Scope)):
        yield Malformed("scopes", f"{unknown[0]!r} is no scope; write {', '.join(Scope)}")
    elif not scopes:
        yield Malformed("scopes", f"choose at least one of {', '.join(Scope)}")
    if accounts is not None and not accounts:
        yield Malformed("accounts", "choose at least one account, or all of yours")
    if not 1 <= days <= LONGEST_DAYS:
        yield Malformed("days", f"write 1 to {LONGEST_DAYS} days")


def _find_limit_problems(limits: TokenLimits) -> Iterator[Malformed]:
    budget, changes = limits.largest_budget, limits.changes_per_day
    if budget is not None and not (budget.is_finite() and 0 <= budget < LARGEST_BUDGET):
        yield Malformed("largest_budget", "write an amount of zero or more, or leave it out")
    if changes is not None and not 0 <= changes <= MOST_CHANGES:
        yield Malformed("changes_per_day", f"write 0 to {MOST_CHANGES}, or leave it out")


def _record(
    reach: Iterable[Advertiser], actor: Person, door: str, act: Change.Act, token: ClientToken, now: datetime
) -> None:
    """In the journal of every account that the token reaches."""
    said = {
        "name": token.name,
        "begins": token.token_key,
        "owner": token.user.username,
        "scopes": token.scopes,
    }
    for account in reach:
        Change.objects.create(
            advertiser=account, actor=actor, door=door, act=act, target="token", after=said, at=now
        )
