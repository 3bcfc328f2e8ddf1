import type { AvatarFamily } from '../../src/renderer/pipeline/stage/messages.ts';
import { OurStage } from './ours.ts';
import { PlainLoop } from './plain.ts';
import type { Subject } from './subject.ts';

/** What both loops are measured with. */
const FRAME_S = 1 / 30;

let subjects: Record<string, Subject> = {};
let ours: OurStage | null = null;

async function base64(blob: Blob): Promise<string> {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let text = '';
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return btoa(text);
}

function pose(subject: Subject, frame: number): void {
  const t = frame * FRAME_S;
  subject.draw(Math.sin(t * 2) * 0.35, 0.5 + Math.sin(t * 7) / 2, FRAME_S);
}

const bench = {
  /** Loads one avatar into every subject. @returns ms the stage took to load it. */
  async load(url: string, family: AvatarFamily, width: number, height: number): Promise<number> {
    for (const subject of Object.values(subjects)) subject.dispose();
    ours = new OurStage(width, height);
    const { shot, loadMs } = await ours.load(url, family);
    const plain = new PlainLoop(width, height, true);
    await plain.load(url, shot);
    const bare = new PlainLoop(width, height, false);
    await bare.load(url, shot);
    subjects = { ours, plain, bare };
    for (const subject of Object.values(subjects)) for (let i = 0; i < 5; i++) pose(subject, i);
    return loadMs;
  },
  /** Draws for so long without a pause. @returns pictures a second. */
  run(name: string, ms: number): number {
    const subject = subjects[name]!;
    const from = performance.now();
    let frames = 0;
    do pose(subject, frames++);
    while (performance.now() - from < ms);
    return (frames * 1000) / (performance.now() - from);
  },
  /** Draws so many pictures. */
  frames(name: string, count: number): void {
    const subject = subjects[name]!;
    for (let i = 0; i < count; i++) pose(subject, i);
  },
  async png(name: string): Promise<string> {
    const subject = subjects[name]!;
    subject.draw(0.3, 0.5, FRAME_S);
    return base64(await subject.png());
  },
  ours: (): OurStage => ours!,
};

export type StageBench = typeof bench;
(globalThis as { harness?: StageBench }).harness = bench;
