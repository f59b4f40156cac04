"""Is this spreadsheet safe to open? It is a ZIP of XML; each part is looked at before it is parsed."""

import io
import zipfile

from app.errors import Invalid, Violation
from app.files.limits import PARTS, UNPACKED_BYTES

_CHUNK = 1 << 20
_MACROS = ("vbaproject.bin", "xl/macrosheets/", "basic/", "scripts/")
_DOCTYPE = (b"<!doctype", b"<!entity")
_OVERLAP = 16


def check(content: bytes) -> None:
    """Pass a spreadsheet within the limits. Raises Invalid for bombs, macros, DTDs and what is broken."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_parts(archive)
    except (zipfile.BadZipFile, EOFError, ValueError, NotImplementedError, RuntimeError) as error:
        raise Invalid([Violation("", "file_broken")]) from error
    except OSError as error:
        raise Invalid([Violation("", "file_broken")]) from error


def _check_parts(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    if len(parts) > PARTS:
        raise Invalid([Violation("", "file_parts", {"limit": PARTS})])
    if any(part.flag_bits & 1 for part in parts):
        raise Invalid([Violation("", "file_encrypted")])
    if any(part.filename.lower().endswith(_MACROS[:1]) for part in parts) or any(
        part.filename.lower().startswith(_MACROS[1:]) for part in parts
    ):
        raise Invalid([Violation("", "file_macros")])
    left = UNPACKED_BYTES
    for part in parts:
        left -= _check_part(archive, part, left)


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo, limit: int) -> int:
    """The unpacked size of a part; what its header claims is not believed."""
    # zipfile stops where the header says the part ends; a parser may not.
    part.file_size = limit + 1
    size, tail = 0, b""
    with archive.open(part) as stream:
        stream._expected_crc = None  # type: ignore[attr-defined]
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if size > limit:
                raise Invalid([Violation("", "file_unpacked", {"limit": UNPACKED_BYTES})])
            seen = (tail + chunk).lower()
            if any(mark in seen for mark in _DOCTYPE):
                raise Invalid([Violation("", "file_doctype")])
            tail = chunk[-_OVERLAP:]
    return size
