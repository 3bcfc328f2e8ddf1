import type { StudioSnapshot } from '../../shared/domain/studio.ts';
import { type Reason, ReasonError, toReasonError } from '../../shared/errors.ts';
import { motionUpload } from '../../shared/ipc/motion.ts';
import type { StudioClient } from '../bridge/client.ts';
import type { StageClient } from './stage-client.ts';

export interface MotionDeskState {
  readonly recording: boolean;
  /** Address of the recording that drives the avatar; null: none. */
  readonly playing: string | null;
  /** Why the last recording could not be kept, until another one begins. */
  readonly refused: Reason | null;
}

/** The window's side of recording and playing motions: files go to main and come from it. */
export class MotionDesk {
  private readonly client: StudioClient;
  private readonly tell: (message: string) => void;
  private readonly listeners = new Set<(state: MotionDeskState) => void>();
  /** Address of the motion that stands in for the camera. */
  private performing: string | null = null;
  private current: MotionDeskState = { recording: false, playing: null, refused: null };

  /** @param tell hears what failed, for the log */
  constructor(client: StudioClient, tell: (message: string) => void) {
    this.client = client;
    this.tell = tell;
  }

  get state(): MotionDeskState {
    return this.current;
  }

  /** @returns ends it */
  onState(listener: (state: MotionDeskState) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  record(on: boolean, stage: StageClient): void {
    stage.recordMotion(on);
    this.update(on ? { recording: true, refused: null } : { recording: false });
  }

  /** A recording of the list by its address; null: the camera drives the avatar again. */
  async play(url: string | null, loop: boolean, stage: StageClient): Promise<void> {
    if (url === null) {
      this.ended(stage);
      return;
    }
    this.update({ playing: url });
    try {
      const file = await read(url);
      // Another one may have been chosen meanwhile.
      if (this.current.playing === url) stage.playMotion(file, loop);
    } catch (error) {
      if (this.current.playing === url) this.update({ playing: null });
      throw error;
    }
  }

  /** Without the tracker's model its performance plays, in step with its landmarks; with it the camera drives again. */
  follow(tracking: StudioSnapshot['tracking'], stage: StageClient): void {
    const url = tracking.source === 'recorded' ? tracking.motionUrl : null;
    if (url === this.performing) return;
    this.performing = url;
    if (this.current.playing === null) this.resume(stage);
  }

  /** The recording that plays has come to its end. */
  ended(stage: StageClient): void {
    this.update({ playing: null });
    this.resume(stage);
  }

  /** Keeps a finished recording under the time it was made. */
  keep(file: Uint8Array<ArrayBuffer>): void {
    const name = new Date().toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
    this.client
      .upload(motionUpload, { name }, new Blob([file], { type: 'application/octet-stream' }))
      .catch((error: unknown) => {
        this.tell(`motion: ${String(error)}`);
        this.update({ refused: toReasonError(error).reason });
      });
  }

  /** What drives the avatar when the user plays nothing. */
  private resume(stage: StageClient): void {
    const url = this.performing;
    if (url === null) {
      stage.playMotion(null, false);
      return;
    }
    read(url).then(
      (file) => {
        if (this.performing === url && this.current.playing === null) stage.playMotion(file, true, true);
      },
      (error: unknown) => this.tell(`performance: ${String(error)}`),
    );
  }

  private update(change: Partial<MotionDeskState>): void {
    this.current = { ...this.current, ...change };
    for (const listener of this.listeners) listener(this.current);
  }
}

async function read(url: string): Promise<ArrayBuffer> {
  const answer = await fetch(url);
  if (!answer.ok) throw new ReasonError('motion.not-found', `it answered ${answer.status}`);
  return answer.arrayBuffer();
}
