-- A customer with four gaps or more between activity days: the nearest-rank quantiles
-- of these gaps, for the limit of churn and for that of risk.
-- grain: customer_id
-- needs: none
-- units: gap_days days, risk_days days

with purchase_gaps as (
    select * from analysis.purchase_gaps
),
params as (
    select * from run.params
),
regular as (
    select customer_id, count(*) as gaps
    from purchase_gaps
    group by customer_id
    having count(*) >= 4
),
ranked as (
    select
        purchase_gaps.customer_id,
        purchase_gaps.gap_days,
        regular.gaps,
        row_number() over (
            partition by purchase_gaps.customer_id
            order by purchase_gaps.gap_days, purchase_gaps.active_on
        ) as place
    from purchase_gaps
    inner join regular
        on purchase_gaps.customer_id = regular.customer_id
),
final as (
    select
        ranked.customer_id,
        min(
            case
                when 100 * ranked.place >= params.gap_percent * ranked.gaps
                    then ranked.gap_days
            end
        ) as gap_days,
        min(
            case
                when 100 * ranked.place >= params.risk_percent * ranked.gaps
                    then ranked.gap_days
            end
        ) as risk_days
    from ranked
    cross join params
    group by ranked.customer_id
)
select * from final
