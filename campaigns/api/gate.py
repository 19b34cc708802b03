"""What every view of REST shares: reading JSON, problems, the document, and finding what the caller may see."""

import re
from collections.abc import Mapping
from typing import Any, cast

from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from campaigns import queries
from campaigns.api.openapi import GateSchema
from campaigns.api.pages import CursorPages
from campaigns.api.parsing import BodyParser, read_object
from campaigns.api.plans import show_repair
from campaigns.api.problems import Problem, malformed, not_found
from campaigns.api.shapes_learning import add_learning
from campaigns.api.throttling import TokenThrottle
from campaigns.api.trees import is_judged, show_tree
from campaigns.contract.levels import Level
from campaigns.contract.limits import MAX_INT64
from campaigns.models import Advertiser, Campaign, Person, Thing
from campaigns.services.access import read_origin
from campaigns.services.desk import read_campaign
from campaigns.services.edits import Acknowledged
from campaigns.services.judging import judge_campaign
from campaigns.services.repairing import propose_repair
from campaigns.sync.clock import read_now

DOOR = "rest"


class Gate(APIView):
    """A view of REST. `versioned` views take the version of the tree in `If-Match` too."""

    parser_classes = [BodyParser]
    throttle_classes = [TokenThrottle]
    metadata_class = None
    http_method_names = ["get", "head", "post", "put", "patch", "delete"]  # what `Allow` names
    schema = GateSchema()
    versioned = False

    @property
    def person(self) -> Person:
        person = cast(Person, self.request.user)
        person.origin = read_origin(self.request.META)
        return person


class GateList(Gate, ListAPIView[Any]):
    """A list. A parameter it does not know is refused: a filter that is not heard gives too many rows, not too few."""

    pagination_class = CursorPages

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        known = {"cursor", CursorPages.page_size_query_param, "format"}
        if filters := getattr(self, "filterset_class", None):
            known |= set(filters.base_filters)
        if fields := getattr(self, "ordering_fields", None):
            known.add("ordering")
            for field in request.query_params.get("ordering", "").split(","):
                if field.strip().removeprefix("-") not in ("", *fields):
                    raise malformed("ordering", f"write {', '.join(fields)}, with - in front for downwards")
        for name in request.query_params:
            if name not in known:
                raise malformed(name, f"this list knows {', '.join(sorted(known - {'format'}))}")
        return super().list(request, *args, **kwargs)


def find_account(person: Person, tree: Mapping[str, Any]) -> Advertiser:
    """The account a tree names. One that the person is no member of does not exist for them."""
    given = tree.get("advertiser_id")
    if given in (None, ""):
        raise malformed("advertiser_id", "name the account, as in GET advertisers/")
    if isinstance(given, bool) or not isinstance(given, str | int):
        raise malformed("advertiser_id", "write the id as text")
    account = queries.visible_to(person).filter(advertiser_id=str(given)[:100]).first()
    if account is None:
        said = "there is no such account, or you are no member of it"
        problems = [("advertiser_id", said)]
        raise Problem(404, "not_found", f"advertiser_id: {said}.", problems=problems)
    return cast(Advertiser, account)


def find_campaign(person: Person, pk: int) -> Campaign:
    """A campaign with its state and its whole tree."""
    campaign = queries.with_tree(queries.visible_campaigns(person)).filter(pk=pk).first()
    if campaign is None:
        raise not_found()
    return campaign


def find_thing(person: Person, level: Level, pk: int) -> Thing:
    """One object of the person's accounts."""
    thing: Thing | None
    match level:
        case Level.CAMPAIGN:
            thing = queries.visible_campaigns(person).filter(pk=pk).first()
        case Level.ADGROUP:
            thing = queries.visible_adgroups(person).filter(pk=pk).first()
        case Level.AD:
            thing = queries.visible_ads(person).filter(pk=pk).first()
    if thing is None:
        raise not_found()
    return thing


def answer_tree(
    campaign: Campaign, status: int = 200, headers: Mapping[str, str] | None = None, *, repair: bool = False
) -> Response:
    """The whole tree with its ETag; findings, and a repair if asked for, only where something can be mended."""
    judged = is_judged(campaign)
    findings = judge_campaign(campaign=campaign, now=read_now()).leaving if judged else ()
    shown = show_tree(campaign, findings)
    add_learning(shown, read_campaign(campaign, now=read_now()))
    if repair:
        shown["repair"] = find_repair(campaign.advertiser, campaign.raw_tree()) if judged else None
    tag = f'"{campaign.tree_version}"'
    return Response(shown, status=status, headers={"ETag": tag, **(headers or {})})


def asks_repair(request: Request) -> bool:
    """Whether the caller wants the repair along: looking for it may take seconds."""
    given = request.query_params.get("repair", "")
    if given not in ("", "0", "1", "false", "true"):
        raise malformed("repair", "write 1, or leave it out")
    return given in ("1", "true")


def find_repair(advertiser: Advertiser, raw: Mapping[str, Any]) -> dict[str, Any] | None:
    """The repair of a tree as REST shows it; null where nothing is to mend or nothing enumerable mends it."""
    repair = propose_repair(advertiser=advertiser, raw=raw, now=read_now()).repair
    return show_repair(repair, advertiser.money) if repair else None


def read_body(request: Request) -> dict[str, Any]:
    return read_object(request.data)


def read_reason(body: Mapping[str, Any], name: str) -> str:
    """Why something is asked for, or must not wait; empty where nothing is said."""
    given = body.get(name) or ""
    if not isinstance(given, str):
        raise malformed(name, "write the reason")
    return given


def read_version(request: Request, body: Mapping[str, Any]) -> int:
    """The version the caller looked at: in the body, in If-Match, or alike in both."""
    typed = body.get("version")
    if typed is not None and (isinstance(typed, bool) or not isinstance(typed, int)):
        raise malformed("version", "write a whole number")
    tag = request.headers.get("If-Match")
    if tag is None:
        if typed is None:
            raise malformed("version", "give the version you read, here or in If-Match")
        return _bounded(typed)
    match = re.fullmatch(r'(?:W/)?"(\d{1,18})"', tag.strip(), re.ASCII)
    if match is None:
        raise malformed("If-Match", 'write the ETag you read, such as "3"')
    if typed is not None and int(match[1]) != typed:
        raise malformed("version", "it is another one than in If-Match")
    return int(match[1])


def _bounded(version: int) -> int:
    if abs(version) > MAX_INT64:
        raise malformed("version", "write a smaller whole number")
    return version


def read_acknowledged(given: Any) -> Acknowledged:
    """What the caller says yes to: pairs of rule and path, or bare rule ids, which mean every path."""
    if given is None:
        return frozenset()
    if not isinstance(given, list):
        raise malformed("acknowledge", "write a list, [ … ]")
    return frozenset(_read_acknowledgement(f"acknowledge/{index}", item) for index, item in enumerate(given))


def _read_acknowledgement(where: str, item: Any) -> tuple[str, str | None]:
    match item:
        case str():
            return item, None
        case {"rule": str(rule), "path": str(path)}:
            return rule, path
        case _:
            raise malformed(where, 'write a rule id, or {"rule": …, "path": …}')
