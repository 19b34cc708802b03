"""A text column that is encrypted at rest with rotatable keys. A wrong key raises; it never yields ciphertext."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models.functions import Cast

_PREFIX = "f1:"  # names the scheme, so that a later one can stand beside it


def _fernet() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.FIELD_ENCRYPTION_KEYS])


def _encrypt(text: str) -> str:
    return _PREFIX + _fernet().encrypt(text.encode()).decode()


def _decrypt(kept: str) -> str:
    return _fernet().decrypt(kept.removeprefix(_PREFIX).encode()).decode()


class EncryptedTextField(models.TextField):
    """Text, encrypted with the first of FIELD_ENCRYPTION_KEYS and read with any of them. Lookups: isnull only.

    A dump of the data holds it as the database does, and is read back with the same keys.
    """

    def get_prep_value(self, value: Any) -> Any:
        return None if value is None else _encrypt(str(value))

    def from_db_value(self, value: str | None, expression: object, connection: object) -> str | None:
        return None if value is None else _decrypt(value)

    def value_to_string(self, obj: models.Model) -> Any:
        return self.get_prep_value(self.value_from_object(obj))

    def to_python(self, value: Any) -> Any:
        return _decrypt(value) if isinstance(value, str) and value.startswith(_PREFIX) else value

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise TypeError("an encrypted column can only be asked whether it is empty")
        return super().get_lookup(lookup_name)


@dataclass(frozen=True, slots=True)
class Kept:
    """One encrypted value as it stands in its row. `column` is `Model.field`."""

    column: str
    row: models.Model
    name: str
    text: str

    @property
    def is_newest(self) -> bool:
        """Whether it is under the key that writes now."""
        return _opens([settings.FIELD_ENCRYPTION_KEYS[0]], self.text)

    @property
    def is_readable(self) -> bool:
        return _opens(settings.FIELD_ENCRYPTION_KEYS, self.text)

    def rewrite(self) -> bool:
        """Puts it under the newest key, unless somebody wrote the row meanwhile; tells whether it did."""
        plain = models.TextField()
        raw = type(self.row)._default_manager.annotate(raw=Cast(self.name, plain))
        fresh = models.Value(_encrypt(_decrypt(self.text)), output_field=plain)
        return bool(raw.filter(pk=self.row.pk, raw=self.text).update(**{self.name: fresh}))


def list_kept() -> Iterator[Kept]:
    """Every encrypted value of every table, without reading any."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, EncryptedTextField):
                raw = model._default_manager.annotate(raw=Cast(field.name, models.TextField()))
                for row in raw.exclude(raw=None).only("pk").order_by("pk").iterator(chunk_size=500):
                    text: str = row.raw  # type: ignore[attr-defined]  # annotated
                    yield Kept(f"{model.__name__}.{field.name}", row, field.name, text)


def _opens(keys: list[str], kept: str) -> bool:
    try:
        MultiFernet([Fernet(key) for key in keys]).decrypt(kept.removeprefix(_PREFIX).encode())
    except InvalidToken:
        return False
    return True
