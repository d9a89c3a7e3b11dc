-- A customer with contracts that are due and not renewed, and the first of them.
-- grain: customer_id
-- needs: contracts
-- part_of: publish.customer_dues
-- view: yes
-- units: days_left days, contract_value money

with renewals_due as (
    select * from analysis.renewals_due
),
final as (
    select
        customer_id,
        min(due_on) as due_on,
        min(days_left) as days_left,
        cast(sum(value_at_stake) as decimal(38, 4)) as contract_value
    from renewals_due
    group by customer_id
)
select * from final
