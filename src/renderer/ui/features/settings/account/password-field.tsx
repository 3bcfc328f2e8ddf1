import { Eye, EyeOff } from 'lucide-react';
import { type Ref, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from '../../../components/icon-button.tsx';
import { TextField } from '../../../components/text-field.tsx';

interface Props {
  readonly ref: Ref<HTMLInputElement>;
  readonly isNew?: boolean;
  readonly hint?: string;
  readonly error?: string | undefined;
}

/**
 * What is typed stays in the field alone: it is neither state nor an attribute, so that nothing is left of it once
 * the form has emptied the field.
 */
export function PasswordField({ ref, isNew = false, hint, error }: Props) {
  const { t } = useTranslation('account');
  const [shown, setShown] = useState(false);
  return (
    <TextField
      ref={ref}
      label={t('signIn.password')}
      type={shown ? 'text' : 'password'}
      autoComplete={isNew ? 'new-password' : 'current-password'}
      maxLength={128}
      {...(hint ? { hint } : {})}
      error={error}
      trailing={
        <IconButton
          label={t(shown ? 'password.hide' : 'password.show')}
          icon={shown ? <EyeOff className="size-4" /> : <Eye className="size-4" />}
          onClick={() => setShown(!shown)}
        />
      }
    />
  );
}

/** What was typed, once: the field is empty afterwards. */
export function takePassword(field: HTMLInputElement | null): string {
  const typed = field?.value ?? '';
  if (field) field.value = '';
  return typed;
}
