"""Tells a database that is away, or too busy for the moment, from a fault of ours.

Knows the words of psycopg and sqlite3 beneath Django's exceptions; knows nothing of requests and tasks.
"""

import sqlite3

from django.db import InterfaceError, OperationalError

# SQLSTATE: connections, resources (full disk, too many clients), a lock that was not to be had, deadlocks and failed
# serialisations, and the server's own operators (shutdown, start-up, time-outs). PostgreSQL's manual, appendix A.
_PASSING = ("08", "53", "55P03", "40", "57")


def is_away(error: BaseException | None) -> bool:
    """Whether the same request may succeed in a moment. A missing table, or a broken statement, will not."""
    while error is not None:
        if isinstance(error, InterfaceError):  # the connection was closed under us
            return True
        if isinstance(error, OperationalError):
            return _is_passing(error.__cause__)
        error = error.__cause__ or error.__context__
    return False


def _is_passing(cause: BaseException | None) -> bool:
    if isinstance(cause, sqlite3.Error):
        # A plain SQLITE_ERROR is about the statement; the others are about the file, the disk and the lock.
        return getattr(cause, "sqlite_errorcode", sqlite3.SQLITE_ERROR) != sqlite3.SQLITE_ERROR
    state = getattr(cause, "sqlstate", None)
    return state is None or str(state).startswith(_PASSING)  # none: no server said anything at all
