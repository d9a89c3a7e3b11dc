-- One entry of the finance ledger in another currency than the company's, with the rate
-- of the day on which it was posted. An entry with a rule cannot be converted: it is in
-- mart quarantine and in no figure.
-- grain: entry_id
-- needs: none
-- view: yes
-- units: rate ratio, lowest_rate ratio, highest_rate ratio
-- column: rule  missing_rate, ambiguous_rate, out_of_range, or NULL
with
foreign_currencies as (
    select * from staging.foreign_currencies
),
ledger as (
    select * from raw.ledger
),
day_rates as (
    select * from staging.day_rates
),
final as (
    select
        ledger.entry_id, ledger.customer_id, ledger.order_id, ledger.contract_id,
        ledger.kind, ledger.account, ledger.currency,
        case
            when day_rates.currency is null then 'missing_rate'
            when day_rates.rate is null then 'ambiguous_rate'
            when day_rates.rate * abs(ledger.amount) >= 99999999999999
                then 'out_of_range'
        end as rule,
        ledger.amount,
        day_rates.rate, day_rates.lowest_rate, day_rates.highest_rate,
        ledger.posted_on,
        ledger._source, ledger._mapping, ledger._file, ledger._line
    from ledger
    inner join foreign_currencies
        on ledger.currency = foreign_currencies.currency
    left join day_rates
        on ledger.currency = day_rates.currency
        and ledger.posted_on = day_rates.on_date
)
select * from final
