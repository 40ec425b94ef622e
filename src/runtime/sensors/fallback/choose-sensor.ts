import { defineMessages, type Message } from '../../../messages/index.ts'

/** Where events of this machine can come from, the one that sees most first. */
export const SENSOR_KINDS = ['ebpf', 'bpftrace', 'connector', 'proc'] as const
export type SensorKind = (typeof SENSOR_KINDS)[number]

/** What can tell of each call of a few processes: strace stops them at each. */
export const TRACER_KINDS = ['ebpf', 'strace'] as const
export type TracerKind = (typeof TRACER_KINDS)[number]

type Kind = SensorKind | TracerKind

/** What of this machine decides which sensor can run. */
export interface SensorFacts {
  /** Root, or the rights of it that the sensor needs. */
  readonly mayLoadPrograms: boolean
  /** Whether the kernel describes its types (`/sys/kernel/btf/vmlinux`). */
  readonly hasBtf: boolean
  /** As `uname -r` has it. */
  readonly release: string
  /** What /sys/kernel/security/lockdown has in brackets; undefined where there is none. */
  readonly lockdown: string | undefined
  /** Path of haetae-sensor, and whether it is there. */
  readonly binary: { readonly path: string; readonly exists: boolean }
  /** Tries whether the kernel takes it: why it does not, or undefined. Only asked where nothing else is in its way. */
  readonly trial: () => string | undefined
  /** Tries whether the kernel's process connector answers the same program: why it does not, or undefined. */
  readonly connectorTrial: () => ConnectorRefusal | undefined
  readonly hasBpftrace: boolean
  /** Whether the kernel's tracepoints can be looked up (tracefs is mounted). */
  readonly hasTracepoints: boolean
  readonly hasStrace: boolean
}

/** Why there is no process connector: `absent` and `silent` as sensor/connector.c tells them. */
export interface ConnectorRefusal {
  readonly kind: 'absent' | 'silent' | 'refused'
  /** The system's own words. */
  readonly reason: string
}

export interface SensorChoice<K extends Kind> {
  /** Undefined where none of those that were to be considered can run. */
  readonly kind: K | undefined
  /** Why those that see more cannot run, and what is taken in their place; a message each. */
  readonly obstacles: readonly Message[]
}

/** What is said of the choice of a sensor. */
export const sensorChoiceMessages = defineMessages('sensor-choice', {
  'no-root': {
    en: (d: Next) =>
      `${nameOf(d.of)} needs root (or CAP_BPF, CAP_PERFMON and CAP_SYS_PTRACE)${next(d, 'en')}`,
    ko: (d: Next) =>
      `${nameOf(d.of)} 실행에는 root 권한(또는 CAP_BPF, CAP_PERFMON, CAP_SYS_PTRACE)이 필요합니다${next(d, 'ko')}`,
  },
  'old-kernel': {
    en: (d: Next & { release: string }) =>
      `${nameOf(d.of)} needs Linux 5.17 or newer, and this is ${d.release}${next(d, 'en')}`,
    ko: (d: Next & { release: string }) =>
      `${nameOf(d.of)} 실행에는 Linux 5.17 이상이 필요한데 이 커널은 ${d.release}입니다${next(d, 'ko')}`,
  },
  'no-btf': {
    en: (d: Next) =>
      `${nameOf(d.of)} needs a kernel that describes its types, and there is no /sys/kernel/btf/vmlinux${next(d, 'en')}`,
    ko: (d: Next) =>
      `${nameOf(d.of)} 실행에는 BTF가 필요한데 /sys/kernel/btf/vmlinux가 없습니다${next(d, 'ko')}`,
  },
  'locked-down': {
    en: (d: Next) =>
      `this kernel is locked down (confidentiality), and lets ${nameOf(d.of)} read nothing of it${next(d, 'en')}`,
    ko: (d: Next) =>
      `커널이 잠겨 있어(lockdown: confidentiality) ${nameOf(d.of)} 실행으로는 아무것도 읽을 수 없습니다${next(d, 'ko')}`,
  },
  'no-binary': {
    en: (d: Next & { path: string }) =>
      `there is no sensor at ${d.path}: build it with npm run build:sensor (needs clang and libbpf-dev)${next(d, 'en')}`,
    ko: (d: Next & { path: string }) =>
      `${d.path}에 센서가 없습니다. npm run build:sensor로 만들 수 있습니다(clang과 libbpf-dev가 필요합니다)${next(d, 'ko')}`,
  },
  'not-loaded': {
    en: (d: Next & { reason: string }) =>
      `the kernel does not take ${nameOf(d.of)} (${d.reason})${next(d, 'en')}`,
    ko: (d: Next & { reason: string }) =>
      `커널이 ${nameOf(d.of)} 실행을 받아들이지 않습니다(${d.reason})${next(d, 'ko')}`,
  },
  'no-bpftrace': {
    en: (d: Next) => `there is no bpftrace; apt-get install bpftrace has it${next(d, 'en')}`,
    ko: (d: Next) => `bpftrace가 없습니다. apt-get install bpftrace로 설치할 수 있습니다${next(d, 'ko')}`,
  },
  'no-strace': {
    en: (d: Next) => `there is no strace; apt-get install strace has it${next(d, 'en')}`,
    ko: (d: Next) => `strace가 없습니다. apt-get install strace로 설치할 수 있습니다${next(d, 'ko')}`,
  },
  'no-tracepoints': {
    en: (d: Next) =>
      `${nameOf(d.of)} finds no tracepoints: mount -t tracefs tracefs /sys/kernel/tracing${next(d, 'en')}`,
    ko: (d: Next) =>
      `${nameOf(d.of)} 실행에 필요한 트레이스포인트가 없습니다. mount -t tracefs tracefs /sys/kernel/tracing으로 마운트하십시오${next(d, 'ko')}`,
  },
  'connector-binary': {
    en: (d: Next & { path: string }) =>
      `the kernel's process connector is asked by haetae-sensor, and there is none at ${d.path}${next(d, 'en')}`,
    ko: (d: Next & { path: string }) =>
      `커널의 프로세스 커넥터도 haetae-sensor로 듣는데 ${d.path}에 센서가 없습니다${next(d, 'ko')}`,
  },
  'no-connector': {
    en: (d: Next & { reason: string }) =>
      `this kernel has no process connector (CONFIG_CONNECTOR: ${d.reason})${next(d, 'en')}`,
    ko: (d: Next & { reason: string }) =>
      `이 커널에는 프로세스 커넥터가 없습니다(CONFIG_CONNECTOR: ${d.reason})${next(d, 'ko')}`,
  },
  'silent-connector': {
    en: (d: Next) =>
      `the kernel's process connector does not answer: the kernel is built without CONFIG_PROC_EVENTS, or this is not the machine's own pid and user namespace${next(d, 'en')}`,
    ko: (d: Next) =>
      `커널의 프로세스 커넥터가 응답하지 않습니다. 커널에 CONFIG_PROC_EVENTS가 없거나, 여기가 머신의 첫 PID·사용자 네임스페이스가 아닙니다${next(d, 'ko')}`,
  },
  'refused-connector': {
    en: (d: Next & { reason: string }) =>
      `the kernel's process connector refuses (${d.reason}); kernels before 6.6 want root or CAP_NET_ADMIN${next(d, 'en')}`,
    ko: (d: Next & { reason: string }) =>
      `커널의 프로세스 커넥터가 거절했습니다(${d.reason}). 6.6보다 오래된 커널에는 root 권한이나 CAP_NET_ADMIN이 필요합니다${next(d, 'ko')}`,
  },
})

