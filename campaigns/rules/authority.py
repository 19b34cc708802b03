"""Who may do what: roles per advertiser and the acts each allows. Knows no person and no account."""

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
    STOP = "stop"
    START = "start"  # starting again may fall into learning, where it is an edit (L2): a manager's decision
    CONNECT = "connect"
    POLICY = "policy"  # an account's own number in place of the house's


_ALLOWED: dict[Role, frozenset[Act]] = {
    Role.VIEWER: frozenset({Act.SEE}),
    Role.BUYER: frozenset({Act.SEE, Act.DRAFT, Act.LAUNCH, Act.STOP}),
    Role.MANAGER: frozenset({Act.SEE, Act.DRAFT, Act.LAUNCH, Act.STOP, Act.START}),
    Role.ADMINISTRATOR: frozenset(Act),
}


def may(role: Role, act: Act) -> bool:
    return act in _ALLOWED[role]


def roles_that_may(act: Act) -> tuple[Role, ...]:
    return tuple(role for role in Role if may(role, act))
