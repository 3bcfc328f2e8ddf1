import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import type account from './account.json';
import en from './en.json' with { type: 'json' };
import type tracking from './tracking.json';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation';
    resources: { translation: typeof en; account: typeof account; tracking: typeof tracking };
  }
}

/** Texts are in the bundle, so that the first paint has them and nothing is fetched. */
export async function startTranslations(): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: 'en',
    fallbackLng: 'en',
    resources: { en: { translation: en } },
    interpolation: { escapeValue: false },
  });
}
