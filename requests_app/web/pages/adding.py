"""Rows 2 to 4: to whom does the letter go, and may an owner still be added? (ADR 0009)"""

from typing import Any

from django.utils.translation import gettext as _

from requests_app.models import Recipient
from requests_app.services import requests
from requests_app.web.access import Visit
from requests_app.web.forms.base import DeedForm
from requests_app.web.forms.owners import Directory
from requests_app.web.pages.page import PageDeed
from requests_app.web.presenters import Button


def adding(visit: Visit) -> dict[str, Any]:
    """Give the addressees, the directory to choose from, and the buttons that add one."""
    data_request = visit.data_request
    return {
        "recipients": data_request.waiting_recipients(),
        "directory": Directory(data_request.office),
        "add_recipient": Button("add_recipient", _("Tambah pemilik data"), allowed=True),
        "add_new_recipient": Button(
            "add_new_recipient", _("Tambah ke direktori dan surat"), allowed=True
        ),
    }


def said_added(_visit: Visit, added: Recipient) -> str:
    """Say who is asked as well."""
    return _("{nama} ditambahkan.").format(nama=added)


def adding_deeds(
    choose: type[DeedForm],
    enter: type[DeedForm],
    *,
    success: Any = said_added,
    kept_as: str = "",
) -> tuple[PageDeed, PageDeed]:
    """Make the two buttons: an owner of the directory, and one that enters it first.

    `kept_as` names the form that is sent along with them, if it is kept while it is typed.
    """
    return (
        PageDeed(
            deed="add_recipient",
            form=choose,
            do=requests.add_recipient,
            stays=True,
            kept_as=kept_as,
            success=success,
        ),
        PageDeed(
            deed="add_new_recipient",
            form=enter,
            do=requests.add_recipient,
            stays=True,
            kept_as=kept_as,
            success=success,
        ),
    )
