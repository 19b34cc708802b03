"""Why a service did not do what it was asked. Faces turn these into pages and problems; each says the way out."""

from datetime import timedelta

from campaigns.contract.shape import Malformed
from campaigns.rules.findings import Finding


def count_things(count: int, one: str, many: str = "") -> str:
    """A number with its noun, as people say it."""
    return f"{count} {one if count == 1 else many or f'{one}s'}"


class ServiceError(Exception):
    """Something anticipated. `message` is for people."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Forbidden(ServiceError):
    """The actor's role does not allow it."""


class Stale(ServiceError):
    """The version given is not the one that stands. `current` is the version that stands."""

    def __init__(self, message: str, current: int) -> None:
        super().__init__(message)
        self.current = current


class WrongState(ServiceError):
    """The object's state does not allow it, such as discarding what is live."""


class TooSoon(WrongState):
    """It was done a moment ago, or there is no room for it now. `wait` is how long until it can be done."""

    def __init__(self, message: str, wait: timedelta) -> None:
        super().__init__(message)
        self.wait = wait


class NotWellFormed(ServiceError):
    """Values of the wrong type."""

    def __init__(self, message: str, problems: tuple[Malformed, ...]) -> None:
        super().__init__(message)
        self.problems = problems


class Refused(ServiceError):
    """The rules refuse it. `findings` are all that were found, refusals first."""

    def __init__(self, message: str, findings: tuple[Finding, ...]) -> None:
        super().__init__(message)
        self.findings = findings


class Unconfirmed(ServiceError):
    """Only confirms are open. `findings` are those nobody said yes to."""

    def __init__(self, message: str, findings: tuple[Finding, ...]) -> None:
        super().__init__(message)
        self.findings = findings


class MustPropose(Forbidden):
    """It goes out only once a manager agrees. `findings` are those that say so."""

    def __init__(self, message: str, findings: tuple[Finding, ...]) -> None:
        super().__init__(message)
        self.findings = findings


class Unreachable(ServiceError):
    """TikTok, or the server in its place, did not answer as it should."""
