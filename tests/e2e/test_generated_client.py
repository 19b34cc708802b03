"""An integration written from the OpenAPI document alone: a client made from it, and the description of its webhook.

It judges and keeps a draft, launches it and waits, changes something under a learning lock, and is told by a signed message
what became of that. Nothing here knows an address, a member or a word that the document does not name.
"""

import hashlib
import hmac
import importlib
import json
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.document import read_document
from tests.running import Demo, until

pytestmark = pytest.mark.e2e
LONG = 60.0  # seconds; a launch takes five at least (R85)


class Generated:
    """The generated package, spoken to by the document's operation ids."""

    def __init__(self, package: str) -> None:
        self.package = package
        self.models = importlib.import_module(f"{package}.models")

    @contextmanager
    def open(self, address: str, token: str) -> Iterator["Session"]:
        module = importlib.import_module(f"{self.package}.client")
        with module.AuthenticatedClient(base_url=address, token=token, prefix="Token") as client:
            yield Session(self, client)


class Session:
    def __init__(self, generated: Generated, client: Any) -> None:
        self.generated, self.client = generated, client

    def call(self, operation: str, *ids: Any, status: HTTPStatus = HTTPStatus.OK, **given: Any) -> Any:
        """What the operation answered, as the client reads it."""
        tag = operation.partition("_")[0]
        module = importlib.import_module(f"{self.generated.package}.api.{tag}.{operation}")
        answer = module.sync_detailed(*ids, client=self.client, **given)
        assert answer.status_code == status, answer.content[:2000]
        return answer.parsed


@pytest.fixture(scope="session")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Generated]:
    from openapi_python_client import generate
    from openapi_python_client.config import Config, ConfigFile, MetaType

    home: Path = tmp_path_factory.mktemp("client")
    document = home / "document.json"
    document.write_text(json.dumps(read_document()))
    target = home / "smartplus_client"
    settings = Config.from_sources(
        ConfigFile(post_hooks=[]), MetaType.NONE, document, "utf-8", overwrite=True, output_path=target
    )
    assert list(generate(config=settings)) == []  # nothing that the document says was too much for it
    sys.path.insert(0, str(home))
    yield Generated(target.name)
    sys.path.remove(str(home))


class Receiver:
    """Where messages are carried to: keeps each one with its signature."""

    def __init__(self) -> None:
        kept = self.kept = list[tuple[str, bytes]]()

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                kept.append((self.headers["Smartplus-Signature"], body))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *args: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/"

    def find(self, secret: str, kind: str) -> dict[str, Any]:
        """The one message of a kind, believed only where its signature is what the document describes."""
        until(lambda: any(json.loads(body)["kind"] == kind for _, body in self.kept), LONG)
        signature, body = next(item for item in self.kept if json.loads(item[1])["kind"] == kind)
        told = dict(part.split("=", 1) for part in signature.split(","))
        signed = told["t"].encode() + b"." + body
        digest = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
        assert hmac.compare_digest(digest, told["v1"])
        assert abs(time.time() - int(told["t"])) < 300
        return json.loads(body)

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    opened = Receiver()
    yield opened
    opened.close()


@pytest.fixture
def address(product: Demo) -> str:
    return product.find(r"is at\s+(\S+)")


@pytest.fixture
def buyer(generated: Generated, address: str, product: Demo) -> Iterator[Session]:
    with generated.open(address, product.make_token("ana", "draft", "launch")) as session:
        yield session


@pytest.fixture
def manager(generated: Generated, address: str, product: Demo) -> Iterator[Session]:
    with generated.open(address, product.make_token("marcus", "launch", "approve")) as session:
        yield session


def set_webhook(manager: Session, receiver: Receiver, account: str, kind: str) -> str:
    models = manager.generated.models
    order = models.WebhookOrderRequest(
        advertiser_id=account, address=receiver.address, kinds=[models.NoticeKindRequest(kind)]
    )
    made = manager.call("webhooks_create", body=order, status=HTTPStatus.CREATED)
    return str(made.secret)


