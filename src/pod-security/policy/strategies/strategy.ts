/** Why no strategy can be made of a policy's rule; the API server then leaves the whole policy out. */
export interface UnusableRule {
  readonly unusable: string
}

export function isUnusable(strategy: object): strategy is UnusableRule {
  return 'unusable' in strategy
}
