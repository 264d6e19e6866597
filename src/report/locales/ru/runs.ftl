# What reports say of several runs, in Russian. The English file has the same messages with the same variables.
# A count `$n` is shown as `$n` and chooses its plural form by `$n-form`.

runs-over = { $n } { $n-form ->
    [one] прогон
    [few] прогона
   *[many] прогонов
}, первый с зерном { $seed }
runs-hour-title = По часам, первый из { $n } { $n-form ->
    [one] прогона
    [few] прогонов
   *[many] прогонов
}: { $cache }
runs-failing = в { $failing } из { $n } { $n-form ->
    [one] прогона
    [few] прогонов
   *[many] прогонов
} ({ $failing-form ->
    [one] зерно
   *[other] зёрна
} { $seeds })
runs-seeds-more = { $seeds } и ещё { $n }
runs-measured = { $value } с зерном { $seed }
runs-figure = Показатель
runs-mean = Среднее
runs-half-width = ±
runs-least = Минимум
runs-most = Максимум
runs-about = ± — полуширина 95-процентного доверительного интервала среднего (t Стьюдента); для долей — в процентных пунктах.
runs-about-pairs = У первого кэша даны средние, у остальных — разница с ним. Все кэши видели одни и те же дни, и разница считается попарно, по дням. ≈: различие не выявлено, в интервал попадает 0.
runs-paired = Попарно, по дням
runs-longest = Дольше всего
