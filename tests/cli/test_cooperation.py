"""`smezhnik chains`, `rings` and `consortium` in a shell."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.cli.conftest import Run
from tests.directory import profile

CASTING, MOULDS = "Отливки чугунные корпусные", "Оснастка модельная деревянная"


@pytest.fixture
def ring(run: Run, write: Callable[[str, Any], Any], monkeypatch: pytest.MonkeyPatch) -> Run:
    """A foundry that needs moulds, and a workshop that needs castings."""
    monkeypatch.setenv("SMEZHNIK_ENCODER", "false")
    lines = [
        profile(legal_name=name, external_id=name, capabilities=[offer], needs=[wanted])
        for name, offer, wanted in (("Литейная", CASTING, MOULDS), ("Мастерская", MOULDS, CASTING))
    ]
    assert run("import", write("ring.jsonl", lines)).exit_code == 0
    return run


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_cooperation_of_more_than_two_in_words_a_person_reads(ring: Run) -> None:
    chain = ring("chains", CASTING)
    assert "Литейная → Мастерская" in chain.stdout, chain.output
    assert "Совпадает" in chain.stdout
    rings = json.loads(ring("rings", "--json").stdout)
    assert rings["total"] == 1
    assert {link["organisation"]["name"] for link in rings["items"][0]["links"]} == {"Литейная", "Мастерская"}
    assert "колец: 1" in ring("rings").stdout
    both = ring("consortium", CASTING, MOULDS, "--set", "max_members=2")
    assert "Литейная + Мастерская" in both.stdout, both.output
    alone = ring("consortium", CASTING, MOULDS, "--set", "max_members=1")
    assert "max_members" in alone.stdout
    assert ring("chains", CASTING, "--set", "depth_of=9").exit_code == 1
    gaps = json.loads(ring("gaps", "--json").stdout)
    assert (gaps["total"]["needs"], gaps["total"]["own_region"], gaps["total"]["nobody"]) == (2, 2, 0)
    assert "итого" in ring("gaps").stdout
