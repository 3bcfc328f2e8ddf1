import { useTranslation } from 'react-i18next';
import type { Reason } from '../../shared/errors.ts';
import { BrandMark } from './components/brand-mark.tsx';
import { Button } from './components/button.tsx';
import { Problem } from './components/problem.tsx';

export function StartFailed({ reason }: { readonly reason: Reason }) {
  const { t } = useTranslation();
  return (
    <main className="grid h-full place-items-center p-6">
      <div className="w-full max-w-md space-y-4">
        <BrandMark className="size-12" />
        <h1 className="font-semibold text-lg">{t('connection.failedTitle')}</h1>
        <Problem reason={reason} />
        <Button onClick={() => location.reload()}>{t('common.retry')}</Button>
      </div>
    </main>
  );
}
