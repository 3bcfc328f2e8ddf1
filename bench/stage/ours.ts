import { frameShot, type Shot } from '../../src/renderer/pipeline/stage/framing.ts';
import { loadAvatar } from '../../src/renderer/pipeline/stage/loader.ts';
import type { AvatarFamily } from '../../src/renderer/pipeline/stage/messages.ts';
import { Programme } from '../../src/renderer/pipeline/stage/programme.ts';
import { probeGraphics } from '../../src/renderer/pipeline/stage/quality.ts';
import { ARKIT_INDEX } from '../../src/shared/domain/arkit.ts';
import { createAvatarPose } from '../../src/shared/domain/avatar-pose.ts';
import { HUMAN_BONES } from '../../src/shared/domain/human-bones.ts';
import type { Subject } from './subject.ts';

const HEAD = HUMAN_BONES.indexOf('head') * 4;

/** The studio's own stage, at the quality it chooses for this machine. */
export class OurStage implements Subject {
  readonly programme: Programme;
  private readonly pose = createAvatarPose();
  private readonly pixel = new Uint8Array(4);
  private readonly aspect: number;

  constructor(width: number, height: number) {
    this.programme = new Programme(width, height, probeGraphics().quality);
    this.programme.setBackdrop({ kind: 'color', color: '#20242f' });
    this.aspect = width / height;
  }

  /** @returns the shot it takes, and how long the avatar took to load, ms */
  async load(url: string, family: AvatarFamily): Promise<{ shot: Shot; loadMs: number }> {
    const from = performance.now();
    const rig = await loadAvatar(url, family, this.programme.quality, new AbortController().signal);
    const loadMs = performance.now() - from;
    await this.programme.prepare(rig);
    this.programme.setAvatar(rig);
    return { shot: frameShot(rig.head, this.aspect), loadMs };
  }

  draw(yaw: number, jaw: number, dt: number): void {
    const { pose } = this;
    pose.yaw = yaw;
    pose.rotations[HEAD + 1] = Math.sin(yaw / 2);
    pose.rotations[HEAD + 3] = Math.cos(yaw / 2);
    pose.channels[ARKIT_INDEX.jawOpen] = jaw;
    pose.channels[ARKIT_INDEX.eyeBlinkLeft] = jaw;
    pose.channels[ARKIT_INDEX.eyeBlinkRight] = jaw;
    this.programme.draw(pose, dt);
    this.programme.finish(this.pixel);
  }

  png(): Promise<Blob> {
    return this.programme.canvas.convertToBlob({ type: 'image/png' });
  }

  dispose(): void {
    this.programme.dispose();
  }
}
