-- One entry of the ledger that belongs to a customer, with the part of the customer's
-- figures that its kind makes.
-- grain: entry_id, copy_number
-- needs: none
-- view: yes
-- units: amount money
with
ledger_entries as (
    select * from core.ledger_entries
),
final as (
    select
        entry_id, copy_number, customer_id,
        case kind
            when 'revenue' then 'revenue'
            when 'discount' then 'discounts'
            when 'refund' then 'returns'
            when 'cogs' then 'cogs'
            when 'bad_debt' then 'bad_debt'
            else 'cost_to_serve'
        end as part,
        amount,
        posted_on,
        _source, _file, _line
    from ledger_entries
    where customer_id <> 'unassigned'
        and is_known_kind
        and amount <> 0
)
select * from final
