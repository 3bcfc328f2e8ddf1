import { Cloud, CloudAlert, CloudDownload } from 'lucide-react';
import { cx } from '../../../components/cx.ts';
import type { Away } from './use-away.ts';

const ICONS = { cloud: Cloud, waiting: Cloud, running: CloudDownload, failed: CloudAlert } as const;

/** Lies over the picture of an avatar whose file is not on this computer. */
export function AwayLabel({ away: { state, words } }: { readonly away: Away }) {
  const Icon = ICONS[state];
  return (
    <span className="relative col-start-1 row-start-1 flex size-full items-end justify-center bg-ground/80 p-1.5 text-center">
      <Icon
        aria-hidden
        className={cx('absolute top-1.5 left-1.5 size-5', state === 'failed' ? 'text-bad' : 'text-text')}
      />
      <span className="font-medium text-2xs text-text">{words}</span>
    </span>
  );
}
