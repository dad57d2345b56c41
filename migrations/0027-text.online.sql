create index concurrently if not exists analysis_result_text_words on analysis_result using gin (text_words(texts)) where texts is not null;
