-- One sales opportunity. Of one that was loaded more than once the first copy counts:
-- by the order of the mappings in pharos.yaml, then by file and line.
-- grain: opportunity_id
-- needs: none
-- view: yes
-- units: amount money
with
opportunities as (
    select * from raw.opportunities
),
identities as (
    select source_id, customer_id from run.identities
),
numbered as (
    select
        opportunity_id,
        _source, _file, _line,
        coalesce(identities.customer_id, opportunities.customer_id) as customer_id,
        owner_id,
        product_id,
        stage, source,
        amount,
        won,
        created_on, recorded_on, entered_on, closed_on,
        row_number() over (
            partition by opportunity_id
            order by
                _mapping nulls last, _file nulls last, _line nulls last,
                opportunities.customer_id nulls last, owner_id nulls last,
                product_id nulls last,
                stage nulls last, source nulls last, amount nulls last, won nulls last,
                created_on nulls last, recorded_on nulls last, entered_on nulls last,
                closed_on nulls last
        ) as copy_number
    from opportunities
    left join identities
        on opportunities.customer_id = identities.source_id
),
final as (
    select
        opportunity_id, customer_id, owner_id, product_id,
        _source, _file, _line,
        stage, source,
        amount,
        won,
        created_on, recorded_on, entered_on, closed_on
    from numbered
    where copy_number = 1
)
select * from final
