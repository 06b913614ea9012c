"""Training and evaluation sets from public Danbooru metadata: tags, prompts, references, shards.

AnimeAdapter, section 4. `taxonomy` and `taxonomy_file` are what an application may use: they import
neither torch nor pyarrow. `python -m core.dataset` is the command line, docs/dataset.md the guide.
"""
