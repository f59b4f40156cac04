"""Letters: what is written, where they go, and what cannot be smuggled into them."""

import email
import email.policy
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from app.delivering import DeliveryFailure
from app.outbound.mail import Letter, MailFolder, MailServer, composed, send_mail

LETTER = Letter(
    id="0197abcd",
    at=datetime(2026, 11, 24, 9, 0, tzinfo=UTC),
    to="coop@proba.example",
    subject="Новый партнёр: «Проба»",
    text="Кто-то умеет то, что вам нужно.\n.\nFrom здесь тоже строка\n",
)
SENDER = "smezhnik@association.example"


class Kept:
    """What a mail server on this machine took."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.refusal: str | None = None

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - its name for it
        if self.refusal:
            return self.refusal
        letter = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(letter, EmailMessage)
        letter["X-Recipients"] = ",".join(envelope.rcpt_tos)
        self.letters.append(letter)
        return "250 taken"


def authenticate(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    right = isinstance(data, LoginPassword) and (data.login, data.password) == (b"name", b"word")
    return AuthResult(success=right, handled=False)


@pytest.fixture
def kept() -> Kept:
    return Kept()


@pytest.fixture
def server(kept: Kept) -> Iterator[MailServer]:
    controller = Controller(
        kept, "127.0.0.1", 0, authenticator=authenticate, auth_require_tls=False, auth_required=False
    )
    controller.port = _free_port()
    controller.start()
    try:
        yield MailServer(SENDER, "127.0.0.1", controller.port, security="none")
    finally:
        controller.stop()


def _free_port() -> int:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    return port


def text_of(letter: EmailMessage) -> str:
    return str(letter.get_content()).replace("\r\n", "\n")


def test_a_letter_arrives_as_it_was_written(server: MailServer, kept: Kept):
    receipt = send_mail(LETTER, replace(server, username="name", password="word"))
    assert receipt.failure is None
    [got] = kept.letters
    assert (got["To"], got["From"], got["Subject"]) == (LETTER.to, SENDER, LETTER.subject)
    assert got["Message-ID"] == "<0197abcd@association.example>"
    assert got["Auto-Submitted"] == "auto-generated"
    assert text_of(got) == LETTER.text
    assert got["X-Recipients"] == LETTER.to


def test_a_wrong_password_is_a_refusal(server: MailServer, kept: Kept):
    receipt = send_mail(LETTER, replace(server, username="name", password="other"))
    assert (receipt.failure, receipt.status) == (DeliveryFailure.MAIL_REFUSED, 535)
    assert not kept.letters


def test_a_refused_letter_says_with_which_status(server: MailServer, kept: Kept):
    kept.refusal = "554 no thanks, dear coop@proba.example"
    receipt = send_mail(LETTER, server)
    assert (receipt.failure, receipt.status) == (DeliveryFailure.MAIL_REFUSED, 554)
    assert "coop" not in repr(receipt)


def test_a_server_without_starttls_gets_nothing(server: MailServer, kept: Kept):
    receipt = send_mail(LETTER, replace(server, security="starttls"))
    assert receipt.failure is DeliveryFailure.UNREACHABLE
    assert not kept.letters


def test_nobody_there_is_unreachable():
    assert (
        send_mail(LETTER, MailServer(SENDER, "127.0.0.1", _free_port(), "none")).failure
        is DeliveryFailure.UNREACHABLE
    )


def test_the_folder_takes_letters_for_the_owner_alone(tmp_path: Path):
    folder = tmp_path / "deep" / "outbox"
    for _ in range(2):
        assert send_mail(LETTER, MailFolder(SENDER, folder)).failure is None
    [file] = folder.iterdir()
    assert file.name == "0197abcd.eml"
    assert (file.stat().st_mode & 0o777, folder.stat().st_mode & 0o777) == (0o600, 0o700)
    letter = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert isinstance(letter, EmailMessage)
    assert text_of(letter) == LETTER.text


@pytest.mark.parametrize("break_", ["\n", "\r\n", "\r", "\x0b", "\u2028", "\x85"])
def test_a_subject_cannot_begin_another_header(break_: str):
    letter = replace(LETTER, subject=f"Привет{break_}Bcc: other@proba.example{break_}{break_}body")
    lines = composed(letter, SENDER).as_bytes().decode("ascii").split("\r\n")
    assert not [line for line in lines if line.lower().startswith("bcc")]
    assert text_of(composed(letter, SENDER)) == LETTER.text


@pytest.mark.parametrize(
    "to",
    [
        "a@proba.example\nBcc: other@proba.example",
        "a@proba.example\r\n\r\nbody",
        "a@proba.example, b@proba.example",
        "a@proba.example b@proba.example",
        "<a@proba.example>",
        "Имя <a@proba.example>",
        "a@proba.example;b@proba.example",
        "имя@proba.example",
        "no-address",
        "@proba.example",
        "a@",
        "",
        "a@..example",
        "a@" + "b" * 70 + ".example",
    ],
)
def test_only_one_plain_address_is_written_to(to: str, tmp_path: Path):
    receipt = send_mail(replace(LETTER, to=to), MailFolder(SENDER, tmp_path / "outbox"))
    assert receipt.failure is DeliveryFailure.MAIL_REFUSED
    assert not (tmp_path / "outbox").exists()


def test_a_russian_domain_is_written_as_punycode():
    assert composed(replace(LETTER, to="coop@проба.рф"), SENDER)["To"] == "coop@xn--80ab2bdf.xn--p1ai"
