"""Which page belongs to which step? One entry for each row of the table."""

from typing import Final

from requests_app.web.pages import (
    draft,
    media,
    needs,
    owner,
    receive,
    record,
    refusals,
    send,
    sign,
    verify,
)
from requests_app.web.pages.page import StepPage

PAGES: Final[dict[str, StepPage]] = {
    page.key: page
    for page in (
        needs.PAGE,
        verify.PAGE,
        sign.PAGE,
        send.PAGE,
        media.PAGE,
        draft.PAGE,
        refusals.PAGE,
        owner.LETTER,
        owner.ANSWERS,
        owner.DELIVERY,
        receive.PAGE,
        record.PAGE,
    )
}
