-- What an analyst would write for D = 2026-01-01, W = 12 months: profit per customer from the ledger with shared cost
-- allocated in cents, reconciliation, tiers of 24 months, ranking, whale curve, movement with causes.
set threads = 2;
set memory_limit = '4GB';
set temp_directory = 'TMP';
set preserve_insertion_order = false;
create temp table orders as
    select customer_id, order_id, min(cast(ordered_at as date)) as day from 'LINES'
    where net_amount >= 0 and status <> 'cancelled' group by all;
create temp table ledger as
    select coalesce(l.customer_id, o.customer_id) as customer_id, l.kind, l.amount, date_trunc('month', l.posted_on) as month
    from 'LEDGER' as l left join (select order_id, min(customer_id) as customer_id from 'LINES' group by 1) as o
        on l.order_id = o.order_id;
create temp table months as
    select customer_id, month,
        sum(amount) filter (kind = 'revenue') as revenue, sum(amount) filter (kind = 'discount') as discounts,
        sum(amount) filter (kind = 'refund') as returns, sum(amount) filter (kind = 'cogs') as cogs,
        sum(amount) filter (kind in ('service', 'selling', 'overhead')) as cost_to_serve, 0 as orders
    from ledger where customer_id is not null group by all
    union all
    select customer_id, date_trunc('month', day), 0, 0, 0, 0, 0, count(*) from orders group by all;
create temp table windows as
    select k, date '2026-01-01' - to_months(cast(k as int)) as until, date '2025-01-01' - to_months(cast(k as int)) as since from range(24) as t (k);
create temp table direct as
    select k, customer_id, coalesce(sum(revenue), 0) as revenue, coalesce(sum(discounts), 0) as discounts, coalesce(sum(returns), 0) as returns,
        coalesce(sum(cogs), 0) as cogs, coalesce(sum(cost_to_serve), 0) as cost_to_serve, sum(orders) as orders
    from months inner join windows on month >= since and month < until group by all;
create temp table pools as
    select k, kind, cast(sum(amount) * 100 as hugeint) as cents
    from ledger inner join windows on month >= since and month < until where customer_id is null group by all;
create temp table shares as
    with weighed as (
        select d.k, p.kind, d.customer_id,
            case kind when 'overhead' then p.cents - cast(round(p.cents * 0.05) as hugeint) else p.cents end as cents,
            case kind when 'overhead' then cast(greatest(revenue - discounts - returns, 0) * 10000 as hugeint) else cast(orders as hugeint) end as weight
        from direct as d inner join pools as p using (k)
    ),
    totals as (select k, kind, sum(weight) as weights from weighed group by all),
    divided as (
        select k, kind, customer_id, cents, cents * weight // weights as share, cents * weight % weights as remainder
        from weighed inner join totals using (k, kind) where weight > 0
    )
    select k, customer_id, sum(cast(share + case when place <= cents - total then 1 else 0 end as decimal(38, 4)) / 100) as allocated
    from (
        select *, sum(share) over (partition by k, kind) as total,
            row_number() over (partition by k, kind order by remainder desc, customer_id) as place
        from divided
    )
    group by all;
create temp table results as
    select d.*, coalesce(allocated, 0) as allocated, revenue - discounts - returns as net,
        revenue - discounts - returns - cogs - cost_to_serve - coalesce(allocated, 0) as profit
    from direct as d left join shares using (k, customer_id);
create temp table known as select customer_id, min(day) as since from orders group by 1;
create temp table tiers as
    with judged as (
        select k, c.customer_id, coalesce(net, 0) as net, coalesce(profit, 0) as profit,
            coalesce(abs(profit), 0) <= 0.01 * abs(coalesce(net, 0)) as is_zero
        from windows cross join known as c left join results using (k, customer_id) where c.since < until
    ),
    ranked as (
        select *, row_number() over w as rank, sum(case when profit > 0 and not is_zero then profit else 0 end) over w as so_far,
            sum(case when profit > 0 and not is_zero then profit else 0 end) over (partition by k) as positive
        from judged window w as (partition by k order by profit desc, customer_id rows between unbounded preceding and current row)
    )
    select k, customer_id, profit, rank,
        case when is_zero then 'zero' when profit < 0 then 'loss' when so_far - profit < 0.8 * positive then 'high' else 'medium' end as tier
    from ranked;
copy (select * exclude (k) from results where k = 0 order by customer_id) to 'OUT/customer_profit.parquet' (compression zstd);
copy (select kind, sum(amount), sum(amount) filter (customer_id is not null) from ledger where month >= '2025-01-01' group by 1) to 'OUT/reconciliation.parquet';
copy (select k, customer_id, tier, profit from tiers order by k desc, customer_id) to 'OUT/tier_history.parquet' (compression zstd);
copy (select t.customer_id, t.tier, t.profit, t.rank, p.tier as previous_tier from tiers as t left join tiers as p on t.customer_id = p.customer_id and p.k = 12
    where t.k = 0 order by 1) to 'OUT/profit_tiers.parquet' (compression zstd);
copy (select customer_id, row_number() over (order by net desc, customer_id) as revenue_rank, net, row_number() over by_profit as profit_rank, profit,
    sum(profit) over by_profit as cumulative_profit, sum(net) over (order by net desc, customer_id rows unbounded preceding) as cumulative
    from results where k = 0 window by_profit as (order by profit desc, customer_id rows unbounded preceding) order by 1) to 'OUT/pareto.parquet' (compression zstd);
copy (select coalesce(n.customer_id, b.customer_id) as customer_id, coalesce(n.profit, 0) - coalesce(b.profit, 0) as change,
    coalesce(n.revenue, 0) - coalesce(b.revenue, 0) as revenue, coalesce(b.returns, 0) - coalesce(n.returns, 0) as returns,
    coalesce(b.cogs, 0) - coalesce(n.cogs, 0) as cogs, coalesce(b.allocated, 0) - coalesce(n.allocated, 0) as allocated
    from (from results where k = 0) as n full join (from results where k = 12) as b using (customer_id) order by 1) to 'OUT/movement_causes.parquet' (compression zstd);
