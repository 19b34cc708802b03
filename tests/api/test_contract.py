"""What knows only the document asks everything it names: every answer is one that the document knows, and none is a breakdown.

Bounded, and the same on every run. `make fuzz` asks longer, by HTTP.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings

from campaigns.models import ClientToken
from campaigns.rules.authority import Scope
from tests.access.world import World, build_world
from tests.document import find_route, read_document

EXAMPLES = 4  # of each operation, in each way of asking
BOUNDED = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
SIGNED_IN = {"GET /api/v1/system/"}  # answers people only, no token
ELSEWHERE = 502  # TikTok did not answer as it should
METHODS = ("get", "post", "put", "patch", "delete", "options", "trace")


@pytest.fixture
def world(db: None) -> Iterator[World]:
    """The server's own door would close the connection that the test's transaction lives in."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield build_world()
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture(scope="module")
def schema() -> Any:
    import schemathesis  # here: two seconds, which no other lane needs

    from smartplus_admin.wsgi import application

    found = schemathesis.openapi.from_dict(read_document())
    found.app = application
    return found


def make_token(world: World) -> str:
    """One for each operation: none is held up by the pace of a token."""
    person = world.people["administrator"]
    return ClientToken.objects.create(user=person, name="fuzz", scopes=list(Scope))[1]


def ask(operation: Any, mode: Any, world: World, real: dict[str, Any], body: dict[str, Any]) -> set[int]:
    """The statuses of the answers. `body` is put over what is drawn. Raises with what the document does not know."""
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi.checks import (
        ignored_auth,  # who may ask for what has tests of its own
        negative_data_rejection,  # a member that nobody knows may be a finding instead of an error
        positive_data_acceptance,  # what is well typed may still be refused by a rule
    )

    secret, statuses = make_token(world), set[int]()

    @BOUNDED
    @given(operation.as_strategy(generation_mode=mode))
    def check(case: Any) -> None:
        case.path_parameters.update(real)
        if body and isinstance(case.body, dict):
            case.body |= body
            case.headers.pop("If-Match", None)
        before = transaction.savepoint()
        answer = case.call(headers={"Authorization": f"Token {secret}"})
        transaction.savepoint_rollback(before)
        statuses.add(answer.status_code)
        excluded = [ignored_auth, negative_data_rejection, positive_data_acceptance]
        if (
            answer.status_code == ELSEWHERE
        ):  # said of TikTok, which is not there; the document has to know it all the same
            excluded.append(not_a_server_error)
        case.validate_response(answer, excluded_checks=excluded)

    check()
    return statuses


def list_operations(schema: Any) -> list[Any]:
    return [found.ok() for found in schema.get_all_operations()]


def find_real(operation: Any, world: World) -> dict[str, str]:
    """The path's parameters, as what stands in the world is called."""
    path = operation.path
    drafts = operation.method in ("put", "delete") or path.endswith(("/launch/", "/adgroups/"))
    about = replace(world, live=world.draft) if drafts and operation.method != "get" else world
    pattern = re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", path)
    found = re.fullmatch(pattern, about.fill(find_route(path)))
    assert found is not None, path
    return found.groupdict()


def test_every_answer_is_one_that_the_document_knows(schema: Any, world: World) -> None:
    from schemathesis import GenerationMode
    from schemathesis.core.failures import FailureGroup

    troubles: dict[str, str] = {}
    for operation in list_operations(schema):
        heard = set[int]()
        real = find_real(operation, world)
        body = world.compose(f"{operation.method.upper()} {find_route(operation.path)}")
        ways = [(GenerationMode.POSITIVE, body)]
        if operation.body or operation.query:  # else nothing but the path could be otherwise
            ways.append((GenerationMode.NEGATIVE, {}))
        if operation.body:
            ways.append((GenerationMode.POSITIVE, {}))
        for mode, over in ways:
            try:
                heard |= ask(operation, mode, world, real, over)
            except FailureGroup as error:
                troubles[f"{operation.label} {mode.value}"] = str(error)
        if operation.method == "get" and 200 not in heard and operation.label not in SIGNED_IN:
            troubles.setdefault(operation.label, f"never answered: {sorted(heard)}")
    assert troubles == {}


def test_every_method_that_the_document_does_not_name_is_405(schema: Any, world: World) -> None:
    client = Client()
    client.force_login(world.people["administrator"])
    named = defaultdict[str, list[Any]](list)
    for operation in list_operations(schema):
        named[operation.path].append(operation)
    found = {}
    for path, operations in named.items():
        methods = {operation.method for operation in operations}
        for method in sorted(set(METHODS) - methods):
            answer = getattr(client, method)(path.format(**find_real(operations[0], world)))
            allowed = {item.strip().lower() for item in answer.get("Allow", "").split(",")} - {"head"}
            if (answer.status_code, allowed) != (405, methods):
                found[f"{method} {path}"] = (answer.status_code, answer.get("Allow"))
    assert found == {}


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b"\xff", "application/json", 400),
        (b"a=b", "application/x-www-form-urlencoded", 415),
        (b"{}", "text/plain", 415),
    ],
)
def test_a_body_that_is_no_json_object_is_refused_everywhere(
    schema: Any, world: World, body: bytes, kind: str, status: int
) -> None:
    client = Client()
    client.force_login(world.people["administrator"])
    found = {}
    for operation in list_operations(schema):
        if operation.body:
            address = operation.path.format(**find_real(operation, world))
            answer = client.generic(operation.method.upper(), address, body, content_type=kind)
            if (answer.status_code, answer["Content-Type"]) != (status, "application/problem+json"):
                found[operation.label] = (answer.status_code, answer.content[:200])
    assert found == {}
