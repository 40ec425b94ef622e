import type { Authorizer } from '../authorizer.ts'
import { chainMessages } from './messages.ts'

const { make } = chainMessages

/** "This mode allows all requests, which brings security risks." */
export const alwaysAllow: Authorizer = {
  name: 'AlwaysAllow',
  authorize: () => ({ verdict: 'allow', reason: make['not-told']({}) }),
  rulesFor: () => ({
    resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'], resourceNames: [] }],
    nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
    incomplete: false,
  }),
}

/** "This mode blocks all requests": in Kubernetes it has no opinion, so that only others can allow. */
export const alwaysDeny: Authorizer = {
  name: 'AlwaysDeny',
  authorize: () => ({ verdict: 'no-opinion', reason: make['always-deny']({}) }),
  rulesFor: () => ({ resourceRules: [], nonResourceRules: [], incomplete: false }),
}
