from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from diffusers import UNet2DModel

from core.engine.finishing import FOLD, finish, finished_picture, word_class
from core.geometry import Raster
from core.training.networks import FINISHER_WORDS, build_finisher
from tests.core.engine.tiny import SIDE, draw, make_engine, request, tiny_model


def network(share: float) -> UNet2DModel:
    """A finishing network that answers the same everywhere: no addition, this logit of share."""
    built = build_finisher().eval().requires_grad_(False)
    assert built.conv_out.bias is not None
    built.conv_out.bias[3 * FOLD * FOLD :] = share
    return built


def picture(value: int, size: int = 32) -> np.ndarray:
    return np.full((size, size, 3), value, np.uint8)


def puppet(value: int, size: int = 32) -> np.ndarray:
    """Opaque on the left half."""
    rgba = np.full((size, size, 4), value, np.uint8)
    rgba[..., 3] = 0
    rgba[:, : size // 2, 3] = 255
    return rgba


def test_an_untrained_network_changes_nothing_without_a_puppet() -> None:
    drawn = np.random.default_rng(0).integers(0, 256, (32, 48, 3), dtype=np.uint8)
    assert np.array_equal(finished_picture(build_finisher(), drawn, None, 1.0), drawn)
    assert np.array_equal(finished_picture(build_finisher(), drawn, puppet(9)[:, :], 0.0), drawn)


def test_the_share_takes_the_puppets_pixels_where_it_is() -> None:
    got = finished_picture(network(share=30.0), picture(40), puppet(200), 1.0)
    assert (got[:, :16] == 200).all() and (got[:, 16:] == 40).all()
    kept = finished_picture(network(share=-30.0), picture(40), puppet(200), 1.0)
    assert (kept == 40).all()


def test_the_puppets_scale_lowers_its_share() -> None:
    half = finished_picture(network(share=30.0), picture(40), puppet(200), 0.5)
    assert np.abs(half[:, :16].astype(int) - 120).max() <= 1
    more = finished_picture(network(share=30.0), picture(40), puppet(200), 1.7)
    assert (more[:, :16] == 200).all()


def test_pictures_of_a_batch_do_not_mix() -> None:
    torch.manual_seed(0)
    built = build_finisher().eval()
    torch.nn.init.normal_(built.conv_out.weight, std=0.1)
    drawn, rgba = torch.rand(2, 3, 32, 32) * 2 - 1, torch.rand(2, 4, 32, 32)
    with torch.no_grad():
        both = finish(built, drawn, rgba)
        alone = torch.cat([finish(built, drawn[i : i + 1], rgba[i : i + 1]) for i in range(2)])
    torch.testing.assert_close(both, alone, rtol=1e-4, atol=1e-5)


WORDS = ("smile", "closed eyes")


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("1girl, smile, park", 1),
        ("park, Closed_Eyes", 2),
        ("closed eyes, smile", 2),
        ("a smile of hers", 0),
        ("", 0),
    ],
)
def test_the_first_word_that_is_known_counts(prompt: str, expected: int) -> None:
    assert word_class(prompt, WORDS) == expected
    assert word_class(prompt, ()) == 0


def attentive() -> UNet2DModel:
    """A finishing network whose words change the picture."""
    torch.manual_seed(1)
    built = build_finisher().eval().requires_grad_(False)
    assert isinstance(built.class_embedding, torch.nn.Embedding)
    torch.nn.init.normal_(built.class_embedding.weight, std=3.0)
    torch.nn.init.normal_(built.conv_out.weight, std=0.1)
    return built


def test_a_word_changes_the_picture_and_its_neighbour_in_a_batch_not() -> None:
    built, drawn, rgba = attentive(), torch.rand(2, 3, 32, 32), torch.rand(2, 4, 32, 32)
    plain = finish(built, drawn, rgba)
    asked = finish(built, drawn, rgba, torch.tensor([0, 2]))
    torch.testing.assert_close(asked[0], plain[0])
    assert not torch.allclose(asked[1], plain[1], atol=1e-2)


def test_a_network_without_words_takes_no_notice_of_them() -> None:
    config = {**build_finisher().config, "num_class_embeds": None}
    built = UNet2DModel.from_config(config)
    drawn, rgba = torch.rand(1, 3, 32, 32), torch.rand(1, 4, 32, 32)
    with torch.no_grad():
        torch.testing.assert_close(
            finish(built, drawn, rgba), finish(built, drawn, rgba, torch.tensor([2]))
        )


def test_the_engine_tells_the_finishing_network_what_the_prompt_asks_for() -> None:
    plain = tiny_model(puppet=True)
    info = replace(plain.info, finisher_words=FINISHER_WORDS)
    network, asked = attentive(), request(prompt="angry, park")
    before = draw(make_engine(plain), asked)[0].image
    after = draw(make_engine(replace(plain, info=info, finisher=network)), asked)[0].image
    angry = 1 + FINISHER_WORDS.index("angry")
    assert np.array_equal(after, finished_picture(network, before, None, 1.0, angry))
    assert not np.array_equal(after, finished_picture(network, before, None, 1.0))


def test_the_engine_finishes_what_it_decodes() -> None:
    plain = tiny_model(puppet=True)
    asked = request(puppet_image=Raster.from_array(puppet(200, SIDE)))
    before = draw(make_engine(plain), asked)[0].image
    after = draw(make_engine(replace(plain, finisher=network(share=30.0))), asked)[0].image
    half = SIDE // 2
    assert (after[:, :half] == 200).all()
    assert np.array_equal(after[:, half:], before[:, half:])
