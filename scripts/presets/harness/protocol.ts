/** What Node asks of the render page. Angles are degrees, lengths metres. */

export interface StageOptions {
  readonly width: number;
  readonly height: number;
  readonly supersample: number;
  readonly fov: number;
  readonly camera: readonly [number, number, number];
  readonly target: readonly [number, number, number];
  /** `programme`: the lights, materials and framing of the app's stage; camera, target and fov are not read. */
  readonly light: 'studio' | 'webcam' | 'programme';
  readonly shadows: boolean;
  readonly backdrop?: string;
  readonly colour?: string;
  /** Programme look only: narrows the field of view, and lifts the camera by metres. */
  readonly zoom?: number;
  readonly rise?: number;
}

/** One pose; the head turns by R = Ry(yaw)·Rx(pitch)·Rz(roll), unmirrored. */
export interface PoseState {
  readonly yaw: number;
  readonly pitch: number;
  readonly roll: number;
  readonly gazeYaw: number;
  readonly gazePitch: number;
  readonly breath: number;
  readonly dt: number;
  /** How far the right hand is raised to wave, 0 to 1. */
  readonly wave?: number;
  /** How far the jaw bone is open, 0 to 1; a figure with morph targets needs none. */
  readonly jaw?: number;
  /** The whole figure's place, metres, X right of the picture, Y up. */
  readonly x?: number;
  readonly y?: number;
  readonly weights: Readonly<Record<string, number>>;
}

export interface TimedPose {
  readonly t: number;
  readonly state: PoseState;
}

/** What a bad camera makes of a picture. */
export interface Grade {
  /** Factor on every sRGB level. */
  readonly exposure: number;
  /** Standard deviation of the sensor's noise, levels. */
  readonly noise: number;
  readonly seed: number;
}

/** FaceLandmarker's answer for one frame. */
export interface DetectedFrame {
  readonly t: number;
  readonly found: boolean;
  readonly landmarks: number[];
  readonly matrix: number[];
  readonly scores: number[];
  readonly names: string[];
}

/** What the pose and the hand landmarker say of one picture; x, y, z of every point in a row. */
export interface DetectedBody {
  readonly found: boolean;
  /** 33 points, normalised to the picture. */
  readonly points: number[];
  /** 33 points, metres, origin between the hips. */
  readonly world: number[];
  readonly visibility: number[];
  readonly hands: readonly {
    /** As the landmarker calls it. */
    readonly handedness: string;
    readonly score: number;
    /** 21 points, normalised to the picture. */
    readonly points: number[];
    /** 21 points, metres, origin at the hand's centre. */
    readonly world: number[];
  }[];
}

/** Rotations x, y, z, w of humanoid bones in the normalised T-pose; bones that are left out are at rest. */
export type BoneRotations = Readonly<Record<string, readonly [number, number, number, number]>>;

export interface HarnessApi {
  /** Loads a VRM onto a fresh stage; returns its triangle count. */
  stage(url: string, options: StageOptions): Promise<number>;
  /** Starts a fresh face landmarker. */
  track(): Promise<void>;
  /** Renders one pose; returns a PNG data URL. */
  shoot(state: PoseState): Promise<string>;
  /** Renders poses and reads them with the landmarker, as a camera of that `grade` sees them. */
  measure(states: readonly TimedPose[], grade?: Grade): Promise<DetectedFrame[]>;
  /** Renders poses and posts them as raw RGBA to /upload. */
  film(states: readonly TimedPose[]): Promise<void>;
  /** Reads raw RGBA frames with the landmarker. */
  detectRaw(url: string, width: number, height: number, times: readonly number[]): Promise<DetectedFrame[]>;
  /** Starts fresh landmarkers of body and hands. */
  trackBody(): Promise<void>;
  /** Shows one pose for some frames of a camera of that `grade`; returns what the landmarkers say of the last. */
  measureBody(bones: BoneRotations, grade: Grade, frames: number): Promise<DetectedBody>;
  /** The picture that was detected last, as a PNG data URL. */
  lastPicture(): Promise<string>;
  /** Frames per second of pose and render. */
  speed(frames: number): Promise<number>;
}
