-- A customer with service cases or complaints that were opened before D and not
-- resolved before D.
-- grain: customer_id
-- needs: none
-- units: open_cases count

with open_complaints as (
    select * from analysis.open_complaints
),
final as (
    select
        customer_id,
        count(*) as open_cases,
        min(opened_on) as oldest_opened_on
    from open_complaints
    group by customer_id
)
select * from final
