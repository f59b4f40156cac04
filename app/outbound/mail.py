"""Letters: over SMTP, or into a folder of .eml files where no server is set."""

import os
import smtplib
import ssl
import time
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import Literal

from app.delivering import DeliveryFailure
from app.outbound.receipts import Receipt, receipt
from app.outbound.webhooks import public_tls

SECONDS = 20.0
"""How long one step of talking to the mail server may take."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A text for one person; the id stays the same over all attempts and becomes the Message-ID."""

    id: str
    at: datetime
    to: str
    subject: str
    text: str
    unsubscribe: str | None = None
    """Where one POST ends letters of this kind (RFC 8058)."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """A server that takes letters: `starttls` begins in the clear, `tls` does not, `none` stays there."""

    sender: str
    host: str
    port: int = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: str | None = None
    password: str | None = None
    tls: ssl.SSLContext | None = None


@dataclass(frozen=True, slots=True)
class MailFolder:
    """A folder that letters are laid into, for trying out and for networks without mail."""

    sender: str
    folder: Path


Post = MailServer | MailFolder
"""Where letters go."""


def send_mail(letter: Letter, post: Post) -> Receipt:
    """Hand one letter over; once more with the same id is the same letter to a mail program."""
    started = time.monotonic()
    status: int | None = None
    failure: DeliveryFailure | None = None
    try:
        message = composed(letter, post.sender)
        if isinstance(post, MailFolder):
            _lay(message, post.folder, letter.id)
        else:
            _send(message, letter.to, post)
    except (ValueError, MessageError, smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused) as error:
        failure, status = DeliveryFailure.MAIL_REFUSED, getattr(error, "smtp_code", None)
    except ssl.SSLError:
        failure = DeliveryFailure.TLS
    except TimeoutError:
        failure = DeliveryFailure.TIMEOUT
    except (smtplib.SMTPException, OSError):
        failure = DeliveryFailure.UNREACHABLE
    return receipt(failure, started, status)


def composed(letter: Letter, sender: str) -> EmailMessage:
    """The letter as a message. Raises ValueError for an address that is none or brings more than one."""
    message = EmailMessage(policy=SMTP)
    message["From"] = _address(sender)
    message["To"] = _address(letter.to)
    # A line end in a header would begin another header.
    message["Subject"] = " ".join(letter.subject.split())
    message["Date"] = format_datetime(letter.at)
    message["Message-ID"] = f"<{letter.id}@{_address(sender).domain}>"
    message["Auto-Submitted"] = "auto-generated"
    if letter.unsubscribe is not None:
        message["List-Unsubscribe"] = f"<{letter.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(letter.text, cte="quoted-printable")
    return message


def _address(text: str) -> Address:
    if not text.isprintable() or any(character in text for character in " ,;<>\"'()"):
        raise ValueError("not one plain address")
    local, at, domain = text.rpartition("@")
    if not (local and at and domain and local.isascii()):
        raise ValueError("not one plain address")
    return Address(username=local, domain=domain.encode("idna").decode())


def _lay(message: EmailMessage, folder: Path, name: str) -> None:
    """Write beside and rename, so that whoever reads the folder never sees half a letter."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = folder / f".{name}.part"
    with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(message.as_bytes())
    unfinished.rename(folder / f"{name}.eml")


def _send(message: EmailMessage, to: str, server: MailServer) -> None:
    tls = server.tls or public_tls()
    if server.security == "tls":
        client: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=SECONDS, context=tls)
    else:
        client = smtplib.SMTP(server.host, server.port, timeout=SECONDS)
    with client:
        if server.security == "starttls":
            client.starttls(context=tls)
        if server.username is not None:
            client.login(server.username, server.password or "")
        # Not send_message: it would write “>From” where a line of the text begins with “From”.
        client.sendmail(server.sender, [str(_address(to))], message.as_bytes())
