-- One customer in one segmentation of the analyst's own: what the models beside
-- pharos.yaml say whose header has `segmentation: yes`. Where there are any, Pharos
-- puts their union in the place of this file, which has no row.
-- grain: segmentation, customer_id
-- needs: none
-- view: yes
-- column: segment  NULL where the model does not know
-- column: previous_segment  the segment at the end of the window before
-- column: has_history  whether the model says previous_segment at all
with
params as (
    select * from run.params
),
final as (
    select
        cast('none' as varchar) as segmentation,
        cast('none' as varchar) as customer_id,
        cast('none' as varchar) as segment,
        cast('none' as varchar) as previous_segment,
        false as has_history
    from params
    where params.as_of is null
)
select * from final
