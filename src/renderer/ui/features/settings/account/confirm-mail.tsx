import { MailCheck } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { accountResend } from '../../../../../shared/ipc/account.ts';
import { Button } from '../../../components/button.tsx';
import { Problem } from '../../../components/problem.tsx';
import { StateLine } from '../../../components/state-line.tsx';
import { useAsk } from '../../../use-ask.ts';

/** An address was written to; the account works once its link was opened. */
export function ConfirmMail({ email }: { readonly email: string }) {
  const { t } = useTranslation('account');
  const { busy, refused, ask } = useAsk();
  const [sent, setSent] = useState(false);
  const resend = async () => {
    setSent(false);
    setSent((await ask(accountResend, { email })) !== null);
  };
  return (
    <div className="mb-4 flex gap-3 rounded-xl border border-line bg-raised/60 p-4">
      <MailCheck aria-hidden className="mt-0.5 size-5 shrink-0 text-accent" />
      <div className="min-w-0 flex-1">
        <div role="status">
          <p className="font-semibold">{t('confirm.title')}</p>
          <p className="mt-0.5 break-words text-muted">{t('confirm.text', { email })}</p>
        </div>
        <div className="mt-2.5 flex flex-wrap items-center gap-3">
          <Button size="small" aria-disabled={busy || undefined} onClick={() => !busy && void resend()}>
            {t('confirm.resend')}
          </Button>
          <span role="status">{sent && <StateLine tone="good">{t('confirm.resent')}</StateLine>}</span>
        </div>
        {refused && (
          <div role="alert" className="mt-2.5 max-w-sm">
            <Problem reason={refused} />
          </div>
        )}
      </div>
    </div>
  );
}
