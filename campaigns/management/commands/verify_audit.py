"""`manage.py verify_audit`: walks every account's chain over the journal; exit status 1 where something was tampered with."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from campaigns.models import Advertiser, Seal
from campaigns.services.audit import seal_changes, verify_chain
from campaigns.sync.clock import read_real_time


class Command(BaseCommand):
    help = "Verifies the journal of every account, or of those named, and prints the head of each chain."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("advertisers", nargs="*", help="TikTok's ids of the accounts; all when left out")
        parser.add_argument(
            "--expect",
            action="append",
            default=[],
            metavar="ADVERTISER:NUMBER:DIGEST",
            help="a head that an earlier run printed: fails where the chain does not hold it any more",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        while seal_changes(now=read_real_time()):
            pass
        accounts = Advertiser.objects.order_by("advertiser_id")
        if options["advertisers"]:
            accounts = accounts.filter(advertiser_id__in=options["advertisers"])
        broken = sum(self._verify(account) for account in accounts)
        broken += sum(self._expect(head) for head in options["expect"])
        if broken:
            raise CommandError(f"{broken} found that cannot be: the journal was tampered with.")

    def _verify(self, account: Advertiser) -> int:
        verdict = verify_chain(account)
        self.stdout.write(f"{account.advertiser_id}:{verdict.seals}:{verdict.head}  {account.name}")
        for item in verdict.breaks:
            self.stdout.write(f"  link {item.number}, change {item.change}: {item.words}")
        return len(verdict.breaks)

    def _expect(self, head: str) -> int:
        try:
            account, number, digest = head.split(":")
            found = Seal.objects.filter(advertiser__advertiser_id=account, number=int(number)).first()
        except ValueError:
            raise CommandError(f"{head} is no head; write ADVERTISER:NUMBER:DIGEST as printed.") from None
        if found is not None and found.digest == digest:
            return 0
        self.stdout.write(f"  {account}: link {number} is not the one that was kept")
        return 1
