"""Who is a member of an account: inviting, roles, limits and leaving, by its administrators, each in the journal."""

import re
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from campaigns.contract.shape import Malformed
from campaigns.models import Advertiser, Change, Membership, Person
from campaigns.rules.authority import Act, Role
from campaigns.services.access import require
from campaigns.services.errors import NotWellFormed, Refused, WrongState

USERNAME = re.compile(r"[\w.@+-]{1,150}")
LIMIT_DIGITS = 12  # of Membership.largest_raise, before the point


def invite(
    *, actor: Person, door: str, advertiser: Advertiser, username: str, email: str, role: str, now: datetime
) -> tuple[Membership, str | None]:
    """Makes somebody a member, and a person of them where there is none of that name. Returns the path of their invitation.

    None where they can sign in already. Raises Forbidden, NotWellFormed, WrongState for a member.
    """
    require(actor, advertiser, Act.PEOPLE)
    problems = tuple(_find_problems(username, email, role))
    if problems:
        raise NotWellFormed("Nobody was invited.", problems)
    with transaction.atomic(durable=True):
        person, made = Person.objects.get_or_create(username=username, defaults={"email": email})
        if made:
            person.set_unusable_password()
            person.save(update_fields=["password"])
        membership, joined = Membership.objects.get_or_create(
            person=person, advertiser=advertiser, defaults={"role": role}
        )
        if not joined:
            raise WrongState(f"{person.display_name} is a member already; change the role instead.")
        record_member(advertiser, actor, door, person, None, {"role": role}, now)
    return membership, None if person.has_usable_password() else write_invitation(person)


def write_invitation(person: Person) -> str:
    """`UID/TOKEN`: good until used, for as long as PASSWORD_RESET_TIMEOUT says, and worthless once a password stands."""
    return f"{urlsafe_base64_encode(force_bytes(person.pk))}/{default_token_generator.make_token(person)}"


def find_invited(uid: str, token: str) -> Person | None:
    try:
        pk = int(urlsafe_base64_decode(uid).decode("ascii"))
    except ValueError:
        return None
    person = Person.objects.filter(pk=pk, is_active=True).first()
    good = person is not None and not person.has_usable_password()
    return person if good and default_token_generator.check_token(person, token) else None


def accept(*, person: Person, password: str) -> None:
    """The invited sets a password. Raises Refused, saying what is wrong with it."""
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise Refused(" ".join(error.messages), ()) from error
    person.set_password(password)
    person.save(update_fields=["password"])


def change_member(
    *,
    actor: Person,
    door: str,
    membership: Membership,
    role: str,
    largest_raise: Decimal | None,
    now: datetime,
) -> None:
    """Sets role and limit. Raises Forbidden, NotWellFormed, WrongState where no administrator would be left."""
    require(actor, membership.advertiser, Act.PEOPLE)
    if role not in set(Role):
        raise NotWellFormed("The role was not changed.", (Malformed("role", f"write {', '.join(Role)}"),))
    if largest_raise is not None and not 0 <= largest_raise < Decimal(10) ** LIMIT_DIGITS:
        said = "write an amount of zero or more, or leave it empty for no limit"
        raise NotWellFormed("The limit was not changed.", (Malformed("largest_raise", said),))
    with transaction.atomic(durable=True):
        standing = _hold(membership)
        if role != Role.ADMINISTRATOR:
            _require_another_administrator(standing)
        before = _show(standing)
        standing.role, standing.largest_raise = role, largest_raise
        standing.save(update_fields=["role", "largest_raise"])
        record_member(membership.advertiser, actor, door, membership.person, before, _show(standing), now)


def remove_member(*, actor: Person, door: str, membership: Membership, now: datetime) -> None:
    """Their drafts and decisions stay. Raises Forbidden, WrongState where no administrator would be left."""
    require(actor, membership.advertiser, Act.PEOPLE)
    with transaction.atomic(durable=True):
        standing = _hold(membership)
        _require_another_administrator(standing)
        record_member(membership.advertiser, actor, door, membership.person, _show(standing), None, now)
        standing.delete()


def _find_problems(username: str, email: str, role: str) -> Iterator[Malformed]:
    if not USERNAME.fullmatch(username):
        yield Malformed("username", "write letters, digits and @ . + - _ alone, at most 150")
    try:
        validate_email(email)
    except ValidationError:
        yield Malformed("email", "write an address such as ana@example.com")
    if role not in set(Role):
        yield Malformed("role", f"choose {', '.join(Role)}")


def _hold(membership: Membership) -> Membership:
    """The row as it stands, with nobody else changing who is a member of the account."""
    Advertiser.objects.select_for_update().filter(pk=membership.advertiser_id).values_list("pk").first()
    standing = Membership.objects.filter(pk=membership.pk).first()
    if standing is None:
        raise WrongState("This person is no member any more.")
    return standing


def _require_another_administrator(membership: Membership) -> None:
    if membership.role != Role.ADMINISTRATOR:
        return
    others = Membership.objects.filter(advertiser=membership.advertiser_id, role=Role.ADMINISTRATOR)
    if not others.exclude(pk=membership.pk).exists():
        raise WrongState("This is the account's only administrator. Make somebody else one first.")


def _show(membership: Membership) -> dict[str, str | None]:
    limit = membership.largest_raise
    return {"role": membership.role, "largest_raise": None if limit is None else str(limit)}


def record_member(
    advertiser: Advertiser,
    actor: Person,
    door: str,
    person: Person,
    before: dict[str, str | None] | None,
    after: dict[str, str | None] | None,
    now: datetime,
) -> None:
    Change.objects.create(
        advertiser=advertiser,
        actor=actor,
        door=door,
        act=Change.Act.PEOPLE,
        target=f"people/{person.username}"[:64],
        before=before,
        after=after,
        at=now,
    )
