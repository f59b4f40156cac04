"""The text of a sent file, as far as somebody's traces can be looked for in it; nothing is parsed."""

import html
import io
import zipfile

from app.errors import Invalid
from app.files import archives
from app.files.encodings import decoded

_ZIP = b"PK\x03\x04"


def searchable(content: bytes) -> str:
    """All that stands in the file; "" where nobody could read it either."""
    try:
        return _parts(content) if content.startswith(_ZIP) else decoded(content)[0]
    except Invalid:
        return ""


def _parts(content: bytes) -> str:
    archives.check(content)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        texts = [archive.read(name).decode(errors="replace") for name in archive.namelist()]
    return html.unescape("\n".join(texts))
