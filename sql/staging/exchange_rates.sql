-- The rate of one currency on one day, in units of the company's currency for one unit
-- of the other. Of several mappings the first that names the day counts. Where that one
-- names two different rates for it nobody guesses, and the rate is NULL. A rate of zero
-- or less, and one of the company's own currency, is none.
-- grain: currency, on_date
-- needs: none
-- units: rate ratio, lowest_rate ratio, highest_rate ratio
-- column: lowest_rate  of the rates that were given for the day
-- column: highest_rate  equal to the lowest unless the day is ambiguous
with
params as (
    select * from run.params
),
exchange_rates as (
    select * from raw.exchange_rates
),
given as (
    select
        upper(exchange_rates.currency) as currency,
        -- wide, so that no product with an amount overflows
        cast(exchange_rates.rate as decimal(28, 10)) as rate,
        exchange_rates.on_date,
        coalesce(exchange_rates._mapping, 0) as mapping,
        min(coalesce(exchange_rates._mapping, 0)) over (
            partition by upper(exchange_rates.currency), exchange_rates.on_date
        ) as first_mapping
    from exchange_rates
    cross join params
    where exchange_rates.rate > 0
        and upper(exchange_rates.currency) <> params.currency
),
final as (
    select
        currency,
        case when min(rate) = max(rate) then min(rate) end as rate,
        min(rate) as lowest_rate,
        max(rate) as highest_rate,
        on_date
    from given
    where mapping = first_mapping
    group by currency, on_date
)
select * from final
