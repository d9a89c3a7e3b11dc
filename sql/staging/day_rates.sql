-- One currency on one day on which a rate holds: the day that the rate was given for,
-- and after it as many days as the company lets a rate hold (company.rate_valid_for, by
-- default none), until the next one. A day without a row has no rate. Two different
-- rates of one day are none, on their own day and on those after it.
-- grain: currency, on_date
-- needs: none
-- units: rate ratio, lowest_rate ratio, highest_rate ratio
-- column: rate  NULL where two different rates were given
-- column: given_on  the day that the rate was given for
with
rate_days as (
    select * from run.rate_days
),
exchange_rates as (
    select * from staging.exchange_rates
),
followed as (
    select
        currency,
        rate, lowest_rate, highest_rate,
        on_date as given_on,
        lead(on_date) over (
            partition by currency
            order by on_date
        ) as next_given_on
    from exchange_rates
),
held as (
    select
        followed.currency,
        followed.rate, followed.lowest_rate, followed.highest_rate,
        followed.given_on, followed.next_given_on,
        cast(followed.given_on + rate_days.days * interval '1' day as date) as on_date
    from followed
    cross join rate_days
),
final as (
    select
        currency,
        rate, lowest_rate, highest_rate,
        given_on, on_date
    from held
    where next_given_on is null
        or on_date < next_given_on
)
select * from final
