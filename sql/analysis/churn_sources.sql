-- A source that can say who left, and how many customers it names, whether
-- churn.decided_by uses it or not: sources may disagree, and all are counted. Of
-- several that say so, the first in the order of position decides.
-- grain: source
-- needs: order_lines | contracts | ledger | departures
-- mart: yes
-- units: says_left count, says_stays count, says_nothing count, alone count
-- units: contradicted count, decided count, decided_in_window count
-- column: position  the order in which the sources decide
-- column: source  departure, contract, flag, rhythm or model
-- column: is_used  whether the state of customers is decided by it
-- column: says_left  customers who left by this source
-- column: says_stays  customers who did not by this source
-- column: says_nothing  customers of whom it knows nothing
-- column: alone  of says_left: by no other source
-- column: contradicted  of says_left: another source says that they stay
-- column: decided  customers who count as churned by the rule of this source
-- column: decided_in_window  of them: churned_on in W

with churn_votes as (
    select * from analysis.churn_votes
),
params as (
    select * from run.params
),
sources as (
    select source, position from (
        values
            ('departure', 1), ('contract', 2), ('flag', 3), ('rhythm', 4), ('model', 5)
    ) as listed (source, position)
),
votes as (
    select
        sources.source, sources.position,
        case sources.source
            when 'departure' then params.uses_departures
            when 'contract' then params.uses_contracts
            when 'flag' then params.uses_flags
            when 'rhythm' then params.uses_rhythm
            else params.uses_model
        end as is_used,
        case sources.source
            when 'departure' then churn_votes.departure
            when 'contract' then churn_votes.contract
            when 'flag' then churn_votes.flag
            when 'rhythm' then churn_votes.rhythm
            else churn_votes.model
        end as vote,
        case when churn_votes.departure = 'left' then 1 else 0 end
        + case when churn_votes.contract = 'left' then 1 else 0 end
        + case when churn_votes.flag = 'left' then 1 else 0 end
        + case when churn_votes.rhythm = 'left' then 1 else 0 end
        + case when churn_votes.model = 'left' then 1 else 0 end as left_votes,
        churn_votes.departure = 'stays' or churn_votes.contract = 'stays'
        or churn_votes.flag = 'stays' or churn_votes.rhythm = 'stays'
        or churn_votes.model = 'stays' as is_contradicted,
        churn_votes.state = 'churned'
        and case churn_votes.rule
            when 'stated_departure' then 'departure'
            when 'contract_end' then 'contract'
            when 'flag' then 'flag'
            when 'model' then 'model'
            else 'rhythm'
        end = sources.source as is_decided,
        coalesce(churn_votes.churned_on >= params.window_start, false) as is_in_window
    from sources
    cross join params
    cross join churn_votes
),
final as (
    select
        cast(source as varchar) as source,
        cast(position as bigint) as position,
        is_used,
        cast(count(case when vote = 'left' then 1 end) as bigint) as says_left,
        cast(count(case when vote = 'stays' then 1 end) as bigint) as says_stays,
        cast(count(case when vote = 'none' then 1 end) as bigint) as says_nothing,
        cast(count(case when vote = 'left' and left_votes = 1 then 1 end) as bigint)
            as alone,
        cast(count(case when vote = 'left' and is_contradicted then 1 end) as bigint)
            as contradicted,
        cast(count(case when is_decided then 1 end) as bigint) as decided,
        cast(count(case when is_decided and is_in_window then 1 end) as bigint)
            as decided_in_window
    from votes
    group by source, position, is_used
)
select * from final
