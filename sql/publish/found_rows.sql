-- One row that a check warns of: a return of an unknown order, an order line whose
-- quantity and amount have different signs, and a contract, an opportunity or an answer
-- to a survey with something wrong.
-- grain: check_name, table_name, source, location, value
-- needs: none
-- view: yes
with
params as (select * from run.params),
returns as (select * from raw.returns),
unknown_orders as (select * from core.unknown_orders),
order_lines as (select * from staging.order_lines),
contract_faults as (select * from analysis.contract_faults),
opportunity_faults as (select * from analysis.opportunity_faults),
survey_faults as (select * from analysis.survey_faults),
final as (
    select
        'orphan_orders' as check_name,
        'returns' as table_name,
        returns._source as source,
        case
            when returns._file is null
                then concat(
                    'key=order_id:', returns.order_id,
                    ',line_id:', coalesce(returns.line_id, 'NULL')
                )
            else concat(returns._file, ':', cast(returns._line as varchar))
        end as location,
        concat(
            'order_id ', returns.order_id,
            ', amount ', coalesce(cast(returns.amount as varchar), 'NULL')
        ) as value
    from returns
    inner join unknown_orders
        on returns.order_id = unknown_orders.order_id
    union all
    select
        case
            when order_lines.quantity < 0 then 'negative_quantity'
            else 'negative_amount'
        end as check_name,
        'order_lines' as table_name,
        order_lines._source as source,
        case
            when order_lines._file is null
                then concat(
                    'key=order_id:', order_lines.order_id,
                    ',line_id:', coalesce(order_lines.line_id, 'NULL')
                )
            else concat(order_lines._file, ':', cast(order_lines._line as varchar))
        end as location,
        concat(
            'quantity ', cast(order_lines.quantity as varchar),
            ', net_amount ', cast(order_lines.net_amount as varchar)
        ) as value
    from order_lines
    cross join params
    where order_lines.ordered_on < params.as_of
        and (
            order_lines.quantity < 0 and order_lines.net_amount > 0
            or order_lines.quantity > 0 and order_lines.net_amount < 0
        )
    union all
    select
        'contract_faults' as check_name,
        'contracts' as table_name,
        _source,
        case
            when _file is null then concat('key=contract_id:', contract_id)
            else concat(_file, ':', cast(_line as varchar))
        end,
        concat(
            rule, ': contract ', contract_id,
            ', starts ', cast(starts_on as varchar),
            ', ends ', coalesce(cast(ends_on as varchar), 'never'),
            coalesce(', cancelled ' || cast(cancelled_on as varchar), ''),
            ', amount ', cast(amount as varchar),
            coalesce(', renews ' || renews_contract_id, '')
        )
    from contract_faults
    union all
    select
        'opportunity_faults' as check_name,
        'opportunities' as table_name,
        _source, location, value
    from opportunity_faults
    union all
    select 'survey_faults', 'surveys', _source, location, value from survey_faults
)
select * from final
