import type { PacedAnswer } from './paced-client.ts'

/** What was asked straight and through the gate in the same seconds. */
export interface Round {
  readonly straight: readonly PacedAnswer[]
  readonly gated: readonly PacedAnswer[]
}

/** An answer of the API server alone that takes longer than its median so many times is a pause. */
const PAUSE = 2

/** @returns by how much later the answers through the gate come, at this percentile, in milliseconds */
export function added({ straight, gated }: Round, percent: number): number {
  return percentile(gated, percent) - percentile(straight, percent)
}

/**
 * Leaves out, of both sides, what was under way while the API server paused, as its own answers alone tell: whatever the gate
 * does, what comes straight knows nothing of it. Who goes through the gate waits for the same pauses, which are longer than
 * all else and come with about a percent of all answers: whether a few more of them fall on this or that side would decide
 * about a 99th percentile.
 *
 * The side that comes straight loses what is slow there for whatever reason; the other one keeps what is slow by itself. So the
 * rule errs against the gate.
 */
export function withoutPauses({ straight, gated }: Round): Round {
  const longest = PAUSE * percentile(straight, 50)
  const pauses = straight.filter(({ took }) => took > longest)
  const kept = ({ at, took }: PacedAnswer) =>
    !pauses.some((pause) => at < pause.at + pause.took && at + took > pause.at)
  return { straight: straight.filter(kept), gated: gated.filter(kept) }
}

/** All rounds as one. */
export function joined(rounds: readonly Round[]): Round {
  return {
    straight: rounds.flatMap(({ straight }) => straight),
    gated: rounds.flatMap(({ gated }) => gated),
  }
}

function percentile(answers: readonly PacedAnswer[], percent: number): number {
  const times = answers.map(({ took }) => took).sort((a, b) => a - b)
  return times[Math.floor((times.length * percent) / 100)] ?? 0
}
