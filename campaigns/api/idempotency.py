"""`Idempotency-Key`: a repeated POST gets the first one's answer instead of doing it again.

The key is claimed by an insert before the service is called, so that of two requests at once one runs and the
other is told to wait. Only successes are kept: what was refused did nothing and may be sent again, mended.
"""

import functools
import hashlib
import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any, cast

from django.db import IntegrityError, transaction
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from campaigns.api.problems import Problem
from campaigns.models import Person, StoredAnswer
from campaigns.models.absence import is_away

HEADER = "Idempotency-Key"
KEY = re.compile(r"[A-Za-z0-9._-]{1,100}")
# A web process that dies between its service and its answer leaves its row without one. Longer than any request lives.
ABANDONED = timedelta(minutes=5)
_SAID_HEADERS = ("Location", "ETag")
_CLAIMS = 3  # another request's row may vanish between our insert and our look

Handler = Callable[..., Response]


def idempotent(handler: Handler) -> Handler:
    """Lets a POST handler of a view answer repeats from the store. Without the header nothing changes."""

    @functools.wraps(handler)
    def answer(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = request.headers.get(HEADER)
        if key is None:
            return handler(view, request, *args, **kwargs)
        if not KEY.fullmatch(key):
            said = "write 1 to 100 letters, digits, dots, underlines or hyphens"
            raise Problem(400, "malformed", f"{HEADER}: {said}.", problems=[(HEADER, said)])
        fingerprint = _fingerprint(request)
        claim, repeated = _claim(cast(Person, request.user), key, fingerprint)
        if repeated is not None:
            return repeated
        try:
            response = handler(view, request, *args, **kwargs)
        except BaseException as error:
            if not is_away(error):  # else it may be saved all the same: a repeat must not do it again
                StoredAnswer.objects.filter(pk=claim).delete()
            raise
        headers = {name: response[name] for name in _SAID_HEADERS if response.has_header(name)}
        body = json.loads(json.dumps(response.data, cls=JSONEncoder))
        body |= dict.fromkeys(getattr(view, "told_once", ()))  # a secret is told to the first request alone
        StoredAnswer.objects.filter(pk=claim).update(status=response.status_code, headers=headers, body=body)
        return response

    answer.takes_idempotency_key = True  # type: ignore[attr-defined]
    return answer


def _claim(person: Person, key: str, fingerprint: str) -> tuple[int, Response | None]:
    """Our fresh row's id, or the answer that an earlier request got. Raises Problem for another body or one that runs."""
    for _ in range(_CLAIMS):
        now = timezone.now()
        mine = StoredAnswer.objects.filter(person=person)
        mine.outlived(now=now).delete()
        mine.filter(key=key, status__isnull=True, at__lt=now - ABANDONED).delete()
        try:
            with transaction.atomic():
                row = StoredAnswer.objects.create(person=person, key=key, fingerprint=fingerprint, at=now)
            return row.pk, None
        except IntegrityError:
            earlier = mine.filter(key=key).first()
        if earlier is None:
            continue
        if earlier.fingerprint != fingerprint:
            said = f"This {HEADER} was used for another request. Draw a new one for each request."
            raise Problem(422, "idempotency_mismatch", said)
        if earlier.status is not None:
            headers = {**earlier.headers, "Idempotent-Replayed": "true"}
            return 0, Response(earlier.body, status=earlier.status, headers=headers)
        break
    said = "The first request with this Idempotency-Key is still running. Ask again in a moment."
    raise Problem(409, "idempotency_running", said, headers={"Retry-After": "1"})


def _fingerprint(request: Request) -> str:
    body = json.dumps(request.data, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{request.method}\n{request.get_full_path()}\n{body}".encode()).hexdigest()
