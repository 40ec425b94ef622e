import { randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { PodSecuritySettings } from '../../../pod-security/index.ts'
import type { Decision } from '../../request/index.ts'
import type { AdmissionMetrics } from '../chain/metrics.ts'
import type { PluginName } from '../chain/plugins.ts'
import { authorizerReason } from '../policy/reason-text.ts'
import { createMutatingAdmissionPolicy, createValidatingAdmissionPolicy } from '../policy/stages.ts'
import type { AdmissionStage } from '../stage.ts'
import type { WebhookCalls } from '../webhooks/call-webhook.ts'
import { createWebhookCaller, type WebhookCaller } from '../webhooks/caller.ts'
import { createMutatingWebhooks } from '../webhooks/mutating-stage.ts'
import { createValidatingWebhooks } from '../webhooks/validating-stage.ts'
import { alwaysPullImages } from './always-pull-images.ts'
import { createDefaultTolerationSeconds } from './default-toleration-seconds.ts'
import { denyServiceExternalIPs } from './deny-service-external-ips.ts'
import { createEventRateLimit } from './events/event-rate-limit.ts'
import type { EventLimit } from './events/limits.ts'
import { limitRanger } from './limits/limit-ranger.ts'
import { createNamespaceLifecycle } from './namespace-lifecycle.ts'
import { nodeRestriction } from './nodes/node-restriction.ts'
import { createPodNodeSelector, type PodNodeSelectorConfiguration } from './pod-node-selector.ts'
import { createPodSecurity } from './pod-security.ts'
import { createPodSecurityPolicy } from './pod-security-policy.ts'
import {
  createPodTolerationRestriction,
  type PodTolerationRestrictionConfiguration,
} from './pod-toleration-restriction.ts'
import { createResourceQuota } from './quota/resource-quota.ts'
import { createServiceAccount } from './service-account/service-account.ts'

/** What stages are configured with; a stage without an entry has Kubernetes' defaults. */
export interface StageConfiguration {
  readonly podSecurity?: PodSecuritySettings
  /** Without any no event is limited. */
  readonly eventLimits?: readonly EventLimit[]
  readonly podNodeSelector?: PodNodeSelectorConfiguration
  readonly podTolerationRestriction?: PodTolerationRestrictionConfiguration
  /** As decoded from the file of the plugin ResourceQuota. */
  readonly resourceQuota?: unknown
  readonly tolerationSeconds?: { readonly notReady?: number; readonly unreachable?: number }
  /** See `ServiceAccountOptions`. */
  readonly serviceAccountTokens?: 'bound' | 'secret'
}

/** What stages are handed that go beyond a configuration; all have defaults. */
export interface StageServices {
  /** Carries reviews to webhooks; HTTPS by their DNS names. */
  readonly webhookCaller?: WebhookCaller
  /** Counts what webhooks and policies come to. */
  readonly metrics?: Pick<AdmissionMetrics, 'webhook' | 'conditions' | 'policies'>
  /** Renders an authorizer's reason for policies' `authorizer…reason()`; in Kubernetes' words. */
  readonly reasonText?: (decision: Decision) => string
}

/**
 * Makes the stages of the given names, in their order.
 *
 * @param names - as `choosePlugins` gives them
 */
export function createAdmissionStages(
  names: readonly PluginName[],
  configuration: StageConfiguration = {},
  services: StageServices = {},
): AdmissionStage[] {
  const makers = stageMakers(configuration, services)
  return names.map((name) => makers[name]())
}

type Makers = { readonly [Name in PluginName]: () => AdmissionStage }

function stageMakers(configuration: StageConfiguration, services: StageServices): Makers {
  const { serviceAccountTokens: tokens = 'bound' } = configuration
  const { webhookCaller = createWebhookCaller(), reasonText = authorizerReason, metrics } = services
  const calls: WebhookCalls = {
    caller: webhookCaller,
    ...(metrics !== undefined && { onEnd: metrics.webhook, onConditions: metrics.conditions }),
  }
  return {
    NamespaceLifecycle: createNamespaceLifecycle,
    LimitRanger: () => limitRanger,
    ServiceAccount: () => createServiceAccount({ tokens, randomSuffix, sleep }),
    NodeRestriction: () => nodeRestriction,
    AlwaysPullImages: () => alwaysPullImages,
    PodSecurity: () => createPodSecurity(configuration.podSecurity),
    PodSecurityPolicy: createPodSecurityPolicy,
    PodNodeSelector: () => createPodNodeSelector(configuration.podNodeSelector),
    DefaultTolerationSeconds: () => createDefaultTolerationSeconds(configuration.tolerationSeconds),
    PodTolerationRestriction: () => createPodTolerationRestriction(configuration.podTolerationRestriction),
    EventRateLimit: () => createEventRateLimit(configuration.eventLimits ?? []),
    DenyServiceExternalIPs: () => denyServiceExternalIPs,
    MutatingAdmissionPolicy: () => createMutatingAdmissionPolicy(reasonText, metrics?.policies),
    MutatingAdmissionWebhook: () => createMutatingWebhooks(calls),
    ValidatingAdmissionPolicy: () => createValidatingAdmissionPolicy(reasonText, metrics?.policies),
    ValidatingAdmissionWebhook: () => createValidatingWebhooks(calls),
    ResourceQuota: () => createResourceQuota(configuration.resourceQuota),
  }
}

/** As Kubernetes makes names: without vowels, and without what looks alike (apimachinery, `util/rand`). */
const LETTERS = 'bcdfghjklmnpqrstvwxz2456789'

function randomSuffix(): string {
  return Array.from({ length: 5 }, () => LETTERS[randomInt(LETTERS.length)]).join('')
}
