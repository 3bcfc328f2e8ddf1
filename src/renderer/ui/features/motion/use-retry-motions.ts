import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import type { UnkeptMotion } from '../../../pipeline/motion-desk.ts';
import { announce } from '../../../state/notices.ts';
import { useStudio } from '../../studio-context.ts';

/** Offers recordings that could not be kept once more, and says what came of it. @returns whether all are kept now */
export function useRetryMotions(): (motions: readonly UnkeptMotion[]) => Promise<boolean> {
  const { t } = useTranslation();
  const { pipeline } = useStudio();
  return useCallback(
    async (motions) => {
      let kept = 0;
      for (const { id } of motions) if (await pipeline.unkeptMotions.retry(id)) kept++;
      const all = kept === motions.length;
      announce(t(all ? 'motion.keptNow' : 'motion.stillNotKept', { count: motions.length - kept }), !all);
      return all;
    },
    [pipeline, t],
  );
}
