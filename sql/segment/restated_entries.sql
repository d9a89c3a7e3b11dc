-- One entry of a closed period that is no longer what it was when the period was
-- closed: an order line, a return or a contract that came late, went away or changed,
-- and what that does to a part of the customer's figures. The changes of a part add up
-- to its change in restatements.
-- grain: period, table_name, entry_key, customer_id, part
-- needs: order_lines | contracts | ledger
-- mart: yes
-- units: amount_first money, amount_now money, change money
-- column: period  the closed period, as it was named
-- column: table_name  the table of the entry
-- column: entry_key  the entry's key in it, for lines the order and the line
-- column: customer_id  the customer whose figures it changes
-- column: part  revenue, discounts, returns, cogs, cost_to_serve, bad_debt or
--   allocated_cost
-- column: kind  added after the closing, removed, or changed
-- column: amount_first  what it added to the part when the period was closed
-- column: amount_now  what it adds now
-- column: change  now less first
with
closed_entries as (
    select * from run.closed_entries
),
closed_postings as (
    select * from core.closed_postings
),
compared as (
    select
        coalesce(closed_entries.period, closed_postings.period) as period,
        coalesce(closed_entries.table_name, closed_postings.table_name) as table_name,
        coalesce(closed_entries.entry_key, closed_postings.entry_key) as entry_key,
        coalesce(closed_entries.customer_id, closed_postings.customer_id)
            as customer_id,
        coalesce(closed_entries.part, closed_postings.part) as part,
        case
            when closed_entries.period is null then 'added'
            when closed_postings.period is null then 'removed'
            else 'changed'
        end as kind,
        coalesce(closed_entries.amount, 0) as amount_first,
        coalesce(closed_postings.amount, 0) as amount_now
    from closed_entries
    full join closed_postings
        on closed_entries.period = closed_postings.period
        and closed_entries.table_name = closed_postings.table_name
        and closed_entries.entry_key = closed_postings.entry_key
        and closed_entries.customer_id = closed_postings.customer_id
        and closed_entries.part = closed_postings.part
),
final as (
    select
        cast(period as varchar) as period,
        cast(table_name as varchar) as table_name,
        cast(entry_key as varchar) as entry_key,
        cast(customer_id as varchar) as customer_id,
        cast(part as varchar) as part,
        cast(kind as varchar) as kind,
        cast(amount_first as decimal(38, 4)) as amount_first,
        cast(amount_now as decimal(38, 4)) as amount_now,
        cast(amount_now - amount_first as decimal(38, 4)) as change
    from compared
    where amount_first <> amount_now
)
select * from final
