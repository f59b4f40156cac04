"""What people read about searches that found nothing, and about labelled sets."""

from collections.abc import Mapping

FILTERS: Mapping[str, tuple[str, str]] = {
    "expired": ("срок действия", "expiry"),
    "own_organisation": ("своя организация", "own organisation"),
    "exclude": ("исключённые организации", "excluded organisations"),
    "own_members": ("только свои участники", "own members only"),
    "region": ("регион", "region"),
    "federal_district": ("федеральный округ", "federal district"),
    "country": ("страна", "country"),
    "sector": ("отрасль", "sector"),
    "kind": ("вид организации", "kind of organisation"),
    "certificate": ("сертификат", "certificate"),
    "min_strength": ("сила совпадения", "strength"),
}
"""What people call the filters of a search."""

ANSWERS: Mapping[str, tuple[str, str]] = {
    # Labelled sets
    "set_file_missing": ("Нет файла {value}", "There is no file {value}"),
    "set_one_sided": (
        "Чтобы подобрать кривую, нужны и верные, и неверные ответы",
        "A curve needs both right and wrong answers",
    ),
    "set_line": ("Строка не читается", "The line cannot be read"),
    # Anonymous partners
    "anonymous_organisation": ("Организация ({about})", "Organisation ({about})"),
    # Why a search came back empty
    "filters_too_tight": (
        "Подходящие есть, но их убрали фильтры: {filters}. Ослабьте их",
        "There are candidates, but filters removed them: {filters}. Loosen them",
    ),
    "nobody_offers_this": (
        "Никто в справочнике такого пока не предлагает",
        "Nobody in the directory offers this yet",
    ),
    "no_further_link": (
        "Поставщики есть, но цепочку не продолжить: им ничего не нужно или их потребности никто не закрывает",
        "There are suppliers, but no chain goes on: they need nothing, or nobody meets what they need",
    ),
    "not_counted_yet": (
        "Карта ещё не считалась: её считает smezhnik worker",
        "The map has not been made yet: smezhnik worker makes it",
    ),
    "nobody_known": (
        "«Никто» значит: никто в справочнике с такой силой совпадения; это не доказывает, что таких нет",
        "«Nobody» means: nobody in the directory at this strength; it does not prove that there is none",
    ),
    "says_too_little": (
        "Текст слишком общий: назовите изделие, материал, процесс или код ОКПД2",
        "The text says too little: name the product, material, process or an ОКПД2 code",
    ),
}
