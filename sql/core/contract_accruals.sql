-- One contract in one window, with the revenue that its days in the window bring,
-- rounded once, half away from zero.
-- grain: contract_id, profit_window
-- needs: none
-- units: revenue money
with
accrued_parts as (
    select * from core.accrued_parts
),
divisions as (
    -- half is added before dividing, so the whole quotient is the rounded one
    select
        contract_id, profit_window, customer_id,
        case when amount < 0 then -1 else 1 end as sign,
        2 * cast(abs(cast(amount as decimal(38, 4))) * 10000 as decimal(38, 0))
            * cast(accrued as bigint) + whole as dividend,
        cast(2 * whole as decimal(38, 0)) as divisor
    from accrued_parts
),
quotients as (
    -- without its remainder it divides to a whole number, exact in doubles below 2^52
    select
        contract_id, profit_window, customer_id,
        sign,
        cast(
            round(
                cast(dividend - mod(dividend, divisor) as double)
                / nullif(cast(divisor as double), 0)
            ) as decimal(32, 0)
        ) as units
    from divisions
),
final as (
    select
        contract_id, profit_window, customer_id,
        cast(sign * units * cast(0.0001 as decimal(5, 4)) as decimal(38, 4)) as revenue
    from quotients
)
select * from final
