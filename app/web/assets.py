"""The site's own files, each at an address that names its content: a browser may keep it for ever."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256, sha384
from importlib.resources import files

from fastapi import APIRouter, Response

from app.access import OPEN
from app.api.callers import under
from app.errors import NotFound

FOR_EVER = "public, max-age=31536000, immutable"
MEDIA_TYPES: Mapping[str, str] = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Asset:
    """A file of the site."""

    name: str
    body: bytes

    @property
    def version(self) -> str:
        """A short name of the content."""
        return sha256(self.body).hexdigest()[:16]

    @property
    def integrity(self) -> str:
        """The value of an `integrity` attribute (Subresource Integrity)."""
        return f"sha384-{b64encode(sha384(self.body).digest()).decode()}"

    def answer(self, keep: str) -> Response:
        """The file as an answer that may be kept so long."""
        kind = MEDIA_TYPES[self.name.rpartition(".")[2]]
        return Response(self.body, media_type=kind, headers={"Cache-Control": keep})


@cache
def assets() -> Mapping[str, Asset]:
    """All files of the site by name."""
    folder = files("app.web") / "static"
    return {one.name: Asset(one.name, one.read_bytes()) for one in folder.iterdir() if one.is_file()}


def address_of(name: str) -> str:
    """Where a file of the site is served. Raises KeyError where there is none of this name."""
    return f"/assets/{assets()[name].version}/{name}"


@router.get("/assets/{version}/{name}", openapi_extra=under(OPEN))
async def get_asset(version: str, name: str) -> Response:
    """A file of the site; the address changes with its content."""
    found = assets().get(name)
    if found is None or found.version != version:
        raise NotFound(what="file", id=name[:40])
    return found.answer(FOR_EVER)
