"""Every log line names the request, or the task with its row, that it belongs to."""

import logging
import re
import uuid
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from celery import Task
from django.http import HttpRequest, HttpResponse

HEADER = "X-Request-ID"
_PLAIN = re.compile(r"[A-Za-z0-9._-]{1,64}")  # what a proxy's id may hold: no line of the log is broken by it
_current: ContextVar[str] = ContextVar("request_id", default="-")


class RequestFilter(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = _current.get()
        return True


class RequestIdMiddleware:
    """Takes the proxy's id of the request, else draws one, and says it in the answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get(HEADER, "")
        request_id = given if _PLAIN.fullmatch(given) else uuid.uuid4().hex
        token = _current.set(request_id)
        try:
            response = self._get_response(request)
        finally:
            _current.reset(token)
        response[HEADER] = request_id
        return response


class NamedTask(Task):
    """A task whose log lines say which one they are, with the row that it is about."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        token = _current.set(f"{self.name.rpartition('.')[2]}:{args[0] if args else '-'}")
        try:
            return super().__call__(*args, **kwargs)
        finally:
            _current.reset(token)
