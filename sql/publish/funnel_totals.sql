-- One row: what the opportunities known before D come to, for the key figures.
-- grain: none
-- needs: none
-- view: yes
-- units: opportunities count, won count, lost count, open_value money
-- units: recorded count, timely count, filled count, required count
with
facts as (
    select * from analysis.opportunity_facts
),
params as (
    select * from run.params
),
funnel as (
    select * from run.funnel_policy
),
known as (
    select
        case
            when facts.ended_on >= params.as_of then 'open'
            else facts.outcome
        end as state,
        facts.amount, facts.filled, facts.required,
        case
            when facts.delay_days is null then null
            when facts.delay_days <= funnel.entry_days then 1
            else 0
        end as is_timely
    from facts
    cross join params
    cross join funnel
    where facts.began_on is null or facts.began_on < params.as_of
),
final as (
    select
        count(*) as opportunities,
        count(case when state = 'won' then 1 end) as won,
        count(case when state = 'lost' then 1 end) as lost,
        cast(sum(case when state = 'open' then amount end) as decimal(38, 4))
            as open_value,
        count(is_timely) as recorded,
        cast(coalesce(sum(is_timely), 0) as bigint) as timely,
        cast(coalesce(sum(filled), 0) as bigint) as filled,
        cast(coalesce(sum(required), 0) as bigint) as required
    from known
)
select * from final
