-- What the ranking of one group of customers in a profit window comes to: the company
-- as a whole (segmentation `none`, segment `all`) in every window, and every segment in
-- the window W. Of the group, those with a result in the window are ranked. The first
-- fifth are the ceil(n / 5) first by rank; everything is cut with exact numbers.
-- grain: profit_window, segmentation, segment
-- needs: order_lines | contracts | ledger
-- units: known_customers count, customers count, revenue money, profit money
-- units: top20_revenue money, top20_profit money, n80_customers count
-- units: tied_at_cut count, whale_peak money, revenue_gini share, loss_sum money
-- units: high_profit money, high_customers count, medium_customers count
-- units: zero_customers count, loss_customers count
-- column: known_customers  customers of the group, with a result or without
-- column: customers  those with a result in the window: n
-- column: n80_customers  least number of customers who hold 80 % of the net revenue
-- column: tied_at_cut  customers of one net revenue across the cut of the first fifth
-- column: whale_peak  sum of the positive profits
-- column: revenue_gini  Gini coefficient of net revenue, customers below zero left out
with
ranking_members as (select * from segment.ranking_members where has_result),
ranking_sizes as (select * from segment.ranking_sizes),
numbered as (
    -- one number for a group: the engine sorts and compares it faster than three words
    select
        sizes.ranking_id,
        members.revenue, members.profit,
        members.profit_rank
    from ranking_members as members
    inner join ranking_sizes as sizes
        on members.profit_window = sizes.profit_window
        and members.segmentation = sizes.segmentation
        and members.segment = sizes.segment
),
places as (
    -- the place by profit decides between equal revenue: any order gives the same sums
    select
        ranking_id, revenue, profit,
        count(*) over by_revenue as place,
        sum(revenue) over by_revenue as revenue_so_far,
        row_number() over (partition by ranking_id order by profit_rank)
            as profit_place
    from numbered
    window by_revenue as (
        partition by ranking_id
        order by revenue desc, profit_rank
        rows between unbounded preceding and current row
    )
),
cuts as (
    select
        sizes.ranking_id,
        sum(case when 5 * (profit_place - 1) < customers then places.profit end)
            as top20_profit,
        sum(case when 5 * (place - 1) < customers then places.revenue end)
            as top20_revenue,
        min(case when 5 * (place - 1) < customers then places.revenue end) as last_in,
        max(case when 5 * (place - 1) >= customers then places.revenue end)
            as first_out,
        sum(
            case
                when places.revenue >= 0
                    then (not_negative - place + 1) * places.revenue
            end
        ) as weighted_revenue,
        min(
            case
                when sizes.revenue > 0 and 5 * revenue_so_far >= 4 * sizes.revenue
                    then place
            end
        ) as n80_customers
    from places
    inner join ranking_sizes as sizes on places.ranking_id = sizes.ranking_id
    group by sizes.ranking_id
),
ties as (
    select cuts.ranking_id, count(*) as tied_at_cut
    from numbered
    inner join cuts
        on numbered.ranking_id = cuts.ranking_id
        and numbered.revenue = cuts.last_in
    where cuts.last_in = cuts.first_out
    group by cuts.ranking_id
),
final as (
    select
        sizes.profit_window, sizes.segmentation, sizes.segment,
        sizes.revenue, sizes.profit, cuts.top20_revenue, cuts.top20_profit,
        sizes.whale_peak, sizes.high_profit, sizes.loss_sum,
        sizes.known_customers, sizes.customers, sizes.high_customers,
        sizes.medium_customers, sizes.zero_customers, sizes.loss_customers,
        cuts.n80_customers, coalesce(ties.tied_at_cut, 0) as tied_at_cut,
        2 * cast(cuts.weighted_revenue as double)
            / nullif(not_negative * cast(positive_revenue as double), 0)
            - cast(not_negative + 1 as double) / nullif(not_negative, 0)
            as revenue_gini
    from ranking_sizes as sizes
    left join cuts on sizes.ranking_id = cuts.ranking_id
    left join ties on sizes.ranking_id = ties.ranking_id
)
select * from final
