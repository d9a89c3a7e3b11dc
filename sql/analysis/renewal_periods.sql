-- How often contracts are renewed, in months: twelve where at least half of them run
-- for about a year or longer, else one. A contract without an end goes by the period
-- of its amount. Where an attribute says the tenure, it says it in months: one.
-- grain: none
-- needs: none
-- units: period_months months

with contracts as (
    select * from staging.contracts
),
lifetime as (
    select * from run.lifetime
),
judged as (
    select
        count(*) as contracts,
        count(
            case
                when ends_on is null and period <> 'month' then 1
                when date_diff('day', starts_on, ends_on) >= 300 then 1
            end
        ) as yearly
    from contracts
),
final as (
    select
        case
            when lifetime.tenure is not null then 1
            when judged.contracts > 0 and 2 * judged.yearly >= judged.contracts then 12
            else 1
        end as period_months
    from judged
    cross join lifetime
)
select * from final
