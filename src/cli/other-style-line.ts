import type { OtherStyle } from '../format/style-difference.js';
import { shownName } from '../shared/quote-name.js';

const percent = (share: number): string => `${Math.round(100 * share)} %`;

/** What to tell the user of a file that follows another style than its project. */
export function otherStyleLine(path: string, { share, kinds }: OtherStyle): string {
  const words = kinds.map((kind) => `${kind.kind} ${percent(kind.share)}`).join(', ');
  return `${shownName(path)} follows another style: ${percent(share)} of its layout is not this project's (${words}); --restyle brings it home`;
}
