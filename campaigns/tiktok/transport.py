"""One HTTP call to TikTok, or to any server that speaks its API. Knows time-outs and broken connections, no endpoint.

The token travels in a header only and is never part of an error's text. What a confidential call carries (an app's secret, a
code, a token) is no part of its error either.
"""

import json
import threading
from collections.abc import Callable, Mapping
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests

from campaigns.tiktok.errors import Meaning, TikTokError
from campaigns.tiktok.wire import Answer, read_answer

IDLE_SECONDS = (
    15.0  # own choice: servers close what is idle for longer, and a call that meets the closing is unsure
)
MAX_ANSWER_BYTES = 64 * 1024 * 1024  # a page of 1,000 objects is a few megabytes; more is no answer


_kept = threading.local()


def keep_session(*, now: float) -> requests.Session:
    """The calling thread's own session: open connections save a handshake per call. `now` is seconds of a steady clock."""
    session: requests.Session | None = getattr(_kept, "session", None)
    if session is None or now - _kept.used_at > IDLE_SECONDS:
        if session is not None:
            session.close()
        session = _kept.session = requests.Session()
        session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))  # tokens share it, nothing else
    _kept.used_at = now
    return session


class Transport:
    """Calls below one base address (`…/open_api/v1.3/`) with one token. `timeout` is seconds, for connect and read each."""

    def __init__(
        self, *, base_url: str, token: str, timeout: float, session: requests.Session | None = None
    ) -> None:
        self._base_url = base_url.rstrip("/") + "/"
        self._timeout = timeout
        self._session = session or requests.Session()
        self._headers = {"Access-Token": token} if token else {}

    def get(self, path: str, parameters: Mapping[str, Any], *, confidential: bool = False) -> Answer:
        """Arrays and objects travel as JSON text (platform section 1)."""
        query = {
            name: value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
            for name, value in parameters.items()
        }
        return self._call("GET", path, confidential, params=query)

    def post(self, path: str, body: Mapping[str, Any], *, confidential: bool = False) -> Answer:
        try:
            return self._call("POST", path, confidential, json=dict(body))
        except TikTokError as error:
            error.request = None if confidential else dict(body)
            raise

    def _call(self, method: str, path: str, confidential: bool, **payload: Any) -> Answer:
        url = self._base_url + path
        try:
            response = self._session.request(
                method,
                url,
                headers=self._headers,
                timeout=(self._timeout, self._timeout),
                allow_redirects=False,  # a redirect would carry the token elsewhere
                **payload,
            )
        except requests.RequestException as error:
            # the cause would show the whole address, with an app's secret in it
            raise _explain(error, path, self._timeout) from (None if confidential else error)
        return read_answer(
            path, response.status_code, response.content[:MAX_ANSWER_BYTES], dict(response.headers)
        )


class Paced(Transport):
    """Another transport whose every call is announced first: `before` gets its path, and takes its time."""

    def __init__(self, transport: Transport, before: Callable[[str], object]) -> None:
        self._transport, self._before = transport, before

    def get(self, path: str, parameters: Mapping[str, Any], *, confidential: bool = False) -> Answer:
        self._before(path)
        return self._transport.get(path, parameters, confidential=confidential)

    def post(self, path: str, body: Mapping[str, Any], *, confidential: bool = False) -> Answer:
        self._before(path)
        return self._transport.post(path, body, confidential=confidential)


def _explain(error: requests.RequestException, path: str, timeout: float) -> TikTokError:
    """What a call without an answer means."""
    match error:
        case requests.ConnectTimeout():
            return TikTokError(Meaning.UNREACHABLE, "the server cannot be reached (time-out)", endpoint=path)
        case requests.ConnectionError() if _was_refused(error):
            return TikTokError(Meaning.UNREACHABLE, "the server cannot be reached", endpoint=path)
        case requests.ConnectionError():  # it may have carried the request before it broke
            return TikTokError(Meaning.UNSURE, "the connection broke without an answer", endpoint=path)
        case requests.Timeout():
            return TikTokError(Meaning.UNSURE, f"no answer within {timeout:g} s", endpoint=path)
        case _:
            return TikTokError(Meaning.UNSURE, f"the call failed: {type(error).__name__}", endpoint=path)


def _was_refused(error: requests.ConnectionError) -> bool:
    """Whether the connection was never made: urllib3 says so by the class of its reason."""
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return type(reason).__name__ in ("NewConnectionError", "NameResolutionError")
