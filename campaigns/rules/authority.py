"""Who may do what: roles per advertiser, scopes of tokens, and the acts each allows. Knows no person and no account."""

from collections.abc import Iterable
from enum import StrEnum


class Role(StrEnum):
    VIEWER = "viewer"
    BUYER = "buyer"
    MANAGER = "manager"
    ADMINISTRATOR = "administrator"


class Act(StrEnum):
    SEE = "see"
    DRAFT = "draft"
    LAUNCH = "launch"
    EDIT = "edit"  # of what exists at TikTok
    STOP = "stop"
    START = "start"  # starting again may fall into learning, where it is an edit (L2): a manager's decision
    CONNECT = "connect"
    LOOK = "look"  # asking TikTok again what an account owns
    PEOPLE = "people"  # who is a member, and with which role
    WEBHOOK = "webhook"  # where an account's notices are carried to
    POLICY = "policy"  # an account's own number in place of the house's
    PROPOSE = "propose"
    DECIDE = "decide"  # about a proposal
    ENVELOPE = "envelope"
    UTM = "utm"  # the account's set of URL parameters


class Scope(StrEnum):
    """What a client's token is good for, within its owner's role. Every token may read."""

    READ = "read"
    DRAFT = "draft"
    LAUNCH = "launch"
    APPROVE = "approve"


_ALLOWED: dict[Role, frozenset[Act]] = {
    Role.VIEWER: frozenset({Act.SEE}),
    Role.BUYER: frozenset({Act.SEE, Act.LOOK, Act.DRAFT, Act.LAUNCH, Act.EDIT, Act.STOP, Act.PROPOSE}),
    Role.MANAGER: frozenset(
        {
            Act.SEE,
            Act.LOOK,
            Act.DRAFT,
            Act.LAUNCH,
            Act.EDIT,
            Act.STOP,
            Act.START,
            Act.WEBHOOK,
            Act.PROPOSE,
            Act.DECIDE,
        }
    ),
    Role.ADMINISTRATOR: frozenset(Act),
}


# Connecting accounts is no client's business: no scope holds it
_SCOPED: dict[Scope, frozenset[Act]] = {
    Scope.READ: frozenset(),
    Scope.DRAFT: frozenset({Act.DRAFT, Act.LOOK}),
    Scope.LAUNCH: frozenset({Act.LAUNCH, Act.EDIT, Act.STOP, Act.START, Act.WEBHOOK, Act.PROPOSE}),
    Scope.APPROVE: frozenset({Act.POLICY, Act.DECIDE, Act.ENVELOPE}),
}


# What ends in a call to TikTok: nothing of it can be done for an account that is disconnected
OUTWARD = frozenset({Act.LOOK, Act.LAUNCH, Act.EDIT, Act.STOP, Act.START, Act.PROPOSE, Act.DECIDE})


def may(role: Role, act: Act) -> bool:
    return act in _ALLOWED[role]


def roles_that_may(act: Act) -> tuple[Role, ...]:
    return tuple(role for role in Role if may(role, act))


def may_by_token(scopes: Iterable[str], act: Act) -> bool:
    """Whether one of a token's scopes holds the act. What its owner may not do it cannot do either: ask `may` too."""
    return act is Act.SEE or any(act in _SCOPED[Scope(scope)] for scope in scopes)
