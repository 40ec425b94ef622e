import { defineMessages, withParticle } from '../../messages/index.ts'

type NoData = Readonly<Record<string, never>>

/** What a sensor cannot see: calls that rules ask for, and how many rules are about nothing else. */
interface Blind {
  readonly calls: readonly string[]
  readonly rules: number
  readonly all: number
}

/** What a sensor sees, and what of that which is asked for it does not: rendered already. */
interface Sight {
  readonly blindness: string
}

const SHOWN_CALLS = 20

function listOf(calls: readonly string[], none: string): string {
  if (calls.length === 0) return none
  const more = calls.length > SHOWN_CALLS ? ' …' : ''
  return `${calls.slice(0, SHOWN_CALLS).join(', ')}${more}`
}

/** What `haetae detect` says beside its alerts. */
export const detectMessages = defineMessages('detect', {
  'one-input': {
    en: (_: NoData) =>
      'say where the events come from: --live, --events FILE, --events -, or --listen ADDRESS',
    ko: (_: NoData) =>
      '이벤트를 어디서 받을지 하나만 지정하십시오: --live, --events 파일, --events -, --listen 주소',
  },
  'listen-audit': {
    en: (_: NoData) => '--listen takes the events of the audit webhook: it goes with --source k8s_audit',
    ko: (_: NoData) => '--listen은 감사 웹훅의 이벤트를 받으므로 --source k8s_audit과 함께 써야 합니다',
  },
  'one-form': {
    en: (_: NoData) => 'captures (.scap) and text do not go together: one call for each',
    ko: (_: NoData) => '캡처(.scap)와 텍스트는 함께 읽을 수 없으므로 따로 실행하십시오',
  },
  'no-sensor': {
    en: (d: { path: string }) =>
      `there is no sensor at ${d.path}: build it with npm run build:sensor, or name one with --sensor`,
    ko: (d: { path: string }) =>
      `${d.path}에 센서가 없습니다. npm run build:sensor로 만들거나 --sensor로 지정하십시오`,
  },
  'no-container': {
    en: (d: { name: string; hasAnswered: boolean }) =>
      `no container of this machine that runs is ${d.name}${d.hasAnswered ? '' : '; no container runtime answers, without which it has to be an id of at least 12 digits'}`,
    ko: (d: { name: string; hasAnswered: boolean }) =>
      `이 머신에서 실행 중인 컨테이너 가운데 ${d.name}에 해당하는 것이 없습니다${d.hasAnswered ? '' : '. 응답하는 컨테이너 런타임이 없으므로 ID를 12자리 이상 쓰십시오'}`,
  },
  'one-container': {
    en: (_: NoData) => '--container and --pod do not go together: name one of them',
    ko: (_: NoData) => '--container와 --pod는 함께 쓸 수 없으므로 하나만 지정하십시오',
  },
  'bad-pod': {
    en: (d: { name: string }) => `"${d.name}" names no pod; write NAMESPACE/NAME`,
    ko: (d: { name: string }) =>
      `${withParticle(`"${d.name}"`, '은/는')} 파드의 이름이 아닙니다. 네임스페이스/이름처럼 쓰십시오`,
  },
  'bad-metrics': {
    en: (d: { address: string; reason: string }) => `cannot serve metrics at ${d.address} (${d.reason})`,
    ko: (d: { address: string; reason: string }) =>
      `${d.address}에서 메트릭을 제공할 수 없습니다 (${d.reason})`,
  },
  metrics: {
    en: (d: { url: string }) => `metrics at ${d.url}`,
    ko: (d: { url: string }) => `메트릭 주소: ${d.url}`,
  },
  'only-ebpf': {
    en: (d: { sensor: string }) => `this needs haetae-sensor; ${d.sensor} does not tell what it asks for`,
    ko: (d: { sensor: string }) =>
      `여기에는 haetae-sensor가 필요합니다. ${d.sensor} 센서로는 필요한 것을 알 수 없습니다`,
  },
  'no-sensor-here': {
    en: (d: { reason: string }) => `nothing here can tell of it: ${d.reason}`,
    ko: (d: { reason: string }) => `여기서는 이것을 볼 수 있는 센서가 없습니다: ${d.reason}`,
  },
  'sensor-impossible': {
    en: (d: { reason: string }) => `the sensor that is asked for cannot run here: ${d.reason}`,
    ko: (d: { reason: string }) => `지정한 센서를 여기서 실행할 수 없습니다: ${d.reason}`,
  },
  'sees-ebpf': {
    en: (d: Sight) => `haetae-sensor is the sensor: ${d.blindness}`,
    ko: (d: Sight) => `haetae-sensor로 봅니다. ${d.blindness}`,
  },
  'sees-bpftrace': {
    en: (d: Sight) =>
      `bpftrace is the sensor: of texts it sees 200 bytes, of a program's arguments the first 8 and what /proc still has, of containers the id alone; ${d.blindness}`,
    ko: (d: Sight) =>
      `bpftrace로 봅니다. 문자열은 200바이트까지, 프로그램 인자는 8개와 /proc에 남은 것까지, 컨테이너는 ID만 보입니다. ${d.blindness}`,
  },
  'sees-connector': {
    en: (d: Sight) =>
      `the kernel's process connector is the sensor: it tells of processes that begin, run a program, change their users, and end; what they are it reads in /proc, and counts as lost (ended) those that are gone by then; no files, no connections, no other calls; ${d.blindness}`,
    ko: (d: Sight) =>
      `커널의 프로세스 커넥터로 봅니다. 프로세스의 시작, 프로그램 실행, 사용자 변경, 종료가 보이며, 자세한 내용은 /proc에서 읽으므로 그 전에 끝난 것은 잃은 것(ended)으로 셉니다. 파일, 연결, 그 밖의 시스템 콜은 보이지 않습니다. ${d.blindness}`,
  },
  'sees-proc': {
    en: (d: Sight) =>
      `/proc is the sensor, looked at ten times a second: it sees programs that begin and processes that end, and none that lives shorter than that; no files, no connections, no calls, of containers the id alone; ${d.blindness}`,
    ko: (d: Sight) =>
      `/proc를 1초에 열 번 봅니다. 시작하는 프로그램과 끝나는 프로세스만 보이고, 그보다 짧게 사는 것은 놓칠 수 있습니다. 파일, 연결, 시스템 콜은 보이지 않고 컨테이너는 ID만 보입니다. ${d.blindness}`,
  },
  'blind-rules': {
    en: (d: Blind) =>
      `of the calls that the rules ask for it does not see ${listOf(d.calls, 'none')}; ${d.rules} of ${d.all} rules cannot match`,
    ko: (d: Blind) =>
      `룰에 필요한 시스템 콜 가운데 보이지 않는 것: ${listOf(d.calls, '없음')}. 룰 ${d.all}개 가운데 ${d.rules}개는 맞을 수 없습니다`,
  },
  'follow-one': {
    en: (_: NoData) => '--follow needs one file of audit events',
    ko: (_: NoData) => '--follow에는 감사 이벤트 파일 하나가 필요합니다',
  },
  'bad-output': {
    en: (d: { output: string; kinds: readonly string[] }) =>
      `"${d.output}" is no output; write KIND=TARGET with one of: ${d.kinds.join(', ')}`,
    ko: (d: { output: string; kinds: readonly string[] }) =>
      `"${withParticle(`${d.output}"`, '은/는')} 출력이 아닙니다. 다음 가운데 하나로 종류=대상처럼 쓰십시오: ${d.kinds.join(', ')}`,
  },
  'bad-header': {
    en: (_: NoData) => 'an --output-header is no "Name: value"',
    ko: (_: NoData) => '--output-header가 "이름: 값" 형태가 아닙니다',
  },
  'bad-rules': {
    en: (d: { errors: number }) =>
      `the rules have ${d.errors} ${d.errors === 1 ? 'error' : 'errors'}; haetae rules check shows them all`,
    ko: (d: { errors: number }) =>
      `룰에 오류가 ${d.errors}개 있습니다. haetae rules check로 모두 볼 수 있습니다`,
  },
  loaded: {
    en: (d: { rules: number; source: string }) =>
      `${d.rules} ${d.rules === 1 ? 'rule' : 'rules'} for ${d.source}`,
    ko: (d: { rules: number; source: string }) => `${d.source} 룰 ${d.rules}개를 불러왔습니다`,
  },
  reloaded: {
    en: (d: { rules: number }) =>
      `the rules have changed: ${d.rules} of them run from now on; what was counted so far is forgotten`,
    ko: (d: { rules: number }) =>
      `룰이 바뀌었습니다. 이제부터 룰 ${d.rules}개로 탐지하며, 그동안 센 것은 잊습니다`,
  },
  'kept-rules': {
    en: (d: { errors: number }) =>
      `the rules have changed, but have ${d.errors} ${d.errors === 1 ? 'error' : 'errors'}: the old ones go on`,
    ko: (d: { errors: number }) => `룰이 바뀌었지만 오류가 ${d.errors}개 있어 이전 룰로 계속합니다`,
  },
  watching: {
    en: (_: NoData) => 'watching: what happens from now on is seen (Ctrl-C ends it)',
    ko: (_: NoData) => '지금부터 일어나는 일을 지켜봅니다 (Ctrl-C로 끝냅니다)',
  },
  stopping: {
    en: (_: NoData) => 'stopping: what has been received is still worked off; a second signal ends at once',
    ko: (_: NoData) =>
      '멈추는 중입니다. 이미 받은 것은 마저 처리합니다. 신호를 한 번 더 보내면 바로 끝납니다',
  },
  problem: {
    en: (d: { place: string; reason: string }) => `${d.place}: ${d.reason}`,
    ko: (d: { place: string; reason: string }) => `${d.place}: ${d.reason}`,
  },
  'more-problems': {
    en: (d: { count: number }) =>
      `${d.count} further ${d.count === 1 ? 'problem' : 'problems'} of the input not shown`,
    ko: (d: { count: number }) => `입력의 다른 문제 ${d.count}개는 표시하지 않았습니다`,
  },
  output: {
    en: (d: { output: string; reason: string }) => `${d.output}: ${d.reason}`,
    ko: (d: { output: string; reason: string }) => `${d.output}: ${d.reason}`,
  },
})
