"""Training of the target model: what it reads, how it batches, and, where torch is there, that the same seed gives the same network."""

from __future__ import annotations

import importlib.util
import json
import random
import tomllib
from pathlib import Path
from typing import Any

import pytest
from nutgraf.measures import target_model
from nutgraf.measures.target_tokens import AFTER, BEFORE, Targeted, Tokens, tokenizer, tokens
from nutgraf.training import target_data

VOCABULARY = target_model.own("models/wordpiece.txt")
needs_torch = pytest.mark.skipif(
    importlib.util.find_spec("torch") is None, reason="torch is not here: pip install --require-hashes -r requirements-training.lock"
)
ROOT = Path(__file__).parent.parent


def lines(folder: Path, name: str, *rows: tuple[str, str, int, str]) -> None:
    made = []
    for text, target, label, split in rows:
        start = text.find(target)
        made.append({"text": text, "target_start": start, "target_end": start + len(target) if start >= 0 else -1, "label": label, "split": split})
    (folder / name).write_text("".join(json.dumps(row) + "\n" for row in made), encoding="utf-8")


def test_dev_splits_of_the_news_choose_and_never_train(tmp_path: Path) -> None:
    lines(tmp_path, "newsmtsc.jsonl", ("Ilves won.", "Ilves", 1, "train"), ("Brandt fell.", "Brandt", -1, "rw-dev"), ("It rained on Quist.", "Quist", 0, "mt-dev"))
    lines(tmp_path, "sentfin.jsonl", ("Holm Energy up", "Holm Energy", 1, "dev"), ("Shares fall", "Renn", -1, "dev"))
    found = target_data.read(tmp_path)
    assert [(one.question.text, one.label, one.split) for one in found] == [
        ("Ilves won.", 2, "train"), ("Brandt fell.", 0, "rw-dev"), ("It rained on Quist.", 1, "mt-dev"), ("Holm Energy up", 2, "train"),
    ], "a headline whose target is not in it is left out"  # fmt: skip


def test_sentences_without_a_target_are_those_whose_targets_agree() -> None:
    both = "Ilves praised Brandt."
    agree = [target_data.Example(Targeted(both, 0, 5), 2, "train", "a"), target_data.Example(Targeted(both, 14, 20), 2, "train", "a")]
    split = [target_data.Example(Targeted("Ilves beat Brandt.", 0, 5), 2, "train", "a"), target_data.Example(Targeted("Ilves beat Brandt.", 11, 17), 0, "train", "a")]
    assert target_data.without_target(agree + split) == [target_data.Example(Targeted(both, 0, 0), 2, "train", "a")]


def test_the_larger_network_is_asked_for_more_than_people_labelled(tmp_path: Path) -> None:
    articles = tmp_path / "articles.jsonl"
    articles.write_text(json.dumps({"text": "The ferry to Odder left the harbour at noon. Too short.\nMarta Ilves waited for it with all the others."}) + "\n")
    both = "Ilves praised Brandt, and Okafor heard it."
    news = [target_data.Example(Targeted(both, 0, 5), 2, "train", "a"), target_data.Example(Targeted(both, 14, 20), 0, "train", "a")]
    headline = target_data.Example(Targeted("Holm Energy up", 0, 11), 2, "train", "b")
    found = target_data.questions(news, [headline], articles, seed=1)
    assert found == target_data.questions(news, [headline], articles, seed=1) and found[:3] == [*news, headline]
    others = {(one.question.text[one.question.start : one.question.end] or "whole", one.question.text): one.label for one in found[3:]}
    assert others.pop(("whole", both)) == target_data.UNLABELLED, "its targets do not agree"
    assert others.pop(("Okafor", both)) == target_data.UNLABELLED, "the name that nobody labelled"
    assert set(others.values()) == {target_data.UNLABELLED} and all(len(text) > 30 for _, text in others)
    agree = [one._replace(label=2) for one in news]
    assert [one.label for one in target_data.questions(agree, [], articles, seed=1) if one.question == Targeted(both, 0, 0)] == [2]


def test_the_target_stands_between_two_marks() -> None:
    known, found = tokenizer(VOCABULARY), tokens(Targeted("Marta Ilves left Holm.", 0, 11), VOCABULARY)
    words = [known.id_to_token(number) for number in found.ids]
    marked = [word for word, is_target in zip(words, found.target, strict=True) if is_target]
    assert words[0] == "[CLS]" and words[-1] == "[SEP]" and marked[0] == BEFORE and marked[-1] == AFTER
    assert "".join(word.removeprefix("##") for word in marked[1:-1]) == "martailves"


