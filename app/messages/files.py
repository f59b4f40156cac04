"""What people read about files they import."""

from collections.abc import Mapping

FILES: Mapping[str, tuple[str, str]] = {
    "file_kind": (
        "Не знаю файлов «{value}»: нужен .csv, .xlsx, .ods или .jsonl",
        "Unknown kind of file “{value}”: use .csv, .xlsx, .ods or .jsonl",
    ),
    "file_encoding": (
        "Кодировка файла не подошла (байт {position}). Сохраните его в UTF-8 или назовите кодировку",
        "The encoding does not fit (byte {position}). Save the file as UTF-8 or name its encoding",
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
    "statement_list": ("{field}: нужны тексты или записи", "{field}: texts or statements are needed"),
    "owner_unknown": (
        "Организации с таким номером среди ваших нет. Сначала внесите её",
        "There is no organisation with this number among yours. Import it first",
    ),
    "cell_too_long": (
        "В ячейке больше {limit} знаков",
        "The cell has more than {limit} characters",
    ),
    "code_as_date": (
        "Excel превратил код в дату. Задайте столбцу текстовый формат и впишите код заново",
        "Excel made a date of the code. Format the column as text and type the code again",
    ),
    "heading_unknown": (
        "Столбец «{title}» не загружен: такого заголовка нет. Похож на: {meant}",
        "The column “{title}” was left out: no such heading. Nearest: {meant}",
    ),
    # What was mended
    "zero_added": (
        "Впереди добавлен потерянный ноль: {value}",
        "A lost zero was put in front: {value}",
    ),
    "code_as_number": (
        "Код введён числом: {value}. Если он кончался нулём, ноль потерян — сверьте",
        "The code was typed as a number: {value}. If it ended in a zero, the zero is lost: check it",
    ),
    "code_likely": (
        "Код не указан; вероятно, ОКПД2 {value}",
        "No code is given; likely ОКПД2 {value}",
    ),
    # Classifiers
    "classifier_empty": (
        "В таблице нет столбцов «код» и «наименование» или ни одного кода",
        "The table has no columns “code” and “name”, or no code at all",
    ),
    "code_twice": (
        "Код {code} стоит дважды с разными названиями (строка {line})",
        "The code {code} stands twice with different names (line {line})",
    ),
    # Files that are refused whole
    "file_empty": ("В файле нет ни одной строки с данными", "The file has no line with data"),
    "file_headings": (
        "Не нашёл заголовков. Возьмите шаблон: /v1/imports/template.xlsx",
        "No headings found. Take the template: /v1/imports/template.xlsx",
    ),
    "file_no_sheet": (
        "Это не таблица XLSX или ODS. Сохраните её в одном из этих видов",
        "This is no XLSX or ODS spreadsheet. Save it as one of these",
    ),
    "file_broken": ("Файл повреждён и не открывается", "The file is damaged and cannot be opened"),
    "file_encrypted": ("Файл закрыт паролем. Снимите пароль", "The file has a password. Remove it"),
    "file_macros": (
        "В файле макросы. Сохраните его как .xlsx без макросов",
        "The file holds macros. Save it as .xlsx without macros",
    ),
    "file_doctype": (
        "Внутри файла объявления DTD: такие файлы не открываются",
        "The file declares a DTD inside: such files are not opened",
    ),
    "file_parts": (
        "В файле больше {limit} частей. Скопируйте данные в новую таблицу",
        "The file has more than {limit} parts. Copy the data into a new spreadsheet",
    ),
    "file_unpacked": (
        "В распакованном виде файл больше {limit} байт. Разделите его",
        "Unpacked, the file has more than {limit} bytes. Divide it",
    ),
    "file_rows": (
        "Строк больше {limit}. Разделите файл",
        "There are more than {limit} rows. Divide the file",
    ),
    "file_columns": (
        "Столбцов больше {limit}. Уберите лишние",
        "There are more than {limit} columns. Remove some",
    ),
    "file_too_heavy": (
        "Файл слишком тяжёл: на него не хватило отведённой памяти или времени. "
        "Скопируйте данные в новую таблицу",
        "The file is too heavy: the memory or the time set for it did not suffice. "
        "Copy the data into a new spreadsheet",
    ),
}
