"""Where is a stranger's PDF judged, so that the worst it can do is to end one small process?

Whoever finds a code on a paper may send us any bytes: they are judged apart (`documents.apart`).
"""

import base64
import json
import logging
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from requests_app.documents import judging
from requests_app.documents.apart import Bench, NobodyThere, TooMuch, serve
from requests_app.documents.judging import Judgement, Problem, SignatureVerdict, Verdict

__all__ = ["NobodyThere", "bench", "judge"]

OUR_FAULT: Final[dict[str, Any]] = {"judgement": None}

logger = logging.getLogger(__name__)


def judge(
    pdf: bytes,
    /,
    *,
    anchors: Sequence[bytes],
    revocation_lists: Sequence[bytes],
    at: datetime,
    signed_at: datetime | None = None,
    stamp_anchors: Sequence[bytes] = (),
) -> Judgement:
    """Judge as `judging.judge` does, but apart; a file that is too much for it is unreadable."""
    question = {
        "anchors": [_packed(one) for one in anchors],
        "revocation_lists": [_packed(one) for one in revocation_lists],
        "stamp_anchors": [_packed(one) for one in stamp_anchors],
        "at": at.isoformat(),
        "signed_at": None if signed_at is None else signed_at.isoformat(),
    }
    try:
        told, _nothing = bench.ask(question, pdf)
        if told == OUR_FAULT:
            logger.error("No PDF can be judged: our own certificates or lists cannot be read")
            raise NobodyThere
        return _unpacked(told["judgement"])
    except (TooMuch, ValueError, TypeError, LookupError):  # none in time, or a stranger's words
        logger.warning("A PDF was too much for who judged it: %s bytes", len(pdf))
        return Judgement(problem=Problem.UNREADABLE)


def _packed(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _unpacked(told: dict[str, Any]) -> Judgement:
    """Read an answer as what it must be: a stranger's bytes may have had a hand in it."""
    return Judgement(
        problem=Problem(told["problem"]),
        signatures=tuple(
            SignatureVerdict(
                **{
                    **one,
                    "verdict": Verdict(one["verdict"]),
                    "signed_at": _moment(one["signed_at"]),
                }
            )
            for one in told["signatures"]
        ),
    )


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


# -- on the other side ------------------------------------------------------------------------


def _answered(question: dict[str, Any], pdf: bytes) -> tuple[dict[str, Any], bytes]:
    """Judge, and give what can be written down, or `OUR_FAULT`."""
    try:
        judgement = judging.judge(
            pdf,
            anchors=[base64.b64decode(one) for one in question["anchors"]],
            revocation_lists=[base64.b64decode(one) for one in question["revocation_lists"]],
            stamp_anchors=[base64.b64decode(one) for one in question["stamp_anchors"]],
            at=datetime.fromisoformat(question["at"]),
            signed_at=_moment(question["signed_at"]),
        )
    except ValueError:  # one of our own certificates or lists
        return OUR_FAULT, b""
    told = json.dumps(asdict(judgement), default=datetime.isoformat)
    return {"judgement": json.loads(told)}, b""


bench = Bench(__name__)

if __name__ == "__main__":
    serve(_answered)
