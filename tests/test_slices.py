"""Slices of a page, and the pictures that a tall one is kept in. Drawn pages, no browser."""

import io
import random

import pytest
from PIL import Image, ImageChops, ImageDraw

from bot.capture.files.pictures import MAX_FULLPAGE_PIXELS, joined, parts
from bot.capture.files.slices import MARGIN_PIXELS, SLICE_RATIO, slices

WIDTH = 640
LINE, GAP = 24, 16
WORDS_WIDTH = 524


def jpeg(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


def text_page(height: int, *, figures: tuple[tuple[int, int], ...] = ()) -> Image.Image:
    """Lines of dark words on white, with plain figures from edge to edge."""
    page = Image.new("RGB", (WIDTH, height), "white")
    draw = ImageDraw.Draw(page)
    for top in range(GAP, height - LINE, LINE + GAP):
        for left in range(40, WIDTH - 80, 60):
            draw.rectangle((left, top, left + 44, top + LINE - 1), fill="black")
    for top, bottom in figures:
        draw.rectangle((0, top, WIDTH, bottom), fill="#2d5bcb")
    return page


def opened(contents: list[bytes]) -> list[Image.Image]:
    return [Image.open(io.BytesIO(content)).convert("L") for content in contents]


def last_row(picture: Image.Image) -> tuple[int, int]:
    row = picture.crop((0, picture.height - 1, picture.width, picture.height))
    low, high = row.getextrema()
    assert isinstance(low, (int, float))
    assert isinstance(high, (int, float))
    return int(low), int(high)


def test_a_long_page_is_cut_between_its_lines_into_even_phone_shapes() -> None:
    page = text_page(5_000)
    cut = opened(slices(jpeg(page)))
    assert sum(each.height for each in cut) == page.height
    (width,) = {each.width for each in cut}
    assert max(each.height for each in cut) <= width * SLICE_RATIO
    assert min(each.height for each in cut) > width
    assert all(last_row(each)[0] > 230 for each in cut[:-1]), "a cut goes through a line"


def test_a_plain_figure_is_not_cut_though_it_is_calm() -> None:
    figures = ((700, 1_300), (1_800, 2_400))
    cut = opened(slices(jpeg(text_page(3_200, figures=figures))))
    assert len(cut) > 2
    assert all(last_row(each)[0] > 230 for each in cut[:-1])


def test_a_short_page_is_its_own_only_slice() -> None:
    (only,) = opened(slices(jpeg(text_page(900))))
    assert only.height == 900


def test_empty_margins_are_left_out_so_that_a_phone_shows_the_words_larger() -> None:
    wide = Image.new("RGB", (2 * WIDTH, 3_000), "white")
    wide.paste(text_page(3_000), (300, 0))
    cut = opened(slices(jpeg(wide)))
    (width,) = {each.width for each in cut}
    assert width == pytest.approx(WORDS_WIDTH + 2 * MARGIN_PIXELS, abs=10)
    assert sum(each.height for each in cut) == 3_000


def test_an_empty_page_is_one_slice() -> None:
    (only,) = opened(slices(jpeg(Image.new("RGB", (WIDTH, 800), "white"))))
    assert only.size == (WIDTH, 800)


def test_a_page_without_a_calm_row_is_cut_all_the_same() -> None:
    noise = Image.frombytes("RGB", (200, 1_500), random.Random(1).randbytes(200 * 1_500 * 3))
    cut = opened(slices(jpeg(noise)))
    assert sum(each.height for each in cut) == 1_500
    assert all(20 <= each.height <= 200 * SLICE_RATIO for each in cut)


def test_a_page_is_taken_in_parts_that_leave_nothing_out() -> None:
    assert parts(900) == [(0, 900)]
    assert parts(45_000) == [(0, 20_000), (20_000, 40_000), (40_000, 45_000)]


def test_parts_become_one_picture_again() -> None:
    page = text_page(2_400)
    (whole,) = opened(joined([jpeg(page.crop((0, top, WIDTH, top + 800))) for top in (0, 800, 1_600)]))
    assert whole.size == page.size
    difference = ImageChops.difference(whole, page.convert("L"))
    assert sum(difference.convert("L").histogram()[64:]) == 0


def test_what_is_too_high_for_one_picture_stays_in_parts() -> None:
    tall = [jpeg(Image.new("RGB", (8, 20_000), "white")), jpeg(Image.new("RGB", (8, 20_000), "white"))] * 2
    assert joined(tall) == tall


def test_the_pictures_of_a_page_end_somewhere() -> None:
    assert parts(10_000_000)[-1][1] == MAX_FULLPAGE_PIXELS
