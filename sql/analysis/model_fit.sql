-- One lifetime model, fitted to what is known at D, or the reason why it was not. The
-- models of purchases and spend need order lines, those of contracts contracts.
-- grain: model
-- needs: order_lines | contracts
-- mart: yes
-- units: customers count, holdout_days days, holdout_error share, correlation share
-- column: model  bg_nbd, mbg_nbd, pareto_nbd, gamma_gamma, sbg or bdw; nbd, which knows
--   no leaving, where the configured model finds that nobody leaves and nbd is used
-- column: parameters  JSON: the parameters, and what else clv depends on; NULL when
--   refused
-- column: standard_errors  JSON: the standard error of each parameter
-- column: log_likelihood  at the parameters; it depends on the unit of time
-- column: customers  whose histories were fitted
-- column: gradient  what is left of the slope there, per customer: 0 at a maximum
-- column: holdout_days  days before D that the model was tried on
-- column: holdout_error  by how much the predicted total of the hold-out missed, as a
--   share of the actual; of contracts, the endings in the later half of their ages
-- column: holdout_mae  mean over customers of how far their predicted purchase days
--   were from the actual
-- column: correlation  of the value of repeat days with their number, of gamma_gamma
-- column: usable  whether it was fitted and its suppositions hold
-- column: reason  why it is not usable, in one word; no_margin of a usable one from
--   which no clv follows, because no profit margin is known
-- column: detail  why, in a sentence
with
summaries as (
    select * from fit.summaries
),
final as (
    select
        cast(model as varchar) as model,
        cast(parameters as varchar) as parameters,
        cast(standard_errors as varchar) as standard_errors,
        cast(log_likelihood as double) as log_likelihood,
        cast(customers as bigint) as customers,
        cast(gradient as double) as gradient,
        cast(holdout_days as bigint) as holdout_days,
        cast(holdout_error as double) as holdout_error,
        cast(holdout_mae as double) as holdout_mae,
        cast(correlation as double) as correlation,
        cast(usable as boolean) as usable,
        cast(reason as varchar) as reason,
        cast(detail as varchar) as detail
    from summaries
)
select * from final
