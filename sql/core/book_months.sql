-- One customer in a month, and what order lines and returns say of it in the kinds of
-- the ledger: revenue before discounts, discount, refund and cost of goods. Lines and
-- returns of nobody are `unassigned`.
-- grain: customer_id, month_on
-- needs: none
-- units: revenue money, discount money, refund money, cogs money
with
line_slices as (
    select * from core.line_slices
),
time_slices as (
    select * from core.time_slices
),
calendar as (
    select * from core.calendar
),
lines as (
    select * from core.lines where customer_id is null and is_counted
),
returns as (
    select * from core.returns
),
books as (
    select
        line_slices.customer_id, time_slices.month_on,
        line_slices.revenue, line_slices.discounts as discount,
        line_slices.returns as refund, line_slices.cogs
    from line_slices
    inner join time_slices
        on line_slices.slice = time_slices.slice
    union all
    select
        'unassigned' as customer_id, calendar.month_on,
        case when lines.is_sale then lines.net_amount + lines.discount end,
        case when lines.is_sale then lines.discount end,
        case when lines.is_return then -lines.net_amount end,
        lines.cost
    from lines
    inner join calendar
        on lines.ordered_on = calendar.day
    union all
    select
        returns.customer_id, calendar.month_on,
        null, null,
        returns.returns, -returns.returned_cost
    from returns
    inner join calendar
        on returns.returned_on = calendar.day
),
final as (
    select
        customer_id, month_on,
        cast(coalesce(sum(revenue), 0) as decimal(38, 4)) as revenue,
        cast(coalesce(sum(discount), 0) as decimal(38, 4)) as discount,
        cast(coalesce(sum(refund), 0) as decimal(38, 4)) as refund,
        cast(coalesce(sum(cogs), 0) as decimal(38, 4)) as cogs
    from books
    group by customer_id, month_on
)
select * from final
