import { useTranslation } from 'react-i18next';
import { assertNever } from '../../../../../shared/assert-never.ts';
import type { Running } from './use-running.ts';

/** What a person is asked to do in a step of a calibration. */
export function useStepWords(): (running: Running) => { readonly title: string; readonly text: string } {
  const { t } = useTranslation('tracking');
  return (running) => {
    switch (running.kind) {
      case 'neutral':
        return { title: t('calibration.neutral.now'), text: t('calibration.neutral.do') };
      case 'fit':
        return {
          title: t(`calibration.fitStep.${running.step}.title`),
          text: t(`calibration.fitStep.${running.step}.text`),
        };
      case 'voice':
        return {
          title: t('calibration.vowel.title', { vowel: running.step }),
          text: t(`calibration.vowel.${running.step}`),
        };
      default:
        return assertNever(running);
    }
  };
}
