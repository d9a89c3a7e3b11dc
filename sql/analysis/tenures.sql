-- One customer of whom it is known how long they have been one, in whole months, and
-- whether they have left: by the attribute that pharos.yaml names, else by their
-- contracts, else from the day of their acquisition to that of their departure, or D.
-- An attribute that is no whole number says nothing.
-- grain: customer_id
-- needs: none
-- units: months months
-- column: source  attribute, contracts or dates

with customers as (
    select * from core.customers
),
customer_attributes as (
    select * from core.customer_attributes
),
stays as (
    select * from analysis.stays
),
calendar as (
    select day, month_on, month_index from core.calendar
),
params as (
    select * from run.params
),
lifetime as (
    select * from run.lifetime
),
stated_departures as (
    select customer_id, left_on from staging.departures
),
departures as (
    select stated_departures.customer_id, min(stated_departures.left_on) as left_on
    from stated_departures
    cross join params
    where stated_departures.left_on < params.as_of
    group by stated_departures.customer_id
),
month_counts as (
    select
        month_index - min(month_index) over () as months,
        cast(month_index - min(month_index) over () as varchar) as written
    from calendar
    where day = month_on
),
stated as (
    select customer_attributes.customer_id, month_counts.months
    from customer_attributes
    inner join lifetime
        on customer_attributes.attribute = lifetime.tenure
    inner join month_counts
        on trim(customer_attributes.value) = month_counts.written
),
spans as (
    select
        customers.customer_id,
        coalesce(stays.starts_on, customers.acquired_on) as starts_on,
        case
            when stays.customer_id is not null then stays.stayed_until
            else coalesce(departures.left_on, params.as_of)
        end as stayed_until,
        case
            when stays.customer_id is not null then stays.has_ended
            else departures.left_on is not null
        end as has_ended,
        case when stays.customer_id is not null then 'contracts' else 'dates' end
            as source
    from customers
    cross join params
    cross join lifetime
    left join stays
        on customers.customer_id = stays.customer_id
    left join departures
        on customers.customer_id = departures.customer_id
    where lifetime.tenure is null
),
final as (
    select
        customer_id,
        source,
        cast(
            (year(stayed_until) - year(starts_on)) * 12
            + month(stayed_until) - month(starts_on)
            - case when day(stayed_until) < day(starts_on) then 1 else 0 end as bigint
        ) as months,
        has_ended
    from spans
    where starts_on <= stayed_until
    union all
    select
        stated.customer_id,
        'attribute' as source,
        stated.months,
        departures.left_on is not null as has_ended
    from stated
    left join departures
        on stated.customer_id = departures.customer_id
)
select * from final
