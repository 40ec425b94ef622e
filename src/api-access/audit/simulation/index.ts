export { requestOfEvent } from './request-of-event.ts'
export {
  createSimulation,
  type Difference,
  type RuleOutcome,
  type Simulation,
  type SimulationResult,
} from './simulate.ts'
export type { Tallied, Volume } from './volume.ts'
