import type { StudioSnapshot } from '../../shared/domain/studio.ts';
import { studioMute, studioPanic } from '../../shared/ipc/studio.ts';
import type { StudioClient } from '../bridge/client.ts';
import type { Microphone } from './audio/microphone.ts';
import type { StageClient } from './stage-client.ts';

/**
 * Panic and mute of this page: cut in the very moment the user says so, before main answers, and kept cut until a
 * snapshot agrees.
 */
export class ProgrammeCut {
  private readonly client: StudioClient;
  private readonly complain: (error: unknown) => void;
  /** Cut here at once, not yet by main. */
  private panicNow = false;
  private mutedNow = false;
  private snapshot: StudioSnapshot | null = null;

  /** @param complain hears what main could not be told */
  constructor(client: StudioClient, complain: (error: unknown) => void) {
    this.client = client;
    this.complain = complain;
  }

  /** What is cut by this page alone, because main has not confirmed it yet. */
  get here(): { readonly panic: boolean; readonly muted: boolean } {
    return { panic: this.panicNow, muted: this.mutedNow };
  }

  setPanic(on: boolean): void {
    this.panicNow = on;
  }

  setMuted(on: boolean): void {
    this.mutedNow = on;
  }

  /** What main has confirmed is main's again. */
  follow(snapshot: StudioSnapshot): void {
    this.snapshot = snapshot;
    if (snapshot.panic) this.panicNow = false;
    if (snapshot.muted) this.mutedNow = false;
  }

  /** What was cut here while main could not be reached is said again: the tray and other pages must hear of it. */
  repeat(): void {
    if (this.client.connection.state !== 'open') return;
    if (this.panicNow) this.client.call(studioPanic, { on: true }).catch(this.complain);
    if (this.mutedNow) this.client.call(studioMute, { on: true }).catch(this.complain);
  }

  apply(stage: StageClient | null, microphone: Microphone): void {
    const panic = this.panicNow || (this.snapshot?.panic ?? false);
    const muted = this.mutedNow || (this.snapshot?.muted ?? false);
    // Muted is the microphone alone: what is mixed to it goes on, so the chain mutes, not the stage.
    const alone = (this.snapshot?.settings.secondSource.source ?? 'none') === 'none';
    stage?.cut(panic, muted && alone);
    microphone.setMuted(muted);
    microphone.setPanic(panic);
  }
}
