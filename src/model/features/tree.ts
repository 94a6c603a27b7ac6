import { GAP_ROLE_COUNT } from '../../tokenize/index.js';
import type { FeatureSpec } from '../feature-spec.js';
import { GAP_POSITIONS } from '../gap-position.js';
import { atMost, countBucket, paired } from './buckets.js';
import type { FileArrays } from './file-fields.js';
import { plainGroup } from './feature-group.js';
import { COUNT_BUCKETS, FLAG_VALUES, NODE_VALUES, NO_NODE, NO_TOKEN, TOKEN_VALUES } from './feature-values.js';
import { nodeKindAt } from './gap-facts.js';
import type { RowWriter } from './row-writer.js';
import type { i32 } from './views.js';

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

type Features = ReturnType<typeof declare>;

function describeTree(features: Features, file: FileArrays, i: i32, row: RowWriter): void {
  const tokenCount = file.tokenCount;
  const kind = file.kind;
  row.set(features.right, i < tokenCount ? kind[i] : NO_TOKEN);
  row.set(features.right2, i + 1 < tokenCount ? kind[i + 1] : NO_TOKEN);
  row.set(features.left, i > 0 ? kind[i - 1] : NO_TOKEN);
  row.set(features.role, paired(file.role[i], file.mustBreak[i], FLAG_VALUES));
  const node = file.ancestor[i];
  const up = file.nodeParent[node];
  row.set(features.node, file.nodeKind[node]);
  row.set(features.nodeUp, nodeKindAt(file, up));
  row.set(features.nodeUp2, nodeKindAt(file, up < 0 ? -1 : file.nodeParent[up]));
  row.set(features.leftBranch, nodeKindAt(file, file.leftBranch[i]));
  row.set(features.rightBranch, nodeKindAt(file, file.rightBranch[i]));
  const before = i > 0 ? file.previousCode[i - 1] : -1;
  const after = file.nextCode[i];
  row.set(features.leftParent, before < 0 ? NO_NODE : nodeKindAt(file, file.parent[before]));
  row.set(features.rightParent, after >= tokenCount ? NO_NODE : nodeKindAt(file, file.parent[after]));
  row.set(features.position, file.position[i]);
  if (before >= 0) row.set(features.statement, file.lineKind[file.lineFirst[before]]);
  row.set(features.rightIndex, countBucket(file.rightIndex[i]));
  row.set(features.rightFromEnd, countBucket(file.nodeChildCount[node] - 1 - file.rightIndex[i]));
  const open = file.openBracket[i];
  if (open >= 0) describeTreeBracket(features, file, i, open, row);
}

function describeTreeBracket(features: Features, file: FileArrays, i: i32, open: i32, row: RowWriter): void {
  const depth: i32 = file.bracketDepth[i];
  const trailing: i32 = file.trailingComma[open];
  row.set(features.bracketNode, nodeKindAt(file, file.parent[open]));
  row.set(features.bracketNodeUp, nodeKindAt(file, file.nodeParent[file.parent[open]]));
  row.set(
    features.positionInBracket,
    paired(paired(file.position[i], trailing, FLAG_VALUES), depth > 1 ? 1 : 0, FLAG_VALUES),
  );
  const inside = i < file.tokenCount ? file.commasBefore[i] : 0;
  row.set(features.commas, countBucket(file.commas[open]));
  row.set(features.commasAfter, countBucket(file.commas[open] - inside));
  row.set(features.bracketFlags, paired(
    paired(trailing, file.holdsComment[open], FLAG_VALUES), atMost(2, depth - 1), DEPTHS,
  ));
}

export const treeFeatures = plainGroup(declare, describeTree);
