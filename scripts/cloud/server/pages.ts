import type { Mail } from '../types.ts';
import { escapeHtml } from './http.ts';

const STYLE = `
:root { color-scheme: dark; }
body { margin: 0 auto; max-width: 44rem; padding: 3rem 1.5rem; background: #0d0e13; color: #e8e9ef;
  font: 16px/1.55 system-ui, sans-serif; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
a { color: #8fb4ff; } code, pre { font: 14px/1.5 ui-monospace, monospace; background: #191b24; border-radius: 6px; }
code { padding: .1em .35em; } pre { padding: .9rem 1rem; overflow-x: auto; }
.button, button { display: inline-block; margin: .25rem .5rem .25rem 0; padding: .55rem 1rem; border: 0;
  border-radius: 8px; background: #2f5bd8; color: #fff; font: inherit; text-decoration: none; cursor: pointer; }
input { margin: 0 .5rem; padding: .5rem .7rem; border: 1px solid #3a3e50; border-radius: 8px; background: #14161e;
  color: inherit; font: inherit; }
li { margin: .9rem 0; } time, .quiet { color: #9a9eb0; }
`;

/** A whole page of the double; `body` is HTML, `title` is text. */
export function shell(title: string, body: string): string {
  const name = escapeHtml(title);
  return `<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>${name}</title><style>${STYLE}</style></head>
<body><h1>${name}</h1>${body}</body></html>`;
}

export function mailboxPage(mails: readonly Mail[]): string {
  const items = mails.toReversed().map(
    (mail) => `<li><strong>${escapeHtml(mail.subject)}</strong><br>
      to ${escapeHtml(mail.to)} <time>${escapeHtml(mail.at)}</time><br>
      <a class="button" href="${escapeHtml(mail.link)}">Open the link</a></li>`,
  );
  const list = items.length > 0 ? `<ul>${items.join('')}</ul>` : '<p>No mail yet.</p>';
  return shell('Mailbox', `<p class="quiet">Mails of the local cloud. None of them was sent.</p>${list}`);
}

export function rootPage(url: string, key: string): string {
  return shell(
    'VIDA³ local cloud',
    `<p>A stand-in for the Supabase project behind VIDA³ Studio, for development and tests on this machine.
      It is not Supabase and not safe to expose.</p>
    <h2>Point the studio at it</h2>
    <pre>VIDA3_SUPABASE_URL=${escapeHtml(url)} \\
VIDA3_SUPABASE_KEY=${escapeHtml(key)} \\
npm start</pre>
    <p>Mails that would have been sent are in the <a href="/mailbox">mailbox</a>.</p>
    <h2>A real project</h2>
    <p>The same SQL and functions go to a Supabase project with
      <code>supabase link</code>, <code>supabase db push</code>, <code>supabase functions deploy</code> and
      <code>supabase secrets set</code>.</p>`,
  );
}
