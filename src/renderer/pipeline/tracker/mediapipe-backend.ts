import { FaceLandmarker, type FaceLandmarkerResult, FilesetResolver } from '@mediapipe/tasks-vision';
import { ARKIT_COUNT, ARKIT_INDEX, type ArkitChannel } from '../../../shared/domain/arkit.ts';
import { createHeadPose, readHeadPose } from '../solver/head-pose.ts';
import { createFaceObservation, type FaceObservation, LANDMARK_COUNT } from '../tracking-channel.ts';
import type { LandmarkBackend, TrackerPicture } from './backend.ts';
import { confidenceOf } from './confidence.ts';
import { chooseDelegate, isSoftwareRenderer, webglRenderer } from './delegate.ts';

export interface MediaPipeOptions {
  /** Folder of the package's `vision_wasm_module_internal.*`, absolute. */
  readonly wasmUrl: string;
  /** face_landmarker.task, absolute. */
  readonly modelUrl: string;
  /** `auto` takes what `known` says for this WebGL renderer, or measures. */
  readonly delegate: 'CPU' | 'GPU' | 'auto';
  readonly known?: Readonly<Record<string, 'CPU' | 'GPU'>>;
}

export interface MediaPipeStart {
  readonly backend: LandmarkBackend;
  /** What draws WebGL here, the key under which a measured choice may be kept. */
  readonly renderer: string | null;
  readonly measured: boolean;
}

const WARM_FRAMES = 2;
const TIMED_FRAMES = 5;

/**
 * Face landmarks by MediaPipe. It must run in a module worker: detection blocks its thread.
 * @throws Error when wasm or model cannot be loaded
 */
export async function startMediaPipe(options: MediaPipeOptions): Promise<MediaPipeStart> {
  // The second argument loads the wasm as a module: importScripts does not exist in a module worker.
  const fileset = await FilesetResolver.forVisionTasks(options.wasmUrl, true);
  const response = await fetch(options.modelUrl);
  if (!response.ok) throw new Error(`the face model answered ${response.status}`);
  const model = new Uint8Array(await response.arrayBuffer());

  const create = async (delegate: 'CPU' | 'GPU'): Promise<MediaPipeBackend> =>
    new MediaPipeBackend(
      await FaceLandmarker.createFromOptions(fileset, {
        baseOptions: { modelAssetBuffer: model, delegate },
        runningMode: 'VIDEO',
        // Smoothing over time exists for one face only.
        numFaces: 1,
        outputFaceBlendshapes: true,
        outputFacialTransformationMatrixes: true,
      }),
      delegate,
    );

  if (options.delegate !== 'auto') {
    return { backend: await create(options.delegate), renderer: null, measured: false };
  }
  const renderer = webglRenderer();
  if (isSoftwareRenderer(renderer)) return { backend: await create('CPU'), renderer, measured: false };

  const known = renderer ? options.known?.[renderer] : undefined;
  if (known) return { backend: await create(known), renderer, measured: false };
  const cpuMs = measure(await create('CPU'));
  const gpuMs = await create('GPU').then(measure, () => []);
  return { backend: await create(chooseDelegate(cpuMs, gpuMs)), renderer, measured: true };
}

/** Times a few frames of a drawn face; what throws has no times. Closes the backend. */
function measure(backend: MediaPipeBackend): number[] {
  const times: number[] = [];
  const out = createFaceObservation();
  const picture = drawnFace();
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

/** Enough of a face that the detector, the mesh and the blendshape network all run. */
function drawnFace(): ImageData {
  const canvas = new OffscreenCanvas(640, 480);
  const g = canvas.getContext('2d')!;
  const blob = (color: string, x: number, y: number, rx: number, ry: number) => {
    g.fillStyle = color;
    g.beginPath();
    g.ellipse(x, y, rx, ry, 0, 0, 2 * Math.PI);
    g.fill();
  };
  g.fillStyle = '#8a94a0';
  g.fillRect(0, 0, 640, 480);
  blob('#5a3a28', 320, 190, 118, 130);
  blob('#d9a98a', 320, 230, 100, 130);
  for (const side of [-1, 1]) {
    blob('#ffffff', 320 + side * 42, 210, 20, 11);
    blob('#2c1c14', 320 + side * 42, 210, 9, 10);
    blob('#4a2e20', 320 + side * 42, 184, 26, 5);
  }
  blob('#c48f72', 320, 250, 13, 22);
  blob('#a8453f', 320, 300, 34, 11);
  return g.getImageData(0, 0, 640, 480);
}

class MediaPipeBackend implements LandmarkBackend {
  readonly delegate: 'CPU' | 'GPU';
  private readonly landmarker: FaceLandmarker;
  private readonly pose = createHeadPose();
  /** Place of each of MediaPipe's categories among the channels, −1 for `_neutral`; filled at the first face. */
  private readonly places: number[] = [];

  constructor(landmarker: FaceLandmarker, delegate: 'CPU' | 'GPU') {
    this.landmarker = landmarker;
    this.delegate = delegate;
  }

  detect(picture: TrackerPicture, timestampMs: number, out: FaceObservation): void {
    const result = this.landmarker.detectForVideo(picture, timestampMs);
    out.faces = result.faceLandmarks.length;
    out.found = this.read(result, out);
    out.confidence = out.found ? confidenceOf(out.landmarks, this.pose.yaw) : 0;
  }

  close(): void {
    this.landmarker.close();
  }

  private read(result: FaceLandmarkerResult, out: FaceObservation): boolean {
    const points = result.faceLandmarks[0];
    const categories = result.faceBlendshapes[0]?.categories;
    const matrix = result.facialTransformationMatrixes[0]?.data;
    if (!points || !categories || !matrix || !readHeadPose(matrix, this.pose)) return false;
    for (let i = 0; i < 16; i++) out.matrix[i] = matrix[i]!;
    for (let i = 0; i < LANDMARK_COUNT; i++) {
      const point = points[i]!;
      out.landmarks[i * 3] = point.x;
      out.landmarks[i * 3 + 1] = point.y;
      out.landmarks[i * 3 + 2] = point.z;
    }
    if (this.places.length === 0) {
      for (const category of categories) {
        this.places.push(ARKIT_INDEX[category.categoryName as ArkitChannel] ?? -1);
      }
    }
    for (let i = 0; i < ARKIT_COUNT; i++) out.scores[i] = 0;
    for (let i = 0; i < categories.length; i++) {
      const place = this.places[i]!;
      if (place >= 0) out.scores[place] = categories[i]!.score;
    }
    return true;
  }
}
