# What a sweep says, in Russian. The English file has the same messages with the same variables.
# A count `$n` is shown as `$n` and chooses its plural form by `$n-form`.

sweep-runs = { $n } { $n-form ->
    [one] прогон
    [few] прогона
   *[many] прогонов
} каждой точки
sweep-vary = { $path }: { $n } { $n-form ->
    [one] значение, от { $first } до { $last }
    [few] значения, от { $first } до { $last }
   *[many] значений, от { $first } до { $last }
}
sweep-reference = { $cache } (для сравнения)
sweep-curve = { $first } чтения из базы, { $second } ответы с отозванной ролью, { $both } то и другое
sweep-curve-level = { $level } чтения у { $cache }
sweep-curves = Кривые построены по { $path }
sweep-as-fresh = Со сроком жизни до { $ttl } ответы кэша с TTL были бы не менее актуальны, чем у { $base }: устаревших не больше, и с отозванной ролью тоже.
sweep-all-as-fresh = При всех проверенных сроках жизни, до { $ttl }, ответы кэша с TTL были не менее актуальны, чем у { $base }: устаревших не больше, и с отозванной ролью тоже.
sweep-none-as-fresh = Даже со сроком жизни { $ttl } ответы кэша с TTL были бы менее актуальны, чем у { $base }.
sweep-cost = Чтений из базы при { $ttl } было бы { $reads }, а у { $base } их { $base-reads }
sweep-factor = : больше в { $factor } раза
