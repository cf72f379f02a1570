"""Floor 2, the things: rows of the database and the transitions they allow."""

from requests_app.models.audit import AuditCheckpoint, AuditEntry
from requests_app.models.certificates import CertificateAuthority, SigningCertificate
from requests_app.models.collection_form import CollectionForm, FormQuestion
from requests_app.models.conversation import BehalfRecord, Clarification, Extension, Pause
from requests_app.models.data_owner import DataOwner
from requests_app.models.data_request import DataRequest, RequestedItem
from requests_app.models.delivery import DataFile, Delivery, ItemAnswer, QuestionAnswer
from requests_app.models.edition import SopEdition, SopStep
from requests_app.models.form_draft import FormDraft
from requests_app.models.letter import Initial, Letter, LetterTemplate, LetterVersion
from requests_app.models.notice import Notice
from requests_app.models.numbering import LetterNumber, NumberCounter, NumberRegister
from requests_app.models.office import Classification, Office, Section
from requests_app.models.official_document import OfficialDocument
from requests_app.models.people import Position, User
from requests_app.models.recipient import Recipient
from requests_app.models.register import RegisterEntry
from requests_app.models.share_link import LinkOpening, ShareLink
from requests_app.models.signed_copy import SignedCopy
from requests_app.models.signing_attempt import SigningAttempt
from requests_app.models.usage import DataUse, FileAccess, ProcessingResult, UsageReport
from requests_app.models.work_calendar import Holiday, WorkCalendar, WorkPeriod

__all__ = [
    "AuditCheckpoint",
    "AuditEntry",
    "BehalfRecord",
    "CertificateAuthority",
    "Clarification",
    "Classification",
    "CollectionForm",
    "DataFile",
    "DataOwner",
    "DataRequest",
    "DataUse",
    "Delivery",
    "Extension",
    "FileAccess",
    "FormDraft",
    "FormQuestion",
    "Holiday",
    "Initial",
    "ItemAnswer",
    "Letter",
    "LetterNumber",
    "LetterTemplate",
    "LetterVersion",
    "LinkOpening",
    "Notice",
    "NumberCounter",
    "NumberRegister",
    "Office",
    "OfficialDocument",
    "Pause",
    "Position",
    "ProcessingResult",
    "QuestionAnswer",
    "Recipient",
    "RegisterEntry",
    "RequestedItem",
    "Section",
    "ShareLink",
    "SignedCopy",
    "SigningAttempt",
    "SigningCertificate",
    "SopEdition",
    "SopStep",
    "UsageReport",
    "User",
    "WorkCalendar",
    "WorkPeriod",
]
