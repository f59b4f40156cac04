"""The map of regions as squares."""

import pytest

from app.reference import regions
from app.vocabulary import Language
from app.web.tiles import ROOM, tile_map


@pytest.mark.parametrize("language", Language)
def test_every_square_says_which_region_it_is_and_no_two_say_or_take_the_same(language: Language) -> None:
    tiles = tile_map({"RU-SVE": 3}, language).tiles
    assert {tile.code for tile in tiles} == set(regions())
    assert len({tile.label for tile in tiles}) == len(tiles)
    assert len({(tile.x, tile.y) for tile in tiles}) == len(tiles)
    assert max(len(tile.label) for tile in tiles) <= ROOM
    assert [tile.code for tile in tiles if tile.shade] == ["RU-SVE"]
