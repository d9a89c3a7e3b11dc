-- One leaving of a customer with the reason that was given. Of two rows about the same
-- customer and day the first copy counts, by the order of the mappings in pharos.yaml,
-- then by file and line.
-- grain: customer_id, left_on
-- needs: none
-- view: yes
with
departures as (
    select * from raw.departures
),
identities as (
    select source_id, customer_id from run.identities
),
numbered as (
    select
        coalesce(identities.customer_id, departures.customer_id) as customer_id,
        category, reason, competitor,
        left_on,
        row_number() over (
            partition by
                coalesce(identities.customer_id, departures.customer_id),
                left_on
            order by
                _mapping nulls last, _file nulls last, _line nulls last,
                category nulls last, reason nulls last, competitor nulls last
        ) as copy_number
    from departures
    left join identities
        on departures.customer_id = identities.source_id
),
final as (
    select
        customer_id,
        category, reason, competitor,
        left_on
    from numbered
    where copy_number = 1
)
select * from final
