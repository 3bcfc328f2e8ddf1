import { type FormEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  accountSignUp,
  emailSchema,
  passwordSchema,
  usernameSchema,
} from '../../../../../shared/ipc/account.ts';
import { mailSent } from '../../../../state/mail-sent.ts';
import { Button } from '../../../components/button.tsx';
import { Problem } from '../../../components/problem.tsx';
import { TextField } from '../../../components/text-field.tsx';
import { useAsk } from '../../../use-ask.ts';
import { useNameTaken } from './name-taken.ts';
import { PasswordField, takePassword } from './password-field.tsx';

interface Wrong {
  readonly username: boolean;
  readonly email: boolean;
  readonly password: boolean;
}

interface Props {
  readonly onTry: () => void;
  /** The address has to be confirmed before the first sign-in. */
  readonly onWritten: () => void;
}

/** A new account: name, address, password, each checked here by the rules that main has. */
export function SignUpForm({ onTry, onWritten }: Props) {
  const { t } = useTranslation('account');
  const { busy, refused, ask } = useAsk();
  const [username, setUsername] = useState('');
  const [email, setEmail] = useState('');
  const [wrong, setWrong] = useState<Wrong | null>(null);
  const taken = useNameTaken(username, refused);
  const password = useRef<HTMLInputElement>(null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    const typed = { username: username.trim(), email: email.trim() };
    const now = {
      username: !usernameSchema.safeParse(typed.username).success,
      email: !emailSchema.safeParse(typed.email).success,
      password: !passwordSchema.safeParse(password.current?.value).success,
    };
    setWrong(now);
    if (now.username || now.email || now.password) return;
    onTry();
    taken.sent();
    const answer = await ask(accountSignUp, { ...typed, password: takePassword(password.current) });
    if (!answer?.confirm) return;
    mailSent(typed.email);
    onWritten();
  };
  return (
    <form onSubmit={(event) => void submit(event)} noValidate className="max-w-sm space-y-3">
      <TextField
        ref={taken.field}
        label={t('signUp.username')}
        autoComplete="nickname"
        maxLength={30}
        value={username}
        onChange={(event) => setUsername(event.target.value)}
        hint={t('signUp.usernameHint')}
        error={wrong?.username ? t('signUp.usernameBad') : taken.error}
      />
      <TextField
        label={t('signIn.email')}
        type="email"
        autoComplete="email"
        maxLength={254}
        value={email}
        onChange={(event) => setEmail(event.target.value)}
        error={wrong?.email ? t('signIn.emailBad') : undefined}
      />
      <PasswordField
        ref={password}
        isNew
        hint={t('signUp.passwordHint')}
        error={wrong?.password ? t('signUp.passwordBad') : undefined}
      />
      {refused && refused !== 'account.username-taken' && !busy && (
        <div role="alert">
          <Problem reason={refused} />
        </div>
      )}
      <Button kind="primary" submit aria-disabled={busy || undefined}>
        {t(busy ? 'signUp.busy' : 'signUp.submit')}
      </Button>
    </form>
  );
}
