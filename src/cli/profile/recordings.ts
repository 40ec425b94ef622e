import { writeFileSync } from 'node:fs'
import { visible } from '../../findings/index.ts'
import type { Render } from '../../messages/index.ts'
import { RECORDED_EVENTS, Recorder, type Recording, readRecording } from '../../runtime/behavior/index.ts'
import { makeFolder } from '../../storage/index.ts'
import { containerTitle, isChosen, namelessOf } from '../behavior/choose.ts'
import { behaviorMessages } from '../behavior/messages.ts'
import { type LiveRecording, observe } from '../behavior/observe.ts'
import { UsageError } from '../exit.ts'
import { readTextFile } from '../input-file.ts'
import { findContainers } from '../workload/running-containers.ts'
import { writing } from '../writing.ts'
import { withFileModes } from './file-modes.ts'
import { profileCommandMessages } from './messages.ts'
import type { ProfileOptions } from './options.ts'

const { make } = profileCommandMessages

const PROC = '/proc'

/**
 * The recordings that a call asks for: read from files, and taken from events.
 *
 * @throws UsageError
 */
export async function gatherRecordings(
  options: ProfileOptions,
  render: Render,
): Promise<readonly Recording[]> {
  const { recording, events, live, save, containerRuntime } = options
  if (recording === undefined && events === undefined && live !== true)
    throw new UsageError('ERR_INPUT', make['no-input']({}), profileCommandMessages)
  const read = (recording ?? []).flatMap(readRecordings)
  if (events === undefined && live !== true) return read
  const recorder = new Recorder()
  const observed = await observe(options, RECORDED_EVENTS, render, (view) => recorder.take(view))
  const all = recorder
    .recordings(
      observed.lost + recorder.unrecorded,
      observed.live !== undefined && observed.fallback === undefined,
    )
    .map((each) => withNames(each, observed.live))
  const chosen = all.filter(({ container }) => isChosen(options, container))
  const nameless = namelessOf(
    options,
    all.map(({ container }) => container),
  )
  if (nameless.length > 0)
    process.stderr.write(`${visible(render(behaviorMessages.make.nameless({ ids: nameless })))}\n`)
  if (chosen.length === 0 && read.length === 0) {
    const seen = all.map(({ container }) => containerTitle(container))
    throw new UsageError('ERR_NOTHING_RECORDED', make['nothing-seen']({ seen }), profileCommandMessages)
  }
  const running = await findContainers(containerRuntime === undefined ? {} : { containerRuntime }, PROC)
  const taken = await withFileModes(chosen, running, PROC)
  if (save !== undefined) writeText(save, taken.map((each) => `${JSON.stringify(each)}\n`).join(''))
  return [...read, ...taken]
}

function withNames(recording: Recording, live: LiveRecording | undefined): Recording {
  if (live === undefined) return recording
  return { ...recording, container: live.containers.complete(recording.container) }
}

function readRecordings(file: string): readonly Recording[] {
  const lines = readTextFile(file).split('\n')
  return lines.flatMap((text, index) => {
    if (text.trim() === '') return []
    const found = readRecording(parse(text))
    if (found !== undefined) return [found]
    throw new UsageError(
      'ERR_RECORDING',
      make['bad-recording']({ file, line: index + 1 }),
      profileCommandMessages,
    )
  })
}

/** @returns undefined for what is no JSON */
export function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** @throws UsageError where the file cannot be written */
export function writeText(path: string, text: string): void {
  writing(path, () => writeFileSync(path, text))
}

/** Makes a folder, and those above it that do not exist. @throws UsageError where that cannot be */
export function writeFolder(path: string): void {
  writing(path, () => makeFolder(path, 0o777))
}

/**
 * Those of one workload's container: of several that differ the caller has to choose.
 *
 * @param workload - name of the manifest's object; its pods' names begin with it
 * @throws UsageError where none is left, or several are
 */
export function ofOneContainer(
  recordings: readonly Recording[],
  options: ProfileOptions,
  workload: string | undefined,
): readonly Recording[] {
  const seen = recordings.map(({ container }) => containerTitle(container))
  let chosen = recordings.filter(({ container }) => isChosen(options, container))
  // The sandbox of a pod has no name of its own.
  const named = chosen.filter(({ container }) => container.name !== '')
  if (named.length > 0) chosen = named
  if (workload !== undefined && options.pod === undefined) {
    const own = chosen.filter(({ container }) => isChosen({ pod: workload }, container))
    if (own.length > 0) chosen = own
  }
  if (chosen.length === 0)
    throw new UsageError('ERR_NOTHING_RECORDED', make['nothing-seen']({ seen }), profileCommandMessages)
  const kinds = new Set(chosen.map(({ container }) => `${container.name}\0${container.image}`))
  const isTold = options.container !== undefined
  if (
    kinds.size > 1 ||
    (chosen.length > 1 && kinds.has('\0') && !isTold && options.recording === undefined)
  ) {
    const several = chosen.map(({ container }) => containerTitle(container))
    throw new UsageError(
      'ERR_SEVERAL_CONTAINERS',
      make['several-seen']({ seen: several }),
      profileCommandMessages,
    )
  }
  return chosen
}
