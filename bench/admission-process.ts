import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  createAdmissionChain,
  createAdmissionStages,
  createReviewMetrics,
  openReviewServer,
} from '../src/api-access/admission/index.ts'
import { openAuthority } from '../src/api-access/authentication/index.ts'
import { countBuffersInHeap } from '../src/cli/buffers.ts'
import { fixedObjects } from '../src/kubernetes/index.ts'
import { LEVELS } from '../src/pod-security/index.ts'

/** The server that `bench/admission.ts` measures, in a process of its own: Pod Security as `haetae admission` runs it. */
countBuffersInHeap()
const folder = join(mkdtempSync(join(tmpdir(), 'haetae-bench-')), 'authority')
const authority = await openAuthority({ folder })
const { certificate, key } = await authority.issueServer(['127.0.0.1'], 3600)
rmSync(folder, { recursive: true })

const namespaces = LEVELS.map((level) => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: level, labels: { 'pod-security.kubernetes.io/enforce': level } },
}))
const metrics = createReviewMetrics(() => {})
const server = await openReviewServer({
  host: '127.0.0.1',
  port: 0,
  tls: { certificate, key },
  chain: createAdmissionChain(createAdmissionStages(['PodSecurity']), metrics.observer),
  surroundings: {
    objects: fixedObjects(namespaces),
    authorize: () => Promise.reject(new Error('nobody asks')),
    now: Date.now,
  },
  isExempt: ({ namespace }) => namespace === 'kube-system',
  isReady: () => true,
  onReview: (request, { refusal }, milliseconds) =>
    metrics.reviewed(request, refusal === undefined, milliseconds),
})
process.on('message', () => process.send?.({ cpu: process.cpuUsage() }))
process.on('disconnect', () => process.exit(0))
process.send?.({ port: server.address.port, ca: authority.certificate })
