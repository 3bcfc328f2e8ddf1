import { useTranslation } from 'react-i18next';
import { type AccountSnapshot, accountCancelSignIn } from '../../../../../shared/ipc/account.ts';
import { Button } from '../../../components/button.tsx';
import { CopyField } from '../../../components/copy-field.tsx';
import { ToneIcon } from '../../../components/state-line.tsx';
import { useCommand } from '../../../use-command.ts';

/** A sign-in that goes on in the system's browser. */
export function BrowserWait({ browser }: { readonly browser: NonNullable<AccountSnapshot['browser']> }) {
  const { t } = useTranslation('account');
  const run = useCommand();
  return (
    <div className="space-y-3 rounded-xl border border-line bg-raised/60 p-4">
      <div role="status" className="flex gap-2">
        <ToneIcon tone={browser.opened ? 'busy' : 'warn'} className="mt-0.5 size-4" />
        <div className="min-w-0">
          <p className="font-semibold">
            {t('browser.title', { provider: t(`provider.${browser.provider}`) })}
          </p>
          <p className="mt-0.5 text-muted">{t(browser.opened ? 'browser.text' : 'browser.closed')}</p>
        </div>
      </div>
      <CopyField label={t('browser.address')} value={browser.url} />
      <Button onClick={() => void run(accountCancelSignIn, {})}>{t('browser.cancel')}</Button>
    </div>
  );
}
