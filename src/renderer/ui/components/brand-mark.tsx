/** The studio's own sign: a V that is also a face looking at you. */
export function BrandMark({ className }: { readonly className?: string }) {
  return (
    <svg viewBox="0 0 32 32" className={className} aria-hidden="true">
      <defs>
        <linearGradient id="vida-mark" x1="4" y1="2" x2="28" y2="30" gradientUnits="userSpaceOnUse">
          <stop stopColor="#9d8cff" />
          <stop offset="0.55" stopColor="#6a55de" />
          <stop offset="1" stopColor="#2fb8a6" />
        </linearGradient>
      </defs>
      <rect x="1" y="1" width="30" height="30" rx="9" fill="url(#vida-mark)" />
      <path
        d="M8.5 12.5 16 23.5l7.5-11"
        fill="none"
        stroke="#fff"
        strokeWidth="3.4"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
      <circle cx="16" cy="10" r="2.3" fill="#fff" />
    </svg>
  );
}
