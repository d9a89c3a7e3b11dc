-- The rate of one currency on one day.
-- grain: currency, on_date
-- needs: none
-- view: yes
-- units: rate ratio
with
exchange_rates as (
    select * from raw.exchange_rates
),
final as (
    select
        currency,
        rate,
        on_date
    from exchange_rates
)
select * from final
