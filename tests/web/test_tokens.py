"""The page of tokens: the text once, what was typed kept, and taking one back."""

import pytest

from campaigns.models import ClientToken
from tests.factories import make_advertiser, make_person

pytestmark = pytest.mark.django_db
FORM = {"name": "Nightly report", "scopes": ["read"], "reach": "all", "days": "30"}


@pytest.fixture
def ada(client):
    person = make_person("ada", first_name="Ada")
    client.force_login(person)
    make_advertiser(name="Northwind", people={person: "buyer"})
    return person


def test_the_text_stands_there_once(client, ada):
    html = client.post("/tokens/", FORM).content.decode()
    begins = ClientToken.objects.get().token_key
    assert f'<code id="token-text">{begins}' in html
    again = client.get("/tokens/").content.decode()
    assert begins in again
    assert "token-text" not in again


def test_a_refused_form_keeps_what_was_typed(client, ada):
    answer = client.post("/tokens/", FORM | {"scopes": [], "days": "9999"})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="Nightly report"' in html
    assert 'value="9999"' in html
    assert "Choose at least one of" in html
    assert not ClientToken.objects.exists()


def test_only_these_accounts_means_only_these(client, ada):
    make_advertiser(name="Southwind", people={ada: "buyer"})
    north = ada.advertisers.get(name="Northwind")
    client.post("/tokens/", FORM | {"reach": "some", "accounts": [north.advertiser_id]})
    token = ClientToken.objects.get()
    assert (token.every_account, list(token.accounts.all())) == (False, [north])


def test_a_foreign_account_is_not_given_to_a_token(client, ada):
    foreign = make_advertiser(name="Foreign")
    answer = client.post("/tokens/", FORM | {"reach": "some", "accounts": [foreign.advertiser_id]})
    assert answer.status_code == 422
    assert not ClientToken.objects.exists()


def test_it_is_taken_back_by_a_post_alone(client, ada):
    client.post("/tokens/", FORM)
    address = f"/tokens/{ClientToken.objects.get().token_key}/revoke/"
    assert client.get(address).status_code == 404
    assert client.post(address).status_code == 302
    assert not ClientToken.objects.exists()
