# What the page for a browser says, in Russian. The English file has the same messages with the same variables.

html-checked = { $n } { $n-form ->
    [one] сценарий
    [few] сценария
   *[many] сценариев
}
html-sweep-as-varied = что меняется
html-all-figures = Все показатели
html-fails = не пройдено
html-figure = Показатели
html-holds = пройдено
html-key = Кэши
html-as-table = { $title }: таблица
html-undefined = –
html-runs-hours = Графиков по часам нет: почасовые данные сохраняются только для первого прогона. Они есть в JSON.
html-line-reads = Чтения из базы по часам
html-line-stale = Устаревшие ответы по часам
html-line-each = { $n-form ->
    [one] точка — { $n } час
    [few] точка — { $n } часа
   *[many] точка — { $n } часов
}
html-line-between = { $cache }: от { $least } до { $most }.
html-by-the-hour = По часам
html-digest = отпечаток
html-save = Сохранить
html-sections = Части страницы
html-scatter = Сколько стоит актуальность
html-scatter-across = обращения к базе
html-scatter-up = ответы с отозванной ролью
html-scatter-told = { $cache }: обращений к базе { $reads }, ответов с отозванной ролью { $grants }, самый поздний через { $time } ({ $verdict }).
html-line-grants = Ответы с отозванной ролью по часам
html-line-failed = Запросы с ошибкой по часам
html-along = Вдоль { $path }
html-marked = Отмечено красным: { $all }.
html-mark = { $kind } { $time }
html-mark-database = база недоступна
html-mark-lost = события теряются
html-mark-delayed = события задерживаются
html-mark-channel = соединение разорвано
html-mark-update = обновления кэша не удаются
html-mark-slow = чтения медленные
html-mark-restart = перезапуск
html-mark-change = изменение роли по сценарию
