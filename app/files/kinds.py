"""What kind of file it is: by its first bytes where they tell, by its name and media type otherwise."""

import io
import zipfile
from collections.abc import Mapping

from app.errors import Invalid, Violation
from app.files.tables import FileKind

MEDIA_TYPES: Mapping[str, FileKind] = {
    "text/csv": FileKind.CSV,
    "text/tab-separated-values": FileKind.CSV,
    "application/jsonl": FileKind.JSONL,
    "application/x-ndjson": FileKind.JSONL,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": FileKind.XLSX,
    "application/vnd.oasis.opendocument.spreadsheet": FileKind.ODS,
}
"""What a request may call its file."""

EXTENSIONS: Mapping[str, FileKind] = {
    ".csv": FileKind.CSV,
    ".tsv": FileKind.CSV,
    ".txt": FileKind.CSV,
    ".jsonl": FileKind.JSONL,
    ".ndjson": FileKind.JSONL,
    ".xlsx": FileKind.XLSX,
    ".ods": FileKind.ODS,
}
_ZIP = b"PK\x03\x04"
_SHEETS = (FileKind.XLSX, FileKind.ODS)


def kind_of(content: bytes, said: FileKind) -> FileKind:
    """The kind of this file, said to be that one. Raises Invalid where the content is another thing."""
    if content.startswith(_ZIP):
        return _kind_of_archive(content)
    if said in _SHEETS:
        raise Invalid([Violation("", "file_no_sheet")])
    return said


def kind_by_name(name: str) -> FileKind:
    """The kind a file's name tells. Raises Invalid for a name that tells none."""
    dot = name.rfind(".")
    kind = EXTENSIONS.get(name[dot:].lower()) if dot >= 0 else None
    if kind is None:
        raise Invalid([Violation("", "file_kind", {"value": name[dot:] if dot >= 0 else name})])
    return kind


def _kind_of_archive(content: bytes) -> FileKind:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise Invalid([Violation("", "file_broken")]) from error
    if "xl/workbook.xml" in names:
        return FileKind.XLSX
    if "content.xml" in names:
        return FileKind.ODS
    raise Invalid([Violation("", "file_no_sheet")])
