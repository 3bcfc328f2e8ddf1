import { useTranslation } from 'react-i18next';
import { BrandMark } from './components/brand-mark.tsx';
import { ToneIcon } from './components/state-line.tsx';

export function Waiting() {
  const { t } = useTranslation();
  return (
    <main className="grid h-full place-items-center p-6 text-center">
      <div className="max-w-md" role="status">
        <BrandMark className="mx-auto mb-5 size-14" />
        <p className="flex items-center justify-center gap-2 font-semibold text-lg">
          <ToneIcon tone="busy" className="size-5" />
          {t('connection.waitingTitle')}
        </p>
        <p className="mt-1 text-muted">{t('connection.waitingText')}</p>
      </div>
    </main>
  );
}
