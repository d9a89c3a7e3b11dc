-- One entry of a closed period as it is known now: what an order line, a return or a
-- contract adds to a part of a customer's figures. Lines of an order without an id of
-- their own are one entry.
-- grain: period, table_name, entry_key, customer_id, part
-- needs: none
-- view: yes
-- units: amount money
with
closings as (
    select * from run.closings
),
postings as (
    select * from core.postings where profit_window_kind = 'closed'
),
final as (
    select
        closings.period,
        postings.table_name, postings.entry_key,
        postings.customer_id, postings.part,
        cast(sum(postings.amount) as decimal(38, 4)) as amount
    from postings
    inner join closings
        on postings.profit_window = closings.profit_window
    group by
        closings.period, postings.table_name, postings.entry_key,
        postings.customer_id, postings.part
)
select * from final
