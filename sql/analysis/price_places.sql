-- One price per unit in a window among the prices of the sale lines of its category, or
-- of its product where nobody says the category, and where it stands: at the share of
-- lines that are cheaper and half of those that cost the same, in millionths. Equal
-- prices have equal places, one price for all stands in the middle, and the mean place
-- of all lines is the middle.
-- grain: profit_window, price_basis, price_group, price
-- needs: none
-- units: price money, lines count, all_lines count, place millionths
with
need_purchases as (
    select * from analysis.need_purchases
),
priced as (
    select
        profit_window, price_basis, price_group, price,
        sum(lines) as lines
    from need_purchases
    where price_basis <> 'none'
    group by profit_window, price_basis, price_group, price
),
ordered as (
    select
        profit_window, price_basis, price_group, price, lines,
        sum(lines) over (
            partition by profit_window, price_basis, price_group
            order by price
            rows between unbounded preceding and current row
        ) - lines as cheaper,
        sum(lines) over (partition by profit_window, price_basis, price_group)
            as all_lines
    from priced
),
final as (
    select
        profit_window, price_basis, price_group, price,
        cast(lines as bigint) as lines,
        cast(all_lines as bigint) as all_lines,
        cast(
            floor(
                cast(1000000 * (2 * cheaper + lines) as double)
                / nullif(cast(2 * all_lines as double), 0)
            ) as bigint
        ) as place
    from ordered
)
select * from final
