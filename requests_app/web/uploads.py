"""How does a file come in that is only looked at? It is hashed on the way and written nowhere."""

import hashlib
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile, StopUpload
from django.http import HttpRequest


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
