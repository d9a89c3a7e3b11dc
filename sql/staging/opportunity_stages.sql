-- A day on which an opportunity entered a stage, from the history of its stages. A row
-- without a day says that the stage was not entered.
-- grain: opportunity_id, stage, entered_on
-- needs: none
-- view: yes
with
opportunity_stages as (
    select * from raw.opportunity_stages
),
final as (
    select distinct opportunity_id, lower(trim(stage)) as said, stage, entered_on
    from opportunity_stages
    where entered_on is not null
)
select * from final
