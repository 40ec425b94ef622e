import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { callAt, viewAt } from '../observation/view.fixture.ts'
import { capability, record, SERVER } from './profile.fixture.ts'
import { readRecording } from './recording.ts'

describe('a recording', () => {
  test('has what the container did, and survives its file', () => {
    const recording = record([
      ...SERVER,
      capability('010'),
      viewAt(3, 'openat', { 'fd.name': '/tmp/x', 'evt.is_open_write': 'true' }),
      viewAt(3, 'openat', { 'fd.name': '/tmp/x' }),
      viewAt(3, 'openat', { 'fd.name': '/etc/passwd' }),
      viewAt(3, 'openat', { 'fd.name': '/missing', 'evt.failed': 'true' }),
    ])
    expect(recording).toMatchObject({
      startedAt: recording.begin,
      tellsAllCalls: true,
      tellsCapabilities: true,
      users: [0],
      written: ['/tmp/x'],
      read: ['/etc/passwd'],
      ports: [{ protocol: 'TCP', port: 8080 }],
    })
    expect(recording.end - recording.begin).toBe(140_000)
    expect(Object.keys(recording.capabilities)).toEqual(['NET_BIND_SERVICE'])
    expect(readRecording(JSON.parse(JSON.stringify(recording)))).toEqual(recording)
  })

  test('has neither the runtime’s calls nor the host’s', () => {
    const recording = record([
      callAt(0, 'mount', { 'proc.name': 'runc:[2:INIT]' }),
      callAt(0, 'reboot', { 'container.id': 'host' }),
      callAt(1, 'read'),
    ])
    expect(Object.keys(recording.calls)).toEqual(['read'])
  })

  test('takes what is no recording for none', () => {
    fc.assert(fc.property(fc.anything(), (value) => readRecording(value) === undefined))
  })
})
