"""The crowd, run by locust in a process of its own: people at the pages, and clients of REST.

Knows addresses and forms, nothing of the product's code. Every answer goes as a line of JSON into SOAK_ANSWERS, and
whatever the product said yes to into SOAK_LEDGER, to be looked for when all is over.
"""

import copy
import itertools
import json
import os
import random
import time
import uuid
from typing import Any
from urllib.parse import urlencode

import gevent
from locust import FastHttpUser, between, events, task

from tests.web.posted import read_form

WORLD = json.loads(os.environ["SOAK_WORLD"])
ANSWERS = open(os.environ["SOAK_ANSWERS"], "a", buffering=1)  # noqa: SIM115
LEDGER = open(os.environ["SOAK_LEDGER"], "a", buffering=1)  # noqa: SIM115
PEOPLE = itertools.cycle(WORLD["people"])
TOKENS = itertools.cycle(WORLD["tokens"])
NUMBERS = itertools.count(1)
KNOWN: list[int] = []  # our ids of campaigns that were made
TOKEN = "csrfmiddlewaretoken"
FORM = "application/x-www-form-urlencoded"
TRIES = 10  # of one request with one key
WAIT = 2.0  # seconds, where no answer named any
PAGES = ("drift/", "learning/", "notices/", "accounts/", "rules/", "audit/", "find/?q=soak")
LISTS = ("campaigns/", "learning/", "proposals/", "changes/", "flips/", "results/", "advertisers/")


@events.request.add_listener
def note_answer(name: str, response_time: float, response: Any, exception: Any, **rest: Any) -> None:
    status = getattr(response, "status_code", 0) or 0
    line = {"at": time.time(), "kind": name, "status": status, "seconds": response_time / 1000}
    if status >= 400 or not status:
        headers = getattr(response, "headers", None) or {}
        line |= {"retry_after": headers.get("Retry-After"), "error": str(exception or "")[:200]}
        line["said"] = (getattr(response, "text", "") or "")[:200] if status != 503 else ""
    ANSWERS.write(json.dumps(line) + "\n")


def find_token(html: str) -> str:
    return html.partition(f'name="{TOKEN}" value="')[2].partition('"')[0]


def acknowledge(**said: Any) -> None:
    LEDGER.write(json.dumps({"at": time.time(), **said}) + "\n")


class Visitor(FastHttpUser):
    abstract = True
    wait_time = between(0.5, 2.5)
    connection_timeout = network_timeout = 120.0  # slow is not refused: it shows in the table

    def insist(self, ask: Any) -> Any:
        """Asks again while there is no answer or a 503, as a client does that was told to."""
        for _ in range(TRIES):
            answer = ask()
            if answer.status_code not in (0, 429, 503):
                break
            gevent.sleep(float((answer.headers or {}).get("Retry-After") or WAIT))
        return answer

    def make_draft(self, token: str) -> dict[str, Any] | None:
        tree = copy.deepcopy(WORLD["tree"])
        tree["campaign_name"] = name = f"Soak {next(NUMBERS)}"
        key = uuid.uuid4().hex
        answer = self.insist(lambda: self.send("draft", "campaigns/", tree, token, key))
        if answer.status_code != 201:
            return None
        draft: dict[str, Any] = answer.json()
        acknowledge(draft=draft["id"], name=name)
        KNOWN.append(draft["id"])
        return draft

    def send(self, kind: str, path: str, body: Any, token: str, key: str = "") -> Any:
        headers = {"Authorization": f"Token {token}"} | ({"Idempotency-Key": key} if key else {})
        return self.client.post(f"/api/v1/{path}", json=body, headers=headers, name=kind)


class Person(Visitor):
    weight = 3

    def on_start(self) -> None:
        self.me = next(PEOPLE)
        self.draft: dict[str, Any] | None = None
        self.insist(self.sign_in)

    def sign_in(self) -> Any:
        form = self.client.get("/login/", name="sign in: the form")
        if form.status_code != 200:
            return form
        body = {
            "username": self.me["username"],
            "password": self.me["password"],
            TOKEN: find_token(form.text),
        }
        return self.client.post("/login/", body, headers={"Referer": self.host + "/login/"}, name="sign in")

    @task(4)
    def list_campaigns(self) -> None:
        self.client.get(random.choice(("/", "/?state=live", "/?q=Soak", "/?order=-spend")), name="list")

    @task(3)
    def open_campaign(self) -> None:
        if KNOWN:
            self.client.get(f"/campaigns/{random.choice(KNOWN)}/", name="campaign")

    @task(2)
    def open_page(self) -> None:
        self.client.get(f"/{random.choice(PAGES)}", name="other pages")

    @task(2)
    def open_queue(self) -> None:
        self.client.get("/proposals/", name="queue")

    @task(1)
    def review(self) -> None:
        if self.draft:
            self.client.get(f"/campaigns/{self.draft['id']}/review/", name="review")

    @task(4)
    def type_on(self) -> None:
        """Types into the person's own draft, until the answer says that it is saved."""
        self.draft = self.draft or (self.make_draft(next(TOKENS)) if self.me["types"] else None)
        if self.draft is None:
            return
        address = f"/campaigns/{self.draft['id']}/build/"
        page = self.client.get(address, name="builder")
        if page.status_code != 200:
            return
        name = f"Soak typed {uuid.uuid4().hex[:8]}"
        form = read_form(page.text) | {"campaign_name": [name], TOKEN: [find_token(page.text)]}
        headers = {"HX-Request": "true", "Referer": self.host + address, "Content-Type": FORM}
        body = urlencode(form, doseq=True)
        saved = self.insist(lambda: self.client.post(address, data=body, headers=headers, name="autosave"))
        if saved.status_code == 200 and "keep:" not in saved.text:
            acknowledge(saved=self.draft["id"], name=name)


class Client(Visitor):
    weight = 1

    def on_start(self) -> None:
        self.token = next(TOKENS)

    @task(3)
    def validate(self) -> None:
        self.send("validate", "campaigns/validate/", WORLD["tree"], self.token)

    @task(5)
    def read_lists(self) -> None:
        headers = {"Authorization": f"Token {self.token}"}
        self.client.get(f"/api/v1/{random.choice(LISTS)}", headers=headers, name="REST lists")

    @task(2)
    def draft(self) -> None:
        self.make_draft(self.token)

    @task(1)
    def launch(self) -> None:
        if time.time() < WORLD.get("next_launch", 0):
            return
        WORLD["next_launch"] = time.time() + WORLD["launch_every"]
        draft = self.make_draft(self.token)
        if draft is None:
            return
        yes = [
            {"rule": found["rule"], "path": found["path"]}
            for found in draft["findings"]
            if found["level"] == "confirm"
        ]
        body, key = {"version": draft["version"], "acknowledge": yes}, uuid.uuid4().hex
        path = f"campaigns/{draft['id']}/launch/"
        answer = self.insist(lambda: self.send("launch", path, body, self.token, key))
        if answer.status_code != 202:
            return
        acknowledge(launch=draft["id"])
        headers = {"Authorization": f"Token {self.token}"}
        for _ in range(20):
            gevent.sleep(3)
            seen = self.client.get(f"/api/v1/{path}", headers=headers, name="launch state")
            if seen.status_code == 200 and seen.json()["state"] not in ("launching", "waiting"):
                break
