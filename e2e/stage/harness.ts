import { capture } from './capture.ts';
import { direct } from './direct.ts';
import { encoders } from './encoder-double.ts';
import { worker } from './worker.ts';

/** What a test calls in the page. */
export type StageHarness = {
  direct: typeof direct;
  worker: typeof worker;
  capture: typeof capture;
  encoders: typeof encoders;
};
(globalThis as { harness?: StageHarness }).harness = { direct, worker, capture, encoders };
