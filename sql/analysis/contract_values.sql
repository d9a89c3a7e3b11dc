-- A customer who has contracts and no order lines: the revenue that their contracts
-- bring by the day in the twelve months that end with the last day they are valued for.
-- A monthly amount counts twelve times and a yearly one once when the contract covers
-- all twelve months, the amount of a term by its share of days; rounded once per
-- contract, half up.
-- grain: customer_id
-- needs: none
-- units: revenue money

with churn_states as (
    select * from analysis.churn_states
),
accruing_contracts as (
    select * from core.accruing_contracts
),
windows as (
    select
        customer_id,
        cast(valued_until_on - interval '12' month as date) as starts_on,
        valued_until_on as ends_on
    from churn_states
),
covered as (
    select
        accruing_contracts.customer_id,
        accruing_contracts.period,
        cast(accruing_contracts.amount * 10000 as decimal(38, 0)) as units,
        accruing_contracts.term_days,
        date_diff('day', windows.starts_on, windows.ends_on) as window_days,
        date_diff(
            'day',
            case
                when accruing_contracts.starts_on > windows.starts_on
                    then accruing_contracts.starts_on
                else windows.starts_on
            end,
            case
                when accruing_contracts.accrues_until < windows.ends_on
                    then accruing_contracts.accrues_until
                else windows.ends_on
            end
        ) as days
    from accruing_contracts
    inner join windows
        on accruing_contracts.customer_id = windows.customer_id
),
divisions as (
    select
        customer_id,
        2 * units * days * case when period = 'month' then 12 else 1 end
            + case when period = 'term' then term_days else window_days end as dividend,
        2 * case when period = 'term' then term_days else window_days end as divisor
    from covered
    where days > 0
),
quotients as (
    -- a dividend without its remainder divides to a whole number, exact to 2^52
    select
        customer_id,
        cast(round(
            cast(dividend - mod(dividend, divisor) as double)
            / nullif(cast(divisor as double), 0)
        ) as decimal(32, 0)) as units
    from divisions
),
final as (
    select
        customer_id,
        cast(sum(units) * cast(0.0001 as decimal(5, 4)) as decimal(38, 4)) as revenue
    from quotients
    group by customer_id
)
select * from final
