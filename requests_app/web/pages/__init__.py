"""Which page belongs to which step? One entry for each row of the table."""

from typing import Final

from requests_app.web.pages import needs
from requests_app.web.pages.page import StepPage

PAGES: Final[dict[str, StepPage]] = {
    page.key: page
    for page in (
        needs.PAGE,
    )
}
