-- A text that customers stated when they left and that none of the company's words
-- fits: the reason, or the category where no reason was given.
-- grain: word
-- needs: departures
-- mart: yes
-- units: customers count
-- column: word  the stated text, half width, lower case, without outer blanks
-- column: customers  customers who stated it, the last time they left

with stated_reasons as (
    select * from analysis.stated_reasons
),
final as (
    select
        cast(said as varchar) as word,
        cast(count(*) as bigint) as customers
    from stated_reasons
    where class is null and said is not null
    group by cast(said as varchar)
)
select * from final