def compose_tree(session: Session, account: str) -> Any:
    """The document's example, with what this account owns in its place."""
    paths = read_document()["paths"]
    examples = paths["/api/v1/campaigns/validate/"]["post"]["requestBody"]["content"]["application/json"]
    tree = next(iter(examples["examples"].values()))["value"] | {"advertiser_id": account}
    library = session.call("advertisers_library_retrieve", account)
    group = tree["adgroups"][0]
    group["pixel_id"] = library.pixels[0].pixel_id
    group["optimization_event"] = library.pixels[0].events[0]
    (creative,) = group["ads"][0]["creative_list"]
    identity = next(item for item in library.identities if not item.identity_authorized_bc_id)
    creative["creative_info"] |= {
        "video_info": {"video_id": library.videos[0].video_id},
        "image_info": [{"web_uri": library.pictures[0].image_id}],
        "identity_type": identity.identity_type,
        "identity_id": identity.identity_id,
    }
    return session.generated.models.CampaignRequest.from_dict(tree)


def test_it_drafts_launches_waits_and_is_told(buyer: Session, manager: Session, receiver: Receiver) -> None:
    models = buyer.generated.models
    account = buyer.call("advertisers_list").results[-1].advertiser_id
    secret = set_webhook(manager, receiver, account, "launch_finished")
    tree = compose_tree(buyer, account)
    judged = buyer.call("campaigns_validate_create", body=tree)
    assert [item.message for item in judged.findings if item.level == models.Gravity.REFUSE] == []
    draft = buyer.call("campaigns_create", body=tree, idempotency_key="a-draft", status=HTTPStatus.CREATED)
    again = buyer.call("campaigns_create", body=tree, idempotency_key="a-draft", status=HTTPStatus.CREATED)
    assert again.id == draft.id
    yes = [
        models.AcknowledgementRequest(rule=item.rule, path=item.path)
        for item in draft.findings
        if item.level == models.Gravity.CONFIRM
    ]
    order = models.LaunchOrderRequest(version=draft.version, acknowledge=yes)
    progress = buyer.call("campaigns_launch_create", draft.id, body=order, status=HTTPStatus.ACCEPTED)
    deadline = time.monotonic() + LONG
    while progress.state == models.ObjectState.LAUNCHING and time.monotonic() < deadline:
        time.sleep(0.5)
        progress = buyer.call("campaigns_launch_retrieve", draft.id)
    assert (progress.state, progress.done) == (models.ObjectState.LIVE, progress.total)
    message = receiver.find(secret, "launch_finished")
    assert (message["campaign"], message["advertiser_id"]) == (draft.id, account)


def test_it_changes_something_under_a_lock_and_hears_of_the_decision(
    buyer: Session, manager: Session, receiver: Receiver
) -> None:
    models = buyer.generated.models
    locked = next(row for row in buyer.call("learning_list").results if row.lock.locked)
    secret = set_webhook(manager, receiver, locked.advertiser_id, "proposal_decided")
    campaign = buyer.call("campaigns_retrieve", locked.campaign)
    change = models.PatchedCampaignChangeRequest(
        version=campaign.version, budget=str(int(float(campaign.budget) * 1.1)), reason="Sells out by noon"
    )
    answer = buyer.call("campaigns_partial_update", campaign.id, body=change, status=HTTPStatus.ACCEPTED)
    asked = answer.proposal
    assert asked.state == models.ProposalState.OPEN
    own = models.AnswerRequest(version=asked.version)
    buyer.call("proposals_approve_create", asked.id, body=own, status=HTTPStatus.FORBIDDEN)
    waiting = manager.call("proposals_list", state=models.ProposalsListState.OPEN).results
    found = next(item for item in waiting if item.id == asked.id)
    yes = models.AnswerRequest(version=found.version, comment="Go")
    decided = manager.call("proposals_approve_create", found.id, body=yes)
    assert decided.state == models.ProposalState.APPLIED
    assert decided.decided_by == "marcus"
    assert buyer.call("proposals_retrieve", asked.id).items[0].receipt.change is not None
    message = receiver.find(secret, "proposal_decided")
    assert (message["data"]["proposal"], message["data"]["by"]) == (asked.id, "marcus")
