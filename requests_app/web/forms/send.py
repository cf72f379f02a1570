"""By which carrier does the letter leave, by which the access code, and what proves it?"""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app.models import Recipient
from requests_app.services import notices, sending, sharing
from requests_app.services.sending import Channel, CodeChannel, Dispatch
from requests_app.web.forms.base import FILLED_BY_THE_PAGE, DeedForm

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

WHOM: Final["dict[str, tuple[str | _StrPromise, str | _StrPromise]]"] = {
    Channel.EMAIL: (gettext_lazy("Alamat surel"), gettext_lazy("Tulis alamat surel yang benar.")),
    Channel.WHATSAPP: (
        gettext_lazy("Nomor WhatsApp"),
        gettext_lazy("Nomor WhatsApp harus diawali 08 atau +62."),
    ),
    Channel.COURIER: (
        gettext_lazy("Kurir dan alamat tujuan"),
        gettext_lazy("Tulis kurir dan alamat tujuan."),
    ),
    Channel.IN_PERSON: (
        gettext_lazy("Diserahkan kepada"),
        gettext_lazy("Tulis nama dan jabatan penerima."),
    ),
}
PROOF: Final["dict[str, str | _StrPromise]"] = {
    Channel.WHATSAPP: gettext_lazy("Misalnya: centang dua, pukul 10.12."),
    Channel.COURIER: gettext_lazy("Misalnya: nomor resi, atau nama penerima tanda terima."),
    Channel.IN_PERSON: gettext_lazy("Misalnya: nomor buku ekspedisi dan nama penerima."),
}


def channel_or_default(recipient: Recipient, asked: str | None) -> str:
    """Choose the channel a page opens with: asked for, chosen before, else what is known."""
    for candidate in (asked, recipient.channel):
        if candidate in Channel.values:
            return str(candidate)
    return str(Channel.EMAIL if recipient.data_owner.email else Channel.IN_PERSON)


