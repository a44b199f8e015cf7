"""How SmolLM2 cuts text into tokens: the words and merges that its GGUF file brings along."""

from __future__ import annotations

from tokenizers import Tokenizer, decoders, models, pre_tokenizers

from mavrs_course.llm.learning.gguf import GgufFile, WeightsError

WORD, CONTROL = 1, 3  # llama.cpp's kinds of token


def tokenizer_of(weights: GgufFile) -> Tokenizer:
    """Byte-pair encoding as the model learned it: each digit alone, then bytes, then merges.

    Raises :class:`WeightsError` where the file's words are cut in another way.
    """
    values = weights.values
    if values.get("tokenizer.ggml.pre") != "smollm":
        kind = values.get("tokenizer.ggml.pre")
        raise WeightsError(f"{weights.path.name} cuts text as {kind}, which is not known here")
    words = values["tokenizer.ggml.tokens"]
    merges = [tuple(merge.split(" ", 1)) for merge in values["tokenizer.ggml.merges"]]
    tokenizer = Tokenizer(models.BPE({word: at for at, word in enumerate(words)}, merges))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Digits(individual_digits=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    kinds = values["tokenizer.ggml.token_type"]
    special = [word for word, kind in zip(words, kinds, strict=True) if kind == CONTROL]
    tokenizer.add_special_tokens(special)
    return tokenizer
