import { lexPython } from '../tokenize/index.js';
import { NetworkDocument, type CompletionHead } from './network-document.js';
import { PIECE } from './pieces.js';

/** What each line end says of the next line's depth. */
const CHANGES: readonly (readonly [piece: number, change: number])[] = [
  [PIECE.lineSame, 0], [PIECE.lineIndent, 1], [PIECE.lineDedent, -1], [PIECE.lineDedent2, -2], [PIECE.lineDedent3, -3],
];

/**
 * Where the network expects the next line: how many blocks it opens or leaves. Carried along
 * like an open document.
 */
export class NextDepth {
  private readonly read: NetworkDocument;

  constructor(private readonly head: CompletionHead) {
    this.read = new NetworkDocument(head);
  }

  /**
   * @param prefix text up to the end of a logical line, without its line break
   * @returns 1 for a block more, 0, or -1 to -3 (three or more) for blocks that end
   */
  after(prefix: string): number {
    const { tokens } = lexPython(prefix, { comments: true });
    const depth = tokens[tokens.length - 1]?.blockDepth ?? 0;
    const { state } = this.read.moveTo(prefix, tokens);
    const { probabilities } = this.head.network.predict([state]);
    let best = 0;
    let highest = -1;
    for (const [piece, change] of CHANGES) {
      if (change + depth < 0 || probabilities[piece] <= highest) continue;
      highest = probabilities[piece];
      best = change;
    }
    return best;
  }
}
