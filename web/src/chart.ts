import { meaningOf, withUnit } from './metrics.ts';
import { type Curve, pixelOf, rasterize, transpose, visible } from './raster.ts';
import { duration, type Scale, scaleOf, shortNumber, ticksOf } from './scale.ts';
import type { View } from './view.ts';

/** Space for what axes say, in CSS pixels. */
const margin = { left: 56, right: 10, top: 8, bottom: 22 };
/** Corners that paths of a canvas draw well within a frame; beyond, pixels are set. */
const MOST_CORNERS = 15_000;

export interface ChartEvents {
  /** Ends of x that are to be seen, in all charts; undefined: all. */
  onZoom(from: number | undefined, to: number | undefined): void;
  onTip(text: string | undefined, x: number, y: number): void;
}

/** One metric of several runs on a canvas. */
export class Chart {
  readonly canvas = document.createElement('canvas');
  readonly key: string;
  readonly #view: View;
  readonly #events: ChartEvents;
  #curves: readonly Curve[] = [];
  #frame = 0;
  /** Those that are out of sight are not drawn. */
  #isSeen = true;
  /** Where the cursor is, as a value of x. */
  #cursor: number | undefined;
  #x: Scale = scaleOf(0, 1, 1, false);
  #y: Scale = scaleOf(0, 1, 1, false);

