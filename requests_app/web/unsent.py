"""What becomes of a form that was typed and not sent: kept, laid back, or thrown away?

Every few seconds a script posts the form to `web:keep_form`; without scripts the form's own buttons
do. A key in the form says whose form it is, so that words posted after the session has ended are
kept for that person and for nobody else: the key lets draft text in, and nothing out.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from requests_app.models import DataRequest, FormDraft, User
from requests_app.services import drafts
from requests_app.sop.steps import by_key
from requests_app.web.access import View, Visit
from requests_app.web.forms.base import MOST_DIGITS, OVERWRITE, PROOFS

KEY: Final = "form_key"
"""Name of the hidden field with the key."""
AUTOSAVE: Final = "autosave"
"""Posted by the script, which wants a sentence and not a page."""
DISCARD: Final = "discard"
"""Name of the button that throws away what was kept."""
PREVIEW: Final = "preview"
"""Name of the button that shows what is typed."""
NOT_TYPED: Final = frozenset(
    {"csrfmiddlewaretoken", KEY, AUTOSAVE, DISCARD, PREVIEW, OVERWRITE}
    | {"version", "deed", "save", "add_row"}
    | PROOFS
)
SALT: Final = "requests_app.unsent"


@dataclass(frozen=True)
class FormKey:
    """Whose form this is, of which row of which request."""

    user_id: int
    request_id: int
    row: str
    deed: str

    def sign(self) -> str:
        """Write the key so that nobody else can make one."""
        return signing.dumps([self.user_id, self.request_id, self.row, self.deed], salt=SALT)

    @classmethod
    def read(cls, posted: QueryDict) -> "FormKey | None":
        """Read the key of a posted form; None where there is none, or it is as old as a session."""
        try:
            return cls(
                *signing.loads(posted.get(KEY, ""), salt=SALT, max_age=settings.SESSION_MAX_AGE)
            )
        except (signing.BadSignature, TypeError):
            return None


@dataclass(frozen=True, kw_only=True)
class Unsent:
    """What a page's form needs so that it is kept, and what it tells of what was kept."""

    form: FormKey
    address: str
    page: str
    draft: FormDraft | None
    is_older: bool
    has_files: bool
    is_typed: bool
    changed_by: str

    @property
    def key(self) -> str:
        """Give the key as the form posts it."""
        return self.form.sign()

    @property
    def name(self) -> str:
        """Name this form in the browser's own store, which people of one device share."""
        form = self.form
        return f"isian:{form.user_id}:{form.request_id}:{form.row}:{form.deed}"

    @property
    def sign_in(self) -> str:
        """Lead over the login back to this page."""
        return f"{reverse(settings.LOGIN_URL)}?{urlencode({'next': self.page})}"


def fields_of(posted: QueryDict) -> dict[str, list[str]]:
    """Give what was typed: no file, no password, no proof, no token, no button."""
    return {
        name: [str(value) for value in given]
        for name, given in posted.lists()
        if name not in NOT_TYPED and "password" not in name
    }


def keep_fields(
    posted: QueryDict, key: FormKey, data_request: DataRequest, at: datetime
) -> FormDraft:
    """Keep the fields under the key."""
    version = posted.get("version", "")
    return drafts.keep(
        data_request=data_request,
        user_id=key.user_id,
        row=key.row,
        deed=key.deed,
        version=int(version) if version.isdecimal() and len(version) <= MOST_DIGITS else 0,
        values=fields_of(posted),
        at=at,
    )


def clock_of(draft: FormDraft) -> str:
    """Write when a draft was kept: `09.05`."""
    return f"{timezone.localtime(draft.kept_at):%H.%M}"


def kept_here(visit: Visit) -> dict[str, FormDraft]:
    """Find what this person has kept on this page, by deed; asked once per request."""
    known: dict[str, FormDraft] | None = getattr(visit.request, "_unsent", None)
    if known is None:
        known = drafts.kept(
            data_request=visit.data_request, user_id=visit.actor.user_id, row=visit.step.key
        )
        visit.request._unsent = known  # type: ignore[attr-defined]
    return known


def as_posted(draft: FormDraft) -> QueryDict:
    """Give what was kept as if it had just been posted, with the version it was made from."""
    data = QueryDict(mutable=True)
    for name, given in draft.values.items():
        data.setlist(name, given)
    data["version"] = str(draft.version)
    return data


def unsent_of(visit: Visit, *, deed: str, draft: FormDraft | None, has_files: bool) -> Unsent:
    """Describe a form of the page for its template."""
    step, data_request = visit.step, visit.data_request
    place = {"public_id": data_request.public_id, "segment": step.segment}
    return Unsent(
        form=FormKey(visit.actor.user_id or 0, data_request.pk, step.key, deed),
        address=reverse("web:keep_form", kwargs=place),
        page=reverse("web:step", kwargs=place),
        draft=draft,
        is_older=draft is not None and draft.version != data_request.version,
        has_files=has_files,
        is_typed=visit.request.method == "POST",
        changed_by=data_request.changed_by,
    )


def keep_when_signed_out(view: View) -> View:
    """Keep what is posted after the session has ended, then lead over the login back to the page.

    The words go to whom the page was made for, whoever signs in afterwards; they are shown to
    that person with a notice, and no deed is done with them.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        is_lost = request.method == "POST" and not request.user.is_authenticated
        key = FormKey.read(request.POST) if is_lost and DISCARD not in request.POST else None
        if key is None:
            return view(request, *args, **kwargs)
        standing = DataRequest.objects.filter(pk=key.request_id, state=key.row).first()
        if standing is None or not User.objects.filter(pk=key.user_id, is_active=True).exists():
            return view(request, *args, **kwargs)
        draft = keep_fields(request.POST, key, standing, timezone.now())
        said = _("Sesi Anda berakhir. Masuk lagi; isian terakhir tersimpan pukul {jam}.").format(
            jam=clock_of(draft)
        )
        if AUTOSAVE in request.POST or "HX-Request" in request.headers:
            return HttpResponse(said, status=401, content_type="text/plain; charset=utf-8")
        messages.info(request, said)
        place = {"public_id": standing.public_id, "segment": by_key(key.row).segment}
        return redirect_to_login(reverse("web:step", kwargs=place))

    return guarded
