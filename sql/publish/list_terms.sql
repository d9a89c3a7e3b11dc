-- A row of mart list_members: by what permission, until when, and how long after the
-- last contact they are called.
-- grain: list, customer_id
-- needs: none
-- view: yes

with placed as (
    select * from publish.list_places
    where status <> 'over_capacity' and status <> 'on_other_list'
),
standings as (
    select * from publish.customer_standings
),
bases as (
    select * from publish.channel_bases
),
last_touches as (
    select * from publish.last_touches
),
lists as (
    select * from run.lists
),
cool_downs as (
    select list, max(days) as days from run.cool_downs group by list
),
params as (
    select * from run.params
),
last_contacts as (
    select customer_id, max(last_on) as last_on
    from last_touches
    group by customer_id
),
final as (
    select
        placed.list, placed.customer_id,
        case placed.channel
            when 'email' then bases.email_basis
            when 'phone' then bases.phone_basis
            when 'sms' then bases.sms_basis
            when 'visit' then bases.visit_basis
            else 'none'
        end as consent_basis,
        case placed.channel
            when 'email' then bases.email_on
            when 'phone' then bases.phone_on
            when 'sms' then bases.sms_on
            when 'visit' then bases.visit_on
        end as consent_on,
        cast(
            case
                when placed.list = 'renew' and standings.days_left <= 0
                    then params.as_of
                when placed.list = 'renew' then standings.due_on
                else params.as_of + lists.due_days * interval '1' day
            end as date
        ) as due_by,
        last_contacts.last_on as last_contact_on,
        cast(
            last_contacts.last_on + cool_downs.days * interval '1' day as date
        ) as cool_down_until
    from placed
    cross join params
    inner join standings
        on placed.customer_id = standings.customer_id
    inner join lists
        on placed.list = lists.list
    left join bases
        on placed.customer_id = bases.customer_id
    left join last_contacts
        on placed.customer_id = last_contacts.customer_id
    left join cool_downs
        on placed.list = cool_downs.list
)
select * from final
