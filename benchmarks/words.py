"""The words of the invented statements, from words.txt."""

import re
from pathlib import Path

_LISTS = {
    name: tuple(words.split())
    for name, words in re.findall(
        r"^\[(\w+)\]\n([^\[]+)",
        Path(__file__).with_name("words.txt").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
}
OPERATIONS, THINGS, QUALITIES = _LISTS["operations"], _LISTS["things"], _LISTS["qualities"]
ROOTS, MATERIALS = _LISTS["roots"], _LISTS["materials"]

DETAILS = (
    "серия от {n} штук",
    "партии до {n} тонн в месяц",
    "точность до {n} микрон",
    "срок {n} рабочих дней",
    "масса от {n} граммов",
    "диаметр до {n} мм",
    "давление до {n} бар",
    "мощность {n} кВт",
    "контроль ультразвуком",
    "протокол испытаний в каждой партии",
    "сертификат ISO 9001",
    "доставка своим транспортом",
    "чертежи и трёхмерная модель заказчика",
    "оснастка собственного изготовления",
    "входной контроль сырья",
    "ГОСТ {n}-82",
    "ТУ {n}-2019",
)
