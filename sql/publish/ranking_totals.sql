-- One row: what the ranking of the customers with any line in the window W comes to.
-- The first fifth are the ceil(n / 5) first by rank; everything is cut with exact
-- numbers.
-- grain: none
-- needs: none
-- units: customers count, revenue money, profit money, top20_revenue money
-- units: top20_profit money, n80_customers count, tied_at_cut count, whale_peak money
-- units: revenue_gini share
-- column: n80_customers  least number of customers who hold 80 % of the net revenue
-- column: tied_at_cut  customers of one net revenue across the cut of the first fifth
-- column: whale_peak  sum of the positive profits
-- column: revenue_gini  Gini coefficient of net revenue, customers below zero left out

with pareto as (
    select * from segment.pareto
),
sizes as (
    select
        count(*) as n,
        count(case when revenue >= 0 then 1 end) as n_not_negative,
        sum(revenue) as revenue
    from pareto
),
ranked as (
    select
        pareto.revenue, pareto.profit, pareto.revenue_rank,
        sizes.n, sizes.n_not_negative, sizes.revenue as all_revenue,
        5 * (pareto.revenue_rank - 1) < sizes.n as is_top_by_revenue,
        5 * (pareto.profit_rank - 1) < sizes.n as is_top_by_profit,
        sum(pareto.revenue) over (
            order by pareto.revenue_rank
            rows between unbounded preceding and current row
        ) as revenue_so_far
    from pareto
    cross join sizes
),
cuts as (
    select
        min(case when is_top_by_revenue then revenue end) as last_in,
        max(case when not is_top_by_revenue then revenue end) as first_out
    from ranked
),
sums as (
    select
        sum(ranked.revenue) as revenue,
        sum(ranked.profit) as profit,
        sum(case when is_top_by_revenue then ranked.revenue end) as top20_revenue,
        sum(case when is_top_by_profit then ranked.profit end) as top20_profit,
        min(
            case
                when all_revenue > 0 and 5 * revenue_so_far >= 4 * all_revenue
                    then revenue_rank
            end
        ) as n80_customers,
        count(
            case
                when ranked.revenue = cuts.last_in and cuts.last_in = cuts.first_out
                    then 1
            end
        ) as tied_at_cut,
        sum(case when profit > 0 then profit end) as whale_peak,
        sum(
            case
                when ranked.revenue >= 0
                    then (n_not_negative - revenue_rank + 1) * ranked.revenue
            end
        ) as weighted_revenue,
        sum(case when ranked.revenue > 0 then ranked.revenue end) as positive_revenue,
        max(n_not_negative) as n_not_negative,
        count(*) as customers
    from ranked
    cross join cuts
),
final as (
    select
        customers, revenue, profit, top20_revenue, top20_profit,
        n80_customers, tied_at_cut,
        coalesce(whale_peak, 0) as whale_peak,
        2 * cast(weighted_revenue as double)
            / nullif(n_not_negative * cast(positive_revenue as double), 0)
            - cast(n_not_negative + 1 as double) / nullif(n_not_negative, 0)
            as revenue_gini
    from sums
)
select * from final
