import { useTranslation } from 'react-i18next';
import { useSnapshots } from '../../../state/snapshots.ts';
import { Problem } from '../../components/problem.tsx';
import { StateLine, type Tone } from '../../components/state-line.tsx';

const TONES: Record<'off' | 'waiting' | 'receiving' | 'sending' | 'failed', Tone> = {
  off: 'quiet',
  waiting: 'busy',
  receiving: 'good',
  sending: 'good',
  failed: 'bad',
};

/** How the exchange of motion stands, in words. */
export function VmcReceiveState() {
  const { t } = useTranslation('tracking');
  const receive = useSnapshots((state) => state.vmc?.receive);
  if (!receive) return null;
  const { state, packetsPerSecond, refusedPerSecond, from, reason } = receive;
  return (
    <div role="status" className="grid gap-1">
      <StateLine tone={TONES[state]}>
        {state === 'receiving'
          ? t('motion.state.receiving', { count: packetsPerSecond, from: from ?? '' })
          : t(`motion.state.${state}`)}
      </StateLine>
      {refusedPerSecond > 0 && (
        <span className="text-warn text-xs">{t('motion.state.refused', { count: refusedPerSecond })}</span>
      )}
      {reason && <Problem reason={reason} />}
    </div>
  );
}

export function VmcSendState() {
  const { t } = useTranslation('tracking');
  const send = useSnapshots((state) => state.vmc?.send);
  if (!send) return null;
  const { state, packetsPerSecond, reason } = send;
  return (
    <div role="status" className="grid gap-1">
      <StateLine tone={TONES[state]}>
        {state === 'sending'
          ? t('motion.state.sending', { count: packetsPerSecond })
          : t(`motion.state.${state === 'waiting' ? 'ready' : state}`)}
      </StateLine>
      {reason && <Problem reason={reason} />}
    </div>
  );
}
