import { Headphones, ShieldCheck, Video } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Promised } from './promise.tsx';

export function WelcomeStep() {
  const { t } = useTranslation();
  return (
    <ul className="grid gap-3">
      <Promised icon={<Video />}>{t('onboarding.welcome.follows')}</Promised>
      <Promised icon={<ShieldCheck />}>{t('onboarding.welcome.private')}</Promised>
      <Promised icon={<Headphones />}>{t('onboarding.welcome.rehearsal')}</Promised>
    </ul>
  );
}
