-- One month of sale and one month of return: what came back in the later of what was
-- sold in the earlier, by the returns table and by negative order lines. It counts in
-- the month of the return; for the month of the sale it is the change that came
-- afterwards. Where the sale is not known, sold_in is the month of the return and
-- sold_kind says so.
-- grain: sold_kind, sold_in, returned_in
-- needs: order_lines | returns
-- mart: yes
-- units: customers count, orders count, returns money, returned_cost money
-- units: profit_change money
-- column: sold_kind  known; no_sale: a negative line whose order sold nothing, such as
--   a credit note with a number of its own; no_order: a return of an unknown order
-- column: sold_in  first day of the month in which the returned part was sold
-- column: returned_in  first day of the month in which it came back
-- column: customers  known customers; returns of nobody have none
-- column: returned_cost  cost of the goods that came back and are sold again
-- column: profit_change  what the returns change in the profit of the month of the sale
with
returns as (
    select * from core.returns
),
returned_lines as (
    select * from core.returned_lines
),
entries as (
    select
        customer_id, order_id,
        case when sold_on is null then 'no_order' else 'known' end as sold_kind,
        returns, returned_cost,
        coalesce(sold_on, returned_on) as sold_on, returned_on
    from returns
    union all
    select
        customer_id, order_id,
        case when sold_on is null then 'no_sale' else 'known' end as sold_kind,
        returns, returned_cost,
        coalesce(sold_on, returned_on) as sold_on, returned_on
    from returned_lines
),
monthly as (
    select
        nullif(customer_id, 'unassigned') as customer_id, order_id,
        sold_kind,
        returns, returned_cost,
        cast(date_trunc('month', sold_on) as date) as sold_in,
        cast(date_trunc('month', returned_on) as date) as returned_in
    from entries
),
final as (
    select
        cast(sold_kind as varchar) as sold_kind,
        cast(sold_in as date) as sold_in,
        cast(returned_in as date) as returned_in,
        cast(count(distinct customer_id) as bigint) as customers,
        cast(count(distinct order_id) as bigint) as orders,
        cast(sum(returns) as decimal(38, 4)) as returns,
        cast(sum(returned_cost) as decimal(38, 4)) as returned_cost,
        cast(sum(returned_cost) - sum(returns) as decimal(38, 4)) as profit_change
    from monthly
    group by sold_kind, sold_in, returned_in
)
select * from final
