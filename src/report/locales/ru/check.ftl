# Что говорит `check` и что добавляют отчёты в Markdown. Как в day.ftl.

check-line = { $file }: { $what }
check-figures = { $n-form ->
    [one] сравнён { $n } показатель
    [few] сравнены { $n } показателя
   *[other] сравнено { $n } показателей
}
check-as-accepted = всё как принято
check-within = { $n } в пределах допуска
check-changed = изменилось: { $n }
check-better = лучше: { $n }
check-inconclusive = неясно: { $n }
check-worse = хуже: { $n }
check-undefined = без значения: { $n }
check-missing-sum = принятых кэшей не хватает: { $n }
check-nothing = ничего не ожидалось и ничего не сравнивалось
check-written = в { $file } { $n-form ->
    [one] принят { $n } кэш
    [few] приняты { $n } кэша
   *[other] принято { $n } кэшей
}
check-refused = ничего не принято: такое не прошло бы
check-own = { $cache }, собственный кэш сценария
check-own-other = { $cache }, собственный кэш сценария; принят был { $accepted }
check-other-spec = { $cache }, это другой кэш, чем принятый
check-change = { $metric }: принято { $accepted }, сейчас { $actual }, { $change } – { $standing }
check-change-none = { $metric }: принято { $accepted }, сейчас { $actual } – { $standing }
check-paired = { $metric }: в среднем принято { $accepted }, сейчас { $actual }, { $change } ± { $half } – { $standing }
check-valueless = { $metric }: значения нет – { $standing }
check-no-value = –
check-is-same = без изменений
check-is-within = в пределах допуска
check-is-changed = изменилось
check-is-better = лучше
check-is-inconclusive = неясно
check-is-worse = хуже
check-is-undefined = сравнивать нечего, поэтому не проходит
check-tolerance = { $text } (допуск { $amount })
check-no-tolerance = { $text } (без допуска)
check-seed = { $text } (в прогоне с зерном { $seed })
check-missing = { $cache }: показатели приняты, но кэша с таким названием больше нет
check-unaccepted = { $cache }: принятых показателей ещё нет
check-answers = { $cache }: все показатели как принято, но на часть запросов ответ другой
check-absent = не сравнивались: { $metrics }; показатели приняты версией rolesim { $then }, в которой их нет, а это { $now }
check-unknown = не сравнивались: { $metrics }; приняты версией rolesim { $then }, а этой, { $now }, не известны
check-version = показатели приняты версией rolesim { $then }, а это { $now }
check-hint-no-value = Показатель без значения не проходит, принят он или нет: нужны учитываемые запросы в этом дне, или снимите допуск с того, у чего нет значения.
check-hint-expected = Пока ожидание не выполнено, ничего не принимается: исправьте то, о чём оно, или само ожидание.
check-hint = Если так и задумано, примите заново: та же команда с --accept.
check-sum = { $n } { $n-form ->
    [one] сценарий
    [few] сценария
   *[other] сценариев
}: прошло { $good }, не прошло { $bad }.
check-more = и ещё { $n }
check-passes = проходит
check-fails = не проходит
check-cut = Остальное опущено: в сводку помещается не больше 1 МиБ.
check-md-metric = Показатель
check-md-value = Значение
check-md-accepted = Принято
check-md-now = Сейчас
check-md-change = Изменение
check-md-tolerance = Допуск
check-md-verdict = Итог
check-md-expected = Ожидалось
check-md-measured = Измерено
check-md-because = Почему
check-md-none = нет
