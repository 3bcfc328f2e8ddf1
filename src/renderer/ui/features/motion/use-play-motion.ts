import { useCallback } from 'react';
import { toReasonError } from '../../../../shared/errors.ts';
import { useMotion } from '../../../state/motion.ts';
import { showNotice } from '../../../state/notices.ts';
import { useStudio } from '../../studio-context.ts';

/** Plays a recording by its address, over and over if the user wants that; null: the camera moves the avatar again. */
export function usePlayMotion(): (url: string | null) => Promise<void> {
  const { pipeline } = useStudio();
  return useCallback(
    async (url) => {
      try {
        await pipeline.playMotion(url, useMotion.getState().again);
      } catch (error) {
        showNotice('error', toReasonError(error).reason);
      }
    },
    [pipeline],
  );
}
