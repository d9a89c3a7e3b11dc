-- A customer who must not be contacted on D, by their id or by an e-mail address or
-- phone number of theirs, with the reason of the oldest opt-out. An opt-out without a
-- day holds from the beginning; the channel does not matter, because a list names none
-- yet.
-- grain: customer_id
-- needs: none

with suppressions as (
    select * from staging.suppressions
),
contact_keys as (
    select * from publish.contact_keys
),
params as (
    select * from run.params
),
opt_outs as (
    select reason, since, 'customer_id' as contact_kind, customer_id as contact_key
    from suppressions
    union all
    select reason, since, 'contact', lower(trim(contact))
    from suppressions
    union all
    select
        reason, since, 'contact',
        replace(replace(replace(replace(replace(replace(
            contact, ' ', ''), '-', ''), '/', ''), '.', ''), '(', ''), ')', '')
    from suppressions
),
in_force as (
    select
        contact_keys.customer_id,
        opt_outs.reason,
        row_number() over (
            partition by contact_keys.customer_id
            order by opt_outs.since nulls first, opt_outs.reason
        ) as place
    from opt_outs
    inner join contact_keys
        on opt_outs.contact_kind = contact_keys.contact_kind
        and opt_outs.contact_key = contact_keys.contact_key
    cross join params
    where opt_outs.since is null or opt_outs.since < params.as_of
),
final as (
    select customer_id, coalesce(reason, 'unknown') as suppressed_reason
    from in_force
    where place = 1
)
select * from final
