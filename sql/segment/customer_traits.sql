-- One known customer with the segment they are in by each of Pharos' own segmentations,
-- and where they stood twelve months before by those that the sources know the history
-- of. What nobody knows is `unknown`.
-- grain: customer_id
-- needs: none
-- column: previous_tier  NULL, like previous_rfm and previous_lifecycle, for who was
--   not
--   known at the end of the window before
with
customers as (
    select * from core.customers
),
bands as (
    select * from run.bands
),
standings as (
    select * from segment.standings
),
final as (
    select
        customers.customer_id,
        customers.kind, customers.region, customers.country,
        coalesce(age_bands.label, 'unknown') as age,
        coalesce(income_bands.label, 'unknown') as income,
        now_in.rfm, now_in.lifecycle, now_in.tier,
        before.rfm as previous_rfm,
        before.lifecycle as previous_lifecycle,
        before.tier as previous_tier
    from customers
    inner join standings as now_in
        on customers.customer_id = now_in.customer_id
        and now_in.profit_window = 'current'
    left join standings as before
        on customers.customer_id = before.customer_id
        and before.profit_window = 'previous'
    left join bands as age_bands
        on age_bands.segmentation = 'age'
        and customers.age_years is not null
        and (age_bands.lower_bound is null
            or customers.age_years >= age_bands.lower_bound)
        and (age_bands.upper_bound is null
            or customers.age_years < age_bands.upper_bound)
    left join bands as income_bands
        on income_bands.segmentation = 'income'
        and customers.annual_income is not null
        and (income_bands.lower_bound is null
            or customers.annual_income >= income_bands.lower_bound)
        and (income_bands.upper_bound is null
            or customers.annual_income < income_bands.upper_bound)
)
select * from final
