-- One order or order line that came back. Without a line the whole order came back,
-- without an amount its whole value, without a day on the day it was sold. A stated
-- amount is in the company's currency.
-- grain: order_id, line_id, returned_on
-- needs: none
-- view: yes
-- units: amount money
with
returns as (
    select * from raw.returns
),
final as (
    select
        order_id, line_id,
        amount,
        returned_on,
        _source, _file, _line
    from returns
)
select * from final
