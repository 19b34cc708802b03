"""Which addresses a webhook may have, and where a connection really goes."""

import pytest

from campaigns.notices.addresses import Forbidden, find_objection, open_guarded_session, resolve_place


@pytest.mark.parametrize(
    "address",
    [
        "http://example.com/",
        "ftp://example.com/",
        "https://",
        "example.com",
        "https://user:word@example.com/",
        "https://example.com/#part",
        "https://example.com:0/",
        "https://example.com:99999/",
        "https://127.0.0.1/",
        "https://10.1.2.3/",
        "https://169.254.169.254/latest/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[2002:0a00:0001::]/",
        "https://0.0.0.0/",
        "https://224.0.0.1/",
        "https://100.64.0.1/",
    ],
)
def test_what_is_not_public_https_is_refused(address: str) -> None:
    assert find_objection(address, inside=False)


@pytest.mark.parametrize(
    "address", ["https://example.com/hooks", "https://example.com:8443/a?b=c", "https://93.184.215.14/"]
)
def test_a_public_https_address_is_taken(address: str) -> None:
    assert find_objection(address, inside=False) is None


def test_a_house_may_allow_its_own_network() -> None:
    assert find_objection("http://127.0.0.1:9/", inside=True) is None


def test_a_public_name_that_means_a_private_address_is_not_called() -> None:
    with pytest.raises(Forbidden, match="inside a private network"):
        resolve_place("localhost", 443, inside=False)


def test_the_connection_itself_is_judged() -> None:
    with open_guarded_session(inside=False) as session, pytest.raises(Forbidden):
        session.get("http://localhost:9/", timeout=2)
