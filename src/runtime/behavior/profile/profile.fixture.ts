import { callAt, viewAt } from '../observation/view.fixture.ts'
import type { ProposalOptions } from './proposal.ts'
import { Recorder } from './recorder.ts'
import type { Recording } from './recording.ts'

export type View = ReturnType<typeof viewAt>

export function record(views: readonly View[], lost = 0): Recording {
  const recorder = new Recorder()
  for (const view of views) recorder.take(view)
  const [recording] = recorder.recordings(lost)
  if (recording === undefined) throw new Error('nothing was recorded')
  return recording
}

export const OPTIONS: ProposalOptions = { base: 'none', volumes: [] }
export const START = viewAt(0, 'execve', { 'proc.exepath': '/bin/httpd', 'user.uid': '0' })
export const capability = (number: string) =>
  viewAt(1, 'notification', { 'evt.arg.id': 'capability', 'evt.arg.desc': number })
/** A server that was seen from its start on, and then for two minutes of the same. */
export const SERVER: readonly View[] = [
  START,
  viewAt(0, 'notification', { 'container.id': 'host', 'evt.arg.id': 'capability', 'evt.arg.desc': '007' }),
  ...['execve', 'openat', 'mmap', 'socket', 'bind'].map((name, index) => callAt(index / 10, name)),
  viewAt(1, 'bind', { 'evt.arg.addr': '0.0.0.0:8080' }),
  ...Array.from({ length: 30 }, (_, index) => [
    callAt(5 + 4.3 * index, 'accept'),
    callAt(5 + 4.3 * index, 'read'),
  ]).flat(),
  viewAt(140, 'procexit', { 'proc.vpid': '9' }),
]
