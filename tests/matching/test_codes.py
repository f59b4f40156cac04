"""Code hierarchies and closeness."""

import pytest

from app.matching.codes import ancestors, closeness
from app.vocabulary import CodeScheme

OKPD2, OKVED2, TNVED = CodeScheme.OKPD2, CodeScheme.OKVED2, CodeScheme.TNVED


def test_an_okpd2_code_lies_under_its_classes() -> None:
    assert ancestors((OKPD2, "25.94.11.113")) == (
        "class:25",
        "class:25.9",
        "class:25.94",
        "okpd2:25.94.1",
        "okpd2:25.94.11",
        "okpd2:25.94.11.110",
        "okpd2:25.94.11.113",
    )


def test_trailing_zeros_divide_no_further() -> None:
    assert ancestors((OKPD2, "25.94.11.000")) == ancestors((OKPD2, "25.94.11"))
    assert ancestors((OKPD2, "25.94.10"))[-1] == "okpd2:25.94.10"


def test_okpd2_and_okved2_are_comparable_down_to_the_class() -> None:
    assert closeness((OKPD2, "25.94.11.110"), (OKVED2, "25.94.1")) == closeness(
        (OKPD2, "25.94"), (OKVED2, "25.94")
    )
    assert closeness((OKPD2, "25.94.11.110"), (OKPD2, "25.94.11.110")) == 1.0


def test_closeness_grows_with_depth_and_is_symmetric() -> None:
    here = (OKPD2, "25.94.11.110")
    others = ["26.11", "25.11.1", "25.91.1", "25.94.2", "25.94.12", "25.94.11.120", "25.94.11.110"]
    values = [closeness(here, (OKPD2, other)) for other in others]
    assert values == sorted(values)
    assert values[0] == 0.0
    assert len(set(values)) >= 5
    assert values == [closeness((OKPD2, other), here) for other in others]


@pytest.mark.parametrize("scheme", [OKPD2, OKVED2])
def test_customs_codes_are_their_own_system(scheme: CodeScheme) -> None:
    assert closeness((TNVED, "2594"), (scheme, "25.94")) == 0.0
    assert closeness((TNVED, "7318 15"), (TNVED, "731816")) > 0.0
