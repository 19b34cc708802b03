"""The house itself over REST: the rule book, and the house numbers with an account's own in their place."""

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns.api import examples, shapes_house
from campaigns.api.gate import DOOR, Gate, find_account, read_body
from campaigns.api.problems import malformed, not_found
from campaigns.api.trees import show_time
from campaigns.contract.shape import read_money
from campaigns.models import Advertiser, PolicyOverride, list_overrides, policy_of
from campaigns.rules.findings import FindingLevel
from campaigns.rules.passports import list_passports
from campaigns.rules.policy import Figure, house_policy
from campaigns.services import policies
from campaigns.services.policies import write_number
from campaigns.sync.clock import read_now

_ACCOUNT = OpenApiParameter("advertiser_id", str, description="with the numbers of this account's own")


class Rules(Gate):
    @extend_schema(
        summary="The rule book: every rule with its sentence, source, contradictions and a broken example",
        parameters=[
            OpenApiParameter("level", str, enum=list(FindingLevel), description="rules of one level only"),
            OpenApiParameter("id", str, description="one rule only, by its id"),
        ],
        responses={200: shapes_house.RuleList},
    )
    def get(self, request: Request) -> Response:
        passports = list_passports()
        level, rule = request.query_params.get("level"), request.query_params.get("id")
        if level and level not in tuple(FindingLevel):
            raise malformed("level", f"write {', '.join(FindingLevel)}")
        if rule and rule not in {item.id for item in passports}:
            raise malformed("id", "there is no rule of this id")
        found = [
            item.as_json()
            for item in passports
            if (not level or item.level == level) and rule in (None, "", item.id)
        ]
        return Response(_one_page(found))


class HousePolicy(Gate):
    @extend_schema(
        summary="House numbers: value, unit, source, owner, bounds, and an account's own",
        parameters=[_ACCOUNT],
        responses={200: shapes_house.HouseFigureList},
    )
    def get(self, request: Request) -> Response:
        given = request.query_params.get("advertiser_id")
        account = find_account(self.person, {"advertiser_id": given}) if given else None
        return Response(_one_page(_show_figures(account)))


class OneFigure(Gate):
    @extend_schema(
        summary="Put an account's own number in place of the house's, or give it back",
        request=shapes_house.FigureOrder,
        responses={200: shapes_house.HouseFigure},
        examples=[examples.OWN_FIGURE],
    )
    def put(self, request: Request, name: str) -> Response:
        if name not in house_policy().figures:
            raise not_found("There is no house number of this name.")
        body = read_body(request)
        account = find_account(self.person, body)
        given: dict[str, Any] = {
            "actor": self.person,
            "door": DOOR,
            "advertiser": account,
            "name": name,
            "reason": _read_reason(body),
            "now": read_now(),
        }
        value = _read_value(body)
        if value is None:
            policies.clear_override(**given)
        else:
            policies.set_override(value=value, **given)
        return Response(next(row for row in _show_figures(account) if row["name"] == name))


def _read_value(body: dict[str, Any]) -> Decimal | None:
    if "value" not in body:
        raise malformed("value", "write a number, or null to give it back to the house")
    if body["value"] is None:
        return None
    try:
        return read_money(body["value"])
    except ValueError as error:
        raise malformed("value", 'write a number, such as 10 or "10"') from error


def _read_reason(body: dict[str, Any]) -> str:
    reason = body.get("reason")
    if not isinstance(reason, str):
        raise malformed("reason", "say why, as text")
    return reason


def _one_page(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Lists of bounded length in the shape of all lists."""
    return {"next": None, "previous": None, "results": rows}


def _show_figures(account: Advertiser | None) -> list[dict[str, Any]]:
    house = house_policy().figures
    held = policy_of(account).figures if account else house
    own = list_overrides(account) if account else {}
    return [_show_figure(name, figure, held[name].value, own.get(name)) for name, figure in house.items()]


def _show_figure(name: str, figure: Figure, value: Decimal, own: PolicyOverride | None) -> dict[str, Any]:
    return {
        "name": name,
        "value": write_number(value),
        "house": write_number(figure.value),
        "unit": figure.unit,
        "source": figure.source,
        "owner": figure.owner,
        "least": None if figure.least is None else write_number(figure.least),
        "most": None if figure.most is None else write_number(figure.most),
        "own": own
        and {
            "value": write_number(own.value),
            "actor": own.actor.username,
            "at": show_time(own.at),
            "reason": own.reason,
        },
    }
