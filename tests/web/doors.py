"""How does a test come in: as staff, or as a data owner through the link and the code?"""

from contextlib import AbstractContextManager
from typing import Any

import time_machine
from django.test import Client
from django.urls import reverse

from requests_app.models import Recipient, User
from requests_app.services import sharing
from tests.factories import World


def at_work(world: World) -> AbstractContextManager[Any]:
    """Let the web's clock stand a minute after the world's; the database's is another matter."""
    return time_machine.travel(world.tick(), tick=False)


def as_user(user: User) -> Client:
    """Log a person in."""
    client = Client()
    client.force_login(user)
    return client


def token_of(recipient: Recipient) -> str:
    """Give the token of the live link."""
    link = recipient.live_link()
    assert link is not None
    return sharing.token_of(link)


def as_owner(world: World, recipient: Recipient, client: Client | None = None) -> Client:
    """Follow the link and open it with the code, as the owner does."""
    client = client or Client()
    client.get(reverse("web:owner_link", args=[token_of(recipient)]))
    code = world.notes[f"code:{recipient.pk}"]
    answer = client.post(reverse("web:owner_door"), {"code": code})
    assert answer.status_code == 302, answer.content.decode()
    return client


def owner_url(recipient: Recipient, segment: str = "") -> str:
    """Give an address behind the owner's door."""
    if not segment:
        return reverse("web:owner_tasks", args=[recipient.public_id])
    return reverse("web:owner_step", args=[recipient.public_id, segment])


def staff_url(recipient: Recipient, segment: str) -> str:
    """Give the address of a row of a recipient for people of the office."""
    return reverse(
        "web:recipient_step", args=[recipient.data_request.public_id, recipient.number, segment]
    )


def downloaded(answer: Any) -> bytes:
    """Read a streamed answer to its end and close its file (not the test's connection)."""
    content: bytes = b"".join(answer.streaming_content)
    for close in answer._resource_closers:
        close()
    return content
