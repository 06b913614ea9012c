"""What the core says of models and adapters; see `app.error_texts`."""

from PySide6.QtCore import QT_TRANSLATE_NOOP

SENTENCES = (
    # models
    QT_TRANSLATE_NOOP("ErrorText", "Choose a model."),
    QT_TRANSLATE_NOOP("ErrorText", "There is no folder {name}. Choose the folder with the models."),
    QT_TRANSLATE_NOOP("ErrorText", "There is no model at {name}. Choose a model file or folder."),
    QT_TRANSLATE_NOOP(
        "ErrorText",
        "There is no model “{name}”. Choose one of these: {known}; or give the path of a model "
        "file or folder.",
    ),
    QT_TRANSLATE_NOOP(
        "ErrorText", "{name} is not a model file. Choose a .safetensors file or a model folder."
    ),
    QT_TRANSLATE_NOOP("ErrorText", "{name} is no base model. Choose a base model to draw with."),
    QT_TRANSLATE_NOOP(
        "ErrorText",
        "Koma does not know this kind of model file. Choose a Stable Diffusion 1.5 or XL model, a "
        "LoRA, a ControlNet or an adapter.",
    ),
    QT_TRANSLATE_NOOP(
        "ErrorText",
        "This is a model of the kind {kind}, with which Koma cannot draw. Choose one of the "
        "Stable Diffusion 1.5 or XL class.",
    ),
    QT_TRANSLATE_NOOP(
        "ErrorText",
        "With the model {name} Koma cannot draw. Choose one of the Stable Diffusion 1.5 or XL "
        "class.",
    ),
    QT_TRANSLATE_NOOP(
        "ErrorText",
        "This pose controller was made for another kind of model than {name}. Choose one for this "
        "kind.",
    ),
    QT_TRANSLATE_NOOP(
        "ErrorText",
        "The folder {name} holds no model that Koma knows. Choose a folder with a "
        "model_index.json, or a .safetensors file.",
    ),
    QT_TRANSLATE_NOOP(
        "ErrorText",
        "This model file is damaged, or of an old kind that could run programs. Choose a "
        ".safetensors file instead.",
    ),
    QT_TRANSLATE_NOOP(
        "ErrorText", "“{name}” is a {kind}, which cannot draw alone. Choose a base model."
    ),
    QT_TRANSLATE_NOOP("ErrorText", "{what} is damaged: {fault}. Choose another."),
    QT_TRANSLATE_NOOP(
        "ErrorText", "{what} is of a kind that Koma does not know ({kind}). Choose another."
    ),
    QT_TRANSLATE_NOOP(
        "ErrorText",
        "{what} asks for a scheduler that Koma does not know ({kind}). Choose another model.",
    ),
    QT_TRANSLATE_NOOP(
        "ErrorText",
        "{name} changes the text encoder too, which Koma does not do for drafts alone. Choose a "
        "LoRA of the UNet.",
    ),
    QT_TRANSLATE_NOOP(
        "ErrorText",
        "This model file comes without its tokenizer. Put the folder “tokenizer” of Stable "
        "Diffusion 1.5 beside it, or choose the same model as a diffusers folder.",
    ),
    QT_TRANSLATE_NOOP(
        "ErrorText",
        "A model in a single file needs the configurations that come with Koma, and they are "
        "missing. Install Koma again, or choose the same model as a diffusers folder.",
    ),
    # adapters
    QT_TRANSLATE_NOOP("ErrorText", "Name each adapter once."),
    QT_TRANSLATE_NOOP(
        "ErrorText", "This adapter was made for another kind of base model. Choose another adapter."
    ),
    QT_TRANSLATE_NOOP(
        "ErrorText",
        "The configuration of this adapter cannot be read. Choose another adapter file.",
    ),
    QT_TRANSLATE_NOOP(
        "ErrorText",
        "This adapter file cannot be read: it is missing, cut short, or not a safetensors file. "
        "Choose another adapter file.",
    ),
    QT_TRANSLATE_NOOP(
        "ErrorText",
        "This adapter file has no configuration. Put its config.json beside it, or choose "
        "another adapter file.",
    ),
    QT_TRANSLATE_NOOP(
        "ErrorText",
        "This adapter file is damaged: its list of layers cannot be read. Choose another adapter "
        "file.",
    ),
    QT_TRANSLATE_NOOP(
        "ErrorText",
        "This adapter file is damaged: the weights {weights} are {fault}. Choose another adapter "
        "file.",
    ),
    QT_TRANSLATE_NOOP(
        "ErrorText",
        "The adapter could not be saved. Check that the disk has room and can be written to.",
    ),
    QT_TRANSLATE_NOOP(
        "ErrorText",
        "This IP-Adapter is damaged or of a kind that Koma does not know. Choose ip-adapter_sd15 "
        "or ip-adapter-plus_sd15.",
    ),
    QT_TRANSLATE_NOOP(
        "ErrorText",
        "{name} is of an old kind that could run programs. Choose the .safetensors file of the "
        "same adapter.",
    ),
    QT_TRANSLATE_NOOP(
        "ErrorText", "“{choice}” is no choice of adapters. Choose {known}, or several joined by +."
    ),
    QT_TRANSLATE_NOOP(
        "ErrorText", "There is no {adapter} for {model}. Choose one of these: {known}."
    ),
    QT_TRANSLATE_NOOP(
        "ErrorText",
        "The file of {adapter} is of an old kind that could run programs. Download its "
        ".safetensors file instead.",
    ),
    QT_TRANSLATE_NOOP(
        "ErrorText",
        "{adapter} needs its vision encoder, CLIP ViT-H/14 for the published files. Put the "
        "folder image_encoder beside the adapter file.",
    ),
)
