"""What the tests of the grid share: a draft of several ad groups, and the page's cells as a browser would post them."""

import re
from copy import deepcopy

from django.urls import reverse

from tests.web.building import TREE, make_draft, read_form

GROUP = TREE["adgroups"][0]


def make_tree(count, ads=1):
    groups = []
    for number in range(1, count + 1):
        group = deepcopy(GROUP) | {"adgroup_name": f"Group {number}"}
        group["ads"] = [
            {**deepcopy(GROUP["ads"][0]), "ad_name": f"Ad {number}.{place}"} for place in range(1, ads + 1)
        ]
        groups.append(group)
    return {**TREE, "adgroups": groups}


def make_groups(person, account, count, ads=1, **members):
    tree = make_tree(count, ads)
    for group in tree["adgroups"]:
        group.update(members)
    return make_draft(person, account, tree)


def list_groups(campaign):
    return list(campaign.adgroups.all())


def open_grid(client, campaign, name="grid", **query):
    return client.get(reverse(name, args=[campaign.pk]), query).content.decode()


def read_cells(html):
    return read_form(html, "grid-form")


def save(client, campaign, form, name="grid", htmx=False, **changes):
    address = reverse(name, args=[campaign.pk])
    return client.post(address, {**form, **changes}, headers={"HX-Request": "true"} if htmx else {})


def read_cell(html, key):
    """The cell of a key, as HTML."""
    found = re.search(rf'<t[dh][^>]*>(?:(?!</?t[dh]).)*name="{re.escape(key)}".*?</t[dh]>', html, re.S)
    return found[0] if found else ""
