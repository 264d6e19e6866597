# Что говорится о журнале за день по-русски.

trace-dates = даты
trace-column-time = время `{ $name }`
trace-column-user = пользователь `{ $name }`
trace-column-op = операция `{ $name }`
trace-column-role = роль `{ $name }`
trace-rows = Строк
trace-rows-used = использовано
trace-rows-sets = пропущено: записи в кэш
trace-rows-deletes = пропущено: удаления
trace-rows-neither = пропущено: не чтение и не запись
trace-rows-no-user = пропущено: без пользователя
trace-rows-filtered = пропущено: по where
trace-rows-without-user = без пользователя: вместо него взят хост
trace-requests = Запросов
trace-role-changes = Смен роли
trace-users = Пользователей
trace-one-time-users = из них с одним запросом
trace-top-hundredth = Доля запросов 1 % самых активных
trace-zipf-exponent = Показатель Ципфа (оценка)
trace-perfect-hit-ratio = Доля попаданий идеального кэша
trace-first = Первая строка
trace-last = Последняя строка
trace-odd-days = Дни длиннее или короче 24 часов
trace-span-us = От первой до последней
trace-busiest-hour = Запросов в самый нагруженный час
trace-sessions = Сеансов (новый — после паузы в 30 минут)
trace-session-requests = запросов в сеансе, в среднем
trace-session-gap-us = между двумя его запросами, медиана
trace-sparks-hourly = Запросы по часам
trace-sparks = Запросы по { $n } { $n-form ->
    [one] часу
    [few] часа
   *[many] часов
}
trace-scenario = В сценарии:
trace-gaps = Запросы по времени с предыдущего запроса того же пользователя
trace-gaps-at-most = Не больше
trace-gap-share = Доля
trace-gap-below = Нарастающим итогом
trace-gap-longer = дольше
trace-gap-first = первый запрос
trace-by-requests = Пользователи по числу запросов
trace-requests-of-one = Запросов у пользователя
trace-from-to = { $from }–{ $to }
trace-followed = Смены ролей по времени до следующего запроса пользователя
trace-followed-at-most = В течение
trace-never = запроса не было
