"""What people read about files, and about searches that found nothing."""

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
    # Imports
    "file_kind": (
        "Не знаю файлов «{value}»: нужен .jsonl или .csv",
        "Unknown kind of file “{value}”: use .jsonl or .csv",
    ),
    "file_encoding": (
        "Файл не в UTF-8 (байт {position}). Сохраните его в UTF-8",
        "The file is not UTF-8 (byte {position}). Save it as UTF-8",
    ),
    "line_too_long": ("Строка длиннее {limit} знаков", "The line is longer than {limit} characters"),
    "line_no_object": ("В строке должен быть объект JSON", "The line must hold a JSON object"),
    "csv_invalid": ("Строка не разбирается как CSV: {error}", "The line is not CSV: {error}"),
    "csv_columns": (
        "В строке больше ячеек, чем заголовков",
        "The line has more cells than there are headings",
    ),
    "kind_conflict": (
        "В {field} бывают только записи вида {kind}",
        "Only statements of the kind {kind} stand in {field}",
    ),
    "external_id_repeated": (
        "Два описания с одним external_id",
        "Two statements have the same external_id",
    ),
    "value_unstorable": ("Значение нельзя сохранить", "A value cannot be stored"),
    "identity_required": (
        "Нечем опознать запись: укажите номер (ИНН …) или external_id",
        "Nothing identifies the record: give a number (ИНН …) or an external_id",
    ),
    "set_file_missing": ("Нет файла {value}", "There is no file {value}"),
    "set_one_sided": (
        "Чтобы подобрать кривую, нужны и верные, и неверные ответы",
        "A curve needs both right and wrong answers",
    ),
    "set_line": ("Строка не читается", "The line cannot be read"),
    "statement_list": ("{field}: нужны тексты или записи", "{field}: texts or statements are needed"),
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
    "says_too_little": (
        "Текст слишком общий: назовите изделие, материал, процесс или код ОКПД2",
        "The text says too little: name the product, material, process or an ОКПД2 code",
    ),
}
