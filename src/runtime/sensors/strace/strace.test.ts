import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { splitArguments, textOfArgument } from './arguments.ts'
import { createStraceReader } from './parse.ts'
import { readStrace } from './read.ts'
import { createStraceEvents } from './strace-events.ts'

/** What stands of one line's call. */
function callOf(line: string) {
  return readStrace(line).calls[0]
}

describe('lines of strace', () => {
  test('a call that strace did not see the end of is none, and nothing that cannot be read', () => {
    const read = createStraceReader()
    for (const line of [
      '7 1736942400.1 restart_syscall(<... resuming interrupted clock_nanosleep ...> <detached ...>',
      '7 1736942400.1 clock_nanosleep(CLOCK_REALTIME, 0, {tv_sec=30, tv_nsec=0},  <detached ...>',
      '7 1736942400.1 ???( <unfinished ...>',
    ])
      expect(read(line)).toEqual({ kind: 'none' })
  })

  test.each([
    [
      'close(3) = 0',
      { pid: null, name: 'close', args: ['3'], result: 0, errno: null, time: null, seconds: null },
    ],
    [
      '[pid  42] 12:00:01 openat(AT_FDCWD, "/a,(b)\\"", O_RDONLY|O_CLOEXEC) = -1 ENOENT (No such file or directory)',
      {
        pid: 42,
        name: 'openat',
        args: ['AT_FDCWD', '"/a,(b)\\""', 'O_RDONLY|O_CLOEXEC'],
        result: -1,
        errno: 'ENOENT',
        time: '12:00:01',
        seconds: null,
      },
    ],
    [
      '7 1736942400.123456 read(3</etc/passwd>, "root:x"..., 4096) = 6 <0.000012>',
      {
        pid: 7,
        name: 'read',
        args: ['3</etc/passwd>', '"root:x"...', '4096'],
        result: 6,
        errno: null,
        time: '1736942400.123456',
        seconds: 0.000012,
      },
    ],
    [
      'mmap(NULL, 8192, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7f0000000000',
      { name: 'mmap', result: '0x7f0000000000', errno: null },
    ],
    ['exit_group(0)                           = ?', { name: 'exit_group', args: ['0'], result: null }],
    [
      'pause() = ? ERESTARTNOHAND (To be restarted if no handler)',
      { name: 'pause', args: [], result: null, errno: 'ERESTARTNOHAND' },
    ],
    ['fcntl(3, F_GETFL) = 0x8002 (flags O_RDWR|O_LARGEFILE)', { name: 'fcntl', result: '0x8002' }],
    [
      'poll([{fd=3, events=POLLIN}], 1, 1000) = 1 ([{fd=3, revents=POLLIN}])',
      { args: ['[{fd=3, events=POLLIN}]', '1', '1000'], result: 1 },
    ],
    [
      'execve("/bin/ls", ["ls", "-l"], 0x7ffd /* 20 vars, more */) = 0',
      { args: ['"/bin/ls"', '["ls", "-l"]', '0x7ffd /* 20 vars, more */'] },
    ],
    ['openat(AT_FDCWD, "/x", O_RDONLY) = 3</x>', { name: 'openat', result: 3 }],
  ])('%s', (line, expected) => {
    expect(callOf(line)).toMatchObject(expected)
  })

  test('calls that others interrupt are put together, each with its own thread', () => {
    const text = [
      '1 10:00:00 read(3,  <unfinished ...>',
      '2 10:00:01 read(4,  <unfinished ...>',
      '1 10:00:02 <... read resumed>"a", 10) = 1',
      '2 10:00:03 <... read resumed> "b", 10) = 1 <2.000000>',
      '1 wait4(-1,  <unfinished ...>',
      '1 <... wait4 resumed>[{WIFEXITED(s) && WEXITSTATUS(s) == 0}], 0, NULL) = 2',
      '3 <... futex resumed>) = 0',
    ].join('\n')
    expect(readStrace(text).calls).toMatchObject([
      { pid: 1, args: ['3', '"a"', '10'], time: '10:00:00' },
      { pid: 2, args: ['4', '"b"', '10'], time: '10:00:01', seconds: 2 },
      { pid: 1, args: ['-1', '[{WIFEXITED(s) && WEXITSTATUS(s) == 0}]', '0', 'NULL'], result: 2 },
      { pid: 3, name: 'futex', result: 0 },
    ])
  })

  test('what is no call is passed over', () => {
    const text = [
      'strace: Process 42 attached',
      '--- SIGCHLD {si_signo=SIGCHLD, si_pid=42} ---',
      '[pid 42] +++ exited with 1 +++',
      '+++ killed by SIGKILL (core dumped) +++',
      '',
      'hello, world',
      'broken("text',
    ].join('\r\n')
    expect(readStrace(text)).toEqual({ calls: [], summary: [] })
  })

  test('sums', () => {
    const text = [
      'close(3) = 0 <0.1>',
      'close(4) = -1 EBADF (x) <0.2>',
      'read(3, "", 1) = 0 <0.5>',
      'getpid() = 1',
    ].join('\n')
    expect(readStrace(text).summary).toEqual([
      { name: 'read', calls: 1, errors: 0, seconds: 0.5 },
      { name: 'close', calls: 2, errors: 1, seconds: 0.3 },
      { name: 'getpid', calls: 1, errors: 0, seconds: null },
    ])
  })

  test('any text is read in time', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'(){}[]",\\/*<>= ?-x1 \n'), maxLength: 200 }),
        (text) => {
          const { calls, summary } = readStrace(`f(${text}`)
          expect(summary.reduce((sum, each) => sum + each.calls, 0)).toBe(calls.length)
        },
      ),
    )
    expect(splitArguments('('.repeat(100_000))).toBeUndefined()
    expect(readStrace(`f(${'"'.repeat(100_001)}`).calls).toEqual([])
  })

  test('texts of arguments', () => {
    expect(textOfArgument('"a\\n\\"\\\\\\x41\\101"...')).toBe('a\n"\\AA')
    expect(textOfArgument('NULL')).toBeUndefined()
    expect(textOfArgument('"/\\355\\225\\234\\xea\\xb8\\x80"')).toBe('/한글')
    expect(textOfArgument('"\\377x"')).toBe('\udcffx')
  })
})

