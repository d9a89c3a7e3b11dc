-- One row: the finance ledger before the as-of day beside the order lines.
-- grain: none
-- needs: ledger, order_lines
-- units: entries count, difference money
-- column: difference  ledger revenue less discounts and refunds, less the net lines

with params as (
    select * from run.params
),
ledger as (
    select * from staging.ledger
),
lines as (
    select * from core.lines
),
returns as (
    select * from core.returns
),
posted as (
    select
        count(*) as entries,
        coalesce(sum(
            case
                when ledger.kind = 'revenue' then ledger.amount
                when ledger.kind in ('discount', 'refund') then -ledger.amount
            end
        ), 0) as net_revenue
    from ledger
    cross join params
    where ledger.posted_on < params.as_of
),
sold as (
    select coalesce(sum(case when is_counted then net_amount end), 0) as net_revenue
    from lines
),
returned as (
    select coalesce(sum(returns), 0) as amount
    from returns
),
final as (
    select
        cast(posted.entries as bigint) as entries,
        cast(
            posted.net_revenue - sold.net_revenue + returned.amount as decimal(38, 4)
        ) as difference
    from posted
    cross join sold
    cross join returned
)
select * from final
