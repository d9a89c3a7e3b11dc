-- One contract in another currency than the company's, with the rate of the day on
-- which it starts, or of the day of signing when it starts after the as-of day, for
-- which no rate can be known. A contract with a rule cannot be converted: it is in mart
-- quarantine and in no figure.
-- grain: contract_id
-- needs: none
-- view: yes
-- units: rate ratio, lowest_rate ratio, highest_rate ratio
-- column: rule  missing_rate, ambiguous_rate, out_of_range, or NULL
with
params as (
    select * from run.params
),
foreign_currencies as (
    select * from staging.foreign_currencies
),
contracts as (
    select * from raw.contracts
),
day_rates as (
    select * from staging.day_rates
),
dated as (
    select
        contracts.contract_id, contracts.customer_id,
        contracts.renews_contract_id, contracts.owner_id,
        contracts.period, contracts.status, contracts.currency,
        contracts.amount,
        contracts.starts_on, contracts.ends_on,
        contracts.signed_on, contracts.cancelled_on,
        case
            when contracts.starts_on >= params.as_of
                then coalesce(contracts.signed_on, contracts.starts_on)
            else contracts.starts_on
        end as converted_on,
        contracts._source, contracts._mapping, contracts._file, contracts._line
    from contracts
    cross join params
    inner join foreign_currencies
        on contracts.currency = foreign_currencies.currency
),
final as (
    select
        dated.contract_id, dated.customer_id,
        dated.renews_contract_id, dated.owner_id,
        dated.period, dated.status, dated.currency,
        case
            when day_rates.currency is null then 'missing_rate'
            when day_rates.rate is null then 'ambiguous_rate'
            when day_rates.rate * abs(dated.amount) >= 99999999999999
                then 'out_of_range'
        end as rule,
        dated.amount,
        day_rates.rate, day_rates.lowest_rate, day_rates.highest_rate,
        dated.starts_on, dated.ends_on, dated.signed_on, dated.cancelled_on,
        dated.converted_on,
        dated._source, dated._mapping, dated._file, dated._line
    from dated
    left join day_rates
        on dated.currency = day_rates.currency
        and dated.converted_on = day_rates.on_date
)
select * from final
