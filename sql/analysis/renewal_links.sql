-- A contract and the one that it renews. What a contract names counts. For a customer
-- of whom no contract names another it is inferred: each contract takes the one whose
-- end is nearest to its own start (then the later end, then the lower id), and of
-- several takers the nearest is its renewal; first among those with the same place,
-- then among those that are left. An inferred renewal renews one contract and a
-- contract has one; a named contract may have several, when it was divided.
-- grain: contract_id
-- needs: none
-- column: rule  named or inferred
with
pairs as (
    select * from analysis.renewal_pairs
),
named as (
    select contract_id, renewed_id from analysis.named_renewals
),
first_choices as (
    select
        contract_id, renewed_id, gap_days, starts_on,
        row_number() over (
            partition by contract_id order by gap_days, ended_on desc, renewed_id
        ) as choice
    from pairs
    where has_same_place
),
first_takers as (
    select
        contract_id, renewed_id,
        row_number() over (
            partition by renewed_id order by gap_days, starts_on, contract_id
        ) as place
    from first_choices
    where choice = 1
),
first_links as (
    select contract_id, renewed_id from first_takers where place = 1
),
second_choices as (
    select
        pairs.contract_id, pairs.renewed_id, pairs.gap_days, pairs.starts_on,
        row_number() over (
            partition by pairs.contract_id
            order by pairs.gap_days, pairs.ended_on desc, pairs.renewed_id
        ) as choice
    from pairs
    left join first_links as takers
        on pairs.contract_id = takers.contract_id
    left join first_links as taken
        on pairs.renewed_id = taken.renewed_id
    where takers.contract_id is null and taken.renewed_id is null
),
second_takers as (
    select
        contract_id, renewed_id,
        row_number() over (
            partition by renewed_id order by gap_days, starts_on, contract_id
        ) as place
    from second_choices
    where choice = 1
),
final as (
    select contract_id, renewed_id, 'named' as rule from named
    union all
    select contract_id, renewed_id, 'inferred' as rule from first_links
    union all
    select contract_id, renewed_id, 'inferred' as rule
    from second_takers
    where place = 1
)
select * from final
