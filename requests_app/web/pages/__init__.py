"""Which page belongs to which step? One entry for each row of the table."""

from typing import Final

from requests_app.web.pages import (
    accept,
    behalf,
    draft,
    media,
    needs,
    process,
    receive,
    record,
    refusals,
    report,
    send,
    sign,
    use,
    verify,
)
from requests_app.web.pages.page import StepPage

PAGES: Final[dict[str, StepPage]] = {
    page.key: page
    for page in (
        needs.PAGE,
        media.PAGE,
        draft.PAGE,
        verify.PAGE,
        sign.PAGE,
        send.PAGE,
        behalf.LETTER,
        behalf.ANSWERS,
        behalf.DELIVERY,
        receive.PAGE,
        record.PAGE,
        process.PAGE,
        use.PAGE,
        report.PAGE,
        accept.PAGE,
        refusals.PAGE,
    )
}
