"""`smezhnik classifiers`: official classifiers, loaded from their tables; how well codes are proposed."""

import hashlib
import json
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from app.access import Admin
from app.cli.session import fail, refusal, running, screen, settings_or_exit
from app.errors import Invalid
from app.files.kinds import kind_by_name
from app.matching.classifying import DEPTHS, CodeBook, accuracy
from app.schemas.classifier_files import read_classifier
from app.schemas.classifiers import ClassifierKind
from app.storage import classifiers as table
from app.usecases import classifiers

app = typer.Typer(help="Классификаторы / classifiers.", no_args_is_help=True)

File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help=".csv, .xlsx, .ods or .jsonl")]
HELD_OUT = 26
"""Of 256: the share of the longest codes whose names are asked for instead of voting."""


@app.command()
def load(kind: ClassifierKind, file: File) -> None:
    """Load a classifier from its official table of codes and names, instead of the one there is."""
    names = _read(file)
    with running(settings_or_exit()) as runtime, runtime.database.writing() as session:
        screen.print(classifiers.load(session, Admin("cli"), kind, names))


@app.command("list")
def list_classifiers() -> None:
    """List the classifiers that are loaded."""
    shown = Table("classifier", "codes", "loaded")
    with running(settings_or_exit()) as runtime, runtime.database.reading() as session:
        for row in table.editions(session):
            shown.add_row(row.kind, str(row.entries), row.loaded_at.date().isoformat())
    screen.print(shown)


@app.command()
def measure(
    file: File,
    lines: Annotated[
        Path | None, typer.Option(exists=True, help="JSON lines with text and okpd2, of real purchases.")
    ] = None,
) -> None:
    """Accuracy of proposed codes at 2, 4 and 6 digits: on held-out official names, and on real lines."""
    names = _read(file)
    longest = max(map(len, names))
    held = {code for code in names if len(code) == longest and _digest(code) < HELD_OUT}
    rest = CodeBook({code: name for code, name in names.items() if code not in held})
    shown = Table("what", "texts", *(f"{depth} digits: first / of 3" for depth in DEPTHS))
    _measured(shown, "held-out official names", rest, [(names[code], code) for code in sorted(held)])
    if lines is not None:
        asked = [json.loads(line) for line in lines.read_text(encoding="utf-8").splitlines()]
        book = CodeBook(names)
        own = [(line["text"], line["okpd2"]) for line in asked if not line.get("official_name")]
        _measured(shown, "real lines in the buyer's own words", book, own)
        _measured(shown, "all real lines", book, [(line["text"], line["okpd2"]) for line in asked])
    screen.print(shown)


def _measured(shown: Table, what: str, book: CodeBook, labelled: list[tuple[str, str]]) -> None:
    first, third = accuracy(book, labelled), accuracy(book, labelled, 3)
    shares = (f"{first[d]:.3f} / {third[d]:.3f}" if d in first else "—" for d in DEPTHS)
    shown.add_row(what, str(len(labelled)), *shares)


def _digest(code: str) -> int:
    return hashlib.sha256(code.encode()).digest()[0]


def _read(file: Path) -> dict[str, str]:
    settings = settings_or_exit()
    try:
        return read_classifier(file.read_bytes(), kind_by_name(file.name))
    except Invalid as error:
        fail(refusal(error, settings.language))
