"""A person's tick that they have viewed a proposal; it falls when the proposal changes."""

from campaigns.models import Person, Proposal, ProposalLook


def set_look(*, person: Person, proposal: Proposal, version: int, viewed: bool) -> None:
    """Ticks the version that was looked at, or takes the tick away."""
    if viewed:
        ProposalLook.objects.update_or_create(person=person, proposal=proposal, defaults={"version": version})
    else:
        ProposalLook.objects.filter(person=person, proposal=proposal).delete()
