export interface PoseFrame {
  readonly found: boolean;
  readonly points: number[];
  readonly world: number[];
  readonly visibility: number[];
}

export interface HandFrame {
  readonly found: boolean;
  readonly score: number;
  readonly points: number[];
  readonly world: number[];
}

export interface HandsFrame {
  readonly left: HandFrame;
  readonly right: HandFrame;
}

/** Pictures that the server has, at so many milliseconds each. */
export interface Job {
  readonly part: 'pose' | 'hands';
  readonly pictures: readonly string[];
  readonly stepMs: number;
}

type Answer<T> = { readonly frames: T } | { readonly error: string };

declare global {
  interface Window {
    /** Landmarks of some pictures, by the program's own backends in a module worker. */
    landmarks<T>(job: Job): Promise<T>;
  }
}

window.landmarks = <T>(job: Job): Promise<T> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
    worker.onmessage = ({ data }: MessageEvent<Answer<T>>) => {
      worker.terminate();
      if ('error' in data) reject(new Error(data.error));
      else resolve(data.frames);
    };
    worker.onerror = ({ message }) => reject(new Error(message));
    worker.postMessage(job);
  });
