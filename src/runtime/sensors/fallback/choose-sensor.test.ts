import { expect, test } from 'vitest'
import { createRenderer } from '../../../messages/index.ts'
import {
  chooseSensor,
  SENSOR_KINDS,
  type SensorFacts,
  sensorChoiceMessages,
  TRACER_KINDS,
} from './choose-sensor.ts'

const everything: SensorFacts = {
  mayLoadPrograms: true,
  hasBtf: true,
  release: '6.18.44',
  lockdown: 'none',
  binary: { path: '/opt/haetae-sensor', exists: true },
  trial: () => undefined,
  connectorTrial: () => undefined,
  hasBpftrace: true,
  hasTracepoints: true,
  hasStrace: true,
}

test.each([
  ['everything there', {}, 'ebpf', []],
  ['no root', { mayLoadPrograms: false }, 'connector', ['no-root', 'no-root']],
  ['no BTF', { hasBtf: false }, 'bpftrace', ['no-btf']],
  ['no binary', { binary: { path: '/x', exists: false } }, 'bpftrace', ['no-binary']],
  ['not taken by the kernel', { trial: () => 'Permission denied' }, 'bpftrace', ['not-loaded']],
  ['an old kernel', { release: '5.10.0-28-amd64' }, 'bpftrace', ['old-kernel']],
  ['a kernel just new enough', { release: '5.17.0' }, 'ebpf', []],
  ['locked down for integrity alone', { lockdown: 'integrity' }, 'ebpf', []],
  ['locked down', { lockdown: 'confidentiality' }, 'connector', ['locked-down', 'locked-down']],
  ['no BTF, no bpftrace', { hasBtf: false, hasBpftrace: false }, 'connector', ['no-btf', 'no-bpftrace']],
  ['no BTF, no tracefs', { hasBtf: false, hasTracepoints: false }, 'connector', ['no-btf', 'no-tracepoints']],
  [
    'neither a binary nor bpftrace',
    { binary: { path: '/x', exists: false }, hasBpftrace: false },
    'proc',
    ['no-binary', 'no-bpftrace', 'connector-binary'],
  ],
  ...(
    [
      ['absent', 'no-connector'],
      ['silent', 'silent-connector'],
      ['refused', 'refused-connector'],
    ] as const
  ).map(
    ([kind, obstacle]) =>
      [
        `a process connector that is ${kind}`,
        { mayLoadPrograms: false, connectorTrial: () => ({ kind, reason: 'why' }) },
        'proc',
        ['no-root', 'no-root', obstacle],
      ] as const,
  ),
] as const)('%s', (_, facts, kind, obstacles) => {
  const choice = chooseSensor({ ...everything, ...facts }, SENSOR_KINDS)
  expect(choice.kind).toBe(kind)
  expect(choice.obstacles.map(({ id }) => id)).toEqual(obstacles.map((id) => `sensor-choice.${id}`))
})

test('one that is asked for is taken, or none', () => {
  expect(chooseSensor(everything, ['proc'])).toEqual({ kind: 'proc', obstacles: [] })
  const { kind, obstacles } = chooseSensor({ ...everything, hasBpftrace: false }, ['bpftrace'])
  expect(kind).toBeUndefined()
  expect(obstacles).toHaveLength(1)
})

test('what is missing is said, and what comes next', () => {
  const { obstacles } = chooseSensor({ ...everything, hasBtf: false, hasBpftrace: false }, SENSOR_KINDS)
  const text = (language: 'en' | 'ko') => obstacles.map(createRenderer([sensorChoiceMessages], language))
  expect(text('en')).toEqual([
    'haetae-sensor needs a kernel that describes its types, and there is no /sys/kernel/btf/vmlinux; next is bpftrace',
    "there is no bpftrace; apt-get install bpftrace has it; next is the kernel's process connector",
  ])
  expect(text('ko')[0]).toBe(
    'haetae-sensor 실행에는 BTF가 필요한데 /sys/kernel/btf/vmlinux가 없습니다. 다음으로 bpftrace에서 찾습니다',
  )
})

test('what traces a few processes: the sensor, then strace, or nothing', () => {
  const choose = (facts: Partial<SensorFacts>) => {
    const { kind, obstacles } = chooseSensor({ ...everything, ...facts }, TRACER_KINDS)
    return [kind, ...obstacles.map(createRenderer([sensorChoiceMessages], 'en'))]
  }
  expect(choose({})).toEqual(['ebpf'])
  expect(choose({ mayLoadPrograms: false })).toEqual([
    'strace',
    'haetae-sensor needs root (or CAP_BPF, CAP_PERFMON and CAP_SYS_PTRACE); next is strace',
  ])
  expect(choose({ hasBtf: false, hasStrace: false })).toEqual([
    undefined,
    'haetae-sensor needs a kernel that describes its types, and there is no /sys/kernel/btf/vmlinux; next is strace',
    'there is no strace; apt-get install strace has it',
  ])
})
