/** One way to draw an avatar, as the benchmark sees it. */
export interface Subject {
  /** Poses and draws one picture and waits until it is there. Angles in radians, jaw 0..1, dt in seconds. */
  draw(yaw: number, jaw: number, dt: number): void;
  png(): Promise<Blob>;
  dispose(): void;
}
