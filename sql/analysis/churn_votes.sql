-- A customer of mart churn and what each source says about them, whether it decides or
-- not: left, stays, or none where it says nothing. A stated departure that activity or
-- a new contract followed says stays, like a contract that goes on and a silence within
-- its limit.
-- grain: customer_id
-- needs: none
-- column: model  by P(alive) of the purchase model, where pharos.yaml asks for it
-- column: rhythm  by silence: left is a silence beyond the limit

with churn_signs as (
    select * from analysis.churn_signs
),
churn_states as (
    select * from analysis.churn_states
),
final as (
    select
        churn_signs.customer_id,
        case
            when churn_signs.has_left then 'left'
            when churn_signs.left_on is not null then 'stays'
            else 'none'
        end as departure,
        case
            when churn_signs.has_ended then 'left'
            when churn_signs.has_contract then 'stays'
            else 'none'
        end as contract,
        case
            when churn_signs.flag = 'left' then 'left'
            when churn_signs.flag is not null then 'stays'
            else 'none'
        end as flag,
        case
            when churn_signs.days_silent > churn_signs.limit_days then 'left'
            when churn_signs.days_silent is not null then 'stays'
            else 'none'
        end as rhythm,
        case
            when churn_signs.days_silent > churn_signs.model_limit_days then 'left'
            when churn_signs.p_alive is not null then 'stays'
            else 'none'
        end as model,
        churn_states.state,
        churn_states.rule,
        churn_states.churned_on
    from churn_signs
    inner join churn_states
        on churn_signs.customer_id = churn_states.customer_id
)
select * from final
