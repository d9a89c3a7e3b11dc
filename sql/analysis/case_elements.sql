-- A category of cases and the element of satisfaction that it speaks of: by the words
-- of satisfaction.elements, else by what churn.classes calls it as a fault.
-- grain: category
-- needs: none
-- column: element  contact, product_quality, service or image; other: none of them;
--   unknown: an empty category
-- column: is_cause  churn.classes knows the category as a cause, of an element or none
with
cases as (
    select * from staging.cases
),
meanings as (
    select * from analysis.satisfaction_meanings where kind = 'element'
),
said_words as (
    select * from analysis.said_words
),
categories as (
    select category
    from cases
    where category is not null
    group by category
),
classed as (
    select
        text,
        coalesce(equal_class, pattern_class) as class,
        case
            when equal_class is not null then equal_sub_class
            else pattern_sub_class
        end as sub_class
    from said_words
),
final as (
    select
        categories.category,
        case
            when trim(categories.category) = '' then 'unknown'
            when meanings.meaning is not null then meanings.meaning
            when classed.class = 'fault' and classed.sub_class = 'quality'
                then 'product_quality'
            when classed.class = 'fault' and classed.sub_class in ('service', 'image')
                then classed.sub_class
            else 'other'
        end as element,
        classed.class is not null as is_cause
    from categories
    left join meanings
        on categories.category = meanings.text
    left join classed
        on categories.category = classed.text
)
select * from final
