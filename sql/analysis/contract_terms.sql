-- A contract that was known before D and that was or will be in force, with the day on
-- which it ends: the day of its cancellation, if that lies before D and before its term
-- ends, else the end of its term; NULL for a contract without an end. It is active from
-- starts_on until the day before ended_on. A contract that ends or is cancelled before
-- it starts never was in force, and one of a negative amount is a credit: they are
-- contract_faults. Its value is that of a month: a monthly amount itself, a twelfth of
-- a yearly one, and of a term its amount over the months of the term. Those are whole
-- months where the term lies within four days of so many times 30.4375 days, so that
-- leap years and last days counted in or out change nothing; else its days over
-- 30.4375. Rounded once, half up; 0 for a term without an end.
-- grain: contract_id
-- needs: none
-- units: monthly_value money
-- column: term_ends_on  end of the term, NULL without one
-- column: cancelled_on  day on which it ended before its term did
-- column: active_until  ended_on, or 9999-12-31 for a contract without an end
with
contracts as (
    select * from staging.contracts
),
params as (
    select * from run.params
),
known as (
    select
        contract_id, customer_id, renews_contract_id, owner_id, period, amount,
        starts_on, ends_on,
        case
            when cancelled_on < params.as_of
                and cancelled_on < coalesce(ends_on, params.as_of) then cancelled_on
        end as cancelled_on,
        coalesce(date_diff('day', starts_on, ends_on), 0) as term_days
    from contracts
    cross join params
    where amount >= 0 and (starts_on < params.as_of or signed_on < params.as_of)
),
in_force as (
    select
        contract_id, customer_id, renews_contract_id, owner_id, period,
        cast(cast(amount as decimal(38, 4)) * 10000 as decimal(38, 0)) as units,
        starts_on, ends_on as term_ends_on, cancelled_on,
        coalesce(cancelled_on, ends_on) as ended_on,
        term_days,
        cast(floor(cast(32 * term_days + 487 as double) / nullif(974e0, 0)) as bigint)
            as term_months
    from known
    where coalesce(coalesce(cancelled_on, ends_on) > starts_on, true)
),
measured as (
    select
        contract_id, customer_id, renews_contract_id, owner_id, period,
        units, starts_on, term_ends_on, cancelled_on, ended_on, term_days, term_months,
        term_months > 0 and abs(16 * term_days - 487 * term_months) <= 64 as is_whole
    from in_force
),
fractions as (
    select
        contract_id, customer_id, renews_contract_id, owner_id,
        units, starts_on, term_ends_on, cancelled_on, ended_on,
        case
            when period in ('month', 'year') then 1
            when term_ends_on is null then 0
            when is_whole then 1
            else 487
        end as times,
        case
            when period = 'month' then 1
            when period = 'year' then 12
            when term_ends_on is null then 1
            when is_whole then term_months
            else 16 * term_days
        end as parts
    from measured
),
divisions as (
    select
        contract_id, customer_id, renews_contract_id, owner_id,
        starts_on, term_ends_on, cancelled_on, ended_on,
        2 * units * times + parts as dividend,
        cast(2 * parts as decimal(38, 0)) as divisor
    from fractions
),
final as (
    -- a dividend without its remainder divides to a whole number, exact to 2^52
    select
        contract_id, customer_id, renews_contract_id, owner_id,
        starts_on, term_ends_on, cancelled_on, ended_on,
        coalesce(ended_on, date '9999-12-31') as active_until,
        cast(
            cast(round(
                cast(dividend - mod(dividend, divisor) as double)
                / nullif(cast(divisor as double), 0)
            ) as decimal(32, 0)) * cast(0.0001 as decimal(5, 4)) as decimal(38, 4)
        ) as monthly_value
    from divisions
)
select * from final
