import { ExternalLink } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { AUTH_PROVIDERS, type AuthProvider, accountSignInWith } from '../../../../../shared/ipc/account.ts';
import { Button } from '../../../components/button.tsx';
import { Problem } from '../../../components/problem.tsx';
import { useAsk } from '../../../use-ask.ts';
import { FieldGroup } from '../fields.tsx';

interface Props {
  /** Something else was tried since: what came of this is over. */
  readonly isOld: boolean;
  readonly onTry: () => void;
}

/** Ways to sign in that go through the system's browser. */
export function ProviderButtons({ isOld, onTry }: Props) {
  const { t } = useTranslation('account');
  const { busy, refused, ask } = useAsk();
  const begin = (provider: AuthProvider) => {
    if (busy) return;
    onTry();
    void ask(accountSignInWith, { provider });
  };
  return (
    <FieldGroup title={t('signIn.with')} hint={t('signIn.withHint')}>
      <div className="flex flex-wrap gap-2">
        {AUTH_PROVIDERS.map((provider) => (
          <Button
            key={provider}
            icon={<ExternalLink aria-hidden className="size-3.5" />}
            aria-disabled={busy || undefined}
            onClick={() => begin(provider)}
          >
            {t(`provider.${provider}`)}
          </Button>
        ))}
      </div>
      {refused && !isOld && (
        <div role="alert" className="mt-2.5 max-w-sm">
          <Problem reason={refused} />
        </div>
      )}
    </FieldGroup>
  );
}
