import { useTranslation } from 'react-i18next';
import { GOVERNOR_LEVERS, type GovernorState, LEVER_STEPS } from '../../../../shared/domain/governor.ts';
import { usePipelineStatus } from '../../../state/pipeline-status.ts';

const CAN_BE_OFF = ['springs', 'hands', 'pose'] as const;
type CanBeOff = (typeof CAN_BE_OFF)[number];

/** What the load governor has given up now, in one sentence; null when nothing is. */
export function useGivenUp(): string | null {
  const { t } = useTranslation();
  // A string, so that what draws it is drawn anew only when something was given up or taken back.
  const down = usePipelineStatus(({ report }) => leversDown(report?.governor.levers ?? {}));
  if (down === '') return null;
  const list = down.split(' ').map((each) => {
    const [lever, off] = each.split(':') as [keyof GovernorState, string];
    return off ? t(`tracking.leverOff.${lever as CanBeOff}`) : t(`tracking.lever.${lever}`);
  });
  return t('tracking.givenUp', { list: list.join(', ') });
}

function leversDown(levers: Partial<GovernorState>): string {
  return GOVERNOR_LEVERS.filter((lever) => (levers[lever] ?? 0) > 0)
    .map((lever) => {
      const off = (CAN_BE_OFF as readonly string[]).includes(lever) && levers[lever]! >= LEVER_STEPS[lever];
      return `${lever}:${off ? 'off' : ''}`;
    })
    .join(' ');
}
