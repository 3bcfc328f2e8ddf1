import { RefreshCw } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { describeReason } from '../../../../../shared/errors.ts';
import { syncNow } from '../../../../../shared/ipc/sync.ts';
import { announce } from '../../../../state/notices.ts';
import { useSnapshots } from '../../../../state/snapshots.ts';
import { Button } from '../../../components/button.tsx';
import { cx } from '../../../components/cx.ts';
import { Problem } from '../../../components/problem.tsx';
import { useAsk } from '../../../use-ask.ts';

/** Begins a sync at once; is blocked while one runs, and says afterwards what came of it. */
export function SyncNow({ size = 'normal' }: { readonly size?: 'small' | 'normal' }) {
  const { t } = useTranslation();
  const { busy, refused, ask } = useAsk();
  const syncing = useSnapshots((state) => state.sync?.mode === 'syncing');
  const problem = useSnapshots((state) => state.sync?.problem ?? null);
  const [tried, setTried] = useState<'no' | 'now' | 'ended'>('no');
  const running = busy || syncing;
  const what = problem ? describeReason(problem).what : t('sync.exchanged');
  const words = tried === 'ended' ? t('sync.tried', { what }) : '';
  useEffect(() => {
    if (tried === 'now' && !running) setTried('ended');
    // The next one by itself: what came of the last one is no longer just now.
    if (tried === 'ended' && running) setTried('no');
  }, [tried, running]);
  useEffect(() => {
    if (words) announce(words);
  }, [words]);
  const begin = async () => {
    if ((await ask(syncNow, {})) !== null) setTried('now');
  };
  return (
    <>
      <Button
        size={size}
        icon={<RefreshCw aria-hidden className={cx('size-3.5', running && 'animate-spin')} />}
        aria-disabled={running || undefined}
        onClick={() => !running && void begin()}
      >
        {t(running ? 'sync.busy' : 'sync.now')}
      </Button>
      {words && <p className="order-last w-full text-xs">{words}</p>}
      {refused && (
        <div role="alert" className="order-last w-full">
          <Problem reason={refused} />
        </div>
      )}
    </>
  );
}
