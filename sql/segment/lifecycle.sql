-- One month and one state of the customers in it, from the month of the first activity
-- to the month of the last day before the as-of day. The new, returning and resurrected
-- are the active ones; the dormant were active the month before and not in this one.
-- grain: month, state
-- needs: order_lines
-- mart: yes
-- units: customers count
-- column: month  the first day of the month
-- column: state  new, returning, resurrected or dormant; all four are listed for every
--   month
-- column: customers  how many customers are in the state, also when nobody is
-- column: complete  whether the month has ended; until then its dormant are not yet
with
params as (
    select * from run.params
),
calendar as (
    select month_index, month_on, next_month_on
    from core.calendar
    where day = month_on
),
customer_months as (
    select * from core.customer_months
),
counted as (
    select
        month_index,
        count(case when previous_index is null then 1 end) as new_customers,
        count(case when previous_index = month_index - 1 then 1 end) as returning,
        count(case when previous_index < month_index - 1 then 1 end) as resurrected,
        count(*) as active
    from customer_months
    group by month_index
),
first_months as (
    select min(month_index) as month_index
    from counted
),
months as (
    select
        calendar.month_index, calendar.month_on,
        calendar.next_month_on <= params.as_of as complete
    from calendar
    cross join params
    inner join first_months
        on calendar.month_index >= first_months.month_index
    where calendar.month_on < params.as_of
),
states as (
    select state from (
        values ('new'), ('returning'), ('resurrected'), ('dormant')
    ) as listed (state)
),
final as (
    select
        cast(months.month_on as date) as month,
        cast(states.state as varchar) as state,
        cast(
            case states.state
                when 'new' then coalesce(counted.new_customers, 0)
                when 'returning' then coalesce(counted.returning, 0)
                when 'resurrected' then coalesce(counted.resurrected, 0)
                -- who was active the month before and is not among the returning
                else coalesce(before.active, 0) - coalesce(counted.returning, 0)
            end as bigint
        ) as customers,
        months.complete
    from months
    cross join states
    left join counted
        on months.month_index = counted.month_index
    left join counted as before
        on months.month_index = before.month_index + 1
)
select * from final
