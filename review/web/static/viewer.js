// A page of the scan: tiles at the scale that the screen needs, zoom, pan, turning upright, boxes over it.
//
// The stage is laid out in page pixels and moved by one CSS transform; only tiles of the level that fits the present
// scale and lie in sight are loaded, over the coarsest level, which is always there.

import { fill, make, svg } from "./dom.js";

const MOST = 8;

/**
 * The cell whose turned outline has `box` around it: middle, width and height along the page's lines. A cell's box is
 * upright on the page as delivered; on a skewed page it holds far more than the cell.
 */
export function tight([x0, y0, x1, y1], turn) {
  let [width, height] = [Math.max(1, x1 - x0), Math.max(1, y1 - y0)];
  const quarter = Math.round(turn / 90);
  if (quarter % 2) [width, height] = [height, width];
  const rest = ((turn - 90 * quarter) * Math.PI) / 180;
  const [cos, sin, both] = [Math.cos(rest), Math.abs(Math.sin(rest)), Math.cos(2 * rest)];
  const across = Math.min(width / cos, Math.max(0.2 * width, (width * cos - height * sin) / both));
  const down = Math.min(height / cos, Math.max(0.2 * height, (height * cos - width * sin) / both));
  return { x: (x0 + x1) / 2, y: (y0 + y1) / 2, width: both < 0.2 ? width : across, height: both < 0.2 ? height : down };
}

export class Viewer {
  constructor(frame, stage, onPick) {
    this.frame = frame;
    this.stage = stage;
    this.onPick = onPick;
    this.page = null;
    this.scale = 1;
    this.x = 0;
    this.y = 0;
    this.turn = 0;
    this.tiles = new Map();
    this.floor = make("div", { class: "floor" });
    this.layer = make("div", { class: "layer" });
    this.boxes = svg("svg", { class: "boxes" });
    fill(stage, this.floor, this.layer, this.boxes);
    this.#listen();
    new ResizeObserver(() => this.page && (this.fitted ? this.fit() : this.place())).observe(frame);
  }

  show(page) {
    if (this.page?.page === page.page) return;
    this.page = page;
    this.turn = page.turn;
    this.tiles.clear();
    fill(this.floor);
    fill(this.layer);
    fill(this.boxes);
    this.stage.style.width = `${page.width}px`;
    this.stage.style.height = `${page.height}px`;
    this.boxes.setAttribute("viewBox", `0 0 ${page.width} ${page.height}`);
    const top = page.levels - 1;
    this.floor.append(this.#tile(top, 0, 0));
    this.fit();
  }

  #url(level, column, row) {
    const { url, page, version } = this.page;
    return `${url}?page=${page}&z=${level}&x=${column}&y=${row}&v=${version}`;
  }

