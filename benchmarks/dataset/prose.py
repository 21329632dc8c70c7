"""Pages that are no form and no table: paragraphs of a report, so that such pages are known and kept."""

from __future__ import annotations

from random import Random

from . import corpus
from .corpus import Split
from .spec import Block, LineSpec


def prose_block(rng: Random, split: Split) -> Block:
    """A heading and some paragraphs of made-up work report."""
    place, year = rng.choice(corpus.PLACES), rng.randint(2018, 2025)
    lines = [LineSpec(f"{place}{year}年度部门决算公开说明", 1.5, bold=True)]
    for k in range(rng.randint(3, 9)):
        topic = rng.choice(corpus.topics(split))
        lines.append(LineSpec(f"{'一二三四五六七八九'[k]}、{rng.choice(topic.names)}", 1.1, align="left"))
        told = []
        for verb, thing, unit, low, high in rng.sample(topic.things, rng.randint(2, 4)):
            growth = f"较上年增长{rng.randint(1, 40)}.{rng.randint(0, 9)}%"
            told.append(f"{verb}{thing}{rng.randint(low, high)}{unit}，{growth}")
        body = f"　　{year}年，{place}{topic.office}{'；'.join(told)}。{rng.choice(topic.effects)}。"
        lines.append(LineSpec(body, align="left"))
    return Block(tuple(lines), None)