interface Next {
  readonly of: Kind
  /** What is taken in its place; undefined where nothing else is. */
  readonly next: Kind | undefined
}

const NAMES: Readonly<Record<Kind, { readonly en: string; readonly ko: string }>> = {
  ebpf: { en: 'haetae-sensor', ko: 'haetae-sensor' },
  bpftrace: { en: 'bpftrace', ko: 'bpftrace' },
  connector: { en: "the kernel's process connector", ko: '커널의 프로세스 커넥터' },
  proc: { en: '/proc', ko: '/proc' },
  strace: { en: 'strace', ko: 'strace' },
}

/** Of those whose names are the same in both languages. */
function nameOf(kind: Kind): string {
  return NAMES[kind].en
}

function next({ next }: Next, language: 'en' | 'ko'): string {
  if (next === undefined) return ''
  return language === 'en' ? `; next is ${NAMES[next].en}` : `. 다음으로 ${NAMES[next].ko}에서 찾습니다`
}

const { make } = sensorChoiceMessages

/**
 * Chooses the first of these sensors that can run here.
 *
 * @param kinds - those that would do, the one that sees most first
 */
export function chooseSensor<const K extends Kind>(facts: SensorFacts, kinds: readonly K[]): SensorChoice<K> {
  const obstacles: Message[] = []
  for (const [index, kind] of kinds.entries()) {
    const obstacle = obstacleOf(kind, kinds[index + 1], facts)
    if (obstacle === undefined) return { kind, obstacles }
    obstacles.push(obstacle)
  }
  return { kind: undefined, obstacles }
}

/** The first reason why a sensor cannot run. */
function obstacleOf(of: Kind, next: Kind | undefined, facts: SensorFacts): Message | undefined {
  if (of === 'proc') return undefined
  if (of === 'strace') return facts.hasStrace ? undefined : make['no-strace']({ of, next })
  if (of === 'connector') return connectorObstacle(next, facts)
  if (!facts.mayLoadPrograms) return make['no-root']({ of, next })
  // "confidentiality": "features that allow userland to extract confidential information from the kernel" (kernel_lockdown(7)).
  if (facts.lockdown === 'confidentiality') return make['locked-down']({ of, next })
  if (of === 'bpftrace') {
    if (!facts.hasBpftrace) return make['no-bpftrace']({ of, next })
    return facts.hasTracepoints ? undefined : make['no-tracepoints']({ of, next })
  }
  if (isOlder(facts.release, 5, 17)) return make['old-kernel']({ of, next, release: facts.release })
  if (!facts.hasBtf) return make['no-btf']({ of, next })
  if (!facts.binary.exists) return make['no-binary']({ of, next, path: facts.binary.path })
  const reason = facts.trial()
  return reason === undefined ? undefined : make['not-loaded']({ of, next, reason })
}

/** It needs no BPF: a kernel that is locked down, or does not describe its types, has it all the same. */
function connectorObstacle(next: Kind | undefined, facts: SensorFacts): Message | undefined {
  const of = 'connector'
  if (!facts.binary.exists) return make['connector-binary']({ of, next, path: facts.binary.path })
  const refusal = facts.connectorTrial()
  if (refusal === undefined) return undefined
  const { kind, reason } = refusal
  if (kind === 'absent') return make['no-connector']({ of, next, reason })
  return kind === 'silent'
    ? make['silent-connector']({ of, next })
    : make['refused-connector']({ of, next, reason })
}

function isOlder(release: string, major: number, minor: number): boolean {
  const [, first = '0', second = '0'] = /^(\d+)\.(\d+)/.exec(release) ?? []
  return Number(first) < major || (Number(first) === major && Number(second) < minor)
}