  #tile(level, column, row) {
    const side = this.page.tile * 2 ** level;
    const image = make("img", { alt: "", draggable: "false", decoding: "async" });
    image.style.left = `${column * side}px`;
    image.style.top = `${row * side}px`;
    image.style.width = `${Math.min(side, this.page.width - column * side)}px`;
    image.style.height = `${Math.min(side, this.page.height - row * side)}px`;
    image.src = this.#url(level, column, row);
    return image;
  }

  /** The point of the page under a point of the frame. */
  toPage(x, y) {
    const angle = (-this.turn * Math.PI) / 180;
    const [dx, dy] = [(x - this.x) / this.scale, (y - this.y) / this.scale];
    // undo the turning that shows the page upright
    return [dx * Math.cos(-angle) - dy * Math.sin(-angle), dx * Math.sin(-angle) + dy * Math.cos(-angle)];
  }

  toFrame(px, py) {
    const angle = (-this.turn * Math.PI) / 180;
    return [
      this.x + this.scale * (px * Math.cos(angle) - py * Math.sin(angle)),
      this.y + this.scale * (px * Math.sin(angle) + py * Math.cos(angle)),
    ];
  }

  place() {
    this.stage.style.transform = `translate(${this.x}px, ${this.y}px) rotate(${-this.turn}deg) scale(${this.scale})`;
    cancelAnimationFrame(this.waiting);
    this.waiting = requestAnimationFrame(() => this.#loadSeen());
  }

  #loadSeen() {
    const { page } = this;
    if (!page) return;
    const needed = Math.log2(1 / (this.scale * devicePixelRatio));
    const level = Math.max(0, Math.min(page.levels - 1, Math.floor(needed + 0.2)));
    const side = page.tile * 2 ** level;
    const { width, height } = this.frame.getBoundingClientRect();
    const corners = [[0, 0], [width, 0], [0, height], [width, height]].map(([x, y]) => this.toPage(x, y));
    const span = (k, limit) => {
      const values = corners.map((corner) => corner[k]);
      const last = Math.ceil(limit / side) - 1;
      return [Math.max(0, Math.floor(Math.min(...values) / side)), Math.min(last, Math.floor(Math.max(...values) / side))];
    };
    const [left, right] = span(0, page.width);
    const [top, bottom] = span(1, page.height);
    const wanted = new Set();
    for (let row = top; row <= bottom; row += 1) {
      for (let column = left; column <= right; column += 1) {
        const name = `${level}/${column}/${row}`;
        wanted.add(name);
        if (!this.tiles.has(name)) {
          const image = this.#tile(level, column, row);
          this.tiles.set(name, image);
          this.layer.append(image);
        }
      }
    }
    // Tiles of other levels stay below until those of this one are there, and few enough are kept.
    const stale = [...this.tiles.keys()].filter((name) => !wanted.has(name));
    const ready = [...wanted].every((name) => this.tiles.get(name)?.complete);
    if (ready || stale.length > 120) {
      for (const name of stale) {
        this.tiles.get(name).remove();
        this.tiles.delete(name);
      }
    } else {
      for (const name of wanted) {
        const image = this.tiles.get(name);
        if (!image.complete) image.addEventListener("load", () => this.place(), { once: true });
      }
    }
  }

  #bounds() {
    const { width, height } = this.page;
    const angle = (-this.turn * Math.PI) / 180;
    const points = [[0, 0], [width, 0], [0, height], [width, height]].map(([x, y]) => [
      x * Math.cos(angle) - y * Math.sin(angle), x * Math.sin(angle) + y * Math.cos(angle),
    ]);
    const xs = points.map((p) => p[0]);
    const ys = points.map((p) => p[1]);
    return { left: Math.min(...xs), top: Math.min(...ys), right: Math.max(...xs), bottom: Math.max(...ys) };
  }

  fit() {
    if (!this.page) return;
    const room = this.frame.getBoundingClientRect();
    const all = this.#bounds();
    this.scale = Math.min((room.width - 16) / (all.right - all.left), (room.height - 16) / (all.bottom - all.top));
    this.x = room.width / 2 - (this.scale * (all.left + all.right)) / 2;
    this.y = room.height / 2 - (this.scale * (all.top + all.bottom)) / 2;
    this.fitted = true;
    this.place();
  }

  zoom(factor, x = this.frame.clientWidth / 2, y = this.frame.clientHeight / 2) {
    if (!this.page) return;
    const smallest = Math.min(this.frame.clientWidth / this.page.width, this.frame.clientHeight / this.page.height) / 2;
    const scale = Math.max(smallest, Math.min(MOST, this.scale * factor));
    this.x = x - ((x - this.x) * scale) / this.scale;
    this.y = y - ((y - this.y) * scale) / this.scale;
    this.scale = scale;
    this.fitted = false;
    this.place();
  }

  pan(dx, dy) {
    this.x += dx;
    this.y += dy;
    this.fitted = false;
    this.place();
  }

  /** Between the page as delivered and upright. */
  turnOver() {
    this.turn = this.turn ? 0 : this.page.turn;
    this.fit();
  }

  /** Move a box into sight where it is not; with `read`, come near enough to read it. */
  reveal(box, read = false) {
    const room = this.frame.getBoundingClientRect();
    const cell = tight(box, this.page.turn);
    if (read) {
      const near = Math.min(1, (room.width * 0.8) / cell.width, (room.height * 0.6) / cell.height);
      const least = Math.min(near, Math.max(room.width / (this.page.width * 0.55), this.scale));
      if (this.scale < least) {
        this.scale = least;
        this.fitted = false;
      }
    }
    const [x, y] = this.toFrame(cell.x, cell.y);
    const margin = 60;
    const outside = x < margin || y < margin || x > room.width - margin || y > room.height - margin;
    if (!this.fitted && (read || outside)) this.pan(room.width / 2 - x, room.height / 2 - y);
    else this.place();
  }

  /** Whether the point (x, y) of the page lies in a cell. */
  holds(box, x, y) {
    const cell = tight(box, this.page.turn);
    const angle = (this.page.turn * Math.PI) / 180;
    const [dx, dy] = [x - cell.x, y - cell.y];
    const across = dx * Math.cos(angle) + dy * Math.sin(angle);
    const down = dy * Math.cos(angle) - dx * Math.sin(angle);
    return Math.abs(across) <= cell.width / 2 && Math.abs(down) <= cell.height / 2;
  }

  /** Draw boxes: [{box, kind, address}], in page pixels. */
  draw(boxes) {
    const { turn } = this.page;
    fill(this.boxes, boxes.map(({ box, kind, address }) => {
      const { x, y, width, height } = tight(box, turn);
      const turned = turn ? { transform: `rotate(${turn} ${x} ${y})` } : {};
      return svg("rect", { x: x - width / 2, y: y - height / 2, width, height, class: kind, "data-address": address, ...turned });
    }));
  }

  #listen() {
    let from = null;
    let moved = false;
    const spot = (event) => {
      const room = this.frame.getBoundingClientRect();
      return [event.clientX - room.left, event.clientY - room.top];
    };
    this.frame.addEventListener("wheel", (event) => {
      event.preventDefault();
      if (event.shiftKey) this.pan(-event.deltaY, 0);
      else this.zoom(Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.0015)), ...spot(event));
    }, { passive: false });
    this.frame.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || event.target.closest("button, a")) return;
      from = spot(event);
      moved = false;
      this.frame.setPointerCapture(event.pointerId);
    });
    this.frame.addEventListener("pointermove", (event) => {
      if (!from) return;
      const to = spot(event);
      if (Math.hypot(to[0] - from[0], to[1] - from[1]) > 3 || moved) {
        moved = true;
        this.pan(to[0] - from[0], to[1] - from[1]);
        from = to;
      }
    });
    this.frame.addEventListener("pointerup", (event) => {
      if (from && !moved && this.page) this.onPick(...this.toPage(...spot(event)));
      from = null;
    });
    this.frame.addEventListener("dblclick", (event) => this.zoom(2, ...spot(event)));
  }
}
