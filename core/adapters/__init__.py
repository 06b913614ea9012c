"""The networks that carry a character into a base model.

Import from the modules: `anime_adapter` (the network), `conditions` (what one UNet call is given),
`token_mask` (pictures to tokens), `weights_file` (save and load), `reference_cache`. This file
imports nothing, so that `core.adapters.errors` and `core.adapters.config` stay free of torch.
"""
