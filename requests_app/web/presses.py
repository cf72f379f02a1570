"""Which press of which button is this? One page sent twice by one person is one press."""

import json
from hashlib import sha256
from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django.views.decorators.debug import sensitive_variables

from requests_app.services.arrivals import ArrivedFile
from requests_app.sop.roles import Actor

TOKEN: Final = "csrfmiddlewaretoken"  # noqa: S105  # the name of a field
"""Posted with every form, and different in every copy of the same page."""


@sensitive_variables("posted", "about")
def press_of(request: HttpRequest, *, actor: Actor) -> str:
    """Fingerprint what was posted, where and by whom; empty where no version names the page.

    The version stands for one state of the rows, so the same words typed into a later page are
    another press, and other words in the same page are too: nothing typed is taken for done that
    was not. No secret is part of it, and what is kept is keyed: nothing helps to guess one.
    """
    posted = {name: values for name, values in request.POST.lists() if not _is_left_out(name)}
    if not any(posted.get("version", ())):
        return ""
    files = {name: [_digest(one) for one in several] for name, several in request.FILES.lists()}
    about = [request.path, actor.user_id, actor.link_id, posted, files]
    return salted_hmac("press", json.dumps(about, sort_keys=True), algorithm="sha256").hexdigest()


def _is_left_out(name: str) -> bool:
    return name in {TOKEN, "passphrase", "code", "credential"} or "password" in name.lower()


def _digest(upload: "UploadedFile[Any]") -> list[str]:
    if isinstance(upload, ArrivedFile):
        return [str(upload.name), upload.sha256]
    digest = sha256()
    upload.seek(0)
    for chunk in upload.chunks():
        digest.update(chunk)
    return [str(upload.name), digest.hexdigest()]
