import { motionsRemove, motionsRename, motionUpload } from '../../shared/ipc/motion.ts';
import type { MotionStore } from '../services/motion/motion-store.ts';
import type { Router } from './router.ts';

/** Binds the user's recordings of motion. */
export function bindMotion(router: Router, motions: MotionStore): void {
  router.receive(motionUpload, async ({ id, name }, bytes) => {
    await motions.add(id, name, bytes);
    return {};
  });
  router.handle(motionsRename, async ({ id, name }) => {
    await motions.rename(id, name);
    return {};
  });
  router.handle(motionsRemove, async ({ id }) => {
    await motions.remove(id);
    return {};
  });
}