def test_batches_hold_each_example_once_and_filling_is_no_token() -> None:
    examples = [(tokens(Targeted("Ilves " + "left " * number, 0, 5), VOCABULARY), number) for number in range(70)]
    for chance in (None, random.Random(3)):  # noqa: S311
        made = list(target_data.batches(examples, 16, chance))
        assert sorted(label for batch in made for label in batch.labels) == list(range(70))
        for batch in made:
            assert len({len(row) for row in (*batch.ids, *batch.mask, *batch.target)}) == 1
            for row, label in zip(batch.mask, batch.labels, strict=True):
                assert sum(row) == len(examples[label][0].ids) and all(sum(target) >= 3 for target in batch.target)


def test_torch_is_in_no_lock_but_its_own() -> None:
    def packages(name: str) -> set[str]:
        return {line.split("==")[0] for line in (ROOT / name).read_text(encoding="utf-8").splitlines() if "==" in line and not line.startswith(" ")}

    assert {"torch", "onnx"} <= packages("requirements-training.lock")
    assert not {"torch", "onnx", "transformers"} & packages("requirements.lock")
    assert {"onnxruntime", "tokenizers"} <= packages("requirements.lock")


def test_the_cards_name_the_files_that_ship() -> None:
    from nutgraf.resources import sha256_of

    for name in ("target-tone", "sentence-encoder"):
        card = tomllib.loads(target_model.own(f"models/{name}.toml").read_text(encoding="utf-8"))
        assert card["sha256"] == sha256_of(target_model.own(f"models/{name}.onnx"))
        assert card["vocabulary_sha256"] == sha256_of(VOCABULARY)


@needs_torch
def test_the_same_seed_gives_the_same_network() -> None:
    import torch
    from nutgraf.training.fitting import Recipe, fit
    from nutgraf.training.network import TargetNetwork

    torch.manual_seed(0)
    state = TargetNetwork().encoder.state_dict()
    named = {"words.weight": "embeddings.word_embeddings.weight", "places.weight": "embeddings.position_embeddings.weight"}
    assert set(named) <= set(state)
    train = [(tokens(Targeted(f"Ilves {'won' if number % 2 else 'lost'} in {number}.", 0, 5), VOCABULARY), 2 * (number % 2)) for number in range(24)]
    from nutgraf.training import fitting

    begun = fitting.begin
    fitting.begin = lambda encoder, weights: encoder.load_state_dict(weights)  # weights in our own names
    try:
        first, again, other = (fit(train, state, Recipe(epochs=1, size=8), seed, say=lambda line, network: None) for seed in (1, 1, 2))
    finally:
        fitting.begin = begun
    assert all(torch.equal(a, b) for a, b in zip(first.parameters(), again.parameters(), strict=True))
    assert not all(torch.equal(a, b) for a, b in zip(first.parameters(), other.parameters(), strict=True))


@needs_torch
def test_a_smaller_network_learns_what_a_larger_one_answers() -> None:
    import torch
    from nutgraf.training.fitting import probabilities
    from nutgraf.training.network import TargetNetwork
    from nutgraf.training.student import KEPT, Lesson, begun, taught

    torch.manual_seed(0)
    large = TargetNetwork(0.0)
    texts = [f"Ilves {word} in {number}." for number in range(12) for word in ("won", "lost", "spoke")]
    asked = [(tokens(Targeted(text, 0, 5), VOCABULARY), target_data.UNLABELLED) for text in texts]
    with torch.no_grad():
        large.head.weight *= 20.0  # answers that differ

    def apart(small: TargetNetwork) -> float:
        return float((probabilities(small, asked) - probabilities(large, asked)).abs().mean())

    lesson = Lesson(steps=60, size=12, averaged=0.8)
    first, again = (taught(large, asked, lesson, 1, say=lambda line, network: None) for _ in range(2))
    assert len(first.encoder.layers) == len(KEPT) < len(large.encoder.layers)
    assert apart(first) < apart(begun(large)) / 2
    assert all(torch.equal(a, b) for a, b in zip(first.parameters(), again.parameters(), strict=True))
    assert torch.equal(first.encoder.words.weight, large.encoder.words.weight)


