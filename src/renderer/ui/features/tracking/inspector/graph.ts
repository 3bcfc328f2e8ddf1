import { programmeNowMs } from '../../../../pipeline/clock.ts';
import { fitCanvas } from './canvas-size.ts';
import type { InspectorFeed } from './feed.ts';
import type { History } from './history.ts';
import { scaleOf, TRACES, type Trace } from './traces.ts';

/** How much of the past a graph shows. */
export const GRAPH_MS = 8000;

const GRID = '#232836';
const RAW = '#f5bd52';
const SOLVED = '#b4a8ff';

/** Draws one channel as it was read and as it was solved, the newest at the right. */
export function paintGraph(
  canvas: HTMLCanvasElement,
  paint: CanvasRenderingContext2D,
  feed: InspectorFeed,
  trace: Trace,
): void {
  if (!fitCanvas(canvas)) return;
  const column = TRACES.indexOf(trace);
  const { low, high } = scaleOf(trace);
  const { width, height } = canvas;
  paint.clearRect(0, 0, width, height);
  paint.lineWidth = devicePixelRatio;
  paint.strokeStyle = GRID;
  paint.beginPath();
  for (let line = 1; line < 4; line++) {
    const y = Math.round((height * line) / 4) + 0.5;
    paint.moveTo(0, y);
    paint.lineTo(width, y);
  }
  paint.stroke();
  const now = programmeNowMs();
  paintLine(paint, feed.raw, column, low, high, now, RAW, 1.25, width, height);
  paintLine(paint, feed.smooth, column, low, high, now, SOLVED, 2, width, height);
}

function paintLine(
  paint: CanvasRenderingContext2D,
  history: History,
  column: number,
  low: number,
  high: number,
  nowMs: number,
  colour: string,
  thickness: number,
  width: number,
  height: number,
): void {
  const { times, values, columns, capacity, written } = history;
  const margin = 2 * devicePixelRatio;
  paint.strokeStyle = colour;
  paint.lineWidth = thickness * devicePixelRatio;
  paint.lineJoin = 'round';
  paint.beginPath();
  let open = false;
  for (let i = Math.max(0, written - capacity); i < written; i++) {
    const slot = i % capacity;
    const age = nowMs - times[slot]!;
    if (age > GRAPH_MS) continue;
    const value = values[slot * columns + column]!;
    if (Number.isNaN(value)) {
      open = false;
      continue;
    }
    const share = Math.min(1, Math.max(0, (value - low) / (high - low)));
    const x = width * (1 - age / GRAPH_MS);
    const y = margin + (height - 2 * margin) * (1 - share);
    if (open) paint.lineTo(x, y);
    else paint.moveTo(x, y);
    open = true;
  }
  paint.stroke();
}
