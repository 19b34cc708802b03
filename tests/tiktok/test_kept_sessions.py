"""Connections that are kept open, and when they are not."""

import threading

from campaigns.tiktok.transport import IDLE_SECONDS, keep_session


def test_calls_of_one_thread_share_a_session() -> None:
    assert keep_session(now=100.0) is keep_session(now=100.0 + IDLE_SECONDS)


def test_a_session_that_was_idle_for_long_is_not_used_again() -> None:
    before = keep_session(now=100.0)
    assert keep_session(now=101.0 + IDLE_SECONDS) is not before


def test_threads_do_not_share_a_session() -> None:
    others = []
    thread = threading.Thread(target=lambda: others.append(keep_session(now=100.0)))
    thread.start()
    thread.join()
    assert others[0] is not keep_session(now=100.0)
