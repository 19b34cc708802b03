"""The page of webhooks: the secret once, what was typed kept, a test, and removal."""

import pytest

from campaigns.models import Delivery, Webhook
from tests.factories import make_advertiser, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(client):
    person = make_person("ada", first_name="Ada")
    client.force_login(person)
    return person


@pytest.fixture
def form(ada):
    account = make_advertiser(name="Northwind", people={ada: "manager"})
    return {
        "account": account.advertiser_id,
        "address": "https://example.com/hook",
        "kinds": ["launch_finished"],
    }


def test_the_secret_stands_there_once(client, form):
    html = client.post("/webhooks/", form).content.decode()
    assert Webhook.objects.get().secret in html
    assert Webhook.objects.get().secret not in client.get("/webhooks/").content.decode()


def test_a_refused_form_keeps_what_was_typed(client, form):
    answer = client.post("/webhooks/", form | {"address": "gopher://example.com", "kinds": []})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="gopher://example.com"' in html
    assert "Choose at least one of" in html


def test_it_is_tried_out_and_the_message_shows(client, form):
    client.post("/webhooks/", form)
    answer = client.post(f"/webhooks/{Webhook.objects.get().pk}/", {"act": "test"}, follow=True)
    assert "tries this webhook out" in answer.content.decode()
    assert Delivery.objects.get().kind == "test"


def test_a_settled_message_is_sent_again(client, form):
    client.post("/webhooks/", form)
    hook = Webhook.objects.get()
    client.post(f"/webhooks/{hook.pk}/", {"act": "test"})
    Delivery.objects.update(state="failed")
    client.post(f"/webhooks/{hook.pk}/", {"act": "again", "key": str(Delivery.objects.get().key)})
    assert Delivery.objects.get().state == "waiting"


def test_it_is_removed(client, form):
    client.post("/webhooks/", form)
    client.post(f"/webhooks/{Webhook.objects.get().pk}/", {"act": "remove"})
    assert not Webhook.objects.exists()


def test_a_buyer_sees_no_form(client, ada):
    make_advertiser(people={ada: "buyer"})
    html = client.get("/webhooks/").content.decode()
    assert "Set a webhook" not in html
    assert "Managers and administrators" in html


@pytest.mark.parametrize("act", ["", "explode"])
def test_an_act_that_does_not_exist_is_404(client, form, act):
    client.post("/webhooks/", form)
    assert client.post(f"/webhooks/{Webhook.objects.get().pk}/", {"act": act}).status_code == 404
