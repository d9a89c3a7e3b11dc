-- What becomes of the shared entries of one kind in a profit window: the declared share
-- stays unassigned, rounded to a minor unit of the currency; the rest is allocated in
-- whole minor units, with what is less than one. Without a driver, or with one that is
-- zero for all, everything stays unassigned.
-- grain: profit_window, kind
-- needs: none
-- units: amount money, unassigned money, rest money
-- column: sign  1, or -1 when the entries sum up below zero
-- column: units  what is allocated, in whole minor units, above zero
-- column: rest  what is allocated and less than a minor unit, above zero
with
params as (
    select * from run.params
),
shared_pools as (
    select * from core.shared_pools
),
parted as (
    select
        shared_pools.profit_window, shared_pools.kind,
        shared_pools.driver, shared_pools.amount,
        coalesce(shared_pools.weights, 0) as weights,
        coalesce(shared_pools.unassigned_bp, 10000) as unassigned_bp,
        params.minor_unit_parts,
        case when shared_pools.amount < 0 then -1 else 1 end as sign,
        cast(abs(shared_pools.amount) * 10000 as decimal(38, 0)) as parts
    from shared_pools
    cross join params
),
counted as (
    -- without its remainder a number divides to a whole one, exact in doubles
    select
        profit_window, kind, driver, amount, weights,
        unassigned_bp, minor_unit_parts, sign, parts,
        cast(
            round(
                cast(parts - mod(parts, minor_unit_parts) as double)
                / nullif(cast(minor_unit_parts as double), 0)
            ) as decimal(28, 0)
        ) as all_units
    from parted
),
kept as (
    select
        profit_window, kind, driver, amount, weights,
        minor_unit_parts, sign, parts, all_units,
        cast(
            round(
                cast(
                    2 * all_units * unassigned_bp + 10000
                    - mod(2 * all_units * unassigned_bp + 10000, 20000) as double
                ) / nullif(20000e0, 0)
            ) as decimal(28, 0)
        ) as kept_units
    from counted
),
judged as (
    select
        profit_window, kind, driver, amount,
        minor_unit_parts, sign, parts, all_units, kept_units,
        weights > 0 and kept_units < all_units as is_allocated
    from kept
),
final as (
    select
        profit_window, kind, driver, amount, sign,
        case when is_allocated then all_units - kept_units else 0 end as units,
        cast(
            case
                when is_allocated
                    then (parts - all_units * minor_unit_parts)
                        * cast(0.0001 as decimal(5, 4))
                else 0
            end as decimal(38, 4)
        ) as rest,
        cast(
            case
                when is_allocated
                    then sign * kept_units * minor_unit_parts
                        * cast(0.0001 as decimal(5, 4))
                else amount
            end as decimal(38, 4)
        ) as unassigned
    from judged
)
select * from final
