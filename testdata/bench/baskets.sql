-- Makes 10 M order lines of 1 M customers and 20,000 products (LINES): 1.6 M orders of five lines and 50,000 of forty.
-- Three lines in five are of the order's topic, one of 400 with fifty products each, most often the customer's own, and the
-- others are of any product, some far more popular than others.
set threads = 2;
create macro u(x, salt) as (hash(x::ubigint * 64 + salt::ubigint) >> 11)::double / 9007199254740992.0;
copy (
    with numbered as (
        select range::ubigint as i,
            case when range < 8000000 then range // 5 else 2000000 + (range - 8000000) // 40 end::ubigint as o
        from range(10000000)
    ),
    sold as (
        select i, o, floor(pow(u(o, 1), 1.5) * 1000000)::ubigint as c from numbered
    ),
    placed as (
        select i, o, c,
            case when u(o, 3) < 0.7 then floor(u(c, 2) * 400) else floor(u(o, 4) * 400) end as topic
        from sold
    ),
    chosen as (
        select i, o, c,
            case when u(i, 5) < 0.6 then topic * 50 + floor(pow(u(i, 6), 1.5) * 50)
                else (floor(pow(u(i, 6), 2) * 20000) * 7919) % 20000 end::int as p
        from placed
    )
    select 'O' || lpad(o::varchar, 9, '0') as order_id, i::varchar as line_id, 'C' || lpad(c::varchar, 8, '0') as customer_id,
        timestamp '2023-01-01' + to_days(floor(u(o, 7) * 1096)::int) + to_seconds(floor(u(o, 8) * 86399)::int) as ordered_at,
        'P' || lpad(p::varchar, 5, '0') as product_id, 1 + floor(u(i, 9) * 6)::int as quantity,
        ((500 + p % 9500) / 100.0 * (1 + floor(u(i, 9) * 6)))::decimal(18, 4) as net_amount,
        case when u(i, 10) < 0.03 then 'cancelled' else 'complete' end as status
    from chosen
) to 'LINES' (format parquet, compression zstd, row_group_size 122880);
