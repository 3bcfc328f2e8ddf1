import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCalibration } from '../../../../state/calibration.ts';
import { announce, showNotice } from '../../../../state/notices.ts';

const CONFIRMED_MS = 2000;

type Recentring = 'recentre' | 'recentring' | 'recentred' | 'recentreFailed' | 'recentreRefused';

/** How recentring gets on, by the button or by its key; its end is told for a moment. */
export function useRecentring(): Recentring {
  const event = useCalibration((state) => state.event);
  const [told, setTold] = useState(event);
  useEffect(() => {
    const timer = setTimeout(() => setTold(event), CONFIRMED_MS);
    return () => clearTimeout(timer);
  }, [event]);
  if (event?.kind !== 'neutral') return 'recentre';
  if (event.state === 'running') return 'recentring';
  if (event === told || event.state === 'cancelled') return 'recentre';
  if (event.state === 'refused') return 'recentreRefused';
  return event.state === 'done' ? 'recentred' : 'recentreFailed';
}

/** Says how it ended, wherever the user is; why it was not kept, everybody sees. */
export function useRecentringSpoken(): void {
  const { t } = useTranslation();
  const event = useCalibration((state) => state.event);
  useEffect(() => {
    if (event?.kind !== 'neutral') return;
    if (event.state === 'done') announce(t('tracking.recentredSpoken'));
    if (event.state === 'failed') announce(t('tracking.recentreFailedSpoken'), true);
    if (event.state === 'refused') {
      announce(t('tracking.recentreRefusedSpoken'), true);
      showNotice('error', event.reason);
    }
  }, [event, t]);
}
