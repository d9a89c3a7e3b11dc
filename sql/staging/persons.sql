-- One customer with a name or a contact, under the id that merges leave. Of several
-- names the first counts, by the order of precedence in pharos.yaml, else by the order
-- of the mappings, then in byte order; so do e-mail address and phone number.
-- grain: customer_id
-- needs: none
-- view: yes
with
person_rows as (
    select * from staging.person_rows
),
mapping_places as (
    select * from staging.mapping_places
),
numbered as (
    select
        customer_id,
        name, email, phone,
        _mapping,
        row_number() over (
            partition by customer_id
            order by
                _mapping nulls last, name nulls last, email nulls last,
                phone nulls last
        ) as n,
        count(*) over (partition by customer_id) as copies
    from person_rows
),
placed as (
    -- the place of a mapping counts before the row's own number, at most copies
    select
        customer_id,
        name, email, phone,
        case when name is not null then name_place * copies + n end as name_at,
        case when email is not null then email_place * copies + n end as email_at,
        case when phone is not null then phone_place * copies + n end as phone_at
    from numbered
    left join mapping_places
        on numbered._mapping = mapping_places.mapping
),
final as (
    select
        customer_id,
        min_by(name, name_at) as name,
        min_by(email, email_at) as email,
        min_by(phone, phone_at) as phone
    from placed
    group by customer_id
)
select * from final
