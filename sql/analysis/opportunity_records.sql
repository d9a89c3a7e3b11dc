-- An opportunity and how many of the columns that pharos.yaml requires are filled.
-- grain: opportunity_id
-- needs: none
-- units: filled count, required count
with
opportunities as (
    select * from staging.opportunities
),
required as (
    select
        count(*) as columns_there,
        max(case when column_name = 'amount' then 1 else 0 end) as of_amount,
        max(case when column_name = 'source' then 1 else 0 end) as of_source,
        max(case when column_name = 'customer_id' then 1 else 0 end) as of_customer,
        max(case when column_name = 'owner_id' then 1 else 0 end) as of_owner,
        max(case when column_name = 'product_id' then 1 else 0 end) as of_product,
        max(case when column_name = 'created_at' then 1 else 0 end) as of_created,
        max(case when column_name = 'recorded_at' then 1 else 0 end) as of_recorded,
        max(case when column_name = 'entered_at' then 1 else 0 end) as of_entered
    from run.required_columns
),
final as (
    select
        opportunities.opportunity_id,
        case when amount is null then 0 else of_amount end
        + case when trim(coalesce(source, '')) = '' then 0 else of_source end
        + case when customer_id is null then 0 else of_customer end
        + case when owner_id is null then 0 else of_owner end
        + case when product_id is null then 0 else of_product end
        + case when created_on is null then 0 else of_created end
        + case when recorded_on is null then 0 else of_recorded end
        + case when entered_on is null then 0 else of_entered end as filled,
        columns_there as required
    from opportunities
    cross join required
)
select * from final
