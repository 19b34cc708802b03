"""Accounts the token may see."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema

from campaigns import queries
from campaigns.api import rows
from campaigns.api.gate import GateList
from campaigns.models import Advertiser


class Advertisers(GateList):
    serializer_class = rows.Account
    queryset = Advertiser.objects.none()

    @extend_schema(summary="Accounts you are a member of")
    def get(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[Advertiser]:
        return queries.accounts_with_role(self.person)
