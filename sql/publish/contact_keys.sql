-- A way in which a customer is known to those who keep opt-outs: their id, an e-mail
-- address in lower case, or a phone number without blanks and punctuation. It may be
-- empty, and then means nothing.
-- grain: none
-- needs: none
-- view: yes

with persons as (
    select * from staging.person_rows
),
customers as (
    select * from core.customers
),
keys as (
    select customer_id, 'customer_id' as contact_kind, customer_id as contact_key
    from customers
    union all
    select customer_id, 'contact', lower(trim(email))
    from persons
    union all
    select
        customer_id,
        'contact',
        replace(replace(replace(replace(replace(replace(
            phone, ' ', ''), '-', ''), '/', ''), '.', ''), '(', ''), ')', '')
    from persons
),
final as (
    select customer_id, contact_kind, contact_key
    from keys
)
select * from final
