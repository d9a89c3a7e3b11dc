-- A tier of a target list, and what the customers who were chosen and those who were
-- left out for control bought in the days that are looked at: sums, from which the
-- difference and its interval are computed.
-- grain: tier
-- needs: order_lines
-- units: treated count, treated_active count, treated_touched count, control count
-- units: control_active count, control_touched count, control_listed count
-- units: treated_revenue money, control_revenue money
-- column: treated_squares  sum of the squares of the chosen customers' net revenue;
--   control_squares likewise
-- column: control_touched  control customers whom somebody contacted all the same
-- column: control_listed  control customers who were chosen for a list meanwhile

with lift_results as (
    select * from publish.lift_results
),
final as (
    select
        tier,
        count(case when is_treated then 1 end) as treated,
        count(case when is_treated and is_active then 1 end) as treated_active,
        count(case when is_treated and is_touched then 1 end) as treated_touched,
        count(case when not is_treated then 1 end) as control,
        count(case when not is_treated and is_active then 1 end) as control_active,
        count(case when not is_treated and is_touched then 1 end) as control_touched,
        count(case when not is_treated and is_listed then 1 end) as control_listed,
        cast(coalesce(sum(case when is_treated then net_revenue end), 0)
            as decimal(38, 4)) as treated_revenue,
        cast(coalesce(sum(case when not is_treated then net_revenue end), 0)
            as decimal(38, 4)) as control_revenue,
        cast(coalesce(sum(case when is_treated then net_revenue * net_revenue end), 0)
            as decimal(38, 4)) as treated_squares,
        cast(
            coalesce(
                sum(case when not is_treated then net_revenue * net_revenue end), 0
            ) as decimal(38, 4)
        ) as control_squares
    from lift_results
    group by tier
)
select * from final
