-- A share of opportunities as it occurs in the marts of the funnel: so many hits in so
-- many trials.
-- grain: trials, hits
-- needs: none
-- units: trials count, hits count
with
cells as (
    select * from analysis.funnel_cells
),
deals as (
    select * from analysis.owner_deals
),
periods as (
    select * from analysis.deal_periods
),
chances as (
    select * from analysis.stage_chances
),
pairs as (
    select entered as trials, converted as hits from cells
    union all
    select opportunities, won from deals
    union all
    select won + lost, won from deals
    union all
    select recorded, timely from deals
    union all
    select required, filled from deals
    union all
    select won + lost, won from periods
    union all
    select closed, won from chances
),
final as (
    select trials, hits
    from pairs
    where trials > 0
    group by trials, hits
)
select * from final
