"""May this person do this to this account: the one place that asks."""

import ipaddress
from collections.abc import Mapping
from typing import Any

from django.conf import settings

from campaigns.models import Advertiser, ClientToken, Membership, Person
from campaigns.rules.authority import OUTWARD, Act, Role, may, roles_that_may
from campaigns.services.errors import Forbidden, WrongState


def read_origin(meta: Mapping[str, Any]) -> str:
    """The network address that a request came from; behind a proxy the last one that the proxy saw itself."""
    passed = str(meta.get("HTTP_X_FORWARDED_FOR", "")) if settings.SMARTPLUS_BEHIND_PROXY else ""
    given = passed.rpartition(",")[2].strip() or str(meta.get("REMOTE_ADDR", ""))
    try:
        return str(ipaddress.ip_address(given))
    except ValueError:
        return ""


def find_role(person: Person, advertiser: Advertiser) -> Role | None:
    """The person's role for the account; None for somebody who is no member."""
    membership = Membership.objects.filter(person=person, advertiser=advertiser).first()
    return Role(membership.role) if membership else None


def require(actor: Person, advertiser: Advertiser, act: Act) -> None:
    """Raises Forbidden unless the actor's role allows the act."""
    role = find_role(actor, advertiser)
    if role is None or not may(role, act):
        able = " or ".join(f"{item.value}s" for item in roles_that_may(act))
        said = f"your role there is {role.value}" if role else "you are no member of it"
        raise Forbidden(f"You cannot {_DOING[act]} for {advertiser.name}: {said}. Ask one of its {able}.")
    if actor.via and not _reaches(actor.via, advertiser, act):
        raise Forbidden(
            f"This token cannot {_DOING[act]} for {advertiser.name}: it is good for {_say_scopes(actor.via)}. "
            f"Make another one on the page Tokens."
        )
    if advertiser.disconnected_at and act in OUTWARD:
        raise WrongState(
            f"You cannot {_DOING[act]} for {advertiser.name}: it is disconnected, and nothing is sent or read. "
            "An administrator can connect it again on the page Accounts."
        )


def require_scope(actor: Person, act: Act) -> None:
    """Raises Forbidden where a token of the actor's is not good for the act; for what is one's own, whatever the account."""
    if actor.via and not actor.via.allows(act):
        raise Forbidden(
            f"This token cannot {_DOING[act]}: it is good for {_say_scopes(actor.via)}. Make another one on the page Tokens."
        )


def _reaches(token: ClientToken, advertiser: Advertiser, act: Act) -> bool:
    return token.allows(act) and (token.every_account or token.accounts.filter(pk=advertiser.pk).exists())


def _say_scopes(token: ClientToken) -> str:
    where = "" if token.every_account else " on the accounts it names"
    return f"{', '.join(token.scopes)}{where}"


_DOING = {
    Act.SEE: "look at campaigns",
    Act.DRAFT: "change drafts",
    Act.LAUNCH: "launch",
    Act.EDIT: "change what is live",
    Act.STOP: "pause anything",
    Act.START: "start what is paused",
    Act.CONNECT: "change the connection",
    Act.LOOK: "ask TikTok again",
    Act.PEOPLE: "change who is a member",
    Act.WEBHOOK: "set webhooks",
    Act.POLICY: "set numbers",
    Act.PROPOSE: "propose a change",
    Act.DECIDE: "decide about proposals",
    Act.ENVELOPE: "set the envelope",
    Act.UTM: "set the URL parameters",
}
