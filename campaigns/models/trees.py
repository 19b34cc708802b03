"""Rows that hang on the objects of a tree: pushes and results name a campaign, an ad group or an ad in three columns."""

from typing import Any

from django.db.models import QuerySet

_ROADS = ("campaign", "adgroup__campaign", "ad__adgroup__campaign")


def within_tree(rows: "QuerySet[Any]", campaign: int) -> "QuerySet[Any]":
    """The rows of a campaign's tree, by our id of the campaign.

    Each road is asked by itself and finds its index; one condition over all three joins reads the whole table.
    """
    first, *rest = (
        rows.model._default_manager.filter(**{road: campaign}).order_by().values("pk") for road in _ROADS
    )
    return rows.filter(pk__in=first.union(*rest, all=True))
