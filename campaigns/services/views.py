"""Saving a view of the list under a name, and taking it away. Whoever shares one keeps it; the account's managers may too."""

from datetime import datetime

from campaigns.models import Advertiser, Person, SavedView
from campaigns.rules.authority import Act
from campaigns.services.access import require, require_scope
from campaigns.services.errors import WrongState


def save_view(
    *, owner: Person, name: str, address: str, advertiser: Advertiser | None, now: datetime
) -> SavedView:
    """One's own view of that name is replaced. With `advertiser` its people see it; raises Forbidden, WrongState."""
    require_scope(owner, Act.DRAFT)
    name = " ".join(name.split())[: SavedView._meta.get_field("name").max_length]
    if not name:
        raise WrongState("A view needs a name, such as “Live in Europe”.")
    if advertiser is not None:
        require(owner, advertiser, Act.DRAFT)
        other = SavedView.objects.filter(advertiser=advertiser, name=name).exclude(owner=owner).first()
        if other:
            raise WrongState(
                f"{other.owner.display_name} shares a view “{name}” already. Choose another name."
            )
    mine = {"advertiser": advertiser, "name": name, "owner": owner}
    view, _ = SavedView.objects.update_or_create(
        **mine, defaults={"address": address}, create_defaults={"address": address, "created_at": now}
    )
    return view


def remove_view(*, actor: Person, view: SavedView) -> None:
    """One's own, or one shared in an account whose campaigns one decides about. Raises Forbidden."""
    require_scope(actor, Act.DRAFT)
    if view.owner != actor:
        assert view.advertiser is not None, "nobody sees another person's own view"
        require(actor, view.advertiser, Act.DECIDE)
    view.delete()
