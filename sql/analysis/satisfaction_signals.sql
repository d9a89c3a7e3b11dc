-- What happened in W to the customers of a tier that speaks of one element of
-- satisfaction, by its source. Answers, complaints, returns and failed contacts stand
-- side by side and are never added up.
-- grain: tier, element, source
-- needs: surveys | cases | returns | touches, order_lines | contracts | ledger
-- mart: yes
-- units: signals count, customers count, of_customers count, share share
-- column: tier  high, medium, zero or loss; unknown for who is no known customer
-- column: element  contact, product_quality, service, image, other or unknown
-- column: source  survey: an answer below expectation; case: a complaint or case;
--   return: a day on which goods of an order came back; touch: a contact that did not
--   reach the customer
-- column: signals  how often it happened
-- column: customers  to whom
-- column: of_customers  customers of the tier
-- column: share  customers divided by of_customers
with
signals as (
    select * from analysis.element_signals
),
tiers as (
    select * from analysis.satisfaction_tiers
),
sizes as (
    select tier, count(*) as customers
    from tiers
    group by tier
),
counted as (
    select
        tiers.tier, signals.element, signals.source,
        sum(signals.signals) as signals,
        count(*) as customers
    from signals
    inner join tiers
        on signals.customer_id = tiers.customer_id
    group by tiers.tier, signals.element, signals.source
),
final as (
    select
        cast(counted.tier as varchar) as tier,
        cast(counted.element as varchar) as element,
        cast(counted.source as varchar) as source,
        cast(counted.signals as bigint) as signals,
        cast(counted.customers as bigint) as customers,
        cast(sizes.customers as bigint) as of_customers,
        cast(counted.customers as double) / nullif(cast(sizes.customers as double), 0)
            as share
    from counted
    inner join sizes
        on counted.tier = sizes.tier
)
select * from final
