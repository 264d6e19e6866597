# What reports say in Russian. The English file has the same messages with the same variables.
# A count `$n` is shown as `$n` and chooses its plural form by `$n-form`.
# A dash within a sentence is an em dash; an en dash stands for a figure that does not exist.

number-no-requests = – (нет запросов)
number-no-answers = – (нет ответов)
number-no-reductions = – (роли не отзывались)
number-undefined = – (не определено)

box-title = Итоги дня: { $cache }
box-seed = Зерно { $seed }
box-no-requests = Запросов не было.
box-requests = Всего запросов
box-hits = Попадания
box-misses = Промахи
box-coalesced = присоединились к идущему чтению
box-failed = завершились ошибкой
box-hit-ratio = Процент попаданий
box-events = Событий обработано
box-size = Размер кэша
box-users = { $n } { $n-form ->
    [one] пользователь
    [few] пользователя
   *[many] пользователей
}
box-reads = Чтения из базы
box-peak = максимум за секунду
box-writes = Записи в базу
box-freshness = Актуальность
box-stale = Устаревшие ответы
box-grants = с отозванной ролью
box-denials = без выданной роли
box-window = Дольше всего действовала отозванная роль
box-no-sweeps = Фоновой работы нет
box-sweeps = Фоновые очистки
box-checks = записей проверено
box-removed = записей удалено
box-latency-median = Время ответа: медиана
box-latency-p95 = 95-й процентиль
box-latency-p99 = 99-й процентиль
box-latency-max = максимум
box-overtaken = Чтения, которые обогнало изменение
box-lost = Потеряно событий
box-updates-failed = Обновления с ошибкой
box-updates-rejected = Обновления, отклонённые как устаревшие

hour-title = По часам: { $cache }
hour-all = Всего
hour-from = С
hour-requests = Запросы
hour-hits = Попадания
hour-misses = Промахи
hour-hit-ratio = Процент попаданий
hour-reads = Чтения из базы
hour-stale = Устаревшие ответы
hour-size = Размер кэша

compare-title = { $n } { $n-form ->
    [one] запрос
    [few] запроса
   *[many] запросов
} · зерно { $seed }
compare-load = Что сэкономлено
compare-truth = Верны ли ответы
compare-speed = Скорость ответа
compare-cache = Кэш
compare-hit-ratio = Процент попаданий
compare-reads = Чтения из базы
compare-peak = Пик чтений в секунду
compare-checks = Проверено при очистке
compare-size = Размер кэша
compare-freshness = Актуальность
compare-stale = Устаревшие ответы
compare-grants = С отозванной ролью
compare-window = Дольше всего действовала после отзыва

compare-no-requests = Запросов не было, сравнивать нечего.
compare-choice = Сколько что стоит
compare-times = × { $own }
compare-let-in = С отозванной ролью
compare-for = Самое долгое
compare-guaranteed = Гарантия
compare-no-bound = нет
compare-failed = С ошибкой
compare-verdict = Вывод
compare-front = стоит внимания
compare-same = как { $cache }
compare-beaten = хуже { $cache }
compare-bound = предел
compare-baseline = без кэша
compare-joined = Ждали чужого чтения
compare-median = Медиана
compare-p99 = 99-й процентиль
compare-longest = Максимум

answer-worth = { $n-form ->
    [one] Внимания стоит { $n } кэш
    [few] Внимания стоят { $n } кэша
   *[many] Внимания стоят { $n } кэшей
} из { $all }; { $beaten-form ->
    [one] остальной не лучше
   *[other] каждый из остальных ни в чём не лучше
} { $n-form ->
    [one] его.
   *[other] одного из них.
}
answer-all = Внимания стоят все кэши ({ $all }): каждый в чём-то лучше любого другого.
answer-alike = { $n-form ->
    [one] Внимания стоит { $n } кэш
    [few] Внимания стоят { $n } кэша
   *[many] Внимания стоят { $n } кэшей
} из { $all }; остальные ведут себя так же.
answer-only = Выбрать здесь можно один кэш; остальные показаны только для сравнения.
answer-no-candidate = Ни один из них не выбрать в качестве кэша.
answer-some = Вот { $n } из них:
answer-like-one = { $cache } и { $other }
answer-like = { $cache } и ещё { $n } таких же
answer-reads = { $n } { $n-form ->
    [one] обращение
    [few] обращения
   *[many] обращений
} к базе
answer-times = { $times } × { $own }
answer-let-in = { $n } { $n-form ->
    [one] ответ
    [few] ответа
   *[many] ответов
} с отозванной ролью
answer-answers = { $n } { $n-form ->
    [one] ответ
    [few] ответа
   *[many] ответов
}
answer-none-let-in = ни одного ответа с отозванной ролью
answer-window = самый поздний через { $time } после отзыва
answer-guaranteed = гарантия: не позже { $time }
answer-no-bound = гарантии нет
answer-failed = с ошибкой: { $n }
answer-none-failed = без ошибок
answer-nothing = нет
answer-tested = Проверили это { $n } из { $changes } { $changes-form ->
    [one] изменения роли
   *[other] изменений роли
}: роль понизили, и вскоре пользователь обратился снова.
answer-name-let-in = С отозванной ролью
answer-name-reads = Обращения к базе
answer-name-memory = Из памяти
answer-name-failed = С ошибкой
answer-peak = { $n }, из них { $peak } в самую загруженную секунду

