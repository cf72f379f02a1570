"""What becomes of bytes that are sent twice for one item?"""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from requests_app.models import DataFile
from requests_app.services import answers, filling
from requests_app.services.intake import FileRefused
from tests.factories import CSV, owner_actor, recipient_at

pytestmark = pytest.mark.django_db


def test_the_same_file_again_is_there_already_and_another_name_is_told() -> None:
    world, recipient = recipient_at("process_request")
    item = answers.sheet_of(recipient).items[0].item.pk

    def send(name: str) -> None:
        filling.add_file(
            subject=recipient,
            item=item,
            upload=SimpleUploadedFile(name, CSV),
            actor=owner_actor(recipient),
            at=world.tick(),
        )

    send("daftar.csv")
    send("daftar.csv")
    with pytest.raises(FileRefused, match=r"salinan\.csv sama isinya dengan daftar\.csv"):
        send("salinan.csv")
    assert [one.name for one in DataFile.objects.filter(recipient=recipient)] == ["daftar.csv"]
