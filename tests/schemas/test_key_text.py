"""The text of a key: its form, its checksum, what is stored of it."""

import hashlib
import re
import zlib

import pytest

from app.schemas.key_text import ALPHABET, checksum_of, digest_of, is_well_formed, masked, new_key, prefix_for
from app.vocabulary import CallerKind

SCANNER = re.compile(r"smz_(live|test|pub)_[0-9A-Za-z]{38}")
"""What a scanner for leaked tokens is told to look for (docs/access.md)."""


@pytest.mark.parametrize("prefix", ["smz_live_", "smz_test_", "smz_pub_"])
def test_a_scanner_finds_every_key_and_verifies_it_offline(prefix: str) -> None:
    keys = {new_key(prefix) for _ in range(100)}
    assert len(keys) == 100
    for key in keys:
        (found,) = SCANNER.finditer(f'curl -H "Authorization: Bearer {key}"')
        assert found.group() == key
        number = 0
        for digit in key[-6:]:
            number = number * 62 + ALPHABET.index(digit)
        assert number == zlib.crc32(key[:-6].encode())


def test_the_checksum_finds_every_single_typing_error() -> None:
    key = new_key("smz_live_")
    assert is_well_formed(key, test=False)
    typed = [
        key[:place] + other + key[place + 1 :]
        for place in range(len("smz_live_"), len(key))
        for other in ALPHABET
        if other != key[place]
    ]
    swapped = [
        key[:place] + key[place + 1] + key[place] + key[place + 2 :]
        for place in range(9, len(key) - 1)
        if key[place] != key[place + 1]
    ]
    assert len(typed) == 38 * 61
    assert not [wrong for wrong in typed + swapped if is_well_formed(wrong, test=False)]


@pytest.mark.parametrize(
    "text",
    ["", "smz_live_", "Bearer", "smz_live_" + "0" * 38, "smz_prod_" + "0" * 38, "é" * 47, "x" * 10_000],
)
def test_what_is_no_key(text: str) -> None:
    assert not is_well_formed(text, test=False)


def test_a_trial_installation_and_a_live_one_do_not_take_each_others_keys() -> None:
    live, test, site = (new_key(prefix) for prefix in ("smz_live_", "smz_test_", "smz_pub_"))
    assert [is_well_formed(key, test=False) for key in (live, test, site)] == [True, False, True]
    assert [is_well_formed(key, test=True) for key in (live, test, site)] == [False, True, True]


def test_prefixes_say_whose_key_it_is() -> None:
    assert prefix_for(CallerKind.WEBSITE, test=True) == "smz_pub_"
    assert prefix_for(CallerKind.CENTRE, test=False) == "smz_live_"
    assert prefix_for(CallerKind.ADMIN, test=True) == "smz_test_"


def test_only_the_hash_and_the_ends_are_kept() -> None:
    key = new_key("smz_live_")
    assert digest_of(key) == hashlib.sha256(key.encode()).hexdigest()
    assert masked("smz_live_", key[-4:]) == f"smz_live_…{key[-4:]}"


def test_the_checksum_is_as_long_for_small_numbers() -> None:
    assert {len(checksum_of(str(number))) for number in range(5000)} == {6}
