"""A text column that is encrypted at rest with rotatable keys. A wrong key raises; it never yields ciphertext."""

from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import models

_PREFIX = "f1:"  # names the scheme, so that a later one can stand beside it


def _fernet() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.FIELD_ENCRYPTION_KEYS])


class EncryptedTextField(models.TextField):
    """Text, encrypted with the first of FIELD_ENCRYPTION_KEYS and read with any of them. Lookups: isnull only."""

    def get_prep_value(self, value: Any) -> Any:
        return None if value is None else _PREFIX + _fernet().encrypt(str(value).encode()).decode()

    def from_db_value(self, value: str | None, expression: object, connection: object) -> str | None:
        return None if value is None else _fernet().decrypt(value.removeprefix(_PREFIX).encode()).decode()

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise TypeError("an encrypted column can only be asked whether it is empty")
        return super().get_lookup(lookup_name)
