-- One part of a customer's figures that a return of the returns table brings: the
-- returned value, and the cost of goods that comes back with it. Where one row of the
-- table is behind it, its place is given; else the order's id finds them.
-- grain: entry_key, part, posted_on
-- needs: none
-- view: yes
-- units: amount money
-- column: entry_key  the order's id and the part of it that came back
with
returns as (
    select * from core.returns
),
returned_rows as (
    select * from staging.returns
),
places as (
    select
        order_id,
        coalesce(line_id, 'rest of the order') as part,
        min(_source) as _source, min(_file) as _file, min(_line) as _line
    from returned_rows
    group by order_id, coalesce(line_id, 'rest of the order')
    having count(*) = 1
),
placed as (
    select
        returns.customer_id,
        returns.order_id || '/' || returns.part as entry_key,
        returns.returns, returns.returned_cost,
        returns.returned_on as posted_on,
        places._source, places._file, places._line
    from returns
    left join places
        on returns.order_id = places.order_id
        and returns.part = places.part
    where returns.customer_id <> 'unassigned'
),
final as (
    select
        customer_id,
        'returns' as part,
        entry_key,
        returns as amount,
        posted_on,
        _source, _file, _line
    from placed
    where returns <> 0
    union all
    select
        customer_id,
        'cogs' as part,
        entry_key,
        -returned_cost as amount,
        posted_on,
        _source, _file, _line
    from placed
    where returned_cost <> 0
)
select * from final
