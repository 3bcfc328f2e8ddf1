import { parentPort, workerData } from 'node:worker_threads';
import { isRoomName, ROOMS } from './rooms.ts';
import { newLayers, traceRows } from './trace.ts';

/** What the render thread is told. */
export interface Order {
  readonly room: string;
  readonly width: number;
  readonly height: number;
  readonly samples: number;
  readonly from: number;
  readonly step: number;
}

const order = workerData as Order;
if (!isRoomName(order.room)) throw new Error(`No room is called ${order.room}`);
const layers = newLayers(order.width * order.height);
traceRows(ROOMS[order.room](), order, order.from, order.step, layers);
parentPort?.postMessage(layers);
