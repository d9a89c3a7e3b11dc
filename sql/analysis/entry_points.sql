-- An owner and the points that their records earn: of each kind of reward the best that
-- a record reaches.
-- grain: owner_id
-- needs: none
-- units: points count
with
states as (
    select * from analysis.opportunity_states
),
rewards as (
    select * from run.entry_rewards
),
records as (
    select
        owner_id, delay_days, filled, required,
        count(*) as opportunities
    from states
    group by owner_id, delay_days, filled, required
),
rewarded as (
    select
        records.owner_id, records.delay_days, records.filled, records.required,
        records.opportunities,
        max(
            case
                when rewards.kind = 'early' and records.delay_days <= rewards.bound
                    then rewards.points
                else 0
            end
        ) as early,
        max(
            case
                when rewards.kind = 'full' and records.required > 0
                    and 10000 * records.filled >= rewards.bound * records.required
                    then rewards.points
                else 0
            end
        ) as full_points
    from records
    cross join rewards
    group by
        records.owner_id, records.delay_days, records.filled, records.required,
        records.opportunities
),
final as (
    select
        owner_id,
        cast(sum(opportunities * (early + full_points)) as bigint) as points
    from rewarded
    group by owner_id
)
select * from final
