-- One customer who is big: by value, one of the first by profit in the window W by the
-- declared rule, as in pareto, or by kind, of a kind that is declared to be big. The
-- two senses are shown apart.
-- grain: customer_id
-- needs: order_lines | contracts | ledger
-- mart: yes
-- units: net_revenue money, profit money, profit_rank count
-- column: customer_id  the customer's id
-- column: kind  the customer's kind
-- column: net_revenue  net revenue in the window W
-- column: profit  profit in the window W
-- column: profit_rank  as in pareto; NULL without a line in the window
-- column: is_big_by_value  one of the first by profit
-- column: is_big_by_kind  a distributor, dealer, or what else is declared
with
customers as (
    select * from core.customers
),
big_kinds as (
    select * from run.big_kinds
),
pareto as (
    select * from segment.pareto
),
judged as (
    select
        customers.customer_id, customers.kind,
        coalesce(pareto.revenue, 0) as net_revenue,
        coalesce(pareto.profit, 0) as profit,
        pareto.profit_rank,
        coalesce(pareto.is_big, false) as is_big_by_value,
        big_kinds.kind is not null as is_big_by_kind
    from customers
    left join pareto
        on customers.customer_id = pareto.customer_id
    left join big_kinds
        on lower(customers.kind) = lower(big_kinds.kind)
),
final as (
    select
        cast(customer_id as varchar) as customer_id,
        cast(kind as varchar) as kind,
        cast(net_revenue as decimal(38, 4)) as net_revenue,
        cast(profit as decimal(38, 4)) as profit,
        cast(profit_rank as bigint) as profit_rank,
        is_big_by_value,
        is_big_by_kind
    from judged
    where is_big_by_value or is_big_by_kind
)
select * from final
