-- A customer whose status somebody keeps in an attribute, the one that churn.flag
-- names: whether its value is a word for having left, for having only joined, or any
-- other. The sources know the status of today only, so the key figures of earlier
-- months see today's.
-- grain: customer_id
-- needs: none
-- column: flag  left, joined or stays

with customer_attributes as (
    select * from core.customer_attributes
),
churn_flags as (
    select * from run.churn_flags
),
flag_attribute as (
    select attribute
    from churn_flags
    group by attribute
),
final as (
    select
        customer_attributes.customer_id,
        coalesce(churn_flags.flag, 'stays') as flag
    from customer_attributes
    inner join flag_attribute
        on customer_attributes.attribute = flag_attribute.attribute
    left join churn_flags
        on customer_attributes.attribute = churn_flags.attribute
        and trim(customer_attributes.value) = churn_flags.value
)
select * from final
