import { type HeapProfiler, Session } from 'node:inspector';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const CHUNK = 200;
const CHUNKS = 9;
/** A sample every so many bytes, and over so many frames: single boxed numbers are seen. */
const INTERVAL = 128;
const PROFILED = 2000;

const collectGarbage = (): (() => void) => {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
};

/** What the heap grows by per frame: the median of short runs, so that no collection falls into one. */
export const bytesPerFrame = (frame: (index: number) => void): number => {
  const gc = collectGarbage();
  const grown: number[] = [];
  for (let chunk = 0; chunk < CHUNKS; chunk++) {
    const first = chunk * CHUNK;
    gc();
    const before = process.memoryUsage().heapUsed;
    for (let index = first; index < first + CHUNK; index++) frame(index);
    grown.push((process.memoryUsage().heapUsed - before) / CHUNK);
  }
  return grown.sort((a, b) => a - b)[Math.floor(CHUNKS / 2)]!;
};

/** Which functions allocate, bytes per frame, the largest first: numbers that V8 boxes between functions count too. */
export const allocators = async (
  frame: (index: number) => void,
): Promise<readonly { readonly where: string; readonly bytes: number }[]> => {
  const session = new Session();
  session.connect();
  const profile = await new Promise<HeapProfiler.SamplingHeapProfile>((done, fail) => {
    session.post(
      'HeapProfiler.startSampling',
      {
        samplingInterval: INTERVAL,
        includeObjectsCollectedByMajorGC: true,
        includeObjectsCollectedByMinorGC: true,
      },
      (error) => {
        if (error) return fail(error);
        for (let index = 0; index < PROFILED; index++) frame(index);
        session.post('HeapProfiler.stopSampling', (wrong, result) =>
          wrong ? fail(wrong) : done(result.profile),
        );
      },
    );
  });
  session.disconnect();
  const sums = new Map<string, number>();
  const add = ({ callFrame, selfSize, children }: HeapProfiler.SamplingHeapProfileNode): void => {
    const file = callFrame.url.split('/').at(-1) ?? '';
    const where = `${callFrame.functionName || '(anonymous)'} ${file}:${callFrame.lineNumber + 1}`;
    sums.set(where, (sums.get(where) ?? 0) + selfSize / PROFILED);
    for (const child of children) add(child);
  };
  add(profile.head);
  return [...sums]
    .map(([where, bytes]) => ({ where, bytes }))
    .filter(({ bytes }) => bytes >= 1)
    .sort((a, b) => b.bytes - a.bytes);
};
