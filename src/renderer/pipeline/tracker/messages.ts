import type { TrackerPart } from './part.ts';

/** What drives the tracking channel. URLs are absolute. */
export type TrackerSource =
  | { readonly kind: 'camera'; readonly modelUrl: string; readonly wasmUrl: string }
  | { readonly kind: 'recorded'; readonly performanceUrl: string };

/** Window → tracker worker. */
export type ToTracker =
  | {
      readonly type: 'init';
      readonly part: TrackerPart;
      /** Where results go; null: only the metrics are wanted. */
      readonly channel: SharedArrayBuffer | null;
      readonly source: TrackerSource;
      /** Results a second at most. */
      readonly fps: number;
      /** Choices measured before, by WebGL renderer. */
      readonly delegates: Readonly<Record<string, 'CPU' | 'GPU'>>;
      /** Named exception to «no camera picture leaves the tracker»: lets `capture` be answered. */
      readonly allowCapture: boolean;
    }
  /** Where the camera's frames are asked for, sent after `ready`; replaces the port before. */
  | { readonly type: 'frames'; readonly port: MessagePort }
  | { readonly type: 'rate'; readonly fps: number }
  /** The next tracked picture is wanted for the contact sheet. */
  | { readonly type: 'capture' };

/** Counts since the worker started; rates and percentiles over the last seconds. */
export interface TrackerMetrics {
  frames: number;
  found: number;
  /** Faces, bodies or hands in the newest result. */
  count: number;
  p50Ms: number | null;
  p95Ms: number | null;
  fps: number;
  cameraFrames: number;
  cameraFps: number;
  /** Frames that a newer one replaced before the tracker was free. Frames above the wanted rate are not dropped. */
  dropped: number;
  /** The camera has shown nothing but black for three seconds. */
  black: boolean;
  /** Memory of the worker's wasm modules, millions of bytes; 0 before the first. */
  heapMb: number;
}

/** Tracker worker → window. */
export type FromTracker =
  | {
      readonly type: 'ready';
      readonly delegate: 'CPU' | 'GPU' | 'recorded';
      readonly renderer: string | null;
      readonly measured: boolean;
    }
  | { readonly type: 'metrics'; readonly metrics: TrackerMetrics }
  | {
      readonly type: 'captured';
      readonly capturedAtMs: number;
      readonly found: boolean;
      readonly landmarks: Float32Array;
      /** Of the recorded source there is none: the picture is in the clip, at `clipSeconds`. */
      readonly bitmap: ImageBitmap | null;
      readonly clipSeconds: number;
    }
  | { readonly type: 'failed'; readonly message: string };
