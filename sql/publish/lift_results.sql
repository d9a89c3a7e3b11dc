-- A customer who was chosen for a target list or left out of it for control, and what
-- they bought in the days that are looked at. Everybody who was chosen counts, called
-- or not. Days and customers are given by who asks (pharos list lift).
-- grain: customer_id
-- needs: order_lines
-- view: yes
-- units: net_revenue money
-- column: is_treated  chosen; else in the control group
-- column: is_touched  somebody contacted them in these days
-- column: is_listed  they were chosen for a list in these days

with members as (
    select * from run.lift_members
),
days as (
    select * from run.lift_days
),
listed as (
    select distinct customer_id from run.lift_listed
),
order_days as (
    select * from core.order_days
),
touches as (
    select * from staging.touches
),
bought as (
    select
        order_days.customer_id,
        sum(order_days.net_revenue) as net_revenue,
        sum(order_days.sale_lines) as sale_lines
    from order_days
    inner join days
        on order_days.ordered_on >= days.starts_on
        and order_days.ordered_on < days.ends_on
    group by order_days.customer_id
),
touched as (
    select distinct touches.customer_id
    from touches
    inner join days
        on touches.at_on >= days.starts_on
        and touches.at_on < days.ends_on
),
final as (
    select
        members.customer_id,
        members.tier,
        members.is_treated,
        cast(coalesce(bought.net_revenue, 0) as decimal(18, 2)) as net_revenue,
        coalesce(bought.sale_lines, 0) > 0 as is_active,
        touched.customer_id is not null as is_touched,
        listed.customer_id is not null as is_listed
    from members
    left join bought
        on members.customer_id = bought.customer_id
    left join touched
        on members.customer_id = touched.customer_id
    left join listed
        on members.customer_id = listed.customer_id
)
select * from final
