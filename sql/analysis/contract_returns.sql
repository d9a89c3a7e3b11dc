-- A customer whose contracts had all ended, grace included, before another one started:
-- they left on the day of the last end and came back with the new contract.
-- grain: customer_id, returned_on
-- needs: none

with contract_terms as (
    select * from analysis.contract_terms
),
params as (
    select * from run.params
),
starts as (
    select
        customer_id, starts_on,
        max(coalesce(ended_on, date '9999-12-31')) as ended_on
    from contract_terms
    group by customer_id, starts_on
),
covered as (
    select
        customer_id, starts_on,
        max(ended_on) over (
            partition by customer_id
            order by starts_on
            rows between unbounded preceding and 1 preceding
        ) as covered_until
    from starts
),
final as (
    select
        covered.customer_id,
        covered.covered_until as left_on,
        covered.starts_on as returned_on
    from covered
    cross join params
    where covered.covered_until < covered.starts_on
        and date_diff('day', covered.covered_until, covered.starts_on)
            >= params.grace_days
        and covered.starts_on < params.as_of
        and params.uses_contracts
)
select * from final
