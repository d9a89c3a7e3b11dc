-- What the sources say together about who left: customers about whom they say the same.
-- Where one says left and another stays they disagree; state is what mart churn makes
-- of it.
-- grain: departure, contract, flag, rhythm, model, state
-- needs: order_lines | contracts | ledger | departures
-- mart: yes
-- units: customers count, churned_in_window count
-- column: departure  left: said so; stays: came back since; none: said nothing
-- column: contract  left: ended without renewal; stays: goes on; none: no contract
-- column: flag  by the attribute of churn.flag; none where there is none
-- column: rhythm  left: silent beyond the limit; stays: within it; none: never active
-- column: model  by P(alive) of the purchase model; none where it is not asked
-- column: state  active, at_risk or churned, by the sources of churn.decided_by
-- column: disagree  one source says left and another stays
-- column: churned_in_window  of the customers: churned_on in W

with churn_votes as (
    select * from analysis.churn_votes
),
params as (
    select * from run.params
),
final as (
    select
        cast(churn_votes.departure as varchar) as departure,
        cast(churn_votes.contract as varchar) as contract,
        cast(churn_votes.flag as varchar) as flag,
        cast(churn_votes.rhythm as varchar) as rhythm,
        cast(churn_votes.model as varchar) as model,
        cast(churn_votes.state as varchar) as state,
        (
            churn_votes.departure = 'left' or churn_votes.contract = 'left'
            or churn_votes.flag = 'left' or churn_votes.rhythm = 'left'
            or churn_votes.model = 'left'
        )
        and (
            churn_votes.departure = 'stays' or churn_votes.contract = 'stays'
            or churn_votes.flag = 'stays' or churn_votes.rhythm = 'stays'
            or churn_votes.model = 'stays'
        ) as disagree,
        cast(count(*) as bigint) as customers,
        cast(
            count(
                case when churn_votes.churned_on >= params.window_start then 1 end
            ) as bigint
        ) as churned_in_window
    from churn_votes
    cross join params
    group by
        churn_votes.departure, churn_votes.contract, churn_votes.flag,
        churn_votes.rhythm, churn_votes.model, churn_votes.state
)
select * from final
