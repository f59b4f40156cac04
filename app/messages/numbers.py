"""What people read about official numbers."""

from collections.abc import Mapping

_TYPING_ERROR = (
    "Контрольная цифра не сходится ({label_ru}): в номере опечатка. Сверьте его с документом.",
    "The check digit is wrong ({label_en}): there is a typing error. Compare it with the document.",
)
_OTHER_REGION = (
    "{label_ru} выдан в регионе «{found_ru}», а указан «{declared_ru}». После переезда и у филиала так "
    "бывает; иначе исправьте регион или номер.",
    "Issued in {found_en} ({label_en}), but the region given is {declared_en}. This happens after a move "
    "and for branches; otherwise correct the region or the number.",
)
NUMBERS: Mapping[str, tuple[str, str]] = {
    "scheme_unknown": (
        "Вид номера «{scheme}» неизвестен. Выберите один из: {known}.",
        "The kind of number “{scheme}” is unknown. Choose one of: {known}.",
    ),
    "scheme_country": (
        "В стране {country} такой номер не выдают: {label_ru}. Проверьте страну или выберите другой вид.",
        "{country} does not issue this: {label_en}. Check the country or choose another kind of number.",
    ),
    "digits_only": (
        "Здесь бывают только цифры ({label_ru}). Уберите буквы и лишние знаки.",
        "Only digits belong here ({label_en}). Remove letters and other characters.",
    ),
    "inn_length": (
        "В ИНН 10 цифр у организации или 12 у предпринимателя, введено {length}. Сверьте с документами.",
        "An INN has 10 digits (company) or 12 (sole trader); this has {length}. Compare with the documents.",
    ),
    "inn_zeros": (
        "ИНН из одних нулей не существует. Введите настоящий номер.",
        "An INN of zeros does not exist. Enter the real number.",
    ),
    "ogrn_length": (
        "В ОГРН 13 цифр, введено {length}. У предпринимателя укажите ОГРНИП (15 цифр).",
        "An OGRN has 13 digits; this has {length}. A sole trader gives the OGRNIP (15 digits).",
    ),
    "ogrn_start": (
        "ОГРН не начинается с нуля. Сверьте номер с выпиской из ЕГРЮЛ.",
        "An OGRN does not start with zero. Compare it with the register extract.",
    ),
    "ogrnip_length": (
        "В ОГРНИП 15 цифр, введено {length}. У организации укажите ОГРН (13 цифр).",
        "An OGRNIP has 15 digits; this has {length}. A company gives the OGRN (13 digits).",
    ),
    "ogrnip_start": (
        "ОГРНИП начинается с цифры 3 или 4. Сверьте номер с выпиской из ЕГРИП.",
        "An OGRNIP starts with 3 or 4. Compare it with the register extract.",
    ),
    "kpp_format": (
        "КПП — это 9 знаков: 4 цифры, 2 цифры или заглавные латинские буквы, 3 цифры. Исправьте номер.",
        "A KPP has 9 characters: 4 digits, 2 digits or Latin capitals, 3 digits. Correct the number.",
    ),
    "number_format": (
        "Такого номера не бывает ({label_ru}): не те знаки или длина. Буквы — латинские; сверьте номер.",
        "Wrong characters or length ({label_en}). Letters are Latin; compare it with the document.",
    ),
    **dict.fromkeys(("inn_checksum", "ogrn_checksum", "ogrnip_checksum", "number_checksum"), _TYPING_ERROR),
    "inn_invented": (
        "ИНН на 00 налоговые органы не выдают: это учебный пример. Для настоящей организации исправьте ИНН.",
        "No tax office issues an INN starting with 00: this is a sample. Correct it for a real company.",
    ),
    "region_digits_unknown": (
        "Цифры региона «{digits}» ({label_ru}) не принадлежат ни одному субъекту. Проверьте номер.",
        "The region digits “{digits}” ({label_en}) belong to no region. Check the number.",
    ),
    **dict.fromkeys(("inn_region", "ogrn_region", "ogrnip_region", "kpp_region"), _OTHER_REGION),
}
