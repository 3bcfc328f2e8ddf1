import { Clapperboard, Settings } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { openDialog } from '../../../../state/dialogs.ts';
import { useSnapshots } from '../../../../state/snapshots.ts';
import { BrandMark } from '../../../components/brand-mark.tsx';
import { IconButton } from '../../../components/icon-button.tsx';
import { SyncControl } from '../account/sync-control.tsx';
import { PanicButton } from '../broadcast/panic-button.tsx';
import { Elapsed } from './elapsed.tsx';
import { MuteButton } from './mute-button.tsx';
import { PhaseBadge } from './phase-badge.tsx';

/** What is on, for how long, and what must be in reach whatever else is open. */
export function TopBar() {
  const { t } = useTranslation();
  const scene = useSnapshots((state) => state.studio?.scene.name ?? '');
  return (
    <header className="flex h-14 shrink-0 items-center gap-3 border-line border-b bg-ground px-3 max-lg:sticky max-lg:top-0 max-lg:z-40 sm:gap-4 sm:px-4">
      <div className="flex items-center gap-2.5">
        <BrandMark className="size-7 shrink-0" />
        <h1 className="font-semibold text-base tracking-tight max-sm:sr-only">{t('app.name')}</h1>
      </div>
      <section
        aria-label={t('app.bar')}
        className="flex min-w-0 items-center gap-3 border-line sm:ml-2 sm:border-l sm:pl-5"
      >
        <PhaseBadge />
        <Elapsed />
        <p className="flex min-w-0 items-center gap-1.5 text-muted max-md:hidden">
          <Clapperboard aria-hidden className="size-4 shrink-0" />
          <span className="sr-only">{t('status.scene')}: </span>
          <span className="truncate">{scene}</span>
        </p>
      </section>
      <div className="ml-auto flex shrink-0 items-center gap-2">
        <SyncControl />
        <MuteButton />
        <IconButton
          outlined
          label={t('status.settings')}
          icon={<Settings className="size-4" />}
          onClick={() => openDialog({ kind: 'settings', section: 'camera' })}
        />
        <PanicButton />
      </div>
    </header>
  );
}
