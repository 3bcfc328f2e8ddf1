import type { StudioSnapshot } from '../../shared/domain/studio.ts';
import { type Reason, ReasonError, toReasonError } from '../../shared/errors.ts';
import { motionUpload } from '../../shared/ipc/motion.ts';
import type { StudioClient } from '../bridge/client.ts';
import type { StageClient } from './stage-client.ts';

export interface MotionDeskState {
  readonly recording: boolean;
  /** Address of the recording that drives the avatar; null: none. */
  readonly playing: string | null;
  /** Finished recordings that main has not taken, oldest first. */
  readonly unkept: readonly UnkeptMotion[];
}

/** A finished recording that main would not take: the desk holds its file until it does, or the user discards it. */
export interface UnkeptMotion {
  readonly id: string;
  readonly name: string;
  /** Why it was not taken the last time. */
  readonly reason: Reason;
  /** It is being offered again. */
  readonly trying: boolean;
}

/** What the user may do about {@link UnkeptMotion}s. */
export interface UnkeptMotions {
  /** Offers it to main again. @returns whether it is kept now */
  retry(id: string): Promise<boolean>;
  /** Forgets it for good; not while it is being offered. */
  discard(id: string): void;
}

/** The window's side of recording and playing motions: files go to main and come from it. */
export class MotionDesk implements UnkeptMotions {
  private readonly client: StudioClient;
  private readonly tell: (message: string) => void;
  private readonly listeners = new Set<(state: MotionDeskState) => void>();
  /** Address of the motion that stands in for the camera. */
  private performing: string | null = null;
  private current: MotionDeskState = { recording: false, playing: null, unkept: [] };
  /** What is held of `unkept`, by its id. */
  private readonly held = new Map<string, Blob>();

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
    this.update({ recording: on });
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

  /** Keeps a finished recording under the time it was made; nobody can make it again, so it is held until it is kept. */
  async keep(file: Uint8Array<ArrayBuffer>): Promise<void> {
    const name = new Date().toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
    const blob = new Blob([file], { type: 'application/octet-stream' });
    const id = crypto.randomUUID();
    const reason = await this.offer(id, name, blob);
    if (!reason) return;
    this.held.set(id, blob);
    this.update({ unkept: [...this.current.unkept, { id, name, reason, trying: false }] });
  }

  async retry(id: string): Promise<boolean> {
    const unkept = this.current.unkept.find((each) => each.id === id);
    const blob = this.held.get(id);
    if (!unkept || !blob || unkept.trying) return false;
    this.change({ ...unkept, trying: true });
    const reason = await this.offer(id, unkept.name, blob);
    if (reason) this.change({ ...unkept, reason });
    else this.forget(id);
    return reason === null;
  }

  discard(id: string): void {
    if (this.current.unkept.some((each) => each.id === id && !each.trying)) this.forget(id);
  }

  /** @returns why main did not take it; null: it did */
  private async offer(id: string, name: string, blob: Blob): Promise<Reason | null> {
    try {
      await this.client.upload(motionUpload, { id, name }, blob);
      return null;
    } catch (error) {
      this.tell(`motion: ${String(error)}`);
      return toReasonError(error).reason;
    }
  }

  private change(to: UnkeptMotion): void {
    this.update({ unkept: this.current.unkept.map((each) => (each.id === to.id ? to : each)) });
  }

  private forget(id: string): void {
    this.held.delete(id);
    this.update({ unkept: this.current.unkept.filter((each) => each.id !== id) });
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