  constructor(key: string, view: View, events: ChartEvents) {
    this.key = key;
    this.#view = view;
    this.#events = events;
    const { canvas } = this;
    canvas.tabIndex = 0;
    canvas.setAttribute('role', 'img');
    canvas.addEventListener('wheel', (e) => this.#onWheel(e), { passive: false });
    canvas.addEventListener('pointerdown', (e) => this.#onPointerDown(e));
    canvas.addEventListener('pointermove', (e) => this.#onHover(e));
    canvas.addEventListener('pointerleave', () => this.#moveCursor(undefined));
    canvas.addEventListener('dblclick', () => events.onZoom(undefined, undefined));
    canvas.addEventListener('keydown', (e) => this.#onKey(e));
    canvas.addEventListener('blur', () => this.#moveCursor(undefined));
    new ResizeObserver(() => this.redraw()).observe(canvas);
    new IntersectionObserver(([entry]) => {
      this.#isSeen = entry.isIntersecting;
      if (this.#isSeen) this.redraw();
    }).observe(canvas);
  }

  /** CSS pixels from end to end of x. */
  get width(): number {
    return Math.max(100, this.canvas.clientWidth - margin.left - margin.right);
  }

  get curves(): readonly Curve[] {
    return this.#curves;
  }

  show(curves: readonly Curve[]): void {
    this.#curves = curves;
    this.canvas.setAttribute('aria-label', this.#description());
    this.redraw();
  }

  /** Draws with the next frame. */
  redraw(): void {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      if (this.#isSeen) this.draw();
    });
  }

  draw(): void {
    const { canvas } = this;
    const ratio = devicePixelRatio;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    if (width === 0) return;
    if (canvas.width !== Math.round(width * ratio)) canvas.width = Math.round(width * ratio);
    if (canvas.height !== Math.round(height * ratio)) canvas.height = Math.round(height * ratio);
    const g = canvas.getContext('2d')!;
    this.#scale(width, height);
    g.setTransform(1, 0, 0, 1, 0, 0);
    g.clearRect(0, 0, canvas.width, canvas.height);
    const corners = this.#curves.reduce((n, c) => n + c.x.length, 0);
    if (corners > MOST_CORNERS) this.#drawPixels(g, ratio);
    g.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.#drawAxes(g, width, height);
    if (corners <= MOST_CORNERS) this.#drawPaths(g);
    if (this.#cursor !== undefined) {
      const x = margin.left + this.#x.place(this.#cursor);
      g.strokeStyle = g.fillStyle;
      g.globalAlpha = 0.5;
      g.beginPath();
      g.moveTo(x, margin.top);
      g.lineTo(x, height - margin.bottom);
      g.stroke();
      g.globalAlpha = 1;
    }
  }

  #scale(width: number, height: number): void {
    const { logX, from, to } = this.#view;
    const isPositive = (v: number): boolean => v > 0;
    let [x0, x1] = [Infinity, -Infinity];
    for (const { x } of this.#curves) {
      if (x.length === 0) continue;
      x0 = Math.min(x0, logX ? (x.find(isPositive) ?? Infinity) : x[0]);
      x1 = Math.max(x1, x[x.length - 1]);
    }
    if (from !== undefined && (!logX || from > 0)) x0 = from;
    if (to !== undefined) x1 = to;
    if (!(x1 > x0)) [x0, x1] = Number.isFinite(x0) ? [x0 * 0.99, x0 * 1.01 + 1] : [logX ? 1 : 0, 100];
    this.#x = scaleOf(x0, x1, width - margin.left - margin.right, logX);
    let [y0, y1] = [Infinity, -Infinity];
    let positive = Infinity;
    for (const { x, y } of this.#curves) {
      const [begin, end] = visible(x, x0, x1);
      for (let i = begin; i < end; i++) {
        if (x[i] < x0 || x[i] > x1) continue;
        if (y[i] < y0) y0 = y[i];
        if (y[i] > y1) y1 = y[i];
        if (y[i] > 0 && y[i] < positive) positive = y[i];
      }
    }
    const isLog = this.#view.logY && y1 > 0;
    if (isLog) y0 = positive;
    if (!(y1 >= y0)) [y0, y1] = [isLog ? 0.1 : 0, 1];
    const flat = Math.abs(y1) * 0.05 || 1;
    if (isLog) [y0, y1] = [y0 / 1.05, y1 * 1.05];
    else if (y1 - y0 < 1e-12 * Math.abs(y1) || y1 === y0) [y0, y1] = [y0 - flat, y1 + flat];
    else [y0, y1] = [y0 - 0.04 * (y1 - y0), y1 + 0.04 * (y1 - y0)];
    this.#y = scaleOf(y0, y1, height - margin.top - margin.bottom, isLog);
  }

  #drawPixels(g: CanvasRenderingContext2D, ratio: number): void {
    const [width, height] = [Math.round(this.#x.size * ratio), Math.round(this.#y.size * ratio)];
    const image = g.createImageData(width, height);
    const columns = new Uint32Array(width * height);
    const x = scaleOf(this.#x.low, this.#x.high, width, this.#x.isLog);
    const y = scaleOf(this.#y.low, this.#y.high, height, this.#y.isLog);
    for (const curve of this.#curves)
      rasterize(columns, width, height, curve, x, y, pixelOf(curve.color, curve.isFaint ? 70 : 255));
    transpose(columns, new Uint32Array(image.data.buffer), height);
    g.putImageData(image, Math.round(margin.left * ratio), Math.round(margin.top * ratio));
  }

  #drawPaths(g: CanvasRenderingContext2D): void {
    g.save();
    g.beginPath();
    g.rect(margin.left, margin.top, this.#x.size, this.#y.size);
    g.clip();
    const bottom = margin.top + this.#y.size;
    g.lineJoin = 'round';
    for (const { x, y, color, dash, isFaint } of this.#curves) {
      g.strokeStyle = color;
      g.fillStyle = color;
      g.lineWidth = isFaint ? 1 : 1.6;
      g.globalAlpha = isFaint ? 0.28 : 1;
      g.setLineDash([...dash]);
      g.beginPath();
      for (let i = 0; i < x.length; i++) {
        const [px, py] = [margin.left + this.#x.place(x[i]), bottom - this.#y.place(y[i])];
        if (Number.isFinite(px) && Number.isFinite(py)) g.lineTo(px, py);
      }
      g.stroke();
      // Few points are seen as points.
      if (x.length <= 40)
        for (let i = 0; i < x.length; i++) {
          g.beginPath();
          g.arc(margin.left + this.#x.place(x[i]), bottom - this.#y.place(y[i]), 2.5, 0, 7);
          g.fill();
        }
    }
    g.restore();
  }

  #drawAxes(g: CanvasRenderingContext2D, width: number, height: number): void {
    const probe = getComputedStyle(this.canvas);
    g.font = '11px system-ui, sans-serif';
    g.fillStyle = probe.color;
    g.strokeStyle = probe.color;
    g.lineWidth = 1;
    const { axis } = this.#view;
    const text = axis === 'time' ? duration : (v: number): string => shortNumber(v);
    g.textAlign = 'center';
    g.textBaseline = 'top';
    for (const tick of ticksOf(this.#x, Math.max(2, Math.floor(width / 110)))) {
      const x = margin.left + this.#x.place(tick);
      this.#gridLine(g, x, margin.top, x, height - margin.bottom);
      g.fillText(text(tick), x, height - margin.bottom + 5);
    }
    g.textAlign = 'right';
    g.textBaseline = 'middle';
    for (const tick of ticksOf(this.#y, Math.max(2, Math.floor(height / 45)))) {
      const y = height - margin.bottom - this.#y.place(tick);
      this.#gridLine(g, margin.left, y, width - margin.right, y);
      g.fillText(shortNumber(tick), margin.left - 6, y);
    }
  }

  #gridLine(g: CanvasRenderingContext2D, x0: number, y0: number, x1: number, y1: number): void {
    g.globalAlpha = 0.12;
    g.beginPath();
    g.moveTo(Math.round(x0) + 0.5, Math.round(y0) + 0.5);
    g.lineTo(Math.round(x1) + 0.5, Math.round(y1) + 0.5);
    g.stroke();
    g.globalAlpha = 1;
  }

  #onWheel(e: WheelEvent): void {
    // A page scrolls as pages do; Ctrl, or a chart that has the focus, zooms.
    if (!e.ctrlKey && !e.shiftKey && document.activeElement !== this.canvas) return;
    e.preventDefault();
    this.#zoom(1.0015 ** (e.deltaY || e.deltaX), e.offsetX - margin.left);
  }

  /** Shows `factor` times as much, what is at a place staying there. */
  #zoom(factor: number, place: number): void {
    this.#events.onZoom(
      this.#x.valueAt(place * (1 - factor)),
      this.#x.valueAt(place + (this.#x.size - place) * factor),
    );
  }

  #pan(pixels: number): void {
    this.#events.onZoom(this.#x.valueAt(pixels), this.#x.valueAt(this.#x.size + pixels));
  }

  /** Dragging moves; with Shift it chooses what is to be seen. */
  #onPointerDown(e: PointerEvent): void {
    const { canvas } = this;
    canvas.focus({ preventScroll: true });
    canvas.setPointerCapture(e.pointerId);
    const begin = e.offsetX - margin.left;
    const x = this.#x;
    const move = (to: PointerEvent): void => {
      const delta = begin - (to.offsetX - margin.left);
      if (!e.shiftKey && delta !== 0) this.#events.onZoom(x.valueAt(delta), x.valueAt(x.size + delta));
    };
    const up = (to: PointerEvent): void => {
      canvas.removeEventListener('pointermove', move);
      const end = to.offsetX - margin.left;
      if (e.shiftKey && Math.abs(end - begin) > 4)
        this.#events.onZoom(x.valueAt(Math.min(begin, end)), x.valueAt(Math.max(begin, end)));
    };
    canvas.addEventListener('pointermove', move);
    canvas.addEventListener('pointerup', up, { once: true });
  }

  #onHover(e: PointerEvent): void {
    const place = e.offsetX - margin.left;
    if (e.buttons === 0 && place >= 0 && place <= this.#x.size)
      this.#moveCursor(this.#x.valueAt(place), e.clientX, e.clientY, e.offsetY);
    else this.#moveCursor(undefined);
  }

  #onKey(e: KeyboardEvent): void {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    const middle = this.#x.size / 2;
    const step = this.#x.size / 10;
    const moveCursor = (by: number): void => {
      const place = this.#cursor === undefined ? middle : this.#x.place(this.#cursor);
      const box = this.canvas.getBoundingClientRect();
      const to = Math.max(0, Math.min(this.#x.size, place + by));
      this.#moveCursor(this.#x.valueAt(to), box.left + margin.left + to, box.top + 20);
    };
    const actions: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => (e.shiftKey ? moveCursor(-8) : this.#pan(-step)),
      ArrowRight: () => (e.shiftKey ? moveCursor(8) : this.#pan(step)),
      '+': () => this.#zoom(0.8, middle),
      '=': () => this.#zoom(0.8, middle),
      '-': () => this.#zoom(1.25, middle),
      '0': () => this.#events.onZoom(undefined, undefined),
      Home: () => this.#events.onZoom(undefined, undefined),
      Escape: () => this.#moveCursor(undefined),
    };
    if (!Object.hasOwn(actions, e.key)) return;
    e.preventDefault();
    actions[e.key]();
  }

  /** Shows values at x; of many runs those nearest to a height. */
  #moveCursor(x: number | undefined, clientX = 0, clientY = 0, offsetY?: number): void {
    if (x === undefined && this.#cursor === undefined) return;
    this.#cursor = x;
    this.redraw();
    if (x === undefined) {
      this.#events.onTip(undefined, 0, 0);
      return;
    }
    const { unit } = meaningOf(this.key);
    const found = this.#curves
      .filter((c) => !c.isFaint && c.x.length > 0)
      .map((c) => {
        const i = nearest(c.x, x);
        const away = offsetY === undefined ? 0 : Math.abs(margin.top + this.#y.size - this.#y.place(c.y[i]) - offsetY);
        return { id: c.id, x: c.x[i], y: c.y[i], away };
      })
      .sort((a, b) => a.away - b.away)
      .slice(0, 10);
    const { axis } = this.#view;
    const where = (v: number): string => (axis === 'time' ? duration(v) : `${axis} ${v.toLocaleString('en')}`);
    const lines = found.map((f) => `${withUnit(f.y, unit).padEnd(14)} ${f.id}`);
    this.#events.onTip([where(found[0]?.x ?? x), ...lines].join('\n'), clientX, clientY);
  }

  #description(): string {
    const { name, unit } = meaningOf(this.key);
    const own = this.#curves.filter((c) => !c.isFaint && c.x.length > 0);
    const told = own.slice(0, 5).map((c) => `${c.id} ${withUnit(c.y[c.y.length - 1], unit)}`);
    const more = own.length > 5 ? `, and ${own.length - 5} more` : '';
    return `${name} by ${this.#view.axis}, ${own.length} runs. Last values: ${told.join(', ')}${more}. Arrows move, plus and minus zoom, 0 shows all, Shift and arrows read values.`;
  }
}

/** Index of the x nearest to a value; x ascends and is not empty. */
export function nearest(x: Float64Array, value: number): number {
  let [low, high] = [0, x.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (x[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low > 0 && value - x[low - 1] < x[low] - value ? low - 1 : low;
}
