import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Bitmap } from '../model/png.ts';
import { develop, enlarge, type Film, smooth } from './develop.ts';
import type { RoomName } from './rooms.ts';
import { type Layers, newLayers } from './trace.ts';
import type { Order } from './worker.ts';

const traced = (order: Order): Promise<Layers> =>
  new Promise((done, fail) => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: order });
    worker.once('message', (layers: Layers) => {
      worker.terminate().then(() => done(layers), fail);
    });
    worker.once('error', fail);
  });

/** Path-traces a room on every core at `detail` × the final size and develops it. The result does not depend on the cores. */
export const renderRoom = async (
  room: RoomName,
  width: number,
  height: number,
  { samples, detail, film }: { samples: number; detail: number; film: Film },
): Promise<Bitmap> => {
  const [w, h] = [Math.round(width * detail), Math.round(height * detail)];
  const step = availableParallelism();
  const parts = await Promise.all(
    Array.from({ length: step }, (_, from) => traced({ room, width: w, height: h, samples, from, step })),
  );
  const layers = newLayers(w * h);
  // Every thread filled its own rows only, so the sum puts them together.
  for (const part of parts) {
    for (const name of ['glow', 'light', 'albedo', 'normal'] as const) {
      part[name].forEach((x, i) => {
        layers[name][i] = (layers[name][i] as number) + x;
      });
    }
  }
  return develop(enlarge(smooth(layers, w, h, 4), width, height), film);
};
