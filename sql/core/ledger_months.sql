-- One customer in a month, and the sums of the ledger's kinds that order lines and
-- returns know too. Entries of nobody are `unassigned`; shared ones are no customer's
-- and left out.
-- grain: customer_id, month_on
-- needs: none
-- view: yes
-- units: revenue money, discount money, refund money, cogs money
with
ledger_slices as (
    select * from core.ledger_slices where not is_shared
),
time_slices as (
    select * from core.time_slices
),
final as (
    select
        ledger_slices.customer_id, time_slices.month_on,
        cast(coalesce(sum(revenue), 0) as decimal(38, 4)) as revenue,
        cast(coalesce(sum(discount), 0) as decimal(38, 4)) as discount,
        cast(coalesce(sum(refund), 0) as decimal(38, 4)) as refund,
        cast(coalesce(sum(cogs), 0) as decimal(38, 4)) as cogs
    from ledger_slices
    inner join time_slices
        on ledger_slices.slice = time_slices.slice
    group by ledger_slices.customer_id, time_slices.month_on
)
select * from final
