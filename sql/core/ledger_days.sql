-- A customer and a day on which the ledger has entries of theirs, and what these bring:
-- the ledger by the day, for whatever window of their own a customer is looked at in.
-- grain: customer_id, posted_on
-- needs: none
-- units: net_revenue money, cogs money, cost_to_serve money, bad_debt money
with
ledger_postings as (
    select * from core.ledger_postings
),
final as (
    select
        customer_id,
        posted_on,
        cast(sum(case
            when part = 'revenue' then amount
            when part in ('discounts', 'returns') then -amount
            else 0
        end) as decimal(38, 4)) as net_revenue,
        cast(sum(case when part = 'cogs' then amount else 0 end) as decimal(38, 4))
            as cogs,
        cast(sum(case when part = 'cost_to_serve' then amount else 0 end)
            as decimal(38, 4)) as cost_to_serve,
        cast(sum(case when part = 'bad_debt' then amount else 0 end) as decimal(38, 4))
            as bad_debt
    from ledger_postings
    group by customer_id, posted_on
)
select * from final
