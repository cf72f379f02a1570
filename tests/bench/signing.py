"""How much does a signature cost over the rendering of its letter, and a batch of twenty?

The passphrase costs what it costs in production; nothing is left out, down to the forced write.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from django.utils import timezone

from requests_app.documents import letters as paper
from requests_app.documents import signing
from requests_app.models import DataRequest
from requests_app.services import certificates, letters, routes, signatures
from requests_app.sop.roles import Role
from tests.bench.papers import in_turn
from tests.contracts.signing import letters_to_sign
from tests.factories import PASSPHRASE, World

BATCH: Final = 20
NAMES: Final = {
    "render": "`render_letter` of a letter that is about to be signed",
    "open": "The passphrase alone: the key opened once",
    "sign": "`sign_pdf`: opened, signed, judged",
}


def section() -> str:
    """Measure, and tell it as a part of docs/bench.md."""
    world, keys = letters_to_sign(BATCH)
    took = in_turn(kinds(world, keys[0]))
    lines = ["", "| | ms | over rendering |", "|---|---|---|"]
    lines += [
        f"| {name} | {took[kind]:.0f} | {took[kind] / took['render']:.2f} |"
        for kind, name in NAMES.items()
    ]
    return "\n".join([*lines, "", batch(world, keys)]) + "\n"


def kinds(world: World, key: int) -> dict[str, Callable[[], object]]:
    """Pair the parts of a signature with the rendering, on the same letter."""
    data_request = DataRequest.objects.select_related("office").get(pk=key)
    version = data_request.newest_version()
    certificate = certificates.standing_of(world.agency_head.pk)
    assert version is not None
    assert certificate is not None
    signer = world.agency_head.positions.get()
    drawn = letters.paper_of(
        data_request=data_request,
        version=version,
        at=world.now,
        number="200.1/0/2026",
        code="BENCHBENCHBENCH1",
        signatory=signer,
        signature_note=routes.OwnKeys().note(url="https://contoh.test/v/BENCHBENCHBENCH1/"),
    )
    pdf = paper.render_letter(drawn)
    secret = signing.Key(pkcs12=bytes(certificate.pkcs12), passphrase=PASSPHRASE)
    return {
        "render": lambda: paper.render_letter(drawn),
        "open": lambda: certificates.opens(certificate, PASSPHRASE),
        "sign": lambda: signing.sign_pdf(
            pdf,
            key=secret,
            statement=signing.Statement(reason="", location="", name=signer.user.name),
            anchors=certificates.anchors_of(world.office),
            revocation_lists=certificates.revocation_lists_of(world.office),
            at=world.now,
        ),
    }


def batch(world: World, keys: list[int]) -> str:
    """Sign twenty letters one after another through the service, as the desk does."""
    actor = world.actor(Role.AGENCY_HEAD)
    found = DataRequest.objects.select_related("office", "edition", "section").filter(pk__in=keys)
    began = timezone.now()
    for data_request in found:
        world.now += timedelta(seconds=1)
        signatures.sign_letter(
            subject=data_request, actor=actor, at=world.now, affirmed=True, passphrase=PASSPHRASE
        )
    seconds = (timezone.now() - began).total_seconds()
    return (
        f"A batch of {len(keys)} letters, each with its number, its file forced to the disk and "
        f"its record: {seconds:.1f} s, {seconds / len(keys):.2f} s a letter."
    )
