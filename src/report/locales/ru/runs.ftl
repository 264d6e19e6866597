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
}
runs-figure = Показатель
runs-mean = Среднее
runs-half-width = ±
runs-least = Наименьшее
runs-most = Наибольшее
runs-difference = Разница
runs-shown = Что видно
runs-none-shown = разница не показана
runs-points = { $name }, п. п.
runs-beside = { $cache } рядом с { $base }
runs-about = ± — половина 95-процентного интервала среднего (t Стьюдента); для долей — в процентных пунктах.
runs-about-pairs = Все кэши видели одни и те же дни, разница взята день за днём. Разница не показана, если в интервал попадает 0.
