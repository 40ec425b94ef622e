import type { Authorize } from '../../authentication/index.ts'
import { failureAnswer, type LocalHandler } from '../carrier/local.ts'
import { forbidden } from '../pipeline/status.ts'
import type { GateMetrics } from './metrics.ts'

/**
 * Answers `GET /metrics` with the gate's own. Who may read it is asked here once more where the gate has no authorizer
 * of its own, since the request does not go on to one that decides.
 *
 * @param authorize - absent: the request has been authorized
 */
export function metricsEndpoint(metrics: GateMetrics, authorize: Authorize | undefined): LocalHandler {
  return ({ info, attributes }) => {
    if (info.path !== '/metrics' || info.resourceRequest || info.verb !== 'get') return undefined
    return answer()

    async function answer() {
      const decision = await authorize?.(attributes)
      if (decision !== undefined && decision.verdict !== 'allow')
        return failureAnswer(forbidden(attributes, ''))
      return { code: 200, contentType: metrics.contentType, body: await metrics.text() }
    }
  }
}