class CarrierForm(DeedForm):
    """The carrier of the link and, never the same, that of the access code."""

    channel = forms.ChoiceField(
        choices=Channel.choices, widget=forms.HiddenInput, error_messages=FILLED_BY_THE_PAGE
    )
    code_channel = forms.ChoiceField(
        label=gettext_lazy("Kode akses disampaikan melalui"),
        help_text=gettext_lazy("Bukan melalui saluran yang membawa tautan."),
        error_messages={
            "required": gettext_lazy("Pilih saluran untuk menyampaikan kode akses."),
            "invalid_choice": gettext_lazy("Sampaikan kode akses melalui saluran lain."),
        },
    )

    def __init__(self, *args: Any, channel: str | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = self.data.get(self.add_prefix("channel")) if self.is_bound else channel
        self.chosen = channel_or_default(self.recipient, asked)
        self.initial.update(channel=self.chosen, code_channel=self.recipient.code_channel)
        cast(forms.ChoiceField, self.fields["code_channel"]).choices = [
            ("", _("Pilih saluran")),
            *((key, label) for key, label in CodeChannel.choices if key != self.chosen),
        ]

    @property
    def recipient(self) -> Recipient:
        """Give the recipient this page is about."""
        return cast(Recipient, self.subject)


class LinkForm(CarrierForm):
    """A new link; once the letter has left, its carriers are known already."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.subject.state != "send_letter":
            del self.fields["channel"], self.fields["code_channel"]


class DispatchForm(CarrierForm):
    """Row 6: how the letter leaves. What is asked depends on the channel."""

    sent_to = forms.CharField(max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner = self.recipient.data_owner
        label, missing = WHOM[self.chosen]
        self.fields["sent_to"] = forms.CharField(
            label=label, max_length=200, error_messages={"required": missing}
        )
        if self.chosen == Channel.EMAIL:
            self._ask_for_a_mail(missing)
        else:
            self._ask_for_proof()
        known = {Channel.EMAIL: owner.email, Channel.WHATSAPP: owner.whatsapp}
        self.initial["sent_to"] = known.get(Channel(self.chosen), "")
        if self.is_resending and self.recipient.channel == self.chosen:
            self.initial["sent_to"] = self.recipient.sent_to
        self.order_fields(
            ["sent_to", "keeps_address", "cc", "text", "sent_date", "sent_time", "note"]
        )

    @property
    def is_resending(self) -> bool:
        """Tell a letter that has left before from one that leaves now."""
        return str(self.recipient.state) != "send_letter"

    def _ask_for_a_mail(self, missing: "str | _StrPromise") -> None:
        self.fields["sent_to"] = forms.EmailField(
            label=_("Alamat surel"),
            max_length=200,
            error_messages={"required": missing, "invalid": missing},
        )
        if self.is_resending:
            self.fields["keeps_address"] = forms.BooleanField(
                label=_("Simpan juga sebagai alamat surel pemilik data di direktori"),
                required=False,
            )
        self.fields["cc"] = forms.CharField(
            label=_("Tembusan surel"),
            required=False,
            max_length=300,
            help_text=_("Pisahkan beberapa alamat dengan koma."),
        )
        self.fields["text"] = forms.CharField(
            label=_("Teks surel"),
            widget=forms.Textarea(attrs={"rows": 12}),
            help_text=_("{tautan} diganti dengan tautan saat surel dikirim. Surat dilampirkan."),
            error_messages={"required": _("Tulis teks surel.")},
        )
        until = sharing.expiry_of(self.recipient, at=self.at)
        link = self.recipient.live_link()
        self.initial["text"] = sending.covering_text(
            self.recipient,
            link=notices.LINK_MARK,
            until=until if link is None else link.expires_at,
        )

    def _ask_for_proof(self) -> None:
        now = self.at.astimezone(self.recipient.office.zone)
        self.fields["sent_date"] = forms.DateField(
            label=_("Tanggal diserahkan"),
            initial=now.date(),
            widget=forms.DateInput(attrs={"type": "date", "class": "w-short"}, format="%Y-%m-%d"),
            error_messages={
                "required": _("Tulis tanggal surat diserahkan."),
                "invalid": _("Tulis tanggal yang benar, misalnya 2026-11-23."),
            },
        )
        self.fields["sent_time"] = forms.TimeField(
            label=_("Jam diserahkan"),
            initial=now.strftime("%H:%M"),
            input_formats=["%H:%M", "%H.%M"],
            widget=forms.TimeInput(attrs={"type": "time", "class": "w-short"}, format="%H:%M"),
            error_messages={
                "required": _("Tulis jam surat diserahkan."),
                "invalid": _("Tulis jam yang benar, misalnya 10.15."),
            },
        )
        self.fields["note"] = forms.CharField(
            label=_("Bukti pengiriman"),
            widget=forms.Textarea(attrs={"rows": 3}),
            max_length=1000,
            help_text=PROOF[self.chosen],
            error_messages={"required": _("Tulis bukti pengiriman.")},
        )

    def clean_sent_to(self) -> str:
        """Write a WhatsApp number without spaces and dashes, and refuse what is none."""
        sent_to: str = self.cleaned_data["sent_to"]
        if self.chosen != Channel.WHATSAPP:
            return sent_to
        number = "".join(sign for sign in sent_to if sign not in " -.()")
        if not sending.PHONE_NUMBER.match(number):
            raise ValidationError(_("Nomor WhatsApp harus diawali 08 atau +62."))
        return number

    def clean_cc(self) -> str:
        """Refuse a copy to what is no address."""
        cc: str = self.cleaned_data["cc"]
        for part in cc.replace(";", ",").split(","):
            if part.strip():
                forms.EmailField(
                    error_messages={"invalid": _("Tulis alamat tembusan yang benar.")}
                ).clean(part.strip())
        return cc

    def clean_text(self) -> str:
        """Refuse a text that leaves no place for the link."""
        text: str = self.cleaned_data["text"]
        if notices.LINK_MARK not in text:
            raise ValidationError(
                _("Teks surel harus memuat {tautan}.").format(tautan=notices.LINK_MARK)
            )
        return text

    def facts(self) -> dict[str, Any]:
        """Give how the letter leaves, as one value."""
        cleaned = self.cleaned_data
        return {
            "dispatch": Dispatch(
                channel=cleaned["channel"],
                code_channel=cleaned["code_channel"],
                sent_to=cleaned["sent_to"],
                note=cleaned.get("note", ""),
                text=cleaned.get("text", ""),
                cc=cleaned.get("cc", ""),
                sent_at=self._sent_at(),
                keeps_address=cleaned.get("keeps_address", False),
            )
        }

    def _sent_at(self) -> datetime | None:
        day, hour = self.cleaned_data.get("sent_date"), self.cleaned_data.get("sent_time")
        if day is None or hour is None:
            return None
        return datetime.combine(day, hour, tzinfo=self.recipient.office.zone)
