# Что говорит `choose`. Как в day.ftl.

choice-chosen = Из { $n } { $n-form ->
    [one] кэша
   *[other] кэшей
} самый дешёвый, который соблюдает все ограничения ({ $limits }), — { $cache }; чтений из базы: { $reads }.
choice-unlimited = Из { $n } { $n-form ->
    [one] кэша
   *[other] кэшей
} самый дешёвый — { $cache }; чтений из базы: { $reads }. Ограничения не заданы.
choice-none = Ни один из { $n } { $n-form ->
    [one] кэша
   *[other] кэшей
} не соблюдает все ограничения ({ $limits }).
choice-limit = { $metric } не больше { $most }
choice-windows = { $measured }; { $guaranteed }.
choice-measured = В этот день отозванная роль действовала не дольше { $time }
choice-nothing-revoked = В этот день роли не отзывали, так что измерить нечего
choice-guaranteed = правила кэша гарантируют не больше { $time }
choice-no-bound = правила кэша ничего не гарантируют
choice-longest = Дольше всего
choice-bound = Гарантия
choice-unbounded = нет предела
choice-verdict = Ограничения
choice-is-chosen = выбран
choice-keeps = соблюдены
choice-breaks = { $metric }: { $value }
choice-no-value = нет значения
