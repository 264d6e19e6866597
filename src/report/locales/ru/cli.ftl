# What the command line says beside results, in Russian. The English file has the same messages with the same variables.

remark-undivided = { $of }в одном потоке: { $why }
undivided-capacity = у кэша есть вместимость, и пользователи за неё соперничают
undivided-concurrency = база обслуживает не больше стольких-то чтений сразу
undivided-round-robin = маршрутизация по кругу считает запросы всех пользователей
undivided-late-events = события запаздывают, и то, что кэш забыл об одном пользователе, решает о других
undivided-recorded = записанные строки идут одна за другой, хотя текст читают несколько потоков
undivided-external = о чужом кэше ничего не известно, кроме его ответов
undivided-sessions = сеансы порождаются один за другим
undivided-memory = частям дня не хватило бы разрешённой памяти
undivided-threads = поток не запускается
remark-done = готово за { $seconds } с
remark-done-runs = готово за { $seconds } с, день прогнан { $n } { $n-form ->
    [few] раза
   *[other] раз
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
remark-trace = { $of }записанный день: { $line }
remark-nothing-checked = предупреждение: { $file }: ожиданий нет, ничего не проверено
remark-left-out = { $file }: здесь принятые результаты, а не сценарий; пропущен
remark-converted = записанный день: прочитано строк { $rows }, записано { $written }{ $others }
remark-no-requests = , пропущено { $n } (не запросы, а { $format } хранит только их)
remark-named-roles = , пропущено { $n } (смена на названную роль, а { $format } ролей не знает)
remark-cut-times = , времён сокращено до целых секунд { $n }
remark-no-fault = { $file }: ошибок не найдено

doubt-hosts = { $of }записанный день: строк без пользователя { $n } из { $rows }, вместо него взят хост
doubt-role-changes = предупреждение: { $of }записанный день: все строки — смены ролей, всего { $rows }, потому что в каждой названа роль; если это роль из запроса, отключите столбец: --role "" или role: "" в разделе trace сценария
doubt-beginning = предупреждение: { $of }записанный день: первая строка относится к { $date }, время прочитано с `unit: { $unit }`; верна ли единица? Время может считаться и не от 1970 года
doubt-unit = предупреждение: { $of }записанный день: первая строка относится к { $date }, время прочитано с `unit: { $unit }`; похоже, нужно `unit: { $likely }`

replayed-rows = прочитано строк { $rows }, использовано { $used }
replayed-outside-clock = , пропущено { $n } (вне времени дня)
replayed-sets = , пропущено { $n } (записи в кэш)
replayed-deletes = , пропущено { $n } (удаления)
replayed-neither = , пропущено { $n } (не чтение и не запись)

progress-runs = { $n } из { $all }
progress-left = { $at }, осталось около { $left }

init-figure = Показатель
init-recorded = Записано
init-generated = Порождено
init-wrote = записан файл { $file }
init-next = дальше: rolesim run { $file } --lang ru
init-day = целый рабочий день: пользователи, запросы, смены ролей, ожидания; начните с него
init-ttl-or-events = хватит ли короткого TTL вместо событий и чего он будет стоить?
init-lost-event = одно событие не дошло: как долго действует отозванная роль?
init-overtaken-fetch = роль меняется во время медленного чтения: какая защита помогает?
init-replicas = несколько процессов, у каждого свой кэш, и канал, который теряет события
init-outage = база не отвечает, события опаздывают, процесс перезапущен
init-ci-gate = маленький день со строгими ожиданиями для непрерывной интеграции
init-recorded-day = записанный день и рядом образец журнала, который замените своим
