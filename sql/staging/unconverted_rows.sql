-- One row that reached the lake in a currency for which its day has no rate, two rates,
-- or one that makes the amount too large, and one exchange rate that is none. They are
-- in no figure. What is written beside them is what mart quarantine shows.
-- grain: table_name, source, location, rule, column_name, value
-- needs: none
with
exchange_rates as (
    select * from raw.exchange_rates
),
foreign_rows as (
    select
        'order_lines' as table_name, _source as source, rule, currency,
        lowest_rate, highest_rate, ordered_on as converted_on,
        concat('order_id:', order_id, ',line_id:', coalesce(line_id, 'NULL'))
            as row_key,
        _file as file, _line as line
    from staging.foreign_lines
    where rule is not null
    union all
    select
        'contracts', _source, rule, currency,
        lowest_rate, highest_rate, converted_on,
        concat('contract_id:', contract_id), _file, _line
    from staging.foreign_contracts
    where rule is not null
    union all
    select
        'ledger', _source, rule, currency,
        lowest_rate, highest_rate, posted_on,
        concat('entry_id:', entry_id), _file, _line
    from staging.foreign_entries
    where rule is not null
    union all
    select
        'invoices', _source, rule, currency,
        lowest_rate, highest_rate, issued_on,
        concat('invoice_id:', invoice_id), _file, _line
    from staging.foreign_invoices
    where rule is not null
),
final as (
    select
        table_name, source,
        case
            when file is null then concat('key=', row_key)
            else concat(file, ':', cast(line as varchar))
        end as location,
        rule,
        'currency' as column_name,
        concat(
            currency, ' ', cast(converted_on as varchar),
            case
                when rule = 'ambiguous_rate'
                    then concat(
                        ': ', cast(lowest_rate as varchar), ' and ',
                        cast(highest_rate as varchar)
                    )
                when rule = 'out_of_range'
                    then concat(': ', cast(lowest_rate as varchar))
                else ''
            end
        ) as value
    from foreign_rows
    union all
    select
        'exchange_rates', _source,
        case
            when _file is null
                then concat(
                    'key=currency:', currency, ',on_date:', cast(on_date as varchar)
                )
            else concat(_file, ':', cast(_line as varchar))
        end,
        'not_a_rate', 'rate', cast(rate as varchar)
    from exchange_rates
    where rate <= 0
)
select * from final
