import { type FormEvent, type ReactNode, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Reason } from '../../../../../shared/errors.ts';
import { accountSignIn, emailSchema } from '../../../../../shared/ipc/account.ts';
import { Button } from '../../../components/button.tsx';
import { Problem } from '../../../components/problem.tsx';
import { TextField } from '../../../components/text-field.tsx';
import { useAsk } from '../../../use-ask.ts';
import { PasswordField, takePassword } from './password-field.tsx';

interface Props {
  /** The address to begin with. */
  readonly email: string;
  /** Why the last sign-in, by whatever way, came to nothing. */
  readonly problem: Reason | null;
  /** Something else was tried since: what came of this is over. */
  readonly isOld: boolean;
  readonly onTry: () => void;
  /** Beside the button. */
  readonly children?: ReactNode;
}

/** E-mail and password. The password is gone from the page as soon as it is sent, whatever comes of it. */
export function SignInForm({ email: first, problem, isOld, onTry, children }: Props) {
  const { t } = useTranslation('account');
  const { busy, refused, ask } = useAsk();
  const [email, setEmail] = useState(first);
  const [wrong, setWrong] = useState<{ readonly email: boolean; readonly password: boolean } | null>(null);
  const password = useRef<HTMLInputElement>(null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    const address = email.trim();
    const now = { email: !emailSchema.safeParse(address).success, password: !password.current?.value };
    setWrong(now);
    if (now.email || now.password) return;
    onTry();
    await ask(accountSignIn, { email: address, password: takePassword(password.current) });
  };
  const shown = isOld ? null : (refused ?? problem);
  return (
    <form onSubmit={(event) => void submit(event)} noValidate className="max-w-sm space-y-3">
      <TextField
        label={t('signIn.email')}
        type="email"
        autoComplete="username"
        maxLength={254}
        value={email}
        onChange={(event) => setEmail(event.target.value)}
        error={wrong?.email ? t('signIn.emailBad') : undefined}
      />
      <PasswordField ref={password} error={wrong?.password ? t('signIn.passwordMissing') : undefined} />
      {shown && !busy && (
        <div role="alert">
          <Problem reason={shown} />
        </div>
      )}
      <div className="flex flex-wrap items-center gap-3">
        <Button kind="primary" submit aria-disabled={busy || undefined}>
          {t(busy ? 'signIn.busy' : 'signIn.submit')}
        </Button>
        {children}
      </div>
    </form>
  );
}
