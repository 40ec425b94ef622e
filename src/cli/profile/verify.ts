import { readFileSync } from 'node:fs'
import { visible } from '../../findings/index.ts'
import type { Render } from '../../messages/index.ts'
import {
  allowedBy,
  type OutsideCall,
  outsideOf,
  type Recording,
  readSeccompAudit,
} from '../../runtime/behavior/index.ts'
import { EXIT, type ExitStatus, UsageError } from '../exit.ts'
import { readTextFile } from '../input-file.ts'
import { profileCommandMessages } from './messages.ts'
import type { ProfileOptions } from './options.ts'
import { gatherRecordings, ofOneContainer, parse } from './recordings.ts'

const { make } = profileCommandMessages

/**
 * Reports the calls that a seccomp profile would have refused: those that were observed outside it, and those that the
 * kernel's audit log tells of.
 *
 * @returns 1 where there are some, 3 where events were lost, or not all calls are told of by their names
 * @throws UsageError
 */
export async function verify(
  file: string,
  options: ProfileOptions,
  format: 'text' | 'json',
  render: Render,
): Promise<ExitStatus> {
  const allowed = allowedBy(parse(readTextFile(file)))
  if (allowed === undefined)
    throw new UsageError('ERR_SECCOMP_PROFILE', make['bad-profile']({ file }), profileCommandMessages)
  const { auditLog } = options
  const isObserved = options.live === true || options.events !== undefined || options.recording !== undefined
  const recordings: readonly Recording[] =
    isObserved || auditLog === undefined
      ? ofOneContainer(await gatherRecordings(options, render), options, undefined)
      : []
  const audited = auditLog === undefined ? undefined : readSeccompAudit(readText(auditLog))
  const outside: readonly OutsideCall[] = [
    ...recordings.flatMap(({ calls }) => outsideOf(calls, allowed)),
    ...(audited?.calls ?? []).filter(({ call }) => !allowed.has(call)),
  ]
  const calls = new Set(outside.map(({ call }) => call)).size
  if (format === 'json')
    process.stdout.write(`${JSON.stringify({ profile: file, refused: outside }, null, 2)}\n`)
  else {
    const lines = outside.map((each) => `  ${visible(render(make.outside({ ...each })))}`)
    process.stdout.write(`${[render(make.verified({ calls })), ...lines].join('\n')}\n`)
  }
  const tell = (message: Parameters<Render>[0]) => process.stderr.write(`${visible(render(message))}\n`)
  if (auditLog !== undefined && audited?.records === 0) tell(make['no-records']({ file: auditLog }))
  const isPartial = recordings.some(({ tellsAllCalls }) => !tellsAllCalls)
  if (isPartial) tell(make['not-all-calls']({}))
  const hasCompatCalls = recordings.some((each) => each.hasCompatCalls) || (audited?.nameless ?? 0) > 0
  if (hasCompatCalls) tell(make['compat-calls']({}))
  if (isPartial || hasCompatCalls || recordings.some(({ lost }) => lost > 0)) return EXIT.incomplete
  return calls > 0 ? EXIT.findings : EXIT.done
}

function readText(file: string): string {
  return file === '-' ? readFileSync(0, 'utf8') : readTextFile(file)
}
