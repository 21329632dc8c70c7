"""How a form can be laid out: the printed families, and layouts that no given scan has."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random

from .corpus import Split

COLUMNS = {
    "level1": 1.15, "level2": 1.5, "level3": 2.8, "target": 1.5, "basis": 2.5, "actual": 1.5, "weight": 0.9,
    "score": 0.9, "reason": 1.9, "number": 0.6, "done": 1.1, "standard": 1.8,
}  # fmt: skip
FAMILY = ("level1", "level2", "level3", "target", "actual", "weight", "score", "reason")
WORDS = {
    "project": "项目名称", "department": "主管部门", "unit": "实施单位", "funds": "项目资金\n（万元）", "source": "",
    "initial_budget": "年初预算数", "annual_budget": "全年预算数", "executed": "全年执行数", "funds_weight": "分值",
    "rate": "执行率", "funds_score": "得分", "goals": "年度总体目标", "expected": "预期目标",
    "goal_actual": "实际完成情况", "indicators": "绩效指标", "level1": "一级指标", "level2": "二级指标",
    "level3": "三级指标", "target": "年度指标值", "actual": "实际完成值", "weight": "分值", "score": "得分",
    "reason": "偏差原因分析及改进措施", "basis": "指标值设定依据", "number": "序号", "done": "完成率",
    "standard": "评分标准", "total": "总分",
}  # fmt: skip
OTHER_WORDS = {
    "project": ("项目名称", "预算项目名称", "项目（专项）名称"),
    "department": ("主管部门", "主管部门及代码", "业务主管部门"),
    "unit": ("实施单位", "项目单位", "项目实施单位"),
    "funds": ("项目资金（万元）", "资金情况\n（万元）", "预算执行情况（万元）"),
    "source": ("", "资金性质"),
    "initial_budget": ("年初预算数", "年初预算", "年初预算数（A）"),
    "annual_budget": ("全年预算数", "全年预算数（B）", "调整后预算数"),
    "executed": ("全年执行数", "实际执行数", "全年执行数（C）"), "funds_weight": ("分值", "权重"),
    "rate": ("执行率", "预算执行率", "执行率（C/B）"), "funds_score": ("得分", "自评得分"),
    "goals": ("年度总体目标", "年度绩效目标", "总体目标"), "expected": ("预期目标", "年初设定目标", "年度预期目标"),
    "goal_actual": ("实际完成情况", "年度总体目标完成情况", "目标实际完成情况"),
    "indicators": ("绩效指标", "年度绩效指标", "绩效指标完成情况"),
    "level1": ("一级指标",), "level2": ("二级指标",), "level3": ("三级指标", "三级指标（具体指标）"),
    "target": ("年度指标值", "指标值", "目标值", "年初目标值"),
    "actual": ("实际完成值", "全年完成值", "实际值", "完成情况"),
    "weight": ("分值", "权重", "指标分值"), "score": ("得分", "自评得分", "自评分"),
    "reason": ("偏差原因分析及改进措施", "未完成原因分析", "偏差原因及整改措施", "未完成原因和改进措施"),
    "basis": ("指标值设定依据", "指标依据"), "number": ("序号",), "done": ("完成率", "指标完成率"),
    "standard": ("评分标准", "计分方法"), "total": ("总分", "合计", "总 分"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Layout:
    """A form's layout. ``side`` is the width of the label column on the left (0: none, section titles instead).

    ``columns`` is the order of the indicator columns, ``funds`` the relative widths of the funds' columns (None:
    they stand in the indicators' columns), ``contact`` an added row, ``goals_first`` the order of the sections.
    """

    name: str
    columns: tuple[str, ...] = FAMILY
    words: tuple[tuple[str, str], ...] = tuple(WORDS.items())
    side: float = 0.6
    funds: tuple[float, ...] | None = None
    vertical: bool = True
    goals_first: bool = False
    contact: bool = False
    landscape: bool = False
    repeat_header: bool = False
    total_row: bool = True
    stretch: tuple[float, ...] = ()

    def word(self, key: str) -> str:
        return dict(self.words)[key]


UNSEEN: tuple[Layout, ...] = (
    Layout("weight-first", ("level1", "level2", "level3", "weight", "target", "actual", "score", "reason")),
    Layout("numbered", ("number", *FAMILY), contact=True, repeat_header=True),
    Layout("landscape", ("level1", "level2", "level3", "target", "actual", "done", "weight", "score", "reason"),
           landscape=True, repeat_header=True),
    Layout("own-funds", funds=(2.6, 1.7, 1.7, 1.7, 0.8, 1.2, 1.0), contact=True),
    Layout("goals-first", goals_first=True, vertical=False, side=1.1),
    Layout("standard", ("level1", "level2", "level3", "standard", "target", "actual", "weight", "score", "reason"),
           landscape=True, contact=True),
    Layout("untitled", side=0.0, repeat_header=True),
    Layout("score-last", ("level1", "level2", "level3", "target", "weight", "actual", "reason", "score"), side=0.8),
    Layout("wide-untitled",
           ("number", "level1", "level2", "level3", "weight", "target", "actual", "done", "score", "reason"),
           side=0.0, landscape=True, funds=(2.2, 1.5, 1.5, 1.5, 1.0, 1.0, 1.0)),
    Layout("last-reason-free", ("level1", "level2", "level3", "actual", "target", "weight", "score", "reason"),
           goals_first=True, contact=True),
)  # fmt: skip


def make_layout(template: str, rng: Random, split: Split, basis: bool = False) -> Layout:
    """A layout for a form of that family; ``other`` gets one no scan has (the halves of the benchmark share none)."""
    if template == "other":
        chosen = rng.choice(UNSEEN[::2] if split == "fit" else UNSEEN[1::2])
        words = tuple((key, rng.choice(OTHER_WORDS[key])) for key in WORDS)
        columns = tuple(
            c for name in chosen.columns for c in ((name, "basis") if basis and name == "target" else (name,))
        )
        return _stretched(replace(chosen, columns=columns, words=words), rng)
    if template == "dept":
        words_of = {
            "project": "部门（单位）名称", "funds": "部门资金（万元）", "source": "资金来源",
            "funds_weight": "分值权重", "target": "预期指标值", "actual": "实际完成指标值", "weight": "分值权重",
            "goals": "年度总体目标",
        }  # fmt: skip
        columns = ("level1", "level2", "level3", "target", "basis", "weight", "actual", "score")
        words = tuple({**WORDS, **words_of}.items())
        return _stretched(Layout("dept", columns, words, side=0.0, vertical=False, total_row=False), rng)
    own = {
        "2020": {"target": "年度\n指标值", "actual": "实际\n完成值"},
        "2023": {"indicators": "年度绩效指标完成情况"},
        "2024": {},
    }
    words = tuple({**WORDS, **own[template]}.items())
    return _stretched(Layout(template, words=words, vertical=rng.random() < 0.7, repeat_header=rng.random() < 0.2), rng)


def _stretched(layout: Layout, rng: Random) -> Layout:
    """The layout with every column a little wider or narrower."""
    return replace(layout, stretch=tuple(rng.uniform(0.85, 1.18) for _ in layout.columns))
