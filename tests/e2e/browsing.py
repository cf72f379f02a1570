"""How do people get about in the house: by signing in, by their inbox, by a mail and a code?"""

import re
from io import BytesIO

import pikepdf
from django.core import mail
from playwright.sync_api import ConsoleMessage, Locator, Page, expect

from requests_app.management import jobs
from requests_app.models import Notice, User
from tests.factories import PASSWORD

LINK = re.compile(r"https?://\S+/t/\S+/")


class Watch:
    """What a browser complained about: errors of scripts, refused styles, missing files."""

    def __init__(self) -> None:
        self.complaints: list[str] = []

    def over(self, page: Page) -> None:
        """Listen to a page from now on."""
        page.on("console", lambda message: self._hear(page, message))
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))

    def _hear(self, page: Page, message: ConsoleMessage) -> None:
        address = message.location.get("url", "")
        # the browser reports the status of the page itself, where a refusal is what was wanted
        if message.type == "error" and not ("status of 4" in message.text and address == page.url):
            self.complaints.append(f"{page.url}: {message.text} ({address})")


class Device:
    """A finger reader that the browser believes to have."""

    def __init__(self, page: Page) -> None:
        self.cdp = page.context.new_cdp_session(page)
        self.cdp.send("WebAuthn.enable")
        made = self.cdp.send(
            "WebAuthn.addVirtualAuthenticator",
            {
                "options": {
                    "protocol": "ctap2",
                    "transport": "internal",
                    "hasResidentKey": True,
                    "hasUserVerification": True,
                    "isUserVerified": True,
                    "automaticPresenceSimulation": True,
                }
            },
        )
        self.id = made["authenticatorId"]

    def forget(self) -> None:
        """Keep no key any more."""
        self.cdp.send("WebAuthn.clearCredentials", {"authenticatorId": self.id})


def type_password(page: Page, user: User) -> None:
    """Type name and password into the login form, as anybody does."""
    page.goto("/akun/masuk/")
    page.locator("input[name=login]").fill(user.username)
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Masuk", exact=True).click()


def sign_in(page: Page, user: User) -> None:
    """Come in by name and password alone."""
    type_password(page, user)
    page.wait_for_url(lambda url: "/akun/masuk/" not in url)


def follow_inbox(page: Page, step: str) -> None:
    """Open the first thing to do; it must be this step."""
    page.goto("/")
    page.locator(".inbox-item__title a").first.click()
    expect(page.locator("main")).to_have_attribute("data-step", step)


def press(page: Page, deed: str) -> None:
    """Press the button of a deed, and see that it was not refused."""
    with page.expect_navigation():
        page.locator(f'[data-deed="{deed}"]').click()
    expect(page.locator(".error-summary, .notice--late")).to_have_count(0)


def press_back(page: Page, deed: str, reason: str) -> None:
    """Send something back with a reason, in the box that unfolds for it."""
    box = page.locator("details.send-back").filter(has=page.locator(f'[data-deed="{deed}"]'))
    box.locator("summary").click()
    box.locator("textarea").fill(reason)
    press(page, deed)


def tick(box: Locator) -> None:
    """Tick a box or choose a radio button: its label lies over it as a larger target."""
    box.check(force=True)


def deliver_mail() -> None:
    """Be the worker: send every queued mail."""
    for notice in Notice.objects.filter(status=Notice.Status.QUEUED).order_by("pk"):
        jobs.send_notice(notice.pk)


def link_in_mail_to(address: str) -> str:
    """Read the link out of the newest mail to somebody that carries one."""
    for letter in reversed(mail.outbox):
        found = LINK.search(str(letter.body))
        if address in letter.to and found:
            assert [name for name, *_rest in letter.attachments if name.endswith(".pdf")]
            return found.group()
    raise AssertionError(f"no mail with a link for {address}")


def enter(page: Page, link: str, code: str) -> None:
    """Come in as the owner: the link of the mail, and the code that somebody told by phone."""
    page.goto(link)
    page.get_by_label("Kode akses").fill(code)
    page.get_by_role("button", name="Buka surat").click()
    page.wait_for_url(re.compile(r"/jawab/[0-9a-f-]{36}/"))


def a_pdf() -> bytes:
    """Make a small real PDF."""
    made = BytesIO()
    with pikepdf.new() as paper:
        paper.add_blank_page()
        paper.save(made)
    return made.getvalue()
