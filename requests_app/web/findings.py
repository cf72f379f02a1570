"""What do the signatures in a kept file say, one by one, as they were found when it came in?

A name in a certificate is what its maker wrote there, so it is told as what the certificate says,
and a time without a time stamp as what the signer's machine said.
"""

from datetime import datetime
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app.documents.judging import Verdict
from requests_app.web.templatetags.sopdata import clock_time, long_date

CHANGED: Final = gettext_lazy("Berubah atau ditambahi setelah ditandatangani.")
FOLLOWED: Final = gettext_lazy("Sesudahnya ada tanda tangan lain.")
VERDICTS: Final[dict[Verdict, tuple[str, str | Promise]]] = {
    Verdict.VALID: ("ok", gettext_lazy("Sah; penerbit sertifikatnya dikenal.")),
    Verdict.UNKNOWN_ISSUER: (
        "warn",
        gettext_lazy(
            "Utuh; penerbit sertifikatnya tidak dikenal, jadi nama di dalamnya tidak terbukti."
        ),
    ),
    Verdict.BROKEN: ("late", gettext_lazy("Rusak, atau berkas berubah setelah ditandatangani.")),
    Verdict.REVOKED: ("late", gettext_lazy("Utuh, tetapi sertifikatnya sudah dicabut.")),
    Verdict.EXPIRED: ("warn", gettext_lazy("Utuh, tetapi sertifikatnya sudah berakhir.")),
    Verdict.NOT_YET_VALID: ("warn", gettext_lazy("Utuh, tetapi sertifikatnya belum berlaku.")),
    Verdict.UNCHECKED: (
        "warn",
        gettext_lazy("Utuh, tetapi pencabutan sertifikatnya tidak dapat diperiksa."),
    ),
}
"""Verdict → tone and sentence, as long as nothing was added to the file afterwards."""


def findings_shown(findings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Lay out what was found about each signature: verdict, signer, issuer, time."""
    ends_whole = any(one["whole_file"] for one in findings)
    return [_shown(one, ends_whole=ends_whole) for one in findings]


def _shown(one: dict[str, Any], *, ends_whole: bool) -> dict[str, Any]:
    verdict = Verdict(one["verdict"])
    tone, text = VERDICTS[verdict]
    if verdict is not Verdict.BROKEN and not one["whole_file"]:
        tone, text = (tone, f"{text} {FOLLOWED}") if ends_whole else ("late", CHANGED)
    facts = [
        (_("Penanda tangan"), one["signer"]),
        (_("Penerbit sertifikat"), one["issuer"]),
        (_("Waktu"), _time_of(one)),
    ]
    return {
        "tone": tone,
        "verdict": str(text),
        "facts": [{"label": label, "value": value} for label, value in facts if value],
    }


def _time_of(one: dict[str, Any]) -> str:
    if not one["signed_at"]:
        return ""
    moment = datetime.fromisoformat(one["signed_at"])
    when = f"{long_date(moment)} {clock_time(moment)}"
    if one["timestamped"]:
        return _("{waktu}, dengan stempel waktu").format(waktu=when)
    return _("{waktu}, menurut komputer penanda tangan").format(waktu=when)
