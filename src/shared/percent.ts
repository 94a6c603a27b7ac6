/** "97 %"; never "0 %" or "100 %", which no model is. */
export function percent(share: number): string {
  if (share > 0.9995) return '>99.9 %';
  if (share < 0.01) return '<1 %';
  return share >= 0.99 ? `${(Math.floor(share * 1000) / 10).toFixed(1)} %` : `${Math.floor(share * 100)} %`;
}
