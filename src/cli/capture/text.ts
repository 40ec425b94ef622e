/** Help of `haetae capture`. */
export const captureText = {
  capture: {
    en: 'write events of the kernel as JSON Lines, to be held against rules later',
    ko: '커널의 이벤트를 나중에 룰과 견줄 수 있도록 JSON Lines로 기록합니다',
  },
  events: {
    en: 'files to read the events from, - for standard input: captures (.scap), alerts of Falco, events of Tetragon, strace',
    ko: '이벤트를 읽을 파일. 표준 입력은 -. 캡처(.scap), Falco 경고, Tetragon 이벤트, strace 출력을 읽습니다',
  },
  live: {
    en: "the events of this machine's kernel, as they happen (default where there is no --events)",
    ko: '이 머신의 커널 이벤트를 일어나는 대로 받습니다 (--events가 없을 때의 기본값)',
  },
  output: {
    en: 'file to write, - for standard output',
    ko: '기록할 파일. 표준 출력은 -',
  },
  rules: {
    en: 'only events that these rules can match: files and folders (default: all)',
    ko: '이 룰들과 맞을 수 있는 이벤트만 기록합니다: 파일과 폴더 (기본값: 모두)',
  },
  for: {
    en: 'how long to record: 30s, 5m, 1h (default: until it is stopped)',
    ko: '기록할 시간: 30s, 5m, 1h (기본값: 멈출 때까지)',
  },
  maxSize: {
    en: 'stop before the file has more than this: 500KiB, 100MiB, 2GiB',
    ko: '파일이 이 크기를 넘기 전에 멈춥니다: 500KiB, 100MiB, 2GiB',
  },
}
