package pipeline

// The relations of schema run, written before any model is computed. They are the only way in
// which configuration reaches SQL. All shares are integer basis points (80 % is 8000).
//
//	run.params (one row)
//	  as_of date                      D; everything before D counts
//	  last_day date                   D - 1 day
//	  window_start date               first day of W (1900-01-01 for all)
//	  previous_as_of date             D - 12 months
//	  previous_window_start date      first day of W moved back by 12 months (1900-01-01 for all)
//	  currency varchar, language varchar, company varchar
//	  minor_unit_parts bigint         smallest unit of the currency in ten-thousandths (100: a cent)
//	  missing_cost varchar            none, category_average, zero, exclude
//	  returned_goods varchar          restocked, lost
//	  tier_rule varchar               holds, top, at_least
//	  tier_bp bigint                  of holds and top
//	  tier_at_least decimal(18,4)
//	  zero_within decimal(18,4)       eps as an amount (0 when zero_share_bp is used)
//	  zero_share_bp bigint            eps as a share of own net revenue (0 when zero_within is used)
//	  big_rule varchar, big_bp bigint holds, top
//	  activity varchar                sale, net
//	  retention_period varchar        week, month, quarter, year
//	  retention_cohorts varchar       first_order, acquired_on
//	  retention_at_most bigint        youngest cohorts and first ages of a grid of retention_by
//	  grace_days bigint
//	  due_days bigint                 a contract that ends within so many days is due
//	  silent_days bigint              fixed limit, 0: own rhythm
//	  gap_percent bigint, risk_percent bigint, silent_at_least bigint
//	  uses_departures, uses_contracts, uses_flags, uses_rhythm, uses_model boolean   the sources that decide who left
//	  missing_cost_bp bigint          share of revenue without cost above which the gate fails (500)
//	  bad_debt_days bigint            an undisputed invoice that is overdue by so many days is bad debt
//	  invoice_due_days bigint         an invoice without a due day is due so many days after its issue
//	run.windows (profit_window varchar, kind varchar, position bigint, starts_on date, ends_on date, month_on date nullable)
//	  the windows in which profit is counted, half-open: current (W) and previous (kind report); all,
//	  fiscal_year and trailing (standard); month_01 to month_23 (history: W at D minus so many months);
//	  closed periods (closed). month_on, of the 24 windows of the history, which current and previous
//	  belong to, is the month of their last day
//	run.retention_grids (period_kind, unit varchar, is_elapsed boolean, position bigint)   the grids of retention_by: month, elapsed_month
//	run.retention_calendar (unit varchar, day, period_on date, period_index bigint)   the periods of each unit of the grids, 1900 to D
//	run.retention_ages (age bigint)   0 up to retention_at_most, which is not among them
//	run.retention_segments (segmentation varchar)   what retention_by divides by
//	run.churn_flags (attribute, value, flag varchar ['left','joined'])   the attribute in which somebody keeps who left
//	run.life_attributes (attribute varchar)   attributes whose values may be words for a natural cause
//	run.allocations (kind varchar, driver varchar ['revenue','orders','cases','equal'], unassigned_bp bigint)   how shared ledger entries of a kind are divided
//	run.rate_days (days bigint)   the days that an exchange rate holds, counted from its own: 0, or 0 to company.rate_valid_for
//	run.big_kinds (kind varchar)
//	run.bands (segmentation varchar ['age','income'], position bigint, lower_bound bigint nullable, upper_bound bigint nullable exclusive, label varchar)
//	run.crossed_segments (position bigint, segmentation, first_segmentation, second_segmentation varchar)   crosses of two segmentations: age × tier
//	run.class_words (position bigint, class varchar, sub_class varchar, word varchar lower case and trimmed, is_pattern boolean; a pattern's * is % and its % and _ are escaped with \)
//	run.countermeasures (class varchar, sub_class varchar nullable, countermeasure varchar)
//	run.strategies (tier varchar, strategy varchar)
//	run.lists (list varchar, position, capacity, per_owner, pool_capacity, pool_per_owner, control_bp bigint, action varchar, owner varchar,
//	  is_selling boolean, due_days, within_days bigint)   the lists in the order of their claim; a pool is a capacity and the control group that
//	  is taken out of it; 0 is no limit; within_days of renew and welcome: how far ahead contracts end, how long ago customers began
//	run.list_channels (list varchar, position bigint, channel varchar)   the channels of a list in the order of its preference
//	run.cool_downs (list varchar, channel varchar ['any',…], days bigint)   days after a contact in which a list leaves the customer alone
//	run.suppression_policy (policy varchar, withheld varchar)   one row: the consent policy, and why no list is written, or none
//	run.consent_channels (channel varchar, needs_consent boolean)   of the consent policy
//	run.consent_bases (channel varchar, position bigint, basis varchar, word varchar)   the permissions that count there, and what companies call them
//	run.suppression_reasons (position bigint, reason varchar)   the reasons against a contact in the order in which they count
//	run.suppression_words (position bigint, word varchar, reason varchar)   what companies write as a reason; a pattern as in run.class_words
//	run.channel_words (word varchar, channel varchar)   what companies call a channel
//	run.staff_kinds (kind varchar)   kinds of customer who are staff, in lower case
//	run.check_settings (check_name varchar, severity varchar nullable, at_most_bp bigint nullable, at_most_amount decimal(18,4) nullable)
//	run.freshness_limits (table_name varchar, source varchar, at_most_days bigint)   what checks.freshness asks for, source by source
//	run.volume_limits (table_name varchar, source varchar, within_bp bigint)         what checks.volume asks for
//	run.columns (table_name varchar, column_name varchar)   which canonical columns some mapping fills
//	run.loads (table_name varchar, source varchar, rows bigint, quarantined bigint, newest_on date nullable)
//	run.increments (table_name varchar, mapping bigint, is_whole boolean)   mappings that are read by their changes, and whether that is given up
//	run.drift (table_name, source, column_name, change varchar; before, after varchar nullable; outcome varchar)   changes of the sources' columns since the load before
//	run.identities (source_id, customer_id, linked_id varchar, line bigint, score, evidence varchar nullable)   ids that accepted rows of merges.csv
//	  merge into another customer; linked_id is the other id of the row, one step nearer to the customer
//	run.parents (customer_id varchar, parent_id varchar nullable, line bigint)   parents.csv under the ids that merges leave; NULL: the customer is on top
//	run.decided_ids (file varchar ['merges.csv','parents.csv'], source_id varchar)   the ids that accepted merges and parents are about
//	run.precedence (column_name varchar, mapping bigint, place bigint)   per column and attribute of customers the place of each mapping, 0 first
//	run.light (position bigint, kind varchar ['now','target','milestone'], kpi varchar, goal double nullable, by_on date nullable)
//	  the light itself, what it has to reach and by which day
//	run.lifetime (model varchar, unit_days, horizon_units, horizon_days, holdout_days bigint, discount double, tenure varchar)   one row:
//	  how future value is estimated; the discount is that of one unit, holdout_days 0 leaves the hold-out to the history, tenure is
//	  the attribute that holds months as a customer, NULL without one
//	run.funnel_policy (entry_days bigint, stages bigint)   one row: recorded within so many days is in time; how many stages there are, 0 without a funnel
//	run.funnel_stages (position bigint, stage, said varchar)   the stages from 1 on, and the words that say only that a deal is lost at
//	  position 0; said is the name in lower case and trimmed
//	run.required_columns (column_name varchar)   the columns of opportunities that a complete record fills
//	run.entry_rewards (kind varchar ['early','full'], bound bigint, points bigint)   days until recorded, or basis points of what is required
//	run.satisfaction_policy (score_low, score_high, compared_low, compared_high bigint nullable, has_elements boolean)   one row: the
//	  scales of scores and of expectation and experience, NULL where nobody said; whether the company has words of its own for elements
//	run.satisfaction_words (position bigint, kind varchar ['element','asked','unanswered'], meaning, word varchar as in run.class_words,
//	  is_pattern boolean)   what its words say of an answer, a case and a contact
//	run.behaviour_policy (least_lines, low_below_bp, high_from_bp, least_shift_bp, rhythm_shift_bp bigint)   one row: when what customers buy is told and has changed
//	run.rhythm_words (word varchar, from_days, until_days bigint)   words for the days between purchases, until_days exclusive
//	run.weekdays (choice varchar ['1' to '7'], word varchar)   Monday first
//	run.change_words (position bigint, change varchar, direction varchar ['down','up','other','none'])   what changed, in the order in which it counts
//	run.basket_policy (starts_on date, least_baskets, least_together, most_products, false_discovery_bp bigint)   one row: the first day of the
//	  baskets that count, and the least and greatest counts of products, pairs and baskets
//	run.offer_policy (repeats varchar ['never','allowed','categories'], owned_products, neighbours, offers, holdout_days bigint,
//	  is_holdout_asked boolean, holdout_share_bp, least_customers bigint)   one row: how the next product is found and tried; a hold-out
//	  that nobody asked for is at most that share of the history
//	run.offer_places (places bigint)   the numbers of first offers for which hits are counted
//	run.no_products (product_id varchar)   ids that are no products
//	run.repeat_categories (category varchar)   products of these may be offered to who has them
//	run.check_results (check_name, table_name, severity, verdict varchar; failing, tested bigint; detail varchar nullable)   for what shows the checks
//	run.past_kpis (months_back bigint, month_on date, kpi varchar, value double)   the kpis at D minus 1 to 23 months,
//	  from the same load; made during the run, of the months that a planned model asks for
//	run.closings (period, profit_window varchar; starts_on, ends_on date; run varchar, as_of date)   the closed periods, with the run that was closed
//	run.closed_figures (period, and the columns of core.customer_results but the window)   what closed periods said of each customer
//	run.closed_entries (period, table_name, entry_key, customer_id, part varchar; amount decimal(38,4))   the entries behind
//
// The lake's relations are raw.<canonical table>, raw.persons (customer_id, name, email, phone),
// raw.customer_attributes (customer_id, attribute, value), raw.quarantine (table_name, source,
// location, rule, column_name, value), raw.duplicate_keys (table_name, key, rows) and the raw: tables of pharos.yaml.
// Every canonical lake table has all its canonical columns (NULL where unmapped), a local date
// beside each timestamp, and _source varchar, _mapping bigint, _file varchar, _line bigint.
