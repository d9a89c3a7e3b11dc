-- One kind of ledger entries in a slice of time: what belongs to customers directly,
-- and what names an order or a contract that leads to nobody. Shared entries are in
-- core.shared_slices. A kind that profit does not know belongs to nobody.
-- grain: kind, slice
-- needs: none
-- units: assigned money, unresolved money
with
ledger_slices as (
    select * from core.ledger_slices where not is_shared
),
ledger_entries as (
    select * from core.ledger_entries
),
day_slices as (
    select * from core.day_slices
),
kinds as (
    select kind from (
        values
            ('revenue'), ('discount'), ('refund'), ('cogs'), ('service'), ('selling'),
            ('overhead'), ('bad_debt')
    ) as listed (kind)
),
slices as (
    select
        slice, customer_id <> 'unassigned' as is_assigned,
        sum(revenue) as revenue, sum(discount) as discount, sum(refund) as refund,
        sum(cogs) as cogs, sum(service) as service, sum(selling) as selling,
        sum(overhead) as overhead, sum(bad_debt) as bad_debt
    from ledger_slices
    group by slice, customer_id <> 'unassigned'
),
known as (
    select
        kinds.kind, slices.slice, slices.is_assigned,
        case kinds.kind
            when 'revenue' then slices.revenue
            when 'discount' then slices.discount
            when 'refund' then slices.refund
            when 'cogs' then slices.cogs
            when 'service' then slices.service
            when 'selling' then slices.selling
            when 'overhead' then slices.overhead
            else slices.bad_debt
        end as amount
    from slices
    cross join kinds
    union all
    select
        ledger_entries.kind, day_slices.slice,
        false as is_assigned,
        ledger_entries.amount
    from ledger_entries
    inner join day_slices
        on ledger_entries.posted_on = day_slices.day
    where not ledger_entries.is_known_kind and ledger_entries.via <> 'shared'
),
final as (
    select
        kind, slice,
        cast(sum(case when is_assigned then amount end) as decimal(38, 4)) as assigned,
        cast(sum(case when not is_assigned then amount end) as decimal(38, 4))
            as unresolved
    from known
    where amount is not null
    group by kind, slice
)
select * from final
