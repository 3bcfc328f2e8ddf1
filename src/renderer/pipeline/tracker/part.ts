import type { LandmarkBackend, Observation } from './backend.ts';

/**
 * What one worker looks for: the face that is followed, the body, both hands, or how many faces there are. Each has a
 * worker, a landmarker, a rate and a watchdog of its own.
 */
export const TRACKER_PARTS = ['face', 'pose', 'hands', 'faces'] as const;
export type TrackerPart = (typeof TRACKER_PARTS)[number];

/** Folder of MediaPipe's wasm as its loader wants it. */
export interface WasmFileset {
  readonly wasmLoaderPath: string;
  readonly wasmBinaryPath: string;
}

/** Everything in which the worker of one part differs from the others'. */
export interface TrackedPart<O extends Observation> {
  readonly name: TrackerPart;
  /** @throws Error when wasm or model cannot be loaded */
  create(fileset: WasmFileset, model: Uint8Array, delegate: 'CPU' | 'GPU'): Promise<LandmarkBackend<O>>;
  observation(): O;
  /** How many of them the result has: faces, bodies, hands. */
  count(result: O): number;
  /** Landmarks of a captured picture: x, y, z each, normalised to the picture. */
  landmarks(result: O): Float32Array;
  /** What publishes results in the shared memory that the window gave. */
  writer(buffer: SharedArrayBuffer): { write(result: O): void };
  /** A drawn picture on which all of the part's networks run, to time the delegates. */
  drawn(): ImageData;
}
