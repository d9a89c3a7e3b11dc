-- The stated departures, and how many customers stated what none of the company's words
-- fits. Add the words that mart churn_unmapped lists to churn.classes.
-- grain: table_name
-- needs: departures
-- severity: warning
-- units: failing count, tested count

with churn_unmapped as (
    select * from analysis.churn_unmapped
),
stated_reasons as (
    select * from analysis.stated_reasons
),
unmapped as (
    select coalesce(sum(customers), 0) as customers
    from churn_unmapped
),
stated as (
    select count(*) as customers
    from stated_reasons
),
final as (
    select
        'departures' as table_name,
        cast(unmapped.customers as bigint) as failing,
        stated.customers as tested
    from unmapped
    cross join stated
)
select * from final
