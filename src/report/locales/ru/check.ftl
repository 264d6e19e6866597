# Что говорит `check` и что добавляют отчёты в Markdown. Как в day.ftl.

check-line = { $file }: { $what }
check-figures = { $n-form ->
    [one] сравнён { $n } показатель
    [few] сравнены { $n } показателя
   *[other] сравнено { $n } показателей
}
check-as-accepted = всё как в эталоне
check-within = { $n } в пределах допуска
check-changed = изменилось: { $n }
check-better = лучше: { $n }
check-inconclusive = неясно: { $n }
check-worse = хуже: { $n }
check-undefined = без значения: { $n }
check-missing-sum = в прогоне нет кэшей из эталона: { $n }
check-nothing = ничего не ожидалось и ничего не сравнивалось
check-written = эталон записан в { $file }: { $n } { $n-form ->
    [one] кэш
    [few] кэша
   *[other] кэшей
}
check-refused = эталон не записан: такой прогон не прошёл бы проверку
check-own = { $cache }, основной кэш сценария
check-own-other = { $cache }, основной кэш сценария; в эталоне { $accepted }
check-other-spec = { $cache }, в эталоне под этим названием другой кэш
check-change = { $metric }: эталон { $accepted }, сейчас { $actual }, { $change } — { $standing }
check-change-none = { $metric }: эталон { $accepted }, сейчас { $actual } — { $standing }
check-paired = { $metric }: в среднем эталон { $accepted }, сейчас { $actual }, { $change } ± { $half } — { $standing }
check-valueless = { $metric }: значения нет — { $standing }
check-no-value = –
check-is-same = без изменений
check-is-within = в пределах допуска
check-is-changed = изменилось
check-is-better = лучше
check-is-inconclusive = неясно
check-is-worse = хуже
check-is-undefined = сравнивать нечего, значит, не пройдено
check-tolerance = { $text } (допуск { $amount })
check-no-tolerance = { $text } (без допуска)
check-seed = { $text } (в прогоне с зерном { $seed })
check-missing = { $cache }: кэш есть в эталоне, но не в прогоне
check-unaccepted = { $cache }: кэша ещё нет в эталоне
check-answers = { $cache }: все показатели как в эталоне, но на часть запросов ответ другой
check-absent = не сравнивались: { $metrics }; эталон записан версией rolesim { $then }, в которой их нет, а это { $now }
check-unknown = не сравнивались: { $metrics }; они есть в эталоне версии rolesim { $then }, а этой, { $now }, не известны
check-version = эталон записан версией rolesim { $then }, а это { $now }
check-hint-no-value = Показатель без значения не проходит проверку и с эталоном: нужны учитываемые запросы в этом дне, или снимите допуск с того, у чего нет значения.
check-hint-expected = Пока ожидание не выполнено, эталон не записывается: исправьте то, о чём оно, или само ожидание.
check-hint = Если так и задумано, обновите эталон: { $command }
check-as-before = всё как прежде
check-moved = { $metric }: { $accepted } → { $actual } – { $standing }
check-gone = { $cache }: больше нет
check-new = { $cache }: новый
check-explain = Почему ответы устарели: { $command }
check-unchecked = не удалось проверить
check-sum = { $n } { $n-form ->
    [one] сценарий
    [few] сценария
   *[other] сценариев
}: прошло { $good }, не прошло { $bad }.
check-sum-unchecked = { $n } { $n-form ->
    [one] сценарий
    [few] сценария
   *[other] сценариев
}: прошло { $good }, не прошло { $bad }, не удалось проверить { $without }.
check-more = и ещё { $n }
check-passes = пройдено
check-fails = не пройдено
check-cut = Остальное опущено: в сводку помещается не больше 1 МиБ.
check-md-metric = Показатель
check-md-value = Значение
check-md-accepted = Эталон
check-md-now = Сейчас
check-md-change = Изменение
check-md-tolerance = Допуск
check-md-verdict = Итог
check-md-expected = Ожидалось
check-md-measured = Измерено
check-md-because = Почему
check-md-none = нет