expect-title = Ожидания
expect-claims = Утверждения и что измерено
expect-min = не меньше { $value }
expect-max = не больше { $value }
expect-equals = ровно { $value }
expect-about = около { $value }
expect-near = { $value } ± { $within }
expect-points = { $value } п. п.
expect-cache = для { $cache }
expect-at = в { $time }
expect-line = ожидалось { $bounds }, измерено { $actual }
expect-claim = утверждается { $bounds }, измерено { $actual }
expect-line-empty = ожидалось { $bounds }, но измерять нечего
expect-claim-empty = утверждается { $bounds }, но измерять нечего
expect-judged = { $subject }: { $line } — { $outcome }
expect-holds = выполнено
expect-fails = не выполнено
expect-undefined = не определено, значит, не выполнено
expect-warning = не выполнено (предупреждение)
expect-claim-holds = утверждение подтвердилось
expect-claim-fails = утверждение не подтвердилось
expect-claim-undefined = не определено, значит, утверждение не подтвердилось
expect-sum = выполнено { $good } из { $n } { $n-form ->
    [one] ожидания
   *[other] ожиданий
}
expect-sum-claims = не подтвердилось { $bad } из { $n } { $n-form ->
    [one] утверждения
   *[other] утверждений
}
expect-sum-claims-hold = { $n-form ->
    [one] утверждение подтвердилось
    [few] все { $n } утверждения подтвердились
   *[many] все { $n } утверждений подтвердились
}
expect-run-fails = Проверка не пройдена.

step-heading = Шаг { $number } · { $at } · { $what }
step-later = { $at } · позже, от шага { $number } · { $what }
step-none = В сценарии нет шагов.
step-begun = База получила запрос на запись
step-write-failed = Запись не удалась: база недоступна
step-waits = ждёт ответа
step-until = { $n } { $n-form ->
    [one] запрос
    [few] запроса
   *[other] запросов
}, последний в { $at }
step-hits = { $n } { $n-form ->
    [one] попадание
    [few] попадания
   *[other] попаданий
}
step-loads = { $n } { $n-form ->
    [one] промах
    [few] промаха
   *[other] промахов
} с чтением из базы
step-coalesced = { $n } { $n-form ->
    [one] промах
    [few] промаха
   *[other] промахов
} с ожиданием чужого чтения
step-failed = { $n } { $n-form ->
    [one] ошибка
    [few] ошибки
   *[other] ошибок
}
step-requests = { $n } { $n-form ->
    [one] запрос
    [few] запроса
   *[other] запросов
}
step-answers = Ответ: { $roles }
step-asked-again = Чтение устарело, пока шло, и повторено: { $n } { $n-form ->
    [one] раз
    [few] раза
   *[other] раз
}
step-stale = Уже неверно: { $n } { $n-form ->
    [one] ответ
    [few] ответа
   *[other] ответов
}
step-written = записано
step-unwritten = не записано, следующий запрос прочтёт базу
step-rejected = отвергнуто: кэш знает более новое изменение
step-update-failed = ошибка: выведено предупреждение, запись удалена
step-lost = не вызвано: событие потеряно
step-unheard = не вызвано: этот кэш не получает событий
step-cache = Кэш: { $entries }
step-more = ещё { $n }
step-log = Лог: "{ $line }"
step-counts = Статистика: hits={ $hits }, misses={ $misses }

