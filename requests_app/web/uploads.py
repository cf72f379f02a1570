"""How does a file come through the door? Streamed to the disk, or hashed and written nowhere.

A view that takes files says so, and of whom (`streams_uploads`): only then, and only from those,
anything is written before the view has its say. On all other pages a file is read into memory when
it is small, and passes by unseen when it is not.
"""

import hashlib
from collections.abc import Callable
from http import HTTPStatus
from io import BytesIO
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import SuspiciousOperation, TooManyFilesSent
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import (
    FileUploadHandler,
    MemoryFileUploadHandler,
    SkipFile,
    StopUpload,
)
from django.http import HttpRequest, HttpResponse, HttpResponseBase, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.utils.translation import gettext as _

from requests_app.documents.wording import file_size
from requests_app.services.arrivals import Arrival, ArrivedFile, Lack

ROOM_FOR_WORDS: Final = 10 * 1024 * 1024
"""What a form may weigh beside its files: 300 items have 3,600 fields, each with a head."""
A_PROOF: Final = 1
"""What staff sends along with an owner's files: one more, which says how they came."""
SENDERS: Final = "streams_uploads_of"
View = Callable[..., HttpResponseBase]
Knows = Callable[[HttpRequest], bool]


def signed_in(request: HttpRequest) -> bool:
    """Tell whether somebody with an account stands at the door."""
    return request.user.is_authenticated


def streams_uploads(of: Knows) -> Callable[[View], View]:
    """Mark a view whose posts may bring files, and whom it takes them from.

    In `request.FILES` the view finds `ArrivedFile`s, also for what was too large to be kept: they
    are refused, each in its own words, when they are taken in.
    """

    def mark(view: View) -> View:
        setattr(view, SENDERS, of)
        return view

    return mark


class StreamsUploads:
    """The middleware: refuses floods unread, and reads the posts that may bring files."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: View, args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """Read the post before anybody else does; what cannot be read is told in a sentence."""
        if weight_of(request) > most_at_once():
            return _refused(request, _flood(request), HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        senders: Knows | None = getattr(view, SENDERS, None)
        if request.method != "POST" or senders is None or not senders(request):
            return None
        stream = StreamedFiles(request)
        request.upload_handlers = [stream]
        try:
            _ = request.POST
            stream.refuse_open_end()
        except UnreadablePostError:
            stream.discard()
            return _refused(request, _broken_off(), HTTPStatus.REQUEST_TIMEOUT)
        except TooManyFilesSent:
            stream.discard()
            return _refused(request, _too_many(), HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        except (MultiPartParserError, SuspiciousOperation):
            stream.discard()
            raise
        return None


class StreamedFiles(FileUploadHandler):
    """Write every file of a post to the disk, within what one delivery may hold."""

    chunk_size = 1024 * 1024

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.most = settings.MAX_DELIVERY_FILES + (A_PROOF if signed_in(request) else 0)
        self.arrivals: list[Arrival] = []
        self.is_open = False

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file; those after the last that may come are only counted."""
        super().new_file(*args, **kwargs)
        is_over = len(self.arrivals) >= self.most
        room = settings.MAX_DELIVERY_BYTES - sum(one.kept for one in self.arrivals)
        self.arrivals.append(Arrival(room=room, lack=Lack.COUNT if is_over else None))
        self.is_open = True

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep a part."""
        self.arrivals[-1].write(raw_data)

    def file_complete(self, file_size: int) -> ArrivedFile:
        """Give the file to `request.FILES`."""
        self.is_open = False
        return self.arrivals[-1].end(
            name=self.file_name or "", content_type=self.content_type or ""
        )

    def refuse_open_end(self) -> None:
        """Refuse a post whose last file has no end; Django would pass over that file unsaid."""
        if self.is_open:
            raise UnreadablePostError

    def discard(self) -> None:
        """Leave nothing behind of a post that broke off."""
        for one in self.arrivals:
            one.discard()


class SmallFiles(MemoryFileUploadHandler):
    """Keep in memory what is small by Django's measure, and of anything larger the mere name."""

    def file_complete(self, file_size: int) -> "UploadedFile[Any] | None":
        """Give the file; Django's own handler would leave a larger one to the next."""
        kept = super().file_complete(file_size)
        return kept or UploadedFile(BytesIO(), self.file_name, self.content_type, file_size)


def weight_of(request: HttpRequest) -> int:
    """Tell what a request says it weighs."""
    said = request.META.get("CONTENT_LENGTH") or "0"
    return int(said) if said.isdecimal() else 0


def most_at_once() -> int:
    """Tell what one post may weigh: a full delivery and the words beside it."""
    return int(settings.MAX_DELIVERY_BYTES) + ROOM_FOR_WORDS


def _flood(request: HttpRequest) -> str:
    return _(
        "Kiriman ini berukuran {a}; batasnya {b} setiap kali kirim dan {c} setiap berkas. Bagi "
        "berkas atau kirim sebagai ZIP."
    ).format(
        a=file_size(weight_of(request)),
        b=file_size(settings.MAX_DELIVERY_BYTES),
        c=file_size(settings.MAX_FILE_BYTES),
    )


def _too_many() -> str:
    return _("Terlalu banyak berkas. Kirim paling banyak {n} berkas sekaligus.").format(
        n=settings.MAX_DELIVERY_FILES
    )


def _broken_off() -> str:
    return _("Sambungan terputus. Berkas yang sudah terunggah tetap tersimpan.")


def _refused(request: HttpRequest, sentence: str, status: HTTPStatus) -> HttpResponse:
    """Say why nothing of a post was read, and that what was typed in it is not kept.

    A script that sends a single file gets the sentence alone.
    """
    if request.headers.get("Sec-Fetch-Dest") == "empty":
        return HttpResponse(sentence, status=status, content_type="text/plain; charset=utf-8")
    layout = "base.html" if signed_in(request) else "base_owner.html"
    context = {"sentence": sentence, "layout": layout, "again": request.path}
    return render(request, "files/not_read.html", context, status=status)


class PassingFile(FileUploadHandler):
    """Take the one file of a field into memory, up to a limit; other files pass by unseen.

    It takes the place of Django's handlers, which write larger files to the disk. So it must be
    set before anything reads `request.POST`.
    """

    def __init__(self, request: HttpRequest, *, field: str, limit: int) -> None:
        super().__init__(request)
        self.field, self.limit = field, limit
        self.has_come = self.is_too_large = False
        self._content = BytesIO()
        self._digest = hashlib.sha256()

    @property
    def content(self) -> bytes:
        return self._content.getvalue()

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()

    def new_file(self, field_name: str, *args: Any, **kwargs: Any) -> None:
        super().new_file(field_name, *args, **kwargs)
        if self.has_come or field_name != self.field:
            raise SkipFile
        self.has_come = True

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if start + len(raw_data) > self.limit:
            self.is_too_large = True
            self._content = BytesIO()
            # the rest is read and dropped: who still sends would never see the answer
            raise StopUpload(connection_reset=False)
        self._digest.update(raw_data)
        self._content.write(raw_data)

    def file_complete(self, file_size: int) -> "UploadedFile[Any] | None":
        """Put nothing into `request.FILES`."""


def receive(request: HttpRequest, *, field: str, limit: int) -> PassingFile:
    """Read the form of a request with this one handler; its words are in `request.POST`."""
    handler = PassingFile(request, field=field, limit=limit)
    request.upload_handlers = [handler]
    _ = request.POST
    return handler
