-- A text that customers stated when they left and that none of the company's words
-- fits: the reason, or the category where no reason was given.
-- grain: word
-- needs: departures
-- mart: yes
-- units: customers count
-- column: word  the stated text, in lower case without outer blanks
-- column: customers  customers who stated it, the last time they left

with stated_reasons as (
    select * from analysis.stated_reasons
),
final as (
    select
        cast(lower(coalesce(reason, category)) as varchar) as word,
        cast(count(*) as bigint) as customers
    from stated_reasons
    where class is null and coalesce(reason, category) is not null
    group by cast(lower(coalesce(reason, category)) as varchar)
)
select * from final