describe('as events', () => {
  test('know their process, its parent, its files and its sockets', () => {
    const take = createStraceEvents(() => undefined)
    const events = [
      '10 1736942400.000001 execve("/usr/bin/bash", ["bash"], 0x1 /* 2 vars */) = 0',
      '10 chdir("/srv") = 0',
      '10 clone(child_stack=NULL, flags=SIGCHLD) = 11',
      '11 execve("/usr/bin/cat", ["cat", "/etc/shadow"], 0x1 /* 2 vars */) = 0',
      '11 openat(AT_FDCWD, "/etc/shadow", O_RDONLY) = 3',
      '11 read(3, "x", 1) = 1',
      '11 openat(AT_FDCWD, "new", O_WRONLY|O_CREAT, 0644) = 4',
      '11 symlink("/etc/shadow", "/tmp/l") = 0',
      '11 connect(5, {sa_family=AF_INET, sin_port=htons(443), sin_addr=inet_addr("203.0.113.5")}, 16) = 0',
      '11 dup2(5, 0) = 0',
      '11 +++ exited with 0 +++',
    ].map(take)
    expect(events).toMatchObject([
      { num: 1, tid: 10, ts: '1736942400000001000', type: 'execve', fields: { 'proc.name': 'bash' } },
      { type: 'chdir' },
      { type: 'clone', fields: { 'evt.rawres': 11 } },
      {
        type: 'execve',
        fields: { 'proc.cmdline': 'cat /etc/shadow', 'proc.pname': 'bash', 'proc.exepath': '/usr/bin/cat' },
      },
      {
        type: 'openat',
        fields: {
          'fd.name': '/etc/shadow',
          'fd.directory': '/etc',
          'fd.num': 3,
          'evt.is_open_read': true,
          'evt.is_open_write': false,
        },
      },
      { type: 'read', fields: { 'fd.name': '/etc/shadow' } },
      { type: 'openat', fields: { 'fd.name': '/srv/new', 'evt.is_open_write': true } },
      { type: 'symlink', fields: { 'evt.arg.target': '/etc/shadow', 'fs.path.source': '/tmp/l' } },
      { type: 'connect', fields: { 'fd.sip': '203.0.113.5', 'fd.sport': 443, 'fd.typechar': '4' } },
      { type: 'dup2', fields: { 'fd.num': 0, 'fd.sip': '203.0.113.5' } },
      { type: 'procexit', fields: { 'proc.name': 'cat', 'evt.dir': '>' } },
    ])
    expect(take('nonsense')).toBe('unknown')
  })

  test.each([
    ['chmod("/tmp/x", 04755) = 0', 'mode', 'S_IXOTH|S_IROTH|S_IXGRP|S_IRGRP|S_IXUSR|S_IWUSR|S_IRUSR|S_ISUID'],
    ['fchmod(3, 0) = 0', 'mode', '0'],
    ['fchmodat(AT_FDCWD, "x", 02700) = 0', 'mode', 'S_IXUSR|S_IWUSR|S_IRUSR|S_ISGID'],
    ['fchmodat2(AT_FDCWD, "x", 01000, 0) = 0', 'filename', 'x'],
    ['ptrace(PTRACE_ATTACH, 42) = 0', 'request', 'PTRACE_ATTACH'],
    ['socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL)) = 3', 'domain', 'AF_PACKET'],
    ['socket(AF_UNIX, SOCK_STREAM, 0) = 3', 'domain', 'AF_LOCAL|AF_UNIX'],
    ['socket(AF_XDP, SOCK_RAW, 0) = 3', 'domain', 'AF_XDP'],
    ['unshare(CLONE_NEWNS|CLONE_NEWUSER) = 0', 'flags', 'CLONE_NEWNS|CLONE_NEWUSER'],
    ['setns(3, CLONE_NEWNET) = 0', 'nstype', 'CLONE_NEWNET'],
  ])('the arguments of %s have the words of Falco', (line, name, text) => {
    const event = createStraceEvents(() => {})(line)
    expect(event).toMatchObject({ fields: { [`evt.arg.${name}`]: text } })
  })

  test.each([
    ['.. in a path', ['openat(AT_FDCWD, "/tmp/../etc/shadow", O_RDONLY) = 3'], '/etc/shadow'],
    [
      'the folder of a descriptor',
      ['openat(AT_FDCWD, "/etc", O_RDONLY|O_DIRECTORY) = 3', 'openat(3, "shadow", O_RDONLY) = 4'],
      '/etc/shadow',
    ],
    ['a folder that strace tells', ['openat(3</etc>, "shadow", O_RDONLY) = 4</etc/shadow>'], '/etc/shadow'],
    [
      'a working directory that strace tells',
      ['openat(AT_FDCWD</etc>, "shadow", O_RDONLY) = 4'],
      '/etc/shadow',
    ],
    ['a folder that is not known', ['chdir("/srv") = 0', 'openat(3, "shadow", O_RDONLY) = 4'], 'shadow'],
    [
      'a folder that has been deleted',
      ['openat(3</tmp/x>(deleted), "shadow", O_RDONLY) = -1 ENOENT (No such file or directory)'],
      '/tmp/x/shadow',
    ],
    [
      'a descriptor that is none',
      [
        'openat(AT_FDCWD, "/etc/x", O_RDONLY) = 0',
        'openat(-1, "shadow", O_RDONLY) = -1 EBADF (Bad file descriptor)',
      ],
      'shadow',
    ],
    [
      'what is no folder',
      [
        'openat(AT_FDCWD, "/etc/x", O_RDONLY) = 0',
        'openat(3<socket:[1]>, "shadow", O_RDONLY) = -1 ENOTDIR (x)',
      ],
      'shadow',
    ],
    [
      'a relative working directory',
      ['chdir("/etc/ssl") = 0', 'chdir("..") = 0', 'openat(AT_FDCWD, "shadow", O_RDONLY) = 3'],
      '/etc/shadow',
    ],
    [
      'a working directory by its descriptor',
      ['open("/etc", O_RDONLY) = 3', 'fchdir(3) = 0', 'open("./shadow", O_RDONLY) = 4'],
      '/etc/shadow',
    ],
  ])('paths are those of the kernel: %s', (_, lines, path) => {
    const take = createStraceEvents(() => undefined)
    expect(lines.map(take).at(-1)).toMatchObject({ fields: { 'fd.name': path, 'fs.path.name': path } })
  })

  test('names of folders that look like the text around them', () => {
    const { calls } = readStrace(
      [
        'openat(3</tmp/a,(b>, "x", O_RDONLY) = 4</tmp/a,(b/x>',
        'read(4</tmp/) = 0>, "", 1) = 0',
        'write(1</dev/null<char 1:3>>, "x", 1) = 1',
      ].join('\n'),
    )
    expect(calls.map(({ args, result }) => [args, result])).toEqual([
      [['3</tmp/a,(b>', '"x"', 'O_RDONLY'], 4],
      [['4</tmp/) = 0>', '""', '1'], 0],
      [['1</dev/null<char 1:3>>', '"x"', '1'], 1],
    ])
  })

  test('the path of a socket is written as other texts are', () => {
    const take = createStraceEvents(() => undefined)
    expect(
      take('connect(3, {sa_family=AF_UNIX, sun_path="/run/\\355\\225\\234.sock"}, 16) = 0'),
    ).toMatchObject({
      fields: { 'fd.name': '/run/한.sock', 'fd.typechar': 'u' },
    })
  })

  test('of two paths each has its own folder', () => {
    const take = createStraceEvents(() => undefined)
    expect(take('renameat2(3</tmp>, "x", 4</bin>, "ls", 0) = 0')).toMatchObject({
      fields: { 'fs.path.source': '/tmp/x', 'fs.path.target': '/bin/ls' },
    })
    expect(take('symlinkat("/etc/shadow", 3</tmp>, "l") = 0')).toMatchObject({
      fields: { 'fs.path.source': '/tmp/l', 'fs.path.target': '/etc/shadow' },
    })
  })

  test('a program that is run by a relative path', () => {
    const take = createStraceEvents(() => undefined)
    take('chdir("/dev/shm") = 0')
    expect(take('execve("./x", ["./x"], 0x1 /* 2 vars */) = 0')).toMatchObject({
      fields: { 'proc.exepath': '/dev/shm/x', 'proc.name': 'x' },
    })
  })

  test('a program that a thread runs in place of its process', () => {
    const take = createStraceEvents(() => undefined)
    const events = [
      '9 execve("/usr/bin/python3", ["python3"], 0x1 /* 2 vars */) = 0',
      '9 clone3({flags=CLONE_VM|CLONE_THREAD, exit_signal=0}, 88) = 10',
      '9 clock_nanosleep(CLOCK_MONOTONIC, 0, {tv_sec=5, tv_nsec=0},  <unfinished ...>',
      '10 execve("/bin/id", ["id", "-u"], 0x1 /* 2 vars */ <unfinished ...>',
      '9 <... clock_nanosleep resumed>) = ?',
      '9 +++ superseded by execve in pid 10 +++',
      '9 <... execve resumed>) = 0',
    ].map(take)
    expect(events.at(-1)).toMatchObject({
      tid: 9,
      fields: { 'proc.exepath': '/bin/id', 'proc.cmdline': 'id -u' },
    })
  })

  test('a program whose start was not seen is not taken for its folder', () => {
    const take = createStraceEvents(() => undefined)
    take('9 execve("/bin/cat", ["cat"], 0x1 /* 2 vars */) = 0')
    take('9 chdir("/srv") = 0')
    expect(take('9 <... execve resumed>) = 0')).toMatchObject({ fields: { 'proc.exepath': '/bin/cat' } })
    expect(take('8 <... execve resumed>) = 0')).not.toHaveProperty(['fields', 'proc.exepath'])
  })

  test('what a child did before its parent’s vfork was told to be over stays', () => {
    const take = createStraceEvents(() => undefined)
    const events = [
      '1 execve("/bin/dash", ["dash"], 0x1 /* 2 vars */) = 0',
      '1 chdir("/srv") = 0',
      '1 openat(AT_FDCWD, "/etc/passwd", O_RDONLY) = 3',
      '1 openat(AT_FDCWD, "/etc/group", O_RDONLY) = 4',
      '1 vfork( <unfinished ...>',
      '2 openat(AT_FDCWD, "/x", O_RDONLY) = 3',
      '2 execve("/bin/cat", ["cat", "-"], 0x1 /* 2 vars */) = 0',
      '1 <... vfork resumed>) = 2',
      '2 read(3, "x", 1) = 1',
      '2 read(4, "x", 1) = 1',
      '2 openat(AT_FDCWD, "y", O_RDONLY) = 5',
    ].map(take)
    const child = {
      'proc.cmdline': 'cat -',
      'proc.exepath': '/bin/cat',
      'proc.pname': 'dash',
      'proc.ppid': 1,
    }
    expect(events.slice(-5)).toMatchObject([
      { fields: { ...child, 'evt.type': 'execve' } },
      { fields: { 'evt.type': 'vfork' } },
      { fields: { ...child, 'fd.name': '/x' } },
      { fields: { ...child, 'fd.name': '/etc/group' } },
      { fields: { ...child, 'fd.name': '/srv/y' } },
    ])
  })

  test.each([
    [
      'several are about to make one',
      ['1 vfork( <unfinished ...>', '9 vfork( <unfinished ...>', '2 execve("/bin/id", ["id"], 0x1) = 0'],
    ],
    [
      'it turns out to be another’s',
      [
        '1 vfork( <unfinished ...>',
        '2 execve("/bin/id", ["id"], 0x1) = 0',
        '3 execve("/bin/ls", ["ls"], 0x1) = 0',
        '1 <... vfork resumed>) = 3',
      ],
    ],
    [
      'the call makes a thread',
      [
        '1 clone3({flags=CLONE_VM|CLONE_THREAD, exit_signal=0} <unfinished ...>',
        '2 execve("/bin/id", ["id"], 0x1) = 0',
      ],
    ],
    [
      'it may be a thread of another',
      [
        '9 clone3({flags=CLONE_VM|CLONE_THREAD, exit_signal=0} <unfinished ...>',
        '1 vfork( <unfinished ...>',
        '2 getuid() = 0',
      ],
    ],
    ['nothing is made', ['1 vfork( <unfinished ...>', '1 <... vfork resumed>) = -1 EAGAIN (x)']],
  ])('no parent is guessed where %s', (_, lines) => {
    const take = createStraceEvents(() => undefined)
    take('1 execve("/bin/dash", ["dash"], 0x1 /* 2 vars */) = 0')
    for (const line of lines) take(line)
    expect(take('2 getpid() = 2')).not.toHaveProperty(['fields', 'proc.pname'])
  })

  test('a child that did something before is its parent’s all the same', () => {
    const take = createStraceEvents(() => undefined)
    take('1 execve("/bin/dash", ["dash"], 0x1 /* 2 vars */) = 0')
    take('2 rt_sigprocmask(SIG_SETMASK, [], NULL, 8) = 0')
    take('1 <... vfork resumed>) = 2')
    expect(take('2 getpid() = 2')).toMatchObject({ fields: { 'proc.name': 'dash', 'proc.pname': 'dash' } })
  })

  test('what a thread opened before its start was told to be over is open in its process', () => {
    const take = createStraceEvents(() => undefined)
    take('1 clone3({flags=CLONE_VM|CLONE_THREAD, exit_signal=0} <unfinished ...>')
    take('2 openat(AT_FDCWD, "/x", O_RDONLY) = 3')
    take('1 <... clone3 resumed> => {parent_tid=[2]}, 88) = 2')
    expect(take('1 read(3, "x", 1) = 1')).toMatchObject({ fields: { 'proc.pid': 1, 'fd.name': '/x' } })
  })

  test('a thread is one of its process', () => {
    const take = createStraceEvents(() => undefined)
    const events = [
      '9 execve("/bin/bash", ["bash"], 0x1 /* 2 vars */) = 0',
      '9 clone(child_stack=NULL, flags=SIGCHLD) = 10',
      '10 execve("/usr/bin/node", ["node"], 0x1 /* 2 vars */) = 0',
      '10 clone3({flags=CLONE_VM|CLONE_THREAD, exit_signal=0}, 88) = 11',
      '11 openat(AT_FDCWD, "/x", O_RDONLY) = 3',
      '11 +++ exited with 0 +++',
      '10 read(3, "x", 1) = 1',
    ].map(take)
    expect(events[4]).toMatchObject({
      tid: 11,
      fields: { 'proc.pid': 10, 'proc.name': 'node', 'proc.pname': 'bash', 'proc.ppid': 9 },
    })
    expect(events[6]).toMatchObject({ fields: { 'proc.name': 'node', 'fd.name': '/x' } })
  })
})
