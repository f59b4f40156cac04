"""How a person is recognised in texts: by address and number in any spelling, by name in a given place."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from app.storage.contacts import Contact

ERASED = "…"
"""What stands in a text where a person was named."""

LEAST_DIGITS = 7
"""A shorter number is no phone, and would be found in sizes and dates."""

NATIONAL_DIGITS = 10
"""The digits of a Russian number after +7 or 8: they are the same in both spellings."""

_APART = r"[\s().\-]*"


@dataclass(frozen=True, slots=True)
class Person:
    """What a person can be recognised by; e-mails in lower case, phones as digits."""

    emails: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()

    def addresses(self) -> "Person":
        """The same without names, which many people share."""
        return Person(self.emails, self.phones)

    def without(self, other: "Person") -> "Person":
        """What of this person the other does not share."""
        return Person(self.emails - other.emails, self.phones - other.phones, self.names - other.names)

    def joined(self, other: "Person") -> "Person":
        """What either may be recognised by."""
        return Person(self.emails | other.emails, self.phones | other.phones, self.names | other.names)

    def is_in(self, contact: Contact) -> bool:
        """Whether a contact has one of the addresses."""
        found = person_of([contact])
        return bool(found.emails & self.emails or found.phones & self.phones)

    def pattern(self) -> re.Pattern[str] | None:
        """What finds the person in a text; None where nothing is known of it."""
        found = [rf"(?<![\w.+-]){re.escape(email)}(?![\w-])(?!\.\w)" for email in self.emails]
        found += [rf"(?<!\d)(?:\+?[78]{_APART})?{_APART.join(phone)}(?!\d)" for phone in self.phones]
        found += [rf"(?<!\w){_spaced(name)}(?!\w)" for name in self.names]
        longest_first = sorted(found, key=len, reverse=True)
        return re.compile("|".join(longest_first), re.IGNORECASE) if found else None


def person_of(contacts: Iterable[Contact]) -> Person:
    """Everything these contacts may be recognised by."""
    known = list(contacts)
    return Person(
        frozenset(one.email.lower() for one in known if one.email),
        frozenset(number for one in known if (number := digits_of(one.phone))),
        frozenset(one.name for one in known),
    )


def digits_of(phone: str | None) -> str:
    """The number without its spelling and without the Russian prefix; "" for what is no number."""
    digits = re.sub(r"\D", "", phone or "")
    if len(digits) == NATIONAL_DIGITS + 1 and digits[0] in "78":
        digits = digits[1:]
    return digits if len(digits) >= LEAST_DIGITS else ""


def redacted(value: Any, pattern: re.Pattern[str]) -> Any:
    """The value with what the pattern finds taken out of every text in it."""
    match value:
        case str():
            return pattern.sub(ERASED, value)
        case list():
            return [redacted(one, pattern) for one in value]
        case dict():
            return {name: redacted(one, pattern) for name, one in value.items()}
    return value


def _spaced(name: str) -> str:
    return r"\s+".join(map(re.escape, name.split()))
