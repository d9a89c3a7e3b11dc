-- One contract in force before D, with the one eight renewals before it, or the first
-- of its chain where there are fewer.
-- grain: contract_id
-- needs: none
with
one as (
    select
        terms.contract_id,
        coalesce(links.renewed_id, terms.contract_id) as first_id
    from analysis.contract_terms as terms
    left join analysis.renewal_links as links
        on terms.contract_id = links.contract_id
),
two as (
    select one.contract_id, earlier.first_id
    from one
    inner join one as earlier
        on one.first_id = earlier.contract_id
),
four as (
    select two.contract_id, earlier.first_id
    from two
    inner join two as earlier
        on two.first_id = earlier.contract_id
),
final as (
    select four.contract_id, earlier.first_id
    from four
    inner join four as earlier
        on four.first_id = earlier.contract_id
)
select * from final
