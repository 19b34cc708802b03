"""What campaign, ad group and ad rows share: what is wanted, what TikTok holds, and when that was read."""

from typing import Any, ClassVar

from django.db import models

from campaigns.contract.levels import Level
from campaigns.contract.statuses import DELETE, DISABLE, ENABLE, FROZEN


class Mirrored(models.Model):
    """One object of the tree.

    `wanted` holds TikTok's members: as typed while a draft, resolved to what is sent from the launch on.
    Services write `wanted` and `name`; the mirror alone writes `remote` and the columns promoted from it.
    """

    level: ClassVar[Level]

    name = models.CharField(max_length=600, blank=True)  # wanted's name member, promoted for search
    wanted = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    remote_id = models.CharField(max_length=32, null=True, blank=True, db_index=True)  # noqa: DJ001 - null keeps unmade objects unique
    remote = models.JSONField(null=True, blank=True)
    operation_status = models.CharField(max_length=16, blank=True)
    secondary_status = models.CharField(max_length=80, blank=True)
    remote_read_at = models.DateTimeField(null=True, blank=True)
    # when a write of our own was answered: readings of shortly after may not show it yet
    written_at = models.DateTimeField(null=True, blank=True)
    vanished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def wanted_switch(self) -> str:
        """ENABLE, DISABLE or DELETE; on unless said otherwise (TikTok's default)."""
        given = self.wanted.get("operation_status")
        return given if given in (DISABLE, DELETE) else ENABLE

    @property
    def is_removed(self) -> bool:
        return self.vanished_at is not None

    @property
    def is_lost(self) -> bool:
        """Whether it, or something that it lies in, was removed at TikTok."""
        above: Any = getattr(self, "parent", None)
        return self.is_removed or bool(above and above.is_lost)

    @property
    def goes_along(self) -> bool:
        """Whether something above it is to be removed: nobody wants anything of it any more."""
        above: Any = getattr(self, "parent", None)
        return bool(above) and above.is_leaving

    @property
    def is_leaving(self) -> bool:
        """Whether it is to be removed, by itself or with something above it; it may stand at TikTok, and spend, until then."""
        return self.wanted_switch == DELETE or self.goes_along

    @property
    def is_on(self) -> bool:
        return self.operation_status == ENABLE

    @property
    def is_frozen(self) -> bool:
        return self.operation_status == FROZEN

    @property
    def label(self) -> str:
        """Its name; without one its place, as the builder and the findings count (P6)."""
        return self.short

    @property
    def short(self) -> str:
        """The same where one sees in what it lies."""
        return self.name or f"{self.level.label} {getattr(self, 'position', self.pk)}"

    def remote_member(self, name: str) -> Any:
        return (self.remote or {}).get(name)
