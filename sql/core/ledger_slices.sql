-- One customer with a ledger entry in a slice of time, and the sum of each kind; NULL
-- where there is none. The entries of nobody are `unassigned`: the shared ones apart
-- from those whose order or contract leads to no customer.
-- grain: customer_id, slice, is_shared
-- needs: none
-- units: revenue money, discount money, refund money, cogs money, service money
-- units: selling money, overhead money, bad_debt money
with
ledger_entries as (
    select * from core.ledger_entries
),
day_slices as (
    select * from core.day_slices
),
final as (
    select
        ledger_entries.customer_id, day_slices.slice,
        ledger_entries.via = 'shared' as is_shared,
        cast(sum(case when kind = 'revenue' then amount end)
            as decimal(38, 4)) as revenue,
        cast(sum(case when kind = 'discount' then amount end)
            as decimal(38, 4)) as discount,
        cast(sum(case when kind = 'refund' then amount end)
            as decimal(38, 4)) as refund,
        cast(sum(case when kind = 'cogs' then amount end)
            as decimal(38, 4)) as cogs,
        cast(sum(case when kind = 'service' then amount end)
            as decimal(38, 4)) as service,
        cast(sum(case when kind = 'selling' then amount end)
            as decimal(38, 4)) as selling,
        cast(sum(case when kind = 'overhead' then amount end)
            as decimal(38, 4)) as overhead,
        cast(sum(case when kind = 'bad_debt' then amount end)
            as decimal(38, 4)) as bad_debt
    from ledger_entries
    inner join day_slices
        on ledger_entries.posted_on = day_slices.day
    group by
        ledger_entries.customer_id, day_slices.slice, ledger_entries.via = 'shared'
)
select * from final
