-- One row behind a check that can hold a run back, in words: what an error message
-- names.
-- grain: check_name, place, finding
-- needs: none
-- column: place  1 for what matters most

with ledger_differences as (
    select * from segment.ledger_differences
),
final as (
    select
        'ledger_difference' as check_name,
        row_number() over (
            order by abs(difference) desc, kind, customer_id, month
        ) as place,
        concat(
            'entry ', entry_id, ' (', location, '): ', kind, ' of ', customer_id,
            ' in ',
            substr(cast(month as varchar), 1, 7), ' is ',
            cast(cast(ledger_amount as decimal(38, 2)) as varchar),
            ' in the ledger and ',
            cast(cast(books_amount as decimal(38, 2)) as varchar),
            ' by order lines and returns'
        ) as finding
    from ledger_differences
)
select * from final