explain-user = Пользователь { $user }
explain-cache = кэш { $cache }
explain-seed = зерно { $seed }
explain-no-stale-read = За день ни один ответ не устарел, объяснять нечего.
explain-requests = { $n } { $n-form ->
    [one] запрос
    [few] запроса
   *[many] запросов
}
explain-stale-answers = { $n } { $n-form ->
    [one] устаревший ответ
    [few] устаревших ответа
   *[many] устаревших ответов
}
explain-none-stale = устаревших ответов нет
explain-warm-up = все с { $from }, хотя показатели считаются с { $measured }
explain-replica = реплика { $n }
explain-asks-reading = спрашивает и читает базу
explain-asks-joining = спрашивает и присоединяется к идущему чтению
explain-asks-waiting = спрашивает и ждёт
explain-hit = ответ { $role } из памяти
explain-load = ответ { $role }, прочитан из базы
explain-coalesced = ответ { $role } из чтения, к которому запрос присоединился
explain-failed = ошибка вместо ответа
explain-asked-at = запрос был в { $at }
explain-asked-again = чтение устарело, пока шло, и повторено { $n } { $n-form ->
    [one] раз
    [few] раза
   *[other] раз
}
explain-true = на момент запроса верно
explain-newer = новее, чем было на момент запроса
explain-stale = УСТАРЕЛ, роль была { $role }
explain-hits = { $n } { $n-form ->
    [one] запрос
    [few] запроса
   *[many] запросов
} до { $at }, все ответы { $role } из памяти, все верны
explain-more = … и ещё { $n } { $n-form ->
    [one] такой же
   *[other] таких же
} до { $at }
explain-commit = роль записана: { $role } (изменение { $version })
explain-no-event = о нём не сообщает ни одно событие
explain-event-unheard = этот кэш не получает событий
explain-event-lost = его событие потеряно
explain-event-lost-to = его событие не дойдёт до { $n } { $n-form ->
    [one] реплики
   *[other] реплик
}
explain-event-only = его событие получит только реплика { $n }
explain-event-sent = его событие отправлено
explain-write-failed = роль записать не удалось: база не отвечала
explain-event = приходит событие изменения { $version }
explain-event-late = через { $after } после записи
explain-invalidated = запись удалена из кэша
explain-cleared = кэш очищен
explain-restarted = процесс запущен заново с пустым кэшем
explain-down = база перестала отвечать
explain-up = база снова отвечает
explain-why = Почему
explain-group = { $n } { $n-form ->
    [one] устаревший ответ
    [few] устаревших ответа
   *[many] устаревших ответов
} на запросы с { $from } по { $to }: { $role }, хотя роль была { $truth }.
explain-group-at = { $n } { $n-form ->
    [one] устаревший ответ
    [few] устаревших ответа
   *[many] устаревших ответов
} на запросы в { $from }: { $role }, хотя роль была { $truth }.
explain-group-one = Устаревший ответ на запрос в { $from }: { $role }, хотя роль была { $truth }.
explain-even-then = И даже тогда: { $cause }
explain-deaf = Этот кэш не получает событий. Прочитанному в { $stored }, до изменения в { $change }, он верил, пока не истёк срок жизни записи.
explain-deaf-slow = Этот кэш не получает событий. Чтение с { $issued } до { $stored } запросило базу до изменения в { $change }, и прочитанному кэш верил, пока не истёк срок жизни записи.
explain-deaf-only = Этот кэш не получает событий и не узнал об изменении в { $change }.
explain-old-read = Этот кэш не получает событий, а его чтение в { $issued } не увидело изменения в { $change }, уже записанного к тому времени: его чтения видят базу такой, какой она была раньше.
explain-out-of-band = Изменение в { $change } записано в базу в обход бота: о нём не сообщает ни одно событие.
explain-lost = Событие изменения в { $change } потеряно и не пришло.
explain-not-sent = Событие изменения в { $change } получила только реплика, которая его выполнила, а ответила другая.
explain-late = Событие изменения в { $change } опоздало: оно пришло в { $arrives }, через { $after } после записи.
explain-overtaken = Изменение обогнало чтение: чтение начато в { $issued }, роль изменилась в { $change }, событие пришло в { $arrived }, а ответ чтения в { $answered } вернул старую роль.
explain-joined = Запрос присоединился к чтению, начатому в { $issued }, до изменения в { $change }; событие пришло в { $arrived }, но ответ чтения в { $answered } был принят за верный.
explain-older-event = События обогнали друг друга: событие изменения в { $change } пришло в { $arrived }, а более старое в { $older } вернуло старую роль.
explain-older-version = (Это событие изменения { $version }.)
explain-older-forgotten = (Это событие изменения { $version }; до него процесс забыл, что знал.)
explain-unknown = Ничто в этой истории этого не объясняет. Это ошибка rolesim, пожалуйста, сообщите о ней.
explain-and = {" "}и{" "}
explain-with-cache = с кэшем { $cache }
explain-with-heard = { $n-form ->
    [one] так, что все реплики сразу получили событие этого изменения
    [few] так, что все реплики сразу получили события { $n } изменений
   *[many] так, что все реплики сразу получили события { $n } изменений
}
explain-then-true = День прогнан заново { $without }: тогда { $n-form ->
    [one] ответ верен.
   *[other] все ответы ({ $n }) верны.
}
explain-then-failed = День прогнан заново { $without }: тогда { $n-form ->
    [one] запрос получает ошибку, а не старую роль.
   *[other] все запросы ({ $n }) получают ошибку, а не старую роль.
}
explain-then-stale = День прогнан заново { $without }: и тогда { $n-form ->
    [one] ответ устарел, и ничто в этой истории этого не объясняет.
   *[other] все ответы ({ $n }) устарели, и ничто в этой истории этого не объясняет.
}
explain-then-not-run = Это не проверено: день уже прогнан заново достаточно раз.
explain-then-unknown = Устранять здесь нечего, и день заново не прогонялся.
