/**
 * How much a row of a spoilt file speaks for a column, in nats: the chance of what its gap holds had its author put it
 * into the column, against the chance had he left the usual blanks, when a given share of all gaps was hit by damage.
 */
export interface RowEvidence {
  /** Columns before the gap, and the blanks it usually holds. */
  readonly before: number;
  readonly natural: number;
  readonly isComment: boolean;
  /** Blanks that it holds; -1 where it is broken. */
  readonly blanks: number;
  /** No tab or other damage stands among the blanks. */
  readonly isPure: boolean;
}

/** Chance that damage leaves a text of so many blanks, and one usual text where it hits a padded gap. */
const CHANCE_OF_BLANKS = [0.15, 0.2, 0.25, 0.08, 0.04, 0.01];
const CHANCE_OF_USUAL = 0.12;
const CHANCE_OF_USUAL_COMMENT = 0.3;
/** What a row speaks against a column that it is too long for: authors leave some out. */
const TOO_LONG = -2;
/** Damage moves a wide gap by a few blanks; where the usual text is hit there are few in all. */
const NEAR = 3;
const NEARLY = 1;

/**
 * @param column where the column stands, counted as `before` is
 * @param spoilt share of the gaps that damage has hit
 */
export function evidenceFor(row: RowEvidence, column: number, spoilt: number): number {
  const { before, natural, isComment, blanks, isPure } = row;
  const wanted = column - before;
  // In the longest row the column's text is the usual one.
  if (isUsual(row, wanted)) return 0;
  if (wanted < natural) return TOO_LONG;
  if (blanks === wanted) {
    return Math.log((1 - spoilt) / (spoilt * CHANCE_OF_BLANKS[Math.min(wanted, CHANCE_OF_BLANKS.length - 1)]));
  }
  if (isUsual(row, blanks) && isPure) {
    return Math.log(spoilt * (isComment ? CHANCE_OF_USUAL_COMMENT : CHANCE_OF_USUAL) / (1 - spoilt));
  }
  return blanks > 4 && Math.abs(blanks - wanted) <= NEAR ? NEARLY : 0;
}

/** True for the blanks that a gap would hold outside a column. */
export function isUsual({ natural }: RowEvidence, blanks: number): boolean {
  return blanks === natural;
}
