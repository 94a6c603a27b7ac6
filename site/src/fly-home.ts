import type { EditorView } from '@codemirror/view';

interface Chunk {
  readonly from: number;
  readonly text: string;
}

interface Place {
  readonly left: number;
  readonly top: number;
}

const FLIGHT_MS = 520;
/** More would stutter. */
const MOST_CHUNKS = 900;

const stillness = matchMedia('(prefers-reduced-motion: reduce)');

/**
 * Changes a text whose tokens stay, and lets them fly to their new places.
 *
 * @param change puts the new text into the view
 */
export function flyHome(view: EditorView, change: () => void): void {
  const chunks = stillness.matches ? [] : chunksIn(view, view.viewport.from, view.viewport.to);
  if (chunks.length === 0 || chunks.length > MOST_CHUNKS) return change();
  const skipped = countInk(view, chunks[0].from);
  const before = chunks.map(({ from }) => placeOf(view, from));
  const looks = chunks.map(({ from }) => lookOf(view, from));
  view.scrollDOM.scrollTop = 0;
  change();
  const after = placesOf(view, chunks, skipped);
  const layer = document.createElement('div');
  layer.className = 'flight';
  layer.setAttribute('aria-hidden', 'true');
  const { fontFamily, fontSize, lineHeight } = getComputedStyle(view.contentDOM);
  layer.style.font = `${fontSize}/${lineHeight} ${fontFamily}`;
  const frames: Animation[] = [];
  chunks.forEach(({ text }, k) => {
    const [start, end] = [before[k], after[k]];
    if (start === null || end === null) return;
    const span = document.createElement('span');
    span.className = 'flying';
    span.textContent = text;
    span.style.cssText += looks[k];
    layer.append(span);
    const at = ({ left, top }: Place): string => `translate(${left}px, ${top}px)`;
    // From the top down, as one reads.
    const delay = Math.min(200, Math.max(0, end.top) * 0.3);
    frames.push(span.animate([{ transform: at(start) }, { transform: at(end) }], {
      duration: FLIGHT_MS, delay, fill: 'both', easing: 'cubic-bezier(.3, .9, .25, 1)',
    }));
  });
  view.dom.append(layer);
  view.dom.classList.add('in-flight');
  const land = (): void => {
    layer.remove();
    view.dom.classList.remove('in-flight');
  };
  void Promise.all(frames.map((frame) => frame.finished)).then(land, land);
}

/** What stands together, in a part of the text. */
function chunksIn(view: EditorView, from: number, to: number): Chunk[] {
  return [...view.state.sliceDoc(from, to).matchAll(/\w+|[^\w\s]/gu)]
    .filter(([text]) => text !== '\\').map((match) => ({ from: from + match.index, text: match[0] }));
}

/** Characters before an offset that are no layout: they stay as many. */
const countInk = (view: EditorView, to: number): number => view.state.sliceDoc(0, to).replace(/\s|\\(?=\r?\n)/gu, '').length;

function placesOf(view: EditorView, chunks: readonly Chunk[], skipped: number): (Place | null)[] {
  const text = view.state.doc.toString();
  const ink = [...text.matchAll(/[^\s\\]|\\(?!\r?\n)/gu)];
  let at = skipped;
  return chunks.map(({ text: chunk }) => {
    const match = ink[at];
    at += chunk.length;
    return match === undefined ? null : placeOf(view, match.index);
  });
}

/** Relative to the editor; null for what is not drawn. */
function placeOf(view: EditorView, offset: number): Place | null {
  const coords = view.coordsAtPos(offset, 1);
  if (coords === null) return null;
  const box = view.dom.getBoundingClientRect();
  return { left: coords.left - box.left, top: coords.top - box.top };
}

function lookOf(view: EditorView, offset: number): string {
  const { node } = view.domAtPos(offset + 1);
  const element = node instanceof HTMLElement ? node : node.parentElement;
  if (element === null) return '';
  const { color, fontWeight, fontStyle } = getComputedStyle(element);
  return `color:${color};font-weight:${fontWeight};font-style:${fontStyle}`;
}
