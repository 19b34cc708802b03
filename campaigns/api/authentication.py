"""Who a client is: the owner of its token, who carries the token's scopes and accounts through every floor."""

from datetime import timedelta
from typing import cast

import knox.auth
from django.db.models import Q
from django.utils import timezone

from campaigns.models import ClientToken, Person

NOTED_EVERY = timedelta(minutes=1)  # a write for each call would cost more than the knowledge is worth


class TokenAuthentication(knox.auth.TokenAuthentication):
    def authenticate_credentials(self, token: bytes) -> tuple[Person, ClientToken]:
        person, found = cast(tuple[Person, ClientToken], super().authenticate_credentials(token))
        person.via = found
        now = timezone.now()
        if found.last_used_at is None or found.last_used_at < now - NOTED_EVERY:
            unused = Q(last_used_at=None) | Q(last_used_at__lt=now)
            ClientToken.objects.filter(unused, pk=found.pk).update(last_used_at=now)
        return person, found
