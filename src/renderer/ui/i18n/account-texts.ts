import i18next from 'i18next';
import texts from './account.json' with { type: 'json' };

/** Texts of the account's and the data's screens, which come with those and not with the first picture. */
i18next.addResourceBundle('en', 'account', texts);
