-- A text that was said about leaving and the first of the company's words that equals
-- it and the first pattern that fits it.
-- grain: text
-- needs: none
-- column: said  the text in half width and lower case, without outer blanks

with said_texts as (
    select * from analysis.said_texts
),
class_words as (
    select * from run.class_words
),
distinct_texts as (
    select distinct said
    from said_texts
    where said <> ''
),
fitting as (
    select
        distinct_texts.said,
        class_words.is_pattern,
        class_words.class,
        coalesce(class_words.sub_class, 'none') as sub_class,
        row_number() over (
            partition by distinct_texts.said, class_words.is_pattern
            order by class_words.position
        ) as place
    from distinct_texts
    cross join class_words
    where
        distinct_texts.said = class_words.word
        or (
            class_words.is_pattern
            and distinct_texts.said like class_words.word escape '\'
        )
),
final as (
    select
        said_texts.text,
        said_texts.said,
        equal_words.class as equal_class,
        equal_words.sub_class as equal_sub_class,
        patterns.class as pattern_class,
        patterns.sub_class as pattern_sub_class
    from said_texts
    left join fitting as equal_words
        on said_texts.said = equal_words.said
        and equal_words.place = 1
        and not equal_words.is_pattern
    left join fitting as patterns
        on said_texts.said = patterns.said
        and patterns.place = 1
        and patterns.is_pattern
)
select * from final
