/** The app icon's mark, a cube that wears a headset, without its tile and bold enough for the top bar. */
export function BrandMark({ className }: { readonly className?: string }) {
  return (
    <svg viewBox="132 152 760 760" className={className} aria-hidden="true">
      <path fill="#9874d6" d="M512 262 761 405 512 548 263 405Z" />
      <path fill="#7fa2ff" d="M263 405 512 548V836L263 692Z" />
      <path fill="#3c5fd6" d="M512 548 761 405V692L512 836Z" />
      <g fill="none" stroke="#fff" strokeLinecap="round" strokeLinejoin="round">
        <path strokeWidth="74" d="M397 602v50M627 602v50" />
        <path strokeWidth="44" d="m436 728 76 41 76-41" />
      </g>
      {/* Each part of the headset keeps a gap to what lies behind it. */}
      <g className="fill-none stroke-ground" strokeLinecap="round">
        <path strokeWidth="104" d="M200 520a312 312 0 0 1 624 0" />
        <path strokeWidth="148" d="M208 530v84M816 530v84" />
      </g>
      <g fill="none" stroke="#55d3cb" strokeLinecap="round">
        <path strokeWidth="66" d="M200 520a312 312 0 0 1 624 0" />
        <path strokeWidth="104" d="M208 530v84M816 530v84" />
        <path strokeWidth="38" d="M208 640c8 110 86 194 200 204" />
      </g>
      <circle cx="414" cy="842" r="40" fill="#55d3cb" />
    </svg>
  );
}
