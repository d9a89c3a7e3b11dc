-- One row: how many customers were active a year before W, how many of them were kept,
-- and what these brought and cost in W. Squares are of whole cents, so that they can be
-- added exactly.
-- grain: none
-- needs: none
-- units: at_start count, kept count, kept_profit money, kept_cost_to_serve money
-- units: kept_on_ledger count
-- column: kept_squares  sum of the squared profits of the kept customers
-- column: kept_on_ledger  of the kept: those whose profit stands on the ledger
with
window_retention as (
    select * from analysis.window_retention
),
kept_customers as (
    select
        basis,
        profit,
        cast(profit as decimal(18, 2)) as rounded_profit,
        cost_to_serve
    from window_retention
    where is_kept
),
starts as (
    select count(*) as at_start
    from window_retention
),
ends as (
    select
        count(*) as kept,
        coalesce(sum(profit), 0) as kept_profit,
        coalesce(sum(rounded_profit * rounded_profit), 0) as kept_squares,
        coalesce(sum(cost_to_serve), 0) as kept_cost_to_serve,
        count(case when basis = 'ledger' then 1 end) as kept_on_ledger
    from kept_customers
),
final as (
    select
        starts.at_start, ends.kept,
        cast(ends.kept_profit as decimal(38, 4)) as kept_profit,
        cast(ends.kept_squares as decimal(38, 4)) as kept_squares,
        cast(ends.kept_cost_to_serve as decimal(38, 4)) as kept_cost_to_serve,
        ends.kept_on_ledger
    from starts
    cross join ends
)
select * from final
