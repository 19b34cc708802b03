"""How a call ends when it does not succeed: a refusal in the envelope, or a connection that breaks.

Message texts are TikTok's where one is attested (fact sheet 1.3, platform 2 and 3.4), else our own words naming the field.
"""

from campaigns.contract import codes


class Refusal(Exception):
    """An answer with a non-zero code. HTTP stays 200 unless `status` says otherwise."""

    def __init__(self, code: int, message: str, *, status: int = 200) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


class CutConnection(ConnectionError):
    """The client gets no answer: the socket is closed, or the in-process adapter raises (faults only)."""


def refuse_parameter(field: str, text: str) -> Refusal:
    return Refusal(codes.PARAMETER_ERROR, f"{field}: {text}")


def refuse_missing(*fields: str) -> Refusal:
    """Attested lead-in (fact sheet 1.3, ae)."""
    return Refusal(codes.PARAMETER_ERROR, f"Missing required field(s): {', '.join(fields)}.")


def refuse_unknown(kind: str, member: str, value: str) -> Refusal:
    """Worded like the attested `Adgroup does not exist. adgroup_id {id}.` (docs)."""
    return Refusal(codes.NOT_FOUND, f"{kind} does not exist. {member} {value}.")


def refuse_foreign(advertiser_id: str) -> Refusal:
    """Attested text (platform section 2)."""
    return Refusal(codes.NO_PERMISSION, f"No permission to operate advertiser {advertiser_id}.")


TOKEN_MISSING_TEXT = (
    "Access token is null, you should set it in http header with key Access-Token."  # ae, fact sheet 1.3
)
TOKEN_EXPIRED_TEXT = "Access token is expired."  # own words
TOKEN_WRONG_TEXT = "Access token is incorrect or has been revoked."  # platform section 2
NOT_ALLOWLISTED_TEXT = "The advertiser is not in the allowlist of this feature."  # own words; code from ae
