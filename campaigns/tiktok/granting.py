"""From an authorisation code to a token and back (platform 4.1, 4.2): calls that carry an app's secret.

Nothing of what they carry is part of an error or of how a grant is shown.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from campaigns.tiktok.errors import Meaning, TikTokError
from campaigns.tiktok.transport import Transport
from campaigns.tiktok.wire import Answer


@dataclass(frozen=True, slots=True)
class App:
    """Whom TikTok gives tokens to: the developer app of this house."""

    id: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Grant:
    """What TikTok gave. A long-term token has no `lasts` and nothing to renew it by; None members were not told."""

    access_token: str = field(repr=False)
    refresh_token: str | None = field(default=None, repr=False)
    lasts: timedelta | None = None
    renewable_for: timedelta | None = None
    scopes: list[int] | None = None
    advertiser_ids: list[str] | None = None


class Granting:
    """One method, one call. Errors are TikTokError."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def take_code(self, app: App, code: str) -> Grant:
        """A long-term token for a code, which is good once and for an hour."""
        path = "oauth2/access_token/"
        body = {"app_id": app.id, "secret": app.secret, "auth_code": code}
        return _read_grant(path, self._transport.post(path, body, confidential=True))

    def take_code_for_short(self, app: App, code: str) -> Grant:
        """The same for a token that lasts a day and is renewed."""
        path = "tt_user/oauth2/token/"
        body = {
            "client_id": app.id,
            "client_secret": app.secret,
            "grant_type": "authorization_code",
            "auth_code": code,
        }
        return _read_grant(path, self._transport.post(path, body, confidential=True))

    def renew(self, app: App, refresh_token: str) -> Grant:
        """A fresh pair of tokens; the old pair is good for nothing afterwards."""
        path = "tt_user/oauth2/refresh_token/"
        body = {
            "client_id": app.id,
            "client_secret": app.secret,
            "grant_type": "refresh_token",
            "refresh_token": refresh_token,
        }
        return _read_grant(path, self._transport.post(path, body, confidential=True))

    def revoke(self, app: App, token: str, *, short: bool) -> None:
        """Ends a token for everybody who holds it."""
        if short:
            path = "tt_user/oauth2/revoke/"
            body = {"client_id": app.id, "client_secret": app.secret, "access_token": token}
        else:
            path = "oauth2/revoke_token/"
            body = {"app_id": app.id, "secret": app.secret, "access_token": token}
        self._transport.post(path, body, confidential=True)


def _read_grant(path: str, answer: Answer) -> Grant:
    data = answer.data
    token, refresh = data.get("access_token"), data.get("refresh_token")
    if not isinstance(token, str) or not token:
        raise TikTokError(
            Meaning.UNSURE, "the answer holds no token", endpoint=path, request_id=answer.request_id
        )
    ids = data.get("advertiser_ids")
    return Grant(
        access_token=token,
        refresh_token=refresh if isinstance(refresh, str) and refresh else None,
        lasts=_read_seconds(data.get("expires_in")),
        renewable_for=_read_seconds(data.get("refresh_token_expires_in")),
        scopes=_read_numbers(data.get("scope")),
        advertiser_ids=[str(item) for item in ids] if isinstance(ids, list) else None,
    )


def _read_numbers(given: Any) -> list[int] | None:
    """Short-term tokens name their permissions in words, which say nothing here."""
    if not isinstance(given, list) or not all(str(item).isdigit() for item in given):
        return None
    return [int(item) for item in given]


def _read_seconds(given: Any) -> timedelta | None:
    """None where no end is told."""
    seconds = int(given) if str(given).isdigit() else 0
    return timedelta(seconds=seconds) if seconds else None
