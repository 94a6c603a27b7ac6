import { GAP_ROLE_COUNT } from '../../tokenize/index.js';
import type { FeatureSpec } from '../feature-spec.js';
import { GAP_POSITIONS, GapPosition, positionOf } from '../gap-position.js';
import { featureGroup, type DescribedFile, type GroupFiller } from './feature-group.js';
import {
  COUNT_BUCKETS, FLAG_VALUES, NODE_VALUES, NO_NODE, NO_TOKEN, TOKEN_VALUES, countBucket, paired,
} from './feature-values.js';
import type { RowWriter } from './row-writer.js';

/** Depths of a bracket that are told apart: outermost, second, deeper. */
const DEPTHS = 3;

/** What stands around the gap: tokens to both sides, the nodes of the tree, the open bracket. */
const declare = (spec: FeatureSpec) => ({
  right: spec.slot('right', TOKEN_VALUES),
  right2: spec.slot('right2', TOKEN_VALUES),
  left: spec.slot('leftKind', TOKEN_VALUES),
  role: spec.slot('role', GAP_ROLE_COUNT * 2),
  node: spec.slot('node', NODE_VALUES),
  nodeUp: spec.slot('nodeUp', NODE_VALUES),
  nodeUp2: spec.slot('nodeUp2', NODE_VALUES),
  leftBranch: spec.slot('leftBranch', NODE_VALUES),
  rightBranch: spec.slot('rightBranch', NODE_VALUES),
  leftParent: spec.slot('leftParent', NODE_VALUES),
  rightParent: spec.slot('rightParent', NODE_VALUES),
  bracketNode: spec.slot('bracketNode', NODE_VALUES),
  bracketNodeUp: spec.slot('bracketNodeUp', NODE_VALUES),
  statement: spec.slot('statement', NODE_VALUES),
  position: spec.slot('position', GAP_POSITIONS),
  positionInBracket: spec.slot('positionOfOpener', GAP_POSITIONS * 4),
  rightIndex: spec.slot('rightIndex', COUNT_BUCKETS),
  rightFromEnd: spec.slot('rightFromEnd', COUNT_BUCKETS),
  commas: spec.slot('commas', COUNT_BUCKETS),
  commasAfter: spec.slot('commasAfter', COUNT_BUCKETS),
  bracketFlags: spec.slot('bracketFlags', 12),
});

class TreeFiller implements GroupFiller {
  constructor(private readonly features: ReturnType<typeof declare>, private readonly file: DescribedFile) {}

  describe(i: number, row: RowWriter): void {
    const { context } = this.file;
    const { features } = this;
    const { source, structure } = context.structured;
    const { kind, tree, tokenCount } = source;
    const right = i < tokenCount ? kind[i] : NO_TOKEN;
    const left = i > 0 ? kind[i - 1] : NO_TOKEN;
    row.set(features.right, right);
    row.set(features.right2, i + 1 < tokenCount ? kind[i + 1] : NO_TOKEN);
    row.set(features.left, left);
    row.set(features.role, paired(structure.role[i], structure.mustBreak[i], FLAG_VALUES));
    const node = context.ancestry.node[i];
    const up = tree.parent[node];
    row.set(features.node, tree.kind[node]);
    row.set(features.nodeUp, kindOf(tree, up));
    row.set(features.nodeUp2, kindOf(tree, up < 0 ? -1 : tree.parent[up]));
    row.set(features.leftBranch, kindOf(tree, context.ancestry.leftBranch[i]));
    row.set(features.rightBranch, kindOf(tree, context.ancestry.rightBranch[i]));
    const before = i > 0 ? structure.previousCode[i - 1] : -1;
    const after = structure.nextCode[i];
    row.set(features.leftParent, before < 0 ? NO_NODE : kindOf(tree, source.parent[before]));
    row.set(features.rightParent, after >= tokenCount ? NO_NODE : kindOf(tree, source.parent[after]));
    const position = i > 0 && i < tokenCount ? positionOf(left, right) : GapPosition.Other;
    row.set(features.position, position);
    if (before >= 0) row.set(features.statement, context.lineKind[context.lineFirst[before]]);
    row.set(features.rightIndex, countBucket(context.ancestry.rightIndex[i]));
    row.set(features.rightFromEnd, countBucket(tree.childCount[node] - 1 - context.ancestry.rightIndex[i]));
    const open = structure.openBracket[i];
    if (open >= 0) this.describeBracket(i, open, position, row);
  }

  private describeBracket(i: number, open: number, position: number, row: RowWriter): void {
    const { context } = this.file;
    const { features } = this;
    const { source, structure } = context.structured;
    const depth = structure.bracketDepth[i];
    const trailing = context.trailingComma[open];
    row.set(features.bracketNode, kindOf(source.tree, source.parent[open]));
    row.set(features.bracketNodeUp, kindOf(source.tree, source.tree.parent[source.parent[open]]));
    row.set(
      features.positionInBracket, paired(paired(position, trailing, FLAG_VALUES), depth > 1 ? 1 : 0, FLAG_VALUES),
    );
    const inside = i < source.tokenCount ? context.commasBefore[i] : 0;
    row.set(features.commas, countBucket(context.commas[open]));
    row.set(features.commasAfter, countBucket(context.commas[open] - inside));
    row.set(features.bracketFlags, paired(
      paired(trailing, context.holdsComment[open], FLAG_VALUES), Math.min(2, depth - 1), DEPTHS,
    ));
  }
}

const kindOf = (tree: { readonly kind: Uint8Array }, node: number): number => (node < 0 ? NO_NODE : tree.kind[node]);

export const treeFeatures = featureGroup(declare, TreeFiller);
