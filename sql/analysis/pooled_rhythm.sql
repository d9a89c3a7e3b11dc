-- One row: the nearest-rank quantiles of the gaps between activity days of all
-- customers, for the limit of churn and for that of risk. NULL when nobody was active
-- on two days or one fixed limit is configured.
-- grain: none
-- needs: none
-- units: gap_days days, risk_days days

with purchase_gaps as (
    select * from analysis.purchase_gaps
),
params as (
    select * from run.params
),
counted as (
    select gap_days, count(*) as gaps
    from purchase_gaps
    group by gap_days
),
running as (
    select
        gap_days,
        sum(gaps) over (
            order by gap_days
            rows between unbounded preceding and current row
        ) as gaps_so_far,
        sum(gaps) over () as all_gaps
    from counted
),
final as (
    select
        min(
            case
                when 100 * running.gaps_so_far >= params.gap_percent * running.all_gaps
                    then running.gap_days
            end
        ) as gap_days,
        min(
            case
                when 100 * running.gaps_so_far >= params.risk_percent * running.all_gaps
                    then running.gap_days
            end
        ) as risk_days
    from running
    cross join params
)
select * from final
