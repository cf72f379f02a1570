"""What happened, who did it, and does the history still stand as it was written?"""

import hashlib
import json
from datetime import UTC
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from requests_app.models.append_only import append_only
from requests_app.sop.roles import Capacity

GENESIS = "0" * 64


class AuditEntry(models.Model):
    """One deed on the record. No foreign keys: the entry outlives whatever it speaks of.

    The entries of a request form one chain, what belongs to no request is chained per office.
    """

    chain = models.CharField(_("rantai"), max_length=60)
    sequence = models.PositiveIntegerField(_("urutan"))
    at = models.DateTimeField(_("waktu"))
    office_id = models.BigIntegerField(_("perangkat daerah"))
    data_request_id = models.BigIntegerField(_("permohonan"), null=True)
    recipient_id = models.BigIntegerField(_("pemilik data"), null=True)
    recipient_number = models.PositiveSmallIntegerField(_("nomor urut pemilik data"), null=True)
    subject_label = models.CharField(_("tentang"), max_length=300)
    kind = models.CharField(_("jenis"), max_length=20)
    deed = models.CharField(_("perbuatan"), max_length=60)
    row = models.CharField(_("langkah"), max_length=40, blank=True)
    from_state = models.CharField(_("dari"), max_length=40, blank=True)
    to_state = models.CharField(_("ke"), max_length=40, blank=True)
    request_from_state = models.CharField(_("permohonan dari"), max_length=40, blank=True)
    request_to_state = models.CharField(_("permohonan ke"), max_length=40, blank=True)
    version = models.PositiveIntegerField(_("versi"), null=True)
    entered_at = models.DateTimeField(_("langkah dimulai pada"), null=True)
    due_at = models.DateTimeField(_("tenggat"), null=True)
    reason = models.TextField(_("alasan"), blank=True)
    facts = models.JSONField(_("keterangan"), default=dict)
    actor_name = models.CharField(_("pelaku"), max_length=150)
    actor_nip = models.CharField(_("NIP"), max_length=18, blank=True)
    actor_title = models.CharField(_("jabatan"), max_length=200, blank=True)
    actor_role = models.CharField(_("peran"), max_length=20, blank=True)
    actor_capacity = models.CharField(_("kedudukan"), max_length=12)
    actor_user_id = models.BigIntegerField(_("akun"), null=True)
    actor_link_id = models.BigIntegerField(_("tautan"), null=True)
    previous_hash = models.CharField(_("sidik entri sebelumnya"), max_length=64)
    hash = models.CharField(_("sidik"), max_length=64)

    class Meta:
        verbose_name = _("jejak audit")
        verbose_name_plural = _("jejak audit")
        ordering = ["chain", "sequence"]
        indexes = [models.Index(fields=["data_request_id", "sequence"], name="audit_by_request")]
        constraints = [
            models.UniqueConstraint(fields=["chain", "sequence"], name="audit_sequence_once")
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.chain} #{self.sequence} {self.deed}"

    @property
    def by_whom(self) -> str:
        """Name who did it with the position; who answered for a data owner, with the owner too.

        What staff recorded for an owner is told as that.
        """
        if self.actor_capacity != Capacity.LINK:
            who = ", ".join(part for part in (self.actor_name, self.actor_title) if part)
            if self.actor_capacity == Capacity.BEHALF:
                return _("{siapa} (dicatat staf atas nama pemilik data)").format(siapa=who)
            return who
        if self.actor_name == self.subject_label:
            return self.actor_name
        title = f" ({self.actor_title})" if self.actor_title else ""
        return f"{self.actor_name}{title}, {self.subject_label}"

    def digest(self) -> str:
        """Compute the hash that this entry must carry, its predecessor's hash included."""
        content: dict[str, Any] = {
            field.attname: getattr(self, field.attname)
            for field in self._meta.concrete_fields
            if field.attname not in {"id", "hash"}
        }
        for name in ("at", "entered_at", "due_at"):
            moment = content[name]
            content[name] = None if moment is None else moment.astimezone(UTC).isoformat()
        text = json.dumps(content, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


class AuditCheckpoint(models.Model):
    """A daily digest over the heads of all chains, itself chained, so that a cut tail shows."""

    sequence = models.PositiveIntegerField(_("urutan"), unique=True)
    at = models.DateTimeField(_("waktu"))
    heads = models.JSONField(_("ujung rantai"), help_text=_("Rantai → urutan dan sidik."))
    previous_hash = models.CharField(_("sidik entri sebelumnya"), max_length=64)
    hash = models.CharField(_("sidik"), max_length=64)

    class Meta:
        verbose_name = _("titik periksa")
        verbose_name_plural = _("titik periksa")
        ordering = ["sequence"]
        triggers = append_only()

    def __str__(self) -> str:
        return f"#{self.sequence} {self.at:%d-%m-%Y}"

    def digest(self) -> str:
        """Compute the hash that this checkpoint must carry."""
        content = [self.sequence, self.at.astimezone(UTC).isoformat(), self.heads]
        text = json.dumps([*content, self.previous_hash], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()
