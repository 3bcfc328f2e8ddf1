import { MailCheck } from 'lucide-react';
import { useEffect, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { accountResend } from '../../../../../shared/ipc/account.ts';
import { mailSent, secondsToWait, useMailSent } from '../../../../state/mail-sent.ts';
import { Button } from '../../../components/button.tsx';
import { Problem } from '../../../components/problem.tsx';
import { StateLine } from '../../../components/state-line.tsx';
import { useAsk } from '../../../use-ask.ts';

interface Props {
  readonly email: string;
  /** Something else was tried since: what came of this is over. */
  readonly isOld: boolean;
  readonly onTry: () => void;
}

/** An address was written to; the account works once its link was opened. */
export function ConfirmMail({ email, isOld, onTry }: Props) {
  const { t } = useTranslation('account');
  const { busy, refused, ask } = useAsk();
  const [sent, setSent] = useState(false);
  const wait = useWait(email);
  const id = useId();
  const blocked = busy || wait > 0;
  const resend = async () => {
    onTry();
    setSent(false);
    if ((await ask(accountResend, { email })) === null) return;
    mailSent(email);
    setSent(true);
  };
  return (
    <div className="mb-4 flex gap-3 rounded-xl border border-line bg-raised/60 p-4">
      <MailCheck aria-hidden className="mt-0.5 size-5 shrink-0 text-accent" />
      <div className="min-w-0 flex-1">
        <div role="status">
          <p className="font-semibold">{t('confirm.title')}</p>
          <p className="mt-0.5 break-words text-muted">{t('confirm.text', { email })}</p>
          <p className="mt-1 text-muted text-xs">{t('confirm.badPage')}</p>
        </div>
        <div className="mt-2.5 flex flex-wrap items-center gap-3">
          <Button
            size="small"
            aria-disabled={blocked || undefined}
            aria-describedby={wait > 0 ? id : undefined}
            onClick={() => !blocked && void resend()}
          >
            {t('confirm.resend')}
          </Button>
          <span role="status">{sent && <StateLine tone="good">{t('confirm.resent')}</StateLine>}</span>
        </div>
        {wait > 0 && (
          <p id={id} className="mt-1.5 text-muted text-xs tabular-nums">
            {t('confirm.wait', { seconds: wait })}
          </p>
        )}
        {refused && !isOld && (
          <div role="alert" className="mt-2.5 max-w-sm">
            <Problem reason={refused} />
          </div>
        )}
      </div>
    </div>
  );
}

/** Seconds until another mail may go to this address, counted down. */
function useWait(email: string): number {
  const at = useMailSent((state) => (state.last?.email === email ? state.last.at : null));
  const [now, setNow] = useState(() => performance.now());
  const left = secondsToWait(at, Math.max(now, at ?? 0));
  const waits = left > 0;
  useEffect(() => {
    if (!waits) return;
    const timer = setInterval(() => setNow(performance.now()), 1000);
    return () => clearInterval(timer);
  }, [waits]);
  return left;
}
