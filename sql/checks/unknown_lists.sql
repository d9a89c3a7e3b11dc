-- A target list of the candidates that pharos.yaml does not know, such as one that an
-- own model names otherwise than its file: nobody would be told of its customers.
-- grain: table_name
-- needs: order_lines | contracts | ledger
-- severity: error
-- units: failing count, tested count

with list_candidates as (
    select * from publish.list_candidates
),
lists as (
    select * from run.lists
),
final as (
    select
        coalesce(list_candidates.list, 'unknown') as table_name,
        count(case when lists.list is null then 1 end) as failing,
        count(*) as tested
    from list_candidates
    left join lists
        on list_candidates.list = lists.list
    group by coalesce(list_candidates.list, 'unknown')
)
select * from final
