"""What are these bytes really, and may they come in?

`judge_file` for whoever asks; each kind of file has its checks in a module of its own.
"""

from requests_app.documents.sniffing.judge import judge_file
from requests_app.documents.sniffing.kinds import (
    ALL_KINDS,
    DEFAULT_LIMITS,
    MEBIBYTE,
    MIME,
    Kind,
    Limits,
    kinds_in_words,
)
from requests_app.documents.sniffing.names import MAXIMUM_NAME, clean_file_name
from requests_app.documents.sniffing.verdicts import Code, Suspicion, Verdict

__all__ = [
    "ALL_KINDS",
    "DEFAULT_LIMITS",
    "MAXIMUM_NAME",
    "MEBIBYTE",
    "MIME",
    "Code",
    "Kind",
    "Limits",
    "Suspicion",
    "Verdict",
    "clean_file_name",
    "judge_file",
    "kinds_in_words",
]
