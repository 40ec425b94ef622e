import { run as admission } from './admission.ts'
import { run as admissionPolicy } from './admission-policy.ts'
import { run as auditKeep } from './audit-keep.ts'
import { run as auditPolicy } from './audit-policy.ts'
import { run as auditRead } from './audit-read.ts'
import { run as authorization } from './authorization.ts'
import { run as captures } from './captures.ts'
import { run as detection } from './detection.ts'
import { run as gateway } from './gateway.ts'
import { run as gatewayExec } from './gateway-exec.ts'
import { run as gatewayLatency } from './gateway-latency.ts'
import { run as gatewayStream } from './gateway-stream.ts'
import { run as gatewayWatch } from './gateway-watch.ts'
import { run as live } from './live.ts'
import { run as podSecurityVerdict } from './pod-security-verdict.ts'
import { run as processTable } from './process-table.ts'
import { run as reports } from './reports.ts'
import { run as scan } from './scan.ts'
import { run as startUp } from './start-up.ts'

/** One measured number. Ratios (`unit: 'x'`) compare with the peer or limit that the name says, in the same run. */
export interface Line {
  readonly name: string
  readonly value: number
  readonly unit: string
}

const BENCHES = {
  admission,
  'admission-policy': admissionPolicy,
  'audit-keep': auditKeep,
  'audit-policy': auditPolicy,
  'audit-read': auditRead,
  authorization,
  captures,
  detection,
  gateway,
  'gateway-exec': gatewayExec,
  'gateway-latency': gatewayLatency,
  'gateway-stream': gatewayStream,
  'gateway-watch': gatewayWatch,
  live,
  'pod-security-verdict': podSecurityVerdict,
  'process-table': processTable,
  reports,
  scan,
  'start-up': startUp,
}

/** `npm run bench [-- NAME…]`: JSON lines on standard output. */
const wanted = process.argv.slice(2)
for (const [name, run] of Object.entries(BENCHES)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  await run((line: Line) => process.stdout.write(`${JSON.stringify(line)}\n`))
}
