-- One contract in one window, with how much of its amount the days that lie in both
-- bring. A monthly amount is spread over the days of each calendar month, a yearly one
-- over the days of each calendar year, the amount of a term over the days of the term.
-- All in whole numbers: a month has 377,580 parts and a year 133,590, common multiples
-- of the days they can have.
-- grain: contract_id, profit_window
-- needs: none
-- view: yes
-- units: amount money, whole count, accrued count
-- column: whole  the parts that the amount has
-- column: accrued  the parts that the days of the window bring
with
profit_windows as (
    select * from core.profit_windows
),
accruing_contracts as (
    select * from core.accruing_contracts
),
months as (
    select month_on, next_month_on, year_on
    from core.calendar
    where day = month_on
),
clipped as (
    select
        contracts.contract_id, profit_windows.profit_window, contracts.customer_id,
        contracts.period,
        contracts.amount,
        contracts.term_days,
        case
            when contracts.starts_on > profit_windows.starts_on then contracts.starts_on
            else profit_windows.starts_on
        end as starts_on,
        case
            when contracts.accrues_until < profit_windows.ends_on
                then contracts.accrues_until
            else profit_windows.ends_on
        end as ends_on
    from accruing_contracts as contracts
    cross join profit_windows
),
pieces as (
    select
        clipped.contract_id, clipped.profit_window, clipped.customer_id,
        clipped.period,
        clipped.amount,
        clipped.term_days,
        date_diff(
            'day',
            case
                when clipped.starts_on > months.month_on then clipped.starts_on
                else months.month_on
            end,
            case
                when clipped.ends_on < months.next_month_on then clipped.ends_on
                else months.next_month_on
            end
        ) as days,
        date_diff('day', months.month_on, months.next_month_on) as month_days,
        date_diff(
            'day', months.year_on, cast(months.year_on + interval '1' year as date)
        ) as year_days
    from clipped
    inner join months
        on months.next_month_on > clipped.starts_on
        and months.month_on < clipped.ends_on
    where clipped.starts_on < clipped.ends_on
),
final as (
    select
        contract_id, profit_window, customer_id,
        amount,
        case period when 'month' then 377580 when 'year' then 133590 else term_days end
            as whole,
        sum(
            case
                when period = 'term' then days
                when period = 'year' and year_days = 365 then days * 366
                when period = 'year' then days * 365
                when month_days = 28 then days * 13485
                when month_days = 29 then days * 13020
                when month_days = 30 then days * 12586
                else days * 12180
            end
        ) as accrued
    from pieces
    group by contract_id, profit_window, customer_id, period, amount, term_days
)
select * from final
