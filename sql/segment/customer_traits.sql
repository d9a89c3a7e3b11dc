-- One known customer with the segment they are in by each of Pharos' own segmentations.
-- What nobody knows is `unknown`; without an activity there is no RFM segment and no
-- lifecycle state.
-- grain: customer_id
-- needs: none
with
customers as (
    select * from core.customers
),
bands as (
    select * from run.bands
),
window_tiers as (
    select * from segment.window_tiers where profit_window = 'current'
),
rfm_scores as (
    select * from segment.rfm_scores
),
customer_lifecycles as (
    select * from segment.customer_lifecycles
),
final as (
    select
        customers.customer_id,
        customers.kind, customers.region, customers.country,
        coalesce(age_bands.label, 'unknown') as age,
        coalesce(income_bands.label, 'unknown') as income,
        coalesce(rfm_scores.segment, 'no_activity') as rfm,
        coalesce(customer_lifecycles.state, 'no_activity') as lifecycle,
        window_tiers.tier
    from customers
    inner join window_tiers
        on customers.customer_id = window_tiers.customer_id
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
    left join rfm_scores
        on customers.customer_id = rfm_scores.customer_id
    left join customer_lifecycles
        on customers.customer_id = customer_lifecycles.customer_id
)
select * from final
