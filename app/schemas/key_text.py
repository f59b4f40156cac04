"""The text of a key: prefix, 32 random characters, checksum; how it is stored and how it is shown."""

import hashlib
import re
import secrets
import string
import zlib

from app.vocabulary import CallerKind

ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
RANDOM_LENGTH = 32
"""190 random bits: nobody guesses one, so a fast hash of it is as good as a slow one."""

CHECKSUM_LENGTH = 6
PUBLISHABLE, LIVE, TEST = "smz_pub_", "smz_live_", "smz_test_"
FORM = re.compile(r"smz_(live|test|pub)_[0-9A-Za-z]{38}")


def prefix_for(kind: CallerKind, test: bool) -> str:
    """How a key of this kind begins, on a test installation or a live one."""
    if kind is CallerKind.WEBSITE:
        return PUBLISHABLE
    return TEST if test else LIVE


def new_key(prefix: str) -> str:
    """A new key; nothing but its hash is to be kept."""
    body = prefix + "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_LENGTH))
    return body + checksum_of(body)


def is_well_formed(text: str, test: bool) -> bool:
    """Whether this could be a key of a test (or a live) installation: no typing error, no foreign prefix."""
    if not FORM.fullmatch(text) or text.startswith(LIVE if test else TEST):
        return False
    body, checksum = text[:-CHECKSUM_LENGTH], text[-CHECKSUM_LENGTH:]
    return secrets.compare_digest(checksum_of(body), checksum)


def checksum_of(body: str) -> str:
    """CRC-32 of the key without its checksum, in base62; what token scanners verify offline."""
    number, digits = zlib.crc32(body.encode()), ""
    for _ in range(CHECKSUM_LENGTH):
        number, digit = divmod(number, len(ALPHABET))
        digits = ALPHABET[digit] + digits
    return digits


def digest_of(text: str) -> str:
    """SHA-256 of a key, in hexadecimal: all that is stored of it besides its ends."""
    return hashlib.sha256(text.encode()).hexdigest()


def masked(prefix: str, last4: str) -> str:
    """A key as it may be shown."""
    return f"{prefix}…{last4}"
