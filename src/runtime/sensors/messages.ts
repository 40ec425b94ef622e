import { defineMessages, type Message } from '../../messages/index.ts'

/** What sensors say of their sources. */
export const sensorMessages = defineMessages('sensor', {
  'not-json': {
    en: (_: object) => 'this line is neither JSON nor a line of strace',
    ko: (_: object) => '이 줄은 JSON도 strace의 출력도 아닙니다',
  },
  'not-an-event': {
    en: (_: object) =>
      'this line is no event; one has {"num", "ts", "tid", "type", "fields": {"proc.name": "cat", …}}',
    ko: (_: object) =>
      '이 줄은 이벤트가 아닙니다. 이벤트는 {"num", "ts", "tid", "type", "fields": {"proc.name": "cat", …}} 형태입니다',
  },
  'left-out': {
    en: (d: { count: number; group: string }) =>
      `Tetragon left out ${d.count === 0 ? 'events' : d.count === 1 ? '1 event' : `${d.count} events`}${d.group === '' ? '' : ` of control group ${d.group}`} here, to keep to its rate`,
    ko: (d: { count: number; group: string }) =>
      `Tetragon이 정해진 속도를 넘은 ${d.group === '' ? '' : `컨트롤 그룹 ${d.group}의 `}이벤트${d.count === 0 ? '를' : ` ${d.count}개를`} 여기서 제외했습니다`,
  },
  'alert-lost': {
    en: (d: { count: number }) =>
      `the alerts say that ${d.count === 1 ? '1 system call was' : `${d.count} system calls were`} lost here`,
    ko: (d: { count: number }) => `여기서 시스템 콜 ${d.count}개를 잃었다는 경고입니다`,
  },
  'other-source': {
    en: (d: { source: string }) =>
      `alerts about events of ${d.source} are passed over: they are about no system calls`,
    ko: (d: { source: string }) => `${d.source} 이벤트의 경고는 시스템 콜에 대한 것이 아니므로 건너뜁니다`,
  },
  'too-long': {
    en: (d: { bytes: number; limit: number }) =>
      `this line has ${d.bytes} bytes, more than the ${d.limit} that are read; it is left out`,
    ko: (d: { bytes: number; limit: number }) =>
      `이 줄은 ${d.bytes}바이트로, 읽을 수 있는 ${d.limit}바이트를 넘어 제외합니다`,
  },
  'too-many-processes': {
    en: (d: { limit: number }) =>
      `more than ${d.limit} processes run here at once; of those over it nothing is known but their calls`,
    ko: (d: { limit: number }) =>
      `동시에 실행되는 프로세스가 ${d.limit}개를 넘었습니다. 그 이상은 시스템 콜 말고는 알 수 없습니다`,
  },
  'too-many-descriptors': {
    en: (d: { limit: number }) =>
      `more descriptors are open here than are kept (${d.limit} in all; a new process is handed on 1,024); what those over it stand for is not known`,
    ko: (d: { limit: number }) =>
      `여기서 열린 디스크립터가 보관할 수 있는 수(모두 ${d.limit}개, 새 프로세스가 물려받는 것은 1,024개)를 넘었습니다. 그 이상은 무엇을 가리키는지 알 수 없습니다`,
  },
  'too-many-texts': {
    en: (d: { limit: number }) =>
      `what has to be remembered here of programs, folders, open files and unfinished calls is more than is kept (${d.limit} characters); of what is over that nothing is known, and such a call is shown without the arguments of its beginning`,
    ko: (d: { limit: number }) =>
      `여기서 프로그램, 디렉터리, 열린 파일, 끝나지 않은 시스템 콜에 대해 기억할 내용이 보관할 수 있는 양(${d.limit}자)을 넘었습니다. 그 이상은 알 수 없으며, 그러한 시스템 콜은 시작할 때의 인자 없이 표시됩니다`,
  },
  'invalid-utf8': {
    en: (d: { byte: number }) =>
      `invalid UTF-8 at byte ${d.byte} of this line; what is invalid is read as U+FFFD`,
    ko: (d: { byte: number }) =>
      `이 줄의 ${d.byte}번째 바이트가 올바른 UTF-8이 아닙니다. 잘못된 부분은 U+FFFD로 읽습니다`,
  },
  unreadable: {
    en: (d: { reason: string }) => `cannot be read (${d.reason})`,
    ko: (d: { reason: string }) => `읽을 수 없습니다 (${d.reason})`,
  },
  'not-a-capture': {
    en: (_: object) => 'this is no capture of Falco or sysdig (.scap)',
    ko: (_: object) => 'Falco나 sysdig의 캡처 파일(.scap)이 아닙니다',
  },
  'capture-order': {
    en: (_: object) => 'this capture was written on a machine of another byte order, which is not read',
    ko: (_: object) => '바이트 순서가 다른 머신에서 쓴 캡처이므로 읽지 않습니다',
  },
  'capture-version': {
    en: (d: { version: number }) => `this capture is of version ${d.version}; version 1 is read`,
    ko: (d: { version: number }) => `캡처의 버전이 ${d.version}입니다. 읽을 수 있는 버전은 1입니다`,
  },
  'capture-cut': {
    en: (d: { offset: number }) =>
      `the capture ends within a block, at byte ${d.offset}; all that stands before it has been read`,
    ko: (d: { offset: number }) =>
      `캡처가 블록 중간인 ${d.offset}바이트에서 끊겼습니다. 그 앞의 내용은 모두 읽었습니다`,
  },
  'capture-block': {
    en: (d: { offset: number; bytes: number }) =>
      `the block at byte ${d.offset} says that it has ${d.bytes} bytes, which cannot be; what stands before it has been read`,
    ko: (d: { offset: number; bytes: number }) =>
      `${d.offset}바이트에 있는 블록의 길이(${d.bytes}바이트)가 올바르지 않습니다. 그 앞의 내용은 모두 읽었습니다`,
  },
  'capture-record': {
    en: (d: { offset: number; list: string }) =>
      `a record at byte ${d.offset} is longer than its list (${d.list}); the rest of that list is left out`,
    ko: (d: { offset: number; list: string }) =>
      `${d.offset}바이트에 있는 레코드가 목록(${d.list})보다 깁니다. 목록의 나머지는 제외합니다`,
  },
  'capture-event': {
    en: (d: { offset: number }) =>
      `the lengths within the event before byte ${d.offset} do not fit together; it is left out`,
    ko: (d: { offset: number }) =>
      `${d.offset}바이트 바로 앞에 있는 이벤트의 길이들이 서로 맞지 않아 제외합니다`,
  },
  'sensor-lost': {
    en: (d: { reason: string }) =>
      `the sensor ended (${d.reason}) and is started again; what happened in between was not seen`,
    ko: (d: { reason: string }) =>
      `센서가 끝나(${d.reason}) 다시 시작합니다. 그 사이에 일어난 일은 보지 못했습니다`,
  },
  'sensor-drops': {
    en: (d: { causes: Readonly<Record<string, number>> }) =>
      `events of the kernel were lost: ${causesText(d.causes)}`,
    ko: (d: { causes: Readonly<Record<string, number>> }) =>
      `커널 이벤트를 잃었습니다: ${causesText(d.causes)}`,
  },
  'cluster-names': {
    en: (d: { reason: string }) =>
      `the cluster does not tell everything of the pods here, their alerts have less (${d.reason})`,
    ko: (d: { reason: string }) =>
      `클러스터에서 이 노드의 파드 정보를 다 받지 못해 경고에 담기는 내용이 줄어듭니다 (${d.reason})`,
  },
  'fallback-ended': {
    en: (d: { name: string; reason: string }) => `${d.name} ended (${d.reason}); nothing more is seen`,
    ko: (d: { name: string; reason: string }) => `${d.name} 실행이 끝나(${d.reason}) 더는 보지 못합니다`,
  },
  'sensor-failed': {
    en: (d: { what: string; reason: string }) =>
      `the sensor cannot run here (${d.what}: ${d.reason})${isForbidden(d.reason) ? '; it needs root, or CAP_BPF, CAP_PERFMON and CAP_SYS_PTRACE' : ''}`,
    ko: (d: { what: string; reason: string }) =>
      `여기서는 센서를 실행할 수 없습니다 (${d.what}: ${d.reason})${isForbidden(d.reason) ? '. root이거나 CAP_BPF, CAP_PERFMON, CAP_SYS_PTRACE가 있어야 합니다' : ''}`,
  },
  'sensor-without-types': {
    en: (_: object) =>
      'the sensor cannot run here: it needs a kernel that describes its types, and there is no /sys/kernel/btf/vmlinux; without --sensor, or with --sensor auto, another way is taken',
    ko: (_: object) =>
      '여기서는 센서를 실행할 수 없습니다. BTF가 필요한데 /sys/kernel/btf/vmlinux가 없습니다. --sensor를 빼거나 --sensor auto를 주면 다른 방법으로 관찰합니다',
  },
})

/** What is said of a sensor that could not begin. */
export function sensorFailure({
  code,
  what,
  reason,
}: {
  readonly code: string
  readonly what: string
  readonly reason: string
}): Message {
  const { make } = sensorMessages
  return code === 'ERR_SENSOR_BTF'
    ? make['sensor-without-types']({})
    : make['sensor-failed']({ what, reason })
}

/** Words of strerror for EPERM and EACCES. */
function isForbidden(reason: string): boolean {
  return reason === 'Operation not permitted' || reason === 'Permission denied'
}

function causesText(causes: Readonly<Record<string, number>>): string {
  return Object.entries(causes)
    .map(([cause, count]) => `${cause} ${count}`)
    .join(', ')
}
