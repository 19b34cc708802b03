"""`manage.py connect_accounts USERNAME`: connects every account that TIKTOK_ACCESS_TOKEN reaches, for that person.

For deployments: the demo does the same by itself. The person becomes the accounts' administrator.
"""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from campaigns.models import Change, Person
from campaigns.services.accounts import connect_accounts
from campaigns.services.errors import ServiceError
from campaigns.sync.clock import read_now


class Command(BaseCommand):
    help = "Connects the accounts that TIKTOK_ACCESS_TOKEN reaches; the named person becomes their administrator."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--name", default="TikTok", help="what the connection is called on the pages")

    def handle(self, *args: Any, username: str, name: str, **options: Any) -> None:
        person = Person.objects.filter(username=username).first()
        if person is None:
            raise CommandError(f"Nobody is called {username}. `manage.py createsuperuser` makes somebody.")
        if not settings.TIKTOK_ACCESS_TOKEN:
            raise CommandError("Set TIKTOK_ACCESS_TOKEN: it is the token whose accounts are connected.")
        try:
            made = connect_accounts(
                actor=person,
                door=Change.Door.MACHINE,
                name=name,
                token=settings.TIKTOK_ACCESS_TOKEN,
                now=read_now(),
            )
        except ServiceError as error:
            raise CommandError(error.message) from error
        for advertiser in made:
            self.stdout.write(
                f"{advertiser.advertiser_id}  {advertiser.name}  {advertiser.currency}  {advertiser.zone}"
            )