@needs_torch
def test_the_network_for_one_sentence_answers_as_the_one_that_was_trained() -> None:
    import torch
    from nutgraf.training.export import OneSentence
    from nutgraf.training.network import TargetNetwork

    torch.manual_seed(0)
    network = TargetNetwork(0.0, 2).eval()
    one = OneSentence(network)
    for question in (Targeted("Marta Ilves left Holm.", 0, 11), Targeted("Marta Ilves left Holm.", 0, 0), Targeted("Holm. " * 60, 120, 124)):
        seen = tokens(question, VOCABULARY)
        ids, target = torch.tensor(seen.ids), torch.tensor(seen.target)
        with torch.no_grad():
            expected, found = network(ids[None], torch.ones_like(ids)[None], target[None]), one(ids, target)
        assert torch.allclose(expected, found, atol=1e-5)


def evened_case() -> tuple[Any, list[Tokens]]:
    """A network with one channel that reaches far beyond the others, and sentences."""
    import torch
    from nutgraf.training.network import TargetNetwork

    torch.manual_seed(0)
    network = TargetNetwork(0.0, 2).eval()
    network.encoder.layers[0].first.bias.data[7] = 40.0
    network.head.weight.data *= 20.0  # answers that differ
    texts = [f"Marta Ilves {word} Holm in {number}." for word in ("left", "saw", "never liked") for number in range(20)]
    return network, [tokens(Targeted(text, 0, 11), VOCABULARY) for text in texts]


def answered(network: Any, asked: list[Tokens]) -> Any:
    import torch

    with torch.no_grad():
        return torch.cat([network(torch.tensor(one.ids), torch.tensor(one.target)) for one in asked])


@needs_torch
def test_a_channel_that_reaches_far_beyond_the_others_is_evened_out_and_the_answers_stay() -> None:
    import torch
    from nutgraf.training.export import OneSentence
    from nutgraf.training.rounding import Product, even_out

    network, asked = evened_case()
    plain, evened = OneSentence(network), OneSentence(network)
    even_out(evened, asked)
    assert torch.allclose(answered(plain, asked), answered(evened, asked), atol=1e-4)
    given: dict[str, float] = {}
    for name, module in evened.named_modules():
        if isinstance(module, Product):
            module.register_forward_pre_hook(lambda product, x, name=name: given.update({name: float(product.within(x[0]).abs().max())}))
    answered(evened, asked)
    assert given["layers.0.wide"] < 10.0 < 40.0


@needs_torch
def test_weights_are_rounded_so_that_answers_change_less_than_by_the_nearest_whole_number() -> None:
    import torch
    from nutgraf.training.rounding import rounded

    torch.manual_seed(0)
    x, weight = torch.randn(300, 12, dtype=torch.float64) @ torch.randn(12, 40, dtype=torch.float64), torch.randn(40, 9, dtype=torch.float64)
    scale = weight.abs().amax(0) / 64
    found, nearest = rounded(weight, x.T @ x, 64), torch.round(weight / scale) * scale
    whole = found / scale
    assert torch.allclose(whole, whole.round(), atol=1e-9)
    assert torch.allclose(whole.abs().amax(0), torch.full((9,), 64.0, dtype=torch.float64)), "the exporter would take another scale"
    assert (x @ found - x @ weight).square().mean() < (x @ nearest - x @ weight).square().mean() / 2


@needs_torch
def test_the_file_holds_the_whole_numbers_that_the_weights_were_rounded_to(tmp_path: Path) -> None:
    import numpy as np
    import onnx
    from nutgraf.training.export import OneSentence, to_integers, to_onnx
    from nutgraf.training.rounding import STEPS, even_out, round_weights

    network, asked = evened_case()
    for reduced, steps in STEPS.items():
        rounded = OneSentence(network)
        even_out(rounded, asked)
        round_weights(rounded, asked, steps)
        to_onnx(rounded, tmp_path / "floats.onnx", {"ids": 1, "target": 1})
        to_integers(tmp_path / "floats.onnx", tmp_path / "integers.onnx", reduced=reduced)
        held = {each.name: onnx.numpy_helper.to_array(each) for each in onnx.load(str(tmp_path / "integers.onnx")).graph.initializer}
        kept = 0
        for name, weight in rounded.named_parameters():
            if name.endswith(("wide.weight", "narrow.weight", "out.weight", "attention.weight")):
                whole, scale = held[f"{name}_quantized"], held[f"{name}_scale"]
                assert np.abs(whole).max() == steps and np.allclose(whole * scale, weight.detach().numpy(), atol=1e-6)
                kept += 1
        assert kept == 8
