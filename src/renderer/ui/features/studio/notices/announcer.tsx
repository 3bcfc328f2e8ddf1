import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { StreamSnapshot } from '../../../../../shared/domain/stream-state.ts';
import { announce, useNotices } from '../../../../state/notices.ts';
import { useSnapshots } from '../../../../state/snapshots.ts';
import { streamChanges } from '../../../../state/stream-changes.ts';

/** Tells screen readers what changed about the broadcast, and what actions announce. */
export function Announcer() {
  const { t } = useTranslation();
  const stream = useSnapshots((state) => state.stream);
  const before = useRef<StreamSnapshot | null>(null);
  const { key, text, urgent } = useNotices((state) => state.announcement);

  useEffect(() => {
    if (!stream) return;
    const words = streamChanges(before.current, stream).map((change) =>
      change.kind === 'phase'
        ? t(`${change.of}.announce.${change.phase}`)
        : t('broadcast.announce.destination', {
            name: change.name,
            state: t(`destinations.state.${change.state}`),
          }),
    );
    before.current = stream;
    if (words.length > 0) announce(words.join(' '));
  }, [stream, t]);

  return (
    <>
      <p aria-live="polite" className="sr-only">
        <span key={key}>{urgent ? '' : text}</span>
      </p>
      <p aria-live="assertive" className="sr-only" data-testid="urgent">
        <span key={key}>{urgent ? text : ''}</span>
      </p>
    </>
  );
}
