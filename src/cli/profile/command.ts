import { basename, join } from 'node:path'
import { createRenderer, type Language, type Render } from '../../messages/index.ts'
import {
  type Proposal,
  profileMessages,
  proposalOf,
  SECCOMP_ARCHITECTURES,
  SECCOMP_BASES,
} from '../../runtime/behavior/index.ts'
import { sensorChoiceMessages, sensorMessages } from '../../runtime/sensors/index.ts'
import { behaviorMessages } from '../behavior/messages.ts'
import { detectMessages } from '../detect/messages.ts'
import { EXIT, type ExitStatus, UsageError } from '../exit.ts'
import { cliMessages } from '../messages.ts'
import { choiceOf } from '../options.ts'
import { terminalOf } from '../terminal.ts'
import { readWorkload } from '../workload/read-workload.ts'
import { profileCommandMessages } from './messages.ts'
import type { ProfileOptions } from './options.ts'
import { mountPathsOf, type PatchedManifest, patchManifest, placeOf, writableByOthers } from './patched.ts'
import { gatherRecordings, ofOneContainer, writeFolder, writeText } from './recordings.ts'
import { proposalJson, proposalText } from './report.ts'
import { verify } from './verify.ts'

const { make } = profileCommandMessages

const MESSAGES = [
  profileCommandMessages,
  profileMessages,
  behaviorMessages,
  sensorMessages,
  sensorChoiceMessages,
  detectMessages,
  cliMessages,
]

/**
 * `haetae profile`: the tightest settings that allow what a workload was seen to do, on standard output and, with
 * `--output`, as files.
 *
 * @returns 1 with `--verify`, where the profile would have refused something; 3 where events were lost
 * @throws UsageError
 */
export async function profile(options: ProfileOptions, language: Language): Promise<ExitStatus> {
  const format = choiceOf('--format', options.format, ['text', 'json'])
  const base = choiceOf('--base', options.base, SECCOMP_BASES)
  const architectures = options.architecture?.map((each) =>
    choiceOf('--architecture', each, SECCOMP_ARCHITECTURES),
  )
  const user = userOf(options.user)
  const render = createRenderer(MESSAGES, language)
  if (options.verify !== undefined) return verify(options.verify, options, format, render)

  const manifest = options.manifest === undefined ? undefined : await readWorkload(options.manifest, language)
  const all = await gatherRecordings(options, render)
  const recordings = ofOneContainer(all, options, manifest?.object.metadata?.name)
  const seenName = recordings.find(({ container }) => container.name !== '')?.container.name
  const place = manifest === undefined ? undefined : placeOf(manifest, options.name ?? seenName)
  const proposal = proposalOf(recordings, {
    base,
    volumes: manifest === undefined || place === undefined ? [] : mountPathsOf(manifest, place),
    ...(manifest && place && { writableByOthers: writableByOthers(manifest, place) }),
    ...(architectures && { architectures }),
    ...(user !== undefined && { user }),
  })
  const name = fileName([
    manifest?.object.metadata?.name,
    place?.name ?? seenName ?? recordings[0]?.container.id,
  ])
  const stem = options.logMode === true ? `${name}-log` : name
  const patched =
    manifest === undefined || place === undefined
      ? undefined
      : await patchManifest(manifest, place, proposal, `haetae/${stem}.json`, language)

  if (format === 'json') process.stdout.write(proposalJson(name, proposal, patched, render))
  else {
    const { colour } = terminalOf(process.stdout, process.env, options.color)
    process.stdout.write(proposalText(name, proposal, patched, render, colour))
  }
  if (options.output !== undefined) writeFiles(options.output, name, stem, proposal, patched, options, render)
  return recordings.some(({ lost }) => lost > 0) ? EXIT.incomplete : EXIT.done
}

function userOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (/^[1-9]\d{0,9}$/.test(text)) return Number(text)
  throw new UsageError('ERR_OPTION_VALUE', make['bad-user']({ user: text }), profileCommandMessages)
}

/** Names of objects and containers are safe in paths; ids of containers are as well. */
function fileName(parts: readonly (string | undefined)[]): string {
  const known = parts.filter((part) => part !== undefined && part !== '')
  return [...new Set(known)].join('-').replaceAll(/[^A-Za-z0-9.-]/g, '_') || 'workload'
}

function writeFiles(
  folder: string,
  name: string,
  stem: string,
  { seccomp, seccompLog }: Proposal,
  patched: PatchedManifest | undefined,
  { manifest, quiet }: ProfileOptions,
  render: Render,
): void {
  const profiles = join(folder, 'seccomp', 'haetae')
  writeFolder(profiles)
  const files: [string, string][] = [
    [join(profiles, `${name}.json`), `${JSON.stringify(seccomp, null, 2)}\n`],
    [join(profiles, `${name}-log.json`), `${JSON.stringify(seccompLog, null, 2)}\n`],
  ]
  if (patched !== undefined && manifest !== undefined) {
    files.push([join(folder, basename(manifest)), patched.text])
    files.push([join(folder, `${name}.patch`), patched.diff])
  }
  for (const [path, text] of files) {
    writeText(path, text)
    if (quiet !== true) process.stderr.write(`${render(make.wrote({ path }))}\n`)
  }
  if (quiet !== true) process.stderr.write(`${render(make.install({ profile: `haetae/${stem}.json` }))}\n`)
}
