import { defineMessages, withParticle } from '../../messages/index.ts'

/** What `haetae trace` says beside the calls. */
export const traceMessages = defineMessages('trace', {
  'one-target': {
    en: (_: object) =>
      'say what to trace, one of: a command behind --, --pid NUMBER, --container ID, --pod NAMESPACE/NAME',
    ko: (_: object) =>
      '무엇을 볼지 하나만 지정하십시오: -- 뒤에 명령, --pid 번호, --container ID, --pod 네임스페이스/이름',
  },
  tracing: {
    en: (d: { what: string }) => `tracing ${d.what} (Ctrl-C ends it)`,
    ko: (d: { what: string }) => `${withParticle(d.what, '을/를')} 추적합니다 (Ctrl-C로 끝냅니다)`,
  },
  'no-process': {
    en: (d: { pid: string }) => `there is no process ${d.pid}`,
    ko: (d: { pid: string }) => `프로세스 ${d.pid}번이 없습니다`,
  },
  'no-command': {
    en: (d: { command: string; reason: string }) => `cannot run ${d.command} (${d.reason})`,
    ko: (d: { command: string; reason: string }) => `${d.command} 명령을 실행할 수 없습니다 (${d.reason})`,
  },
  'by-strace': {
    en: (_: object) =>
      'strace traces in place of the sensor: it stops the processes at each call, which makes them several times slower, and times are longer by that; a process that is traced by another program already cannot be traced; of a container and a pod it sees the processes that run now and those that they make, not what enters later (exec)',
    ko: (_: object) =>
      '센서 대신 strace로 추적합니다. 시스템 콜마다 프로세스를 멈추므로 몇 배 느려지고 시간도 그만큼 길게 나옵니다. 다른 프로그램이 이미 추적하는 프로세스는 볼 수 없습니다. 컨테이너와 파드에서는 지금 실행 중인 프로세스와 그 자식만 보이며, 나중에 들어온 것(exec)은 보이지 않습니다',
  },
  'strace-failed': {
    en: (d: { reason: string }) => `strace cannot trace this (${d.reason})`,
    ko: (d: { reason: string }) => `strace로 추적할 수 없습니다 (${d.reason})`,
  },
  'no-pipe': {
    en: (d: { folder: string; reason: string }) =>
      `no pipe for what strace writes can be made in ${d.folder} (${d.reason}); set TMPDIR to a folder that can be written to`,
    ko: (d: { folder: string; reason: string }) =>
      `strace의 출력을 받을 파이프를 ${d.folder}에 만들 수 없습니다 (${d.reason}). 쓸 수 있는 디렉터리를 TMPDIR로 지정하십시오`,
  },
  unwritten: {
    en: (d: { lines: number; output: string }) =>
      `${d.lines} ${d.lines === 1 ? 'line was' : 'lines were'} not written: nobody read ${d.output === '-' ? 'standard output' : d.output} fast enough`,
    ko: (d: { lines: number; output: string }) =>
      `${d.lines}줄을 기록하지 못했습니다. ${d.output === '-' ? '표준 출력' : d.output}에서 제때 읽어 가지 않았습니다`,
  },
  'count-json': {
    en: (_: object) => '--format json is the table of -c; for the calls themselves there is jsonl',
    ko: (_: object) => '--format json은 -c의 표에 씁니다. 시스템 콜 자체는 jsonl로 쓰십시오',
  },
})
