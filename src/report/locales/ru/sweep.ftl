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
sweep-beside = { $cache } (рядом)
sweep-curve = { $first } чтения базы, { $second } ответы с отозванной ролью, { $both } то и другое
sweep-curve-level = { $level } чтения у { $cache }
sweep-curves = Каждая кривая — по { $path }
sweep-as-fresh = Со сроком жизни до { $ttl } кэш с TTL был бы не менее актуален, чем { $base }: устаревших ответов не больше, и с отозванной ролью тоже.
sweep-all-as-fresh = Со всеми проверенными сроками жизни, до { $ttl }, кэш с TTL был не менее актуален, чем { $base }: устаревших ответов не больше, и с отозванной ролью тоже.
sweep-none-as-fresh = Даже со сроком жизни { $ttl } кэш с TTL был бы менее актуален, чем { $base }.
sweep-cost = Чтений базы при { $ttl } было бы { $reads }, у { $base } их { $base-reads }
sweep-factor = : больше в { $factor } раза
