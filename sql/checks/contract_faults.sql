-- The contracts known before D, and how many of them have something wrong: they end or
-- are cancelled before they start, have no value or a negative one, or name a contract
-- to renew that they cannot. The mart findings says which and where they stand.
-- grain: table_name
-- needs: contracts
-- severity: warning
-- units: failing count, tested count
-- column: detail  how many of each kind
with
contract_faults as (
    select * from analysis.contract_faults
),
contracts as (
    select * from staging.contracts
),
params as (
    select * from run.params
),
kinds as (
    select
        count(distinct contract_id) as failing,
        count(case when rule = 'ends_before_start' then 1 end) as ends_before,
        count(case when rule = 'cancelled_before_start' then 1 end) as cancelled_before,
        count(case when rule = 'negative_amount' then 1 end) as negative,
        count(case when rule = 'no_value' then 1 end) as valueless,
        count(case when rule = 'renews_itself' then 1 end) as renews_itself,
        count(case when rule = 'renews_unknown' then 1 end) as renews_unknown,
        count(case when rule = 'renews_stranger' then 1 end) as renews_stranger,
        count(case when rule = 'renews_later' then 1 end) as renews_later
    from contract_faults
),
known as (
    select count(*) as contracts
    from contracts
    cross join params
    where contracts.starts_on < params.as_of or contracts.signed_on < params.as_of
),
final as (
    select
        'contracts' as table_name,
        kinds.failing,
        known.contracts as tested,
        case
            when kinds.failing > 0 then concat(
                'end before they start: ', cast(ends_before as varchar),
                ', cancelled before they start: ', cast(cancelled_before as varchar),
                ', of a negative amount: ', cast(negative as varchar),
                ', without a value: ', cast(valueless as varchar),
                '; renew themselves: ', cast(renews_itself as varchar),
                ', an unknown contract: ', cast(renews_unknown as varchar),
                ', one of another customer: ', cast(renews_stranger as varchar),
                ', one that did not begin before: ', cast(renews_later as varchar)
            )
        end as detail
    from kinds
    cross join known
)
select * from final
