-- The opportunities known before D, and how many have something wrong: they close
-- before they begin, are closed without a day, won without a stage that says so, or
-- without any day. The mart findings says which and where they stand.
-- grain: table_name
-- needs: opportunities
-- severity: warning
-- units: failing count, tested count
-- column: detail  how many of each kind
with
faults as (
    select * from analysis.opportunity_faults
),
states as (
    select * from analysis.opportunity_states
),
kinds as (
    select
        count(distinct opportunity_id) as failing,
        count(case when rule = 'closes_before_it_begins' then 1 end) as backwards,
        count(case when rule = 'closed_without_day' then 1 end) as dayless,
        count(case when rule = 'won_without_stages' then 1 end) as stageless,
        count(case when rule = 'undated' then 1 end) as undated
    from faults
),
known as (
    select count(*) as opportunities
    from states
),
final as (
    select
        'opportunities' as table_name,
        kinds.failing,
        known.opportunities as tested,
        case
            when kinds.failing > 0 then concat(
                'close before they begin: ', cast(backwards as varchar),
                ', closed without a day: ', cast(dayless as varchar),
                ', won without their stages: ', cast(stageless as varchar),
                ', without any day: ', cast(undated as varchar)
            )
        end as detail
    from kinds
    cross join known
)
select * from final
