import { readFileSync } from 'node:fs'
import type { Authorize } from '../../api-access/authentication/index.ts'
import {
  type Authorizer,
  createAbacAuthorizer,
  createRbacAuthorizer,
  loadAbacPolicies,
} from '../../api-access/authorization/index.ts'
import type { Decision, RequestAttributes } from '../../api-access/request/index.ts'
import type { ObjectView } from '../../kubernetes/index.ts'
import { defineMessages } from '../../messages/index.ts'
import { UsageError } from '../exit.ts'
import { cliMessages } from '../messages.ts'
import { choiceOf } from '../options.ts'
import { gatewayMessages } from './messages.ts'
import { needs } from './options.ts'

export const MODES = ['RBAC', 'ABAC', 'AlwaysAllow', 'AlwaysDeny'] as const
export type Mode = (typeof MODES)[number]

export const authorizationModeMessages = defineMessages('authorization-mode', {
  masters: { en: (_: object) => '', ko: (_: object) => '' },
  allow: { en: (_: object) => '', ko: (_: object) => '' },
  deny: { en: (_: object) => 'Everything is forbidden.', ko: (_: object) => 'Everything is forbidden.' },
  joined: {
    en: (d: { reasons: readonly string[] }) => d.reasons.join(', '),
    ko: (d: { reasons: readonly string[] }) => d.reasons.join(', '),
  },
})

const { make } = authorizationModeMessages

/**
 * The authorizers in front of the cluster's own, tried in order: "if any authorizer approves or denies a request, that
 * decision is immediately returned". `system:masters` is never asked.
 *
 * @returns undefined where none is named: the cluster behind decides alone
 * @throws UsageError
 */
export function openAuthorizer(
  names: readonly string[],
  policyFile: string | undefined,
  objects: ObjectView,
): Authorizer | undefined {
  if (policyFile !== undefined && !names.includes('ABAC'))
    throw needs('--authorization-policy-file', '--authorization-mode=ABAC')
  if (names.length === 0) return undefined
  const authorizers = names.map((name) =>
    open(choiceOf('--authorization-mode', name, MODES), policyFile, objects),
  )
  return {
    name: names.join(','),
    async authorize(attributes) {
      if (attributes.user.groups.includes('system:masters'))
        return { verdict: 'allow', reason: make.masters({}) }
      return decide(authorizers, attributes)
    },
  }
}

/** @returns what decides whether a user may act as another: the gate's authorizer, or the cluster where there is none */
export function authorizeBy(authorizer: Authorizer | undefined, cluster: Authorize): Authorize {
  return authorizer === undefined ? cluster : (attributes) => authorizer.authorize(attributes)
}

async function decide(authorizers: readonly Authorizer[], attributes: RequestAttributes): Promise<Decision> {
  const reasons: string[] = []
  for (const authorizer of authorizers) {
    const decision = await authorizer.authorize(attributes)
    if (decision.verdict !== 'no-opinion') return decision
    reasons.push(decision.reason.id)
  }
  return { verdict: 'no-opinion', reason: make.joined({ reasons: [] }) }
}

function open(mode: Mode, policyFile: string | undefined, objects: ObjectView): Authorizer {
  if (mode === 'RBAC') return createRbacAuthorizer(objects)
  if (mode === 'AlwaysAllow') return always(mode, { verdict: 'allow', reason: make.allow({}) })
  if (mode === 'AlwaysDeny') return always(mode, { verdict: 'no-opinion', reason: make.deny({}) })
  if (policyFile === undefined) throw needs('--authorization-mode=ABAC', '--authorization-policy-file')
  const loaded = loadAbacPolicies(read(policyFile))
  if ('policies' in loaded) return createAbacAuthorizer(loaded.policies)
  const { line, message } = loaded.error
  const place = `${policyFile}:${line}`
  throw new UsageError(
    'ERR_ABAC',
    gatewayMessages.make['bad-abac']({ place, error: message.id }),
    gatewayMessages,
  )
}

function always(name: string, decision: Decision): Authorizer {
  return { name, authorize: () => decision }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    throw new UsageError('ERR_FILE', cliMessages.make['cannot-read']({ path, reason }), cliMessages)
  }
}
