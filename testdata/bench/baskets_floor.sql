-- What an analyst would write for the pairs of products of all baskets: support, confidence both ways and lift of every
-- two products that are in ten baskets each and in five together. Without a test of chance.
set threads = 2;
set memory_limit = '4GB';
set temp_directory = 'TMP';
set preserve_insertion_order = false;
create temp table items as
    select distinct order_id, product_id from 'LINES'
    where quantity > 0 and net_amount >= 0 and status <> 'cancelled';
create temp table baskets as
    select order_id from items group by order_id having count(*) between 2 and 200;
create temp table counted as
    select items.* from items inner join baskets using (order_id);
create temp table products as
    select product_id, count(*) as n from counted group by product_id having count(*) >= 10;
create temp table frequent as
    select counted.* from counted inner join products using (product_id);
create temp table pairs as
    select a.product_id as product_a, b.product_id as product_b, count(*) as n
    from frequent as a inner join frequent as b on a.order_id = b.order_id and a.product_id < b.product_id
    group by all having count(*) >= 5;
copy (
    select product_a, product_b, a.n as baskets_a, b.n as baskets_b, pairs.n as baskets_both, baskets_all,
        pairs.n / baskets_all as support, pairs.n / a.n as confidence_a_b, pairs.n / b.n as confidence_b_a,
        pairs.n * baskets_all / (a.n::double * b.n) as lift
    from pairs
    inner join products as a on product_a = a.product_id
    inner join products as b on product_b = b.product_id
    cross join (select count(*) as baskets_all from baskets)
    order by product_a, product_b
) to 'OUT/basket_pairs.parquet' (compression zstd);
