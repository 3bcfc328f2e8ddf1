import { FilesetResolver } from '@mediapipe/tasks-vision';
import type { LandmarkBackend, Observation } from './backend.ts';
import { chooseDelegate, isSoftwareRenderer, webglRenderer } from './delegate.ts';
import type { TrackedPart } from './part.ts';

export interface MediaPipeOptions {
  /** Folder of the package's `vision_wasm_module_internal.*`, absolute. */
  readonly wasmUrl: string;
  /** The part's model file, absolute. */
  readonly modelUrl: string;
  /** `auto` takes what `known` says for this WebGL renderer, or measures. */
  readonly delegate: 'CPU' | 'GPU' | 'auto';
  readonly known?: Readonly<Record<string, 'CPU' | 'GPU'>>;
}

export interface MediaPipeStart<O extends Observation> {
  readonly backend: LandmarkBackend<O>;
  /** What draws WebGL here, the key under which a measured choice may be kept. */
  readonly renderer: string | null;
  readonly measured: boolean;
}

const WARM_FRAMES = 2;
const TIMED_FRAMES = 5;

/**
 * The landmarker of one part by MediaPipe. It must run in a module worker: detection blocks its thread.
 * @throws Error when wasm or model cannot be loaded
 */
export async function startMediaPipe<O extends Observation>(
  part: TrackedPart<O>,
  options: MediaPipeOptions,
): Promise<MediaPipeStart<O>> {
  // The second argument loads the wasm as a module: importScripts does not exist in a module worker.
  const fileset = await FilesetResolver.forVisionTasks(options.wasmUrl, true);
  const response = await fetch(options.modelUrl);
  if (!response.ok) throw new Error(`the ${part.name} model answered ${response.status}`);
  const model = new Uint8Array(await response.arrayBuffer());
  const create = (delegate: 'CPU' | 'GPU') => part.create(fileset, model, delegate);

  if (options.delegate !== 'auto') {
    return { backend: await create(options.delegate), renderer: null, measured: false };
  }
  const renderer = webglRenderer();
  if (isSoftwareRenderer(renderer)) return { backend: await create('CPU'), renderer, measured: false };

  const known = renderer ? options.known?.[renderer] : undefined;
  if (known) return { backend: await create(known), renderer, measured: false };
  const cpuMs = measure(part, await create('CPU'));
  const gpuMs = await create('GPU').then(
    (backend) => measure(part, backend),
    () => [],
  );
  return { backend: await create(chooseDelegate(cpuMs, gpuMs)), renderer, measured: true };
}

/** Times a few frames of the part's drawn picture; what throws has no times. Closes the backend. */
function measure<O extends Observation>(part: TrackedPart<O>, backend: LandmarkBackend<O>): number[] {
  const times: number[] = [];
  const out = part.observation();
  const picture = part.drawn();
  try {
    for (let i = 0; i < WARM_FRAMES + TIMED_FRAMES; i++) {
      const start = performance.now();
      backend.detect(picture, 1 + i * 33, out);
      if (i >= WARM_FRAMES) times.push(performance.now() - start);
    }
  } catch {
    // A delegate that fails on a plain picture is not chosen: it has no times.
    return [];
  } finally {
    backend.close();
  }
  return times;
}
