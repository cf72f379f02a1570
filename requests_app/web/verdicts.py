"""What do the signatures of a file say, in words that a reader without a key can use?

A name in a certificate is what its maker wrote there. It is told as a fact only where an authority
that we know stands for it, otherwise as a claim.
"""

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app.documents.judging import Judgement, Problem, SignatureVerdict, Verdict

LONGEST_NAME: Final = 80
"""Characters of a name that are told here: a stranger's file may bring 20 of them."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One sentence and its tone: ok, warn, late or quiet."""

    tone: str
    text: str


PROBLEMS: Final[dict[Problem, Promise]] = {
    Problem.NOT_A_PDF: gettext_lazy("Berkas ini bukan PDF, sehingga tidak memuat tanda tangan."),
    Problem.ENCRYPTED: gettext_lazy(
        "Berkas ini dikunci dengan kata sandi, sehingga tanda tangannya tidak dapat diperiksa."
    ),
    Problem.UNREADABLE: gettext_lazy(
        "Berkas ini rusak, terpotong, atau tidak disusun sebagaimana mestinya, sehingga tanda "
        "tangannya tidak dapat diperiksa."
    ),
    Problem.TOO_MANY: gettext_lazy(
        "Berkas ini memuat terlalu banyak tanda tangan untuk diperiksa."
    ),
}
DOUBTS: Final[dict[Verdict, Promise]] = {
    Verdict.REVOKED: gettext_lazy(
        "Tanda tangan {signer} utuh, tetapi sertifikatnya sudah dicabut."
    ),
    Verdict.EXPIRED: gettext_lazy(
        "Tanda tangan {signer} utuh, tetapi sertifikatnya sudah berakhir dan waktu "
        "penandatanganannya tidak terbukti."
    ),
    Verdict.NOT_YET_VALID: gettext_lazy(
        "Tanda tangan {signer} utuh, tetapi sertifikatnya belum berlaku ketika itu."
    ),
    Verdict.UNCHECKED: gettext_lazy(
        "Tanda tangan {signer} utuh, tetapi saat ini tidak dapat diperiksa apakah sertifikatnya "
        "sudah dicabut."
    ),
}


def sentences(judgement: Judgement | None) -> list[Line]:
    """Tell what was found in a file; None where nobody could look."""
    if judgement is None:
        return [
            Line(
                tone="warn",
                text=_(
                    "Tanda tangan di dalam berkas tidak dapat diperiksa saat ini. Coba lagi "
                    "sebentar lagi."
                ),
            )
        ]
    if judgement.problem in PROBLEMS:
        return [Line(tone="warn", text=str(PROBLEMS[judgement.problem]))]
    if not judgement.signatures:
        return [Line(tone="quiet", text=_("Berkas ini tidak memuat tanda tangan elektronik."))]
    return [_of_one(one, is_followed=judgement.whole) for one in judgement.signatures]


def _of_one(one: SignatureVerdict, *, is_followed: bool) -> Line:
    """Tell one signature; `is_followed` where another one covers the whole of the file."""
    signer, issuer = _named(one.signer), _named(one.issuer)
    if one.verdict is Verdict.BROKEN:
        return Line(
            tone="late",
            text=_("Tanda tangan rusak, atau berkas berubah setelah ditandatangani."),
        )
    if is_followed and not one.covers_whole_file:
        text = _("Tanda tangan “{signer}” utuh ketika dibubuhkan; sesudahnya ada yang lain.")
        return Line(tone="warn", text=text.format(signer=signer))
    if not (one.covers_whole_file and (one.plain or one.verdict is not Verdict.VALID)):
        text = _("Berkas berubah atau ditambahi setelah ditandatangani oleh “{signer}”.")
        return Line(tone="late", text=text.format(signer=signer))
    if one.verdict is Verdict.UNKNOWN_ISSUER:
        text = _(
            "Tanda tangan utuh, tetapi penerbit sertifikatnya tidak dikenal. Berkas mengaku "
            "ditandatangani oleh “{signer}” dengan sertifikat dari “{issuer}”; itu tidak terbukti."
        )
        return Line(tone="warn", text=text.format(signer=signer, issuer=issuer))
    if one.verdict in DOUBTS:
        return Line(tone="warn", text=str(DOUBTS[one.verdict]).format(signer=signer))
    text = _("Tanda tangan {signer} utuh dan penerbit sertifikatnya dikenal: {issuer}.")
    return Line(tone="ok", text=text.format(signer=signer, issuer=issuer))


def _named(name: str) -> str:
    return name[:LONGEST_NAME].strip() or "–"
