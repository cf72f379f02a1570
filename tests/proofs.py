"""What does a test lay before the office when it acts for an owner? A picture of a message."""

import io
from datetime import date
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from requests_app.services.behalf import Provenance

TODAY = date(2026, 11, 23)


def picture(name: str = "surel.png") -> SimpleUploadedFile:
    """Make a small picture, as of a screen that shows a message."""
    drawn = io.BytesIO()
    Image.new("RGB", (30, 36), "white").save(drawn, "PNG")
    return SimpleUploadedFile(name, drawn.getvalue(), "image/png")


def came(**changes: Any) -> Provenance:
    """Say how an owner's word came in: by e-mail, on the day of sending, with a picture of it."""
    values: dict[str, Any] = {
        "channel": "email",
        "received_on": TODAY,
        "from_whom": "Ani Contoh",
        "evidence": picture(),
    }
    return Provenance(**{**values, **changes})
