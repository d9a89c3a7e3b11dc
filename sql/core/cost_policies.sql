-- The one row that says what happens to order lines without a cost: nothing, unless the
-- company declared a policy and some cost is mapped at all.
-- grain: none
-- needs: none
-- view: yes
with
params as (
    select * from run.params
),
mapped_columns as (
    select * from run.columns
),
mapped_costs as (
    select count(*) as cost_columns
    from mapped_columns
    where (table_name = 'order_lines' and column_name in ('cost', 'profit'))
        or (table_name = 'products' and column_name = 'unit_cost')
),
final as (
    select
        case
            when mapped_costs.cost_columns > 0 then params.missing_cost
            else 'none'
        end as missing_cost,
        params.returned_goods
    from params
    cross join mapped_costs
)
select * from final
