import path from 'node:path';
import type { StudioSnapshot } from '../shared/domain/studio.ts';
import { motionsSnapshot } from '../shared/ipc/motion.ts';
import { vmcPose, vmcSnapshot } from '../shared/ipc/vmc.ts';
import type { Host } from './host/port.ts';
import { bindMotion } from './ipc/bind-motion.ts';
import type { Router } from './ipc/router.ts';
import { MOTIONS_MOUNT, openMotionStore } from './services/motion/motion-store.ts';
import { VmcService } from './services/vmc/vmc-service.ts';
import { openReceiver } from './vmc/receiver.ts';
import { openSender } from './vmc/sender.ts';

export interface MotionParts {
  readonly vmc: VmcService;
  /** Follows the studio: what is exchanged with other programs, and panic. */
  follow(snapshot: StudioSnapshot): void;
}

/** Recordings of motion, and motion from and to other programs. Before the host starts. */
export async function composeMotion(parts: {
  readonly host: Host;
  readonly router: Router;
  readonly home: string;
  readonly wantPoses: (on: boolean) => void;
  readonly closers: (() => unknown)[];
}): Promise<MotionParts> {
  const { host, router, home, wantPoses, closers } = parts;
  const motions = await openMotionStore({
    dir: path.join(home, 'motions'),
    onChange: (snapshot) => router.publish(motionsSnapshot, snapshot),
  });
  closers.push(() => motions.settled());
  bindMotion(router, motions);
  host.serve(MOTIONS_MOUNT, motions.asset);
  router.publish(motionsSnapshot, motions.snapshot());

  const vmc = new VmcService({
    network: { openReceiver, openSender },
    publish: (snapshot) => router.publish(vmcSnapshot, snapshot),
    onPose: (pose) => router.publish(vmcPose, pose),
    wantPoses,
  });
  closers.push(() => vmc.close());
  return {
    vmc,
    follow({ settings, avatar, panic }) {
      const expressions = (settings.expressions[avatar.id] ?? []).map(({ name }) => name);
      vmc.follow({ vmc: settings.tracking.vmc, expressions, panic });
    },
  };
}

/** Poses are wanted while any of several wants them. @returns for each of them, how it says so */
export function sharedWish(set: (on: boolean) => void): () => (on: boolean) => void {
  const wanting = new Set<symbol>();
  return () => {
    const who = Symbol('one of them');
    return (on) => {
      if (on) wanting.add(who);
      else wanting.delete(who);
      set(wanting.size > 0);
    };
  };
}
