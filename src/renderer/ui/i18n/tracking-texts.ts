import i18next from 'i18next';
import texts from './tracking.json' with { type: 'json' };

/** Texts of the tracking screens, which come with those and not with the first picture. */
i18next.addResourceBundle('en', 'tracking', texts);
