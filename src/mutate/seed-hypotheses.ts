import type { Random } from '../shared/random.js';

const HYPOTHESES = 3;
const CHARACTERS = ['\n', ' ', '\t'];

/**
 * The seed's algorithm at one gap: a few hypotheses, each at a random position of the text;
 * the first that is legal and changes something. Undefined when none is.
 */
export function trySeedHypotheses(
  text: string,
  random: Random,
  isLegal: (text: string) => boolean,
): string | undefined {
  for (let attempt = 0; attempt < HYPOTHESES; attempt++) {
    const hypothesis = drawHypothesis(text, random);
    if (hypothesis !== text && isLegal(hypothesis)) return hypothesis;
  }
  return undefined;
}

function drawHypothesis(text: string, random: Random): string {
  const kind = random.int(4);
  if (kind === 0) return '';
  if (kind === 1) {
    const at = random.int(text.length + 1);
    return text.slice(0, at) + random.pick(CHARACTERS).repeat(drawRepetitions(random)) + text.slice(at);
  }
  if (text === '') return text;
  const at = random.int(text.length);
  if (kind === 2) return text.slice(0, at) + text.slice(at + 1);
  return text.slice(0, at) + text[at].repeat(1 + drawRepetitions(random)) + text.slice(at + 1);
}

function drawRepetitions(random: Random): number {
  const draw = random.next();
  return draw < 0.7 ? 1 : draw < 0.9 ? 2 : 3;
}
