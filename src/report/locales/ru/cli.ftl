# What the command line says in addition to results, in Russian. The English file has the same messages with the same variables.
# A dash within a sentence is an em dash; an en dash stands for a figure that does not exist.

remark-undivided = { $of }в одном потоке: { $why }
undivided-capacity = размер кэша ограничен, и пользователи конкурируют за место
undivided-all-users = кэш сбрасывает или читает строки всех пользователей сразу
undivided-polls = поток изменений опрашивается сразу для всех пользователей
undivided-concurrency = число одновременных чтений из базы ограничено
undivided-round-robin = маршрутизация по кругу считает запросы всех пользователей
undivided-late-events = события запаздывают, и тогда от того, что кэш забыл об одном пользователе, зависят другие
undivided-recorded = строки журнала идут одна за другой, хотя текст читают несколько потоков
undivided-external = о чужом кэше ничего не известно, кроме его ответов
undivided-sessions = сеансы генерируются один за другим
undivided-memory = частям дня не хватило бы разрешённой памяти
undivided-threads = поток не запускается
remark-done = готово за { $seconds } с
remark-done-runs = готово за { $seconds } с, день прогнан { $n } { $n-form ->
    [few] раза
   *[other] раз
}
remark-done-caches = готово за { $seconds } с, { $n } { $n-form ->
    [one] кэш
    [few] кэша
   *[many] кэшей
}
remark-done-points = готово за { $seconds } с, { $n } { $n-form ->
    [one] точка
    [few] точки
   *[many] точек
}
remark-first-run = { $of }смены ролей в первом из { $n } { $n-form ->
    [one] прогона
   *[other] прогонов
}:
remark-update-failed = предупреждение: { $of }кэш `{ $cache }` не удалось обновить { $n } { $n-form ->
    [few] раза
   *[other] раз
}; эти записи удалены
remark-updates-failed = предупреждение: { $of }ещё { $caches } { $caches-form ->
    [one] кэш
    [few] кэша
   *[other] кэшей
} не удалось обновить { $n } { $n-form ->
    [few] раза
   *[other] раз
}; эти записи удалены
remark-trace = { $of }журнал: { $line }
remark-nothing-checked = предупреждение: { $file }: ожиданий нет, ничего не проверено
remark-left-out = { $file }: это эталон, а не сценарий; пропущен
remark-converted = журнал: прочитано строк { $rows }, записано { $written }{ $others }
remark-no-requests = , пропущено { $n } (не запросы, а { $format } хранит только их)
remark-named-roles = , пропущено { $n } (смена на названную роль, а { $format } ролей не знает)
remark-skipped = , пропущено { $n } (по skip или where)
remark-cut-times = , время округлено вниз до секунд в { $n } { $n-form ->
    [one] строке
   *[other] строках
}
remark-no-fault = { $file }: ошибок не найдено

doubt-hosts = { $of }журнал: строк без пользователя { $n } из { $rows }, вместо него взят хост
doubt-role-changes = предупреждение: { $of }журнал: все строки — смены ролей, всего { $rows }, потому что в каждой названа роль; если это роль из запроса, отключите столбец: --role "" или role: "" в разделе trace сценария
doubt-many-role-changes = предупреждение: { $of }журнал: смен ролей — { $n } из { $rows } строк, потому что в каждой названа роль; если это роль из запроса, отключите столбец: --role "" или role: "" в разделе trace сценария
doubt-beginning = предупреждение: { $of }журнал: первая строка относится к { $date }, время прочитано с `unit: { $unit }`; верна ли единица? Время может считаться и не от 1970 года
doubt-unit = предупреждение: { $of }журнал: первая строка относится к { $date }, время прочитано с `unit: { $unit }`; похоже, нужно `unit: { $likely }`

replayed-rows = прочитано строк { $rows }, использовано { $used }
replayed-outside-clock = , пропущено { $n } (вне времени симуляции)
replayed-sets = , пропущено { $n } (записи в кэш)
replayed-deletes = , пропущено { $n } (удаления)
replayed-neither = , пропущено { $n } (не чтение и не запись)
replayed-no-user = , пропущено { $n } (без пользователя)
replayed-filtered = , пропущено { $n } (по where)

progress-runs = { $n } из { $all }
progress-left = { $at }, осталось около { $left }

init-figure = Показатель
init-recorded = В журнале
init-generated = Сгенерировано
init-resembles = Сгенерированный день, похожий на журнал { $file }.
init-replayed-by = Сам журнал, как он был прочитан, воспроизводит:
init-asking = Пользователей с запросами
init-asking-once = { "  " }из них с одним запросом
init-hit-ratio = Процент попаданий: { $cache }
init-wrote = записан файл { $file }
init-next = дальше: rolesim run { $file } --lang ru
init-day = целый рабочий день: пользователи, запросы, смены ролей, ожидания; начните с него
init-ttl-or-events = хватит ли короткого TTL вместо событий и чего он будет стоить?
init-lost-event = одно событие не дошло: как долго действует отозванная роль?
init-overtaken-fetch = роль меняется во время медленного чтения: какая защита помогает?
init-replicas = несколько процессов, у каждого свой кэш, и канал, который теряет события
init-outage = база не отвечает, события опаздывают, процесс перезапускается
init-ci-gate = маленький день со строгими ожиданиями для непрерывной интеграции
init-recorded-day = журнал за день (трасса) и его образец, который нужно заменить своим
