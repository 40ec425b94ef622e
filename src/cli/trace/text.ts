import type { Localized } from '../../messages/index.ts'

/** Help of `haetae trace`. */
export const traceText = {
  trace: {
    en: 'show the system calls of a command, a process, a container or a pod, without stopping it',
    ko: '명령, 프로세스, 컨테이너, 파드의 시스템 콜을 멈추지 않고 보여 줍니다',
  },
  pid: { en: 'the process with this number', ko: '이 번호의 프로세스' },
  container: {
    en: 'the processes of this container, by its id or name',
    ko: '이 ID나 이름의 컨테이너에 있는 프로세스',
  },
  pod: {
    en: 'the processes of this pod of this node, as NAMESPACE/NAME',
    ko: '이 노드에 있는 파드의 프로세스. 네임스페이스/이름으로 지정합니다',
  },
  follow: { en: 'the processes that it makes as well', ko: '그 프로세스가 만드는 프로세스도 봅니다' },
  count: {
    en: 'a table of calls, errors and time at the end, in place of the calls',
    ko: '시스템 콜 대신 횟수, 오류, 시간의 표를 끝에 씁니다',
  },
  format: { en: 'text, json (with -c) or jsonl', ko: 'text, json (-c와 함께), jsonl' },
  sensor: {
    en: 'ebpf, strace (stops the processes at each call) or auto (the first of them that runs here); or the path of haetae-sensor',
    ko: 'ebpf, strace(시스템 콜마다 프로세스를 멈춥니다), auto(이 가운데 여기서 실행할 수 있는 첫 번째). 또는 haetae-sensor의 경로',
  },
  output: { en: 'file to write, - for standard output', ko: '기록할 파일. 표준 출력은 -' },
} satisfies Record<string, Localized>
