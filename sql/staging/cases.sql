-- One service case or complaint. Of one that was loaded more than once the first copy
-- counts, by the order of the mappings in pharos.yaml, then by file and line.
-- grain: case_id
-- needs: none
-- view: yes
with
cases as (
    select * from raw.cases
),
identities as (
    select source_id, customer_id from run.identities
),
numbered as (
    select
        case_id,
        coalesce(identities.customer_id, cases.customer_id) as customer_id,
        category, severity, satisfaction,
        opened_on, resolved_on,
        row_number() over (
            partition by case_id
            order by
                _mapping nulls last, _file nulls last, _line nulls last,
                cases.customer_id nulls last, category nulls last, severity nulls last,
                satisfaction nulls last, opened_on nulls last, resolved_on nulls last
        ) as copy_number
    from cases
    left join identities
        on cases.customer_id = identities.source_id
),
final as (
    select
        case_id, customer_id,
        category, severity, satisfaction,
        opened_on, resolved_on
    from numbered
    where copy_number = 1
)
select * from final
