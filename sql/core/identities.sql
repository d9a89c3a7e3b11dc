-- One id of a source that is merged into another customer, by a row of merges.csv that
-- somebody accepted. The id that a merged customer keeps is not here.
-- grain: source_id
-- needs: none
-- view: yes
-- column: linked_id  the other id of the row, one step nearer to the customer
-- column: line  the row's line in merges.csv
with
identities as (
    select * from run.identities
),
final as (
    select
        source_id, customer_id, linked_id,
        line,
        score, evidence
    from identities
)
select * from final
