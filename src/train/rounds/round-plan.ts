import type { BatchSource } from '../batch-source.js';
import type { TrainingConfig } from '../train-run.js';
import { type ContextPart, trainingPart } from '../training-context.js';

/**
 * Training in rounds: each of `replicas` copies of the network learns on its own share of the rows, from weights that
 * all have in common; at the end of a round these are averaged. How many replicas there are belongs to the experiment;
 * how many machines they are on does not, for a replica knows nothing of the others.
 *
 * Sources: McMahan et al. 2017 (federated averaging); Stich 2019 (local SGD).
 */
export interface RoundPlan {
  readonly rounds: number;
  readonly replicas: number;
  /** Gaps that all replicas learn on together, in all rounds. */
  readonly gaps: number;
}

/** One replica's part in one round; both count from 0. */
export interface RoundPiece {
  readonly round: number;
  readonly replica: number;
}

/** Gaps of one replica in all rounds. */
export const gapsOfReplica = ({ gaps, replicas }: RoundPlan): number => Math.ceil(gaps / replicas);

/** Gaps of one replica up to the end of a round. */
export const gapsUpTo = (plan: RoundPlan, round: number): number =>
  (round + 1 === plan.rounds ? gapsOfReplica(plan) : Math.ceil((gapsOfReplica(plan) * (round + 1)) / plan.rounds));

/**
 * How a replica learns in one round. A gap counts as in plain training, whoever learned on it: the warm-up ends after
 * as many gaps of all replicas, and as many weigh in the running average of the weights, so that a replica's own step
 * counts for `replicas` steps there. Averaging is like batches `replicas` times as large, for which Adam's rate grows
 * by the root (Malladi et al. 2022, "On the SDEs and Scaling Rules for Adaptive Gradient Algorithms").
 */
export function configOfReplica(config: TrainingConfig, plan: RoundPlan, round: number): TrainingConfig {
  const { replicas } = plan;
  const { schedule, optimizer } = config;
  return {
    ...config,
    plannedExamples: gapsOfReplica(plan), stopAfter: gapsUpTo(plan, round),
    schedule: {
      ...schedule,
      learningRate: schedule.learningRate * Math.sqrt(replicas), warmupExamples: schedule.warmupExamples / replicas,
    },
    optimizer: { ...optimizer, averageDecay: optimizer.averageDecay ** replicas },
  };
}

/** What common weights carry of all replicas: where each stands in its share. */
export interface ReplicaStates {
  readonly replicas: readonly unknown[];
}

/** The source of a replica, which finds its own place in common weights. */
export const sourceOfReplica = <Batch>(source: BatchSource<Batch>, replica: number): BatchSource<Batch> => ({
  next: () => source.next(),
  state: () => source.state(),
  restore: (state) => source.restore((state as Partial<ReplicaStates>).replicas?.[replica] ?? state),
  ...(source.progress === undefined ? {} : { progress: () => source.progress!() }),
});

/** Says in a checkpoint which piece it is of, or after which rounds its weights are common. */
export const piecePart = ({ round, replica }: RoundPiece): ContextPart => trainingPart<null>({
  kind: {
    pack: () => ({ json: { round, replica }, arrays: {} }),
    unpack({ json }, refuse) {
      const { finished, ...piece } = (json ?? {}) as { finished?: unknown; round?: unknown; replica?: unknown };
      if (finished !== undefined) {
        return finished === round
          ? null
          : refuse(`its weights are those after ${String(finished)} rounds, and this is round ${round}, counted from 0`);
      }
      return piece.round === round && piece.replica === replica
        ? null
        : refuse(`the checkpoint is of round ${String(piece.round)} of replica ${String(piece.replica)}`);
    },
  },
  get: () => null, set: () => undefined,
});
