-- A churned customer and the cause: what they stated, else a complaint before leaving,
-- else a competitor that they named or that won a deal, else a life event that a record
-- tells of, else unclassified. cause says which of these decided, cause_evidence with
-- which record; a complaint before leaving stands in it whatever decided.
-- grain: customer_id
-- needs: none

with churn_states as (
    select * from analysis.churn_states
),
stated_reasons as (
    select * from analysis.stated_reasons
),
leaving_complaints as (
    select * from analysis.leaving_complaints
),
lost_deals as (
    select * from analysis.lost_deals
),
life_events as (
    select * from analysis.life_events
),
judged as (
    select
        churn_states.customer_id,
        case
            when stated_reasons.class <> 'unclassified' then 'stated'
            when leaving_complaints.customer_id is not null then 'complaint'
            when stated_reasons.competitor is not null then 'competitor'
            when lost_deals.customer_id is not null then 'lost_deal'
            when life_events.customer_id is not null then 'life_event'
            else 'unclassified'
        end as cause,
        stated_reasons.category, stated_reasons.reason, stated_reasons.competitor,
        stated_reasons.class as stated_class,
        stated_reasons.sub_class as stated_sub_class,
        leaving_complaints.case_id, leaving_complaints.category as case_category,
        leaving_complaints.sub_class as complaint_sub_class,
        lost_deals.opportunity_id,
        lost_deals.sub_class as deal_sub_class,
        life_events.record,
        life_events.sub_class as event_sub_class
    from churn_states
    left join stated_reasons
        on churn_states.customer_id = stated_reasons.customer_id
        and churn_states.rule = 'stated_departure'
    left join leaving_complaints
        on churn_states.customer_id = leaving_complaints.customer_id
    left join lost_deals
        on churn_states.customer_id = lost_deals.customer_id
    left join life_events
        on churn_states.customer_id = life_events.customer_id
    where churn_states.state = 'churned'
),
final as (
    select
        customer_id,
        cause,
        case
            when cause = 'stated' then stated_class
            when cause = 'complaint' then 'fault'
            when cause in ('competitor', 'lost_deal') then 'competitive'
            when cause = 'life_event' then 'natural'
            else 'unclassified'
        end as class,
        case
            when cause = 'stated' then stated_sub_class
            when cause = 'complaint' then complaint_sub_class
            when cause = 'lost_deal' then deal_sub_class
            when cause = 'life_event' then event_sub_class
            else 'none'
        end as sub_class,
        competitor,
        coalesce('; category=' || replace(category, ';', ','), '')
            || coalesce('; reason=' || replace(reason, ';', ','), '')
            || coalesce('; competitor=' || replace(competitor, ';', ','), '')
            || coalesce('; case_id=' || case_id, '')
            || coalesce('; case_category=' || replace(case_category, ';', ','), '')
            || case
                when cause = 'lost_deal' then '; opportunity_id=' || opportunity_id
                when cause = 'life_event' then '; ' || replace(record, ';', ',')
                else ''
            end as cause_evidence
    from judged
)
select * from final
