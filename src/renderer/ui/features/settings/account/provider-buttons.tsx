import { ExternalLink } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { AUTH_PROVIDERS, accountSignInWith } from '../../../../../shared/ipc/account.ts';
import { Button } from '../../../components/button.tsx';
import { Problem } from '../../../components/problem.tsx';
import { useAsk } from '../../../use-ask.ts';
import { FieldGroup } from '../fields.tsx';

/** Ways to sign in that go through the system's browser. */
export function ProviderButtons() {
  const { t } = useTranslation('account');
  const { busy, refused, ask } = useAsk();
  return (
    <FieldGroup title={t('signIn.with')} hint={t('signIn.withHint')}>
      <div className="flex flex-wrap gap-2">
        {AUTH_PROVIDERS.map((provider) => (
          <Button
            key={provider}
            icon={<ExternalLink aria-hidden className="size-3.5" />}
            aria-disabled={busy || undefined}
            onClick={() => !busy && void ask(accountSignInWith, { provider })}
          >
            {t(`provider.${provider}`)}
          </Button>
        ))}
      </div>
      {refused && (
        <div role="alert" className="mt-2.5 max-w-sm">
          <Problem reason={refused} />
        </div>
      )}
    </FieldGroup>
  );
}
