import { Copy, RotateCcw } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ANY_CAMERA } from '../../../../shared/domain/tracking-settings.ts';
import { announce } from '../../../state/notices.ts';
import { Button } from '../../components/button.tsx';
import { Tip } from '../../components/tip.tsx';
import { useProfile } from './use-profile.ts';

/** Which camera's profile is changed here, copying it and beginning anew. */
export function ProfileBar() {
  const { t } = useTranslation('tracking');
  const { camera, reset, copyToAll } = useProfile();
  const [asks, setAsks] = useState(false);
  const any = camera === ANY_CAMERA;
  if (asks) {
    return (
      <div role="alertdialog" aria-label={t('profile.resetTitle')} className="rounded-lg bg-raised p-3">
        <p className="font-semibold">{t('profile.resetTitle')}</p>
        <p className="mt-0.5 text-muted text-xs">
          {any ? t('profile.resetTextAny') : t('profile.resetText', { camera })}
        </p>
        <div className="mt-2.5 flex gap-2">
          <Button size="small" autoFocus onClick={() => setAsks(false)}>
            {t('calibration.cancel')}
          </Button>
          <Button
            size="small"
            kind="danger-quiet"
            onClick={() => {
              reset();
              setAsks(false);
              announce(t('profile.wasReset'));
            }}
          >
            {t('profile.resetConfirm')}
          </Button>
        </div>
      </div>
    );
  }
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 rounded-lg bg-raised px-3 py-2">
      <div className="min-w-0 flex-1 basis-56">
        <p className="truncate font-semibold" title={any ? undefined : camera}>
          {any ? t('profile.ofAny') : t('profile.of', { camera })}
        </p>
        <p className="text-muted text-xs">{t(any ? 'profile.hintAny' : 'profile.hint')}</p>
      </div>
      <div className="flex flex-wrap gap-2">
        {!any && (
          <Tip text={t('profile.copyHint')}>
            <Button
              size="small"
              icon={<Copy aria-hidden className="size-3.5" />}
              onClick={() => void copyToAll().then((done) => done && announce(t('profile.copied')))}
            >
              {t('profile.copy')}
            </Button>
          </Tip>
        )}
        <Button
          size="small"
          icon={<RotateCcw aria-hidden className="size-3.5" />}
          onClick={() => setAsks(true)}
        >
          {t('profile.reset')}
        </Button>
      </div>
    </div>
  );
}
