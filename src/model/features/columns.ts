import { FeatureSpec } from '../feature-spec.js';
import { authorityFeatures } from './authority.js';
import { declareBackbone } from './backbone.js';
import { countFeatures } from './counts.js';
import { decisionFeatures } from './decisions.js';
import { inputFeatures } from './input.js';
import { roomFeatures } from './rooms.js';
import { statementFeatures } from './statements.js';
import { treeFeatures } from './tree.js';
import { widthFeatures } from './widths.js';

/**
 * The features of a gap, composed of groups, each of which declares its own and fills
 * them in beside the declaration. Their order here is that of the columns, which weights are
 * trained for. The backbone reads only tokens and layout to the left, so that the completion
 * head can compute it on unfinished code; the other groups read everything.
 */
export const spec = new FeatureSpec();
/** Features of the backbone, which `BackboneStream` fills in on unfinished code. */
export const BACKBONE = declareBackbone(spec);
spec.startHead();
export const HEAD = [treeFeatures, inputFeatures, statementFeatures, decisionFeatures, widthFeatures, countFeatures,
  authorityFeatures, roomFeatures]
  .map((group) => group.declare(spec));
/** Features of the other groups, in the same order, for the kernel that is compiled of their code. */
export const HEAD_FEATURES = HEAD.map(({ features }) => features);
