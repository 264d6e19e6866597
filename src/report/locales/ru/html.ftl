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
html-json = Весь отчёт есть на странице и в виде JSON, в элементе с идентификатором «report».
html-key = Кэши
html-as-table = { $title }: таблица
html-undefined = –
html-runs-hours = Графиков по часам нет: почасовые данные сохраняются только для первого прогона. Они есть в JSON.
html-windows = Дольше всего действовала отозванная роль
html-windows-note = От отзыва до последнего ответа, в котором ещё была старая роль.
html-window-detail = с опозданием { $n-form ->
    [one] замечен { $n } отзыв
    [few] замечены { $n } отзыва
   *[many] замечено { $n } отзывов
} · медиана { $p50 }, 95-й процентиль { $p95 }, всего { $sum }
html-line-hit-ratio = Процент попаданий по часам
html-line-reads = Чтения из базы по часам
html-line-stale = Устаревшие ответы по часам
html-line-each = { $n-form ->
    [one] точка — { $n } час
    [few] точка — { $n } часа
   *[many] точка — { $n } часов
}
html-line-between = { $cache }: от { $least } до { $most }.
