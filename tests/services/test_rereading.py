"""Libraries are read again by themselves: what was uploaded at TikTok is there to choose from within the hour."""

from datetime import timedelta

import pytest

from campaigns.models import Advertiser
from campaigns.services.rereading import LIBRARY_AGE, list_unread
from tests.factories import NOW, make_advertiser, make_connection

pytestmark = pytest.mark.django_db


def read_at(moment):
    account = make_advertiser()
    checked = moment.isoformat().replace("+00:00", "Z") if moment else ""
    Advertiser.objects.filter(pk=account.pk).update(readiness={"checked_at": checked} if moment else {})
    return account.pk


def test_what_was_read_long_ago_or_never_is_read_again():
    old, never, _ = read_at(NOW - LIBRARY_AGE - timedelta(seconds=1)), read_at(None), read_at(NOW)
    assert sorted(list_unread(now=NOW)) == sorted([old, never])


def test_an_account_whose_connection_is_refused_rests():
    make_advertiser(connection=make_connection(refused_at=NOW))
    assert list_unread(now=NOW) == []
