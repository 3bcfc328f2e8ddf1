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
  readonly weights: Readonly<Record<string, number>>;
}

export interface TimedPose {
  readonly t: number;
  readonly state: PoseState;
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

export interface HarnessApi {
  /** Loads a VRM onto a fresh stage; returns its triangle count. */
  stage(url: string, options: StageOptions): Promise<number>;
  /** Starts a fresh face landmarker. */
  track(): Promise<void>;
  /** Renders one pose; returns a PNG data URL. */
  shoot(state: PoseState): Promise<string>;
  /** Renders poses and reads them with the landmarker. */
  measure(states: readonly TimedPose[]): Promise<DetectedFrame[]>;
  /** Renders poses and posts them as raw RGBA to /upload. */
  film(states: readonly TimedPose[]): Promise<void>;
  /** Reads raw RGBA frames with the landmarker. */
  detectRaw(url: string, width: number, height: number, times: readonly number[]): Promise<DetectedFrame[]>;
  /** Frames per second of pose and render. */
  speed(frames: number): Promise<number>;
}
