"""Keys rotate: a new one in front, all rewritten, the old one taken away. And a dump holds no secret in clear."""

from io import StringIO

import pytest
from cryptography.fernet import Fernet
from django.core import serializers
from django.core.management import CommandError, call_command
from pytest_django import Settings

from campaigns.models import Connection, Webhook
from tests.factories import NOW, make_advertiser, make_connection, make_person

pytestmark = pytest.mark.django_db
SECRET = "act.very-secret-7"


def rotate() -> list[str]:
    said = StringIO()
    call_command("rotate_keys", stdout=said)
    return said.getvalue().splitlines()


def test_after_rotating_the_old_key_is_not_needed(settings: Settings) -> None:
    old, new = settings.FIELD_ENCRYPTION_KEYS[0], Fernet.generate_key().decode()
    account = make_advertiser(connection=make_connection(access_token=SECRET))
    Webhook.objects.create(
        advertiser=account, owner=make_person(), address="https://example.com/", secret="hook", made_at=NOW
    )
    settings.FIELD_ENCRYPTION_KEYS = [new, old]
    assert "Webhook.secret: 1 rewritten, 0 under the newest key already" in rotate()
    settings.FIELD_ENCRYPTION_KEYS = [new]
    assert Connection.objects.get().access_token == SECRET
    assert Webhook.objects.get().secret == "hook"


def test_rotating_twice_rewrites_nothing_the_second_time(settings: Settings) -> None:
    make_connection()
    settings.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode(), *settings.FIELD_ENCRYPTION_KEYS]
    rotate()
    assert "Connection.access_token: 0 rewritten, 1 under the newest key already" in rotate()


def test_a_secret_that_no_key_opens_is_named_and_the_others_are_rewritten(settings: Settings) -> None:
    lost = make_connection()
    settings.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    kept = make_connection(access_token=SECRET)
    settings.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode(), *settings.FIELD_ENCRYPTION_KEYS]
    with pytest.raises(CommandError, match=f"Connection.access_token of row {lost.pk}"):
        rotate()
    settings.FIELD_ENCRYPTION_KEYS = settings.FIELD_ENCRYPTION_KEYS[:1]
    assert Connection.objects.get(pk=kept.pk).access_token == SECRET


@pytest.mark.parametrize("form", ["json", "xml"])
def test_a_dump_holds_no_token_in_clear_and_is_read_back(form: str) -> None:
    connection = make_connection(access_token=SECRET)
    said = StringIO()
    call_command("dumpdata", "campaigns.connection", format=form, stdout=said)
    assert SECRET not in said.getvalue()
    Connection.objects.update(access_token="other")
    for row in serializers.deserialize(form, said.getvalue()):
        row.save()
    assert Connection.objects.get(pk=connection.pk).access_token == SECRET
