import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SECCOMP_BASES } from './base-calls.ts'
import { CALL_NAMES, calledName } from './call-names.ts'
import { seccompProfile, UnknownCallError } from './profile.ts'
import { START_CALLS } from './start-calls.ts'

const anyCalls = fc.array(fc.constantFrom(...CALL_NAMES), { maxLength: 40 })
const anyBase = fc.constantFrom(...SECCOMP_BASES)

describe('a profile', () => {
  test('allows what is given, sorted, and refuses the rest', () => {
    expect(seccompProfile({ syscalls: ['write', 'read', 'write'], base: 'none' })).toEqual({
      defaultAction: 'SCMP_ACT_ERRNO',
      defaultErrnoRet: 1,
      architectures: ['SCMP_ARCH_X86_64'],
      syscalls: [{ names: ['read', 'write'], action: 'SCMP_ACT_ALLOW' }],
    })
  })

  test('of nothing at all allows nothing', () => {
    expect(seccompProfile({ syscalls: [], base: 'none' }).syscalls).toEqual([])
  })

  test('each call stands in one rule, whatever is asked for', () => {
    fc.assert(
      fc.property(anyCalls, anyBase, (syscalls, base) => {
        const { syscalls: rules } = seccompProfile({ syscalls, base })
        const names = rules.flatMap((rule) => rule.names)
        expect(new Set(names).size).toBe(names.length)
        const allowed = rules.flatMap(({ action, names }) => (action === 'SCMP_ACT_ALLOW' ? names : []))
        expect(allowed).toEqual(expect.arrayContaining(syscalls))
        expect(allowed).toEqual([...allowed].sort())
      }),
    )
  })

  test('more calls never allow less', () => {
    fc.assert(
      fc.property(anyCalls, anyCalls, anyBase, (some, more, base) => {
        const allowedBy = (syscalls: readonly string[]) =>
          seccompProfile({ syscalls, base }).syscalls.find(({ action }) => action === 'SCMP_ACT_ALLOW')
            ?.names ?? []
        expect(allowedBy([...some, ...more])).toEqual(expect.arrayContaining([...allowedBy(some)]))
      }),
    )
  })

  test('without clone3 tells the C library to go back to clone', () => {
    const rules = seccompProfile({ syscalls: ['clone'], base: 'none' }).syscalls
    expect(rules[1]).toEqual({ names: ['clone3'], action: 'SCMP_ACT_ERRNO', errnoRet: 38 })
    expect(seccompProfile({ syscalls: ['clone', 'clone3'], base: 'none' }).syscalls).toHaveLength(1)
  })

  test('in log mode refuses nothing', () => {
    const profile = seccompProfile({ syscalls: ['clone'], base: 'containerd', mode: 'log' })
    expect(profile.defaultAction).toBe('SCMP_ACT_LOG')
    expect(profile).not.toHaveProperty('defaultErrnoRet')
    expect(JSON.stringify(profile)).not.toContain('ERRNO')
  })

  test('every runtime can start a program', () => {
    for (const base of SECCOMP_BASES.filter((each) => each !== 'none'))
      expect(seccompProfile({ syscalls: [], base }).syscalls[0]?.names).toContain('execve')
  })

  test('names that are none are told with the one that was meant', () => {
    expect(() => seccompProfile({ syscalls: ['openta', 'read', 'frobnicate'], base: 'none' })).toThrow(
      UnknownCallError,
    )
    expect(new UnknownCallError(['openta', 'frobnicate']).unknown).toEqual([
      { name: 'openta', nearest: 'openat' },
      { name: 'frobnicate' },
    ])
  })
})

test.each([
  ['openat', 'openat'],
  ['pread', 'pread64'],
  ['umount', 'umount2'],
  ['procexit', undefined],
  ['switch', undefined],
])('an event of type %s is the call %s', (type, name) => {
  expect(calledName(type)).toBe(name)
})

test('the bases name only calls', () => {
  for (const base of SECCOMP_BASES) expect(() => seccompProfile({ syscalls: [], base })).not.toThrow()
  for (const base of SECCOMP_BASES)
    for (const rule of seccompProfile({ syscalls: [], base }).syscalls)
      for (const name of rule.names) expect(CALL_NAMES.has(name)).toBe(true)
})

describe('calls to start', () => {
  // As strace saw them on Linux 6.18, x86-64.
  test.each([
    ['a program of musl', 'arch_prctl brk execve exit_group mmap mprotect set_tid_address'],
    [
      'a program of glibc',
      'access arch_prctl brk close execve exit_group mmap mprotect munmap newfstatat openat pread64 prlimit64 read rseq set_robust_list set_tid_address',
    ],
    [
      'bash',
      'access arch_prctl brk close execve exit_group futex getegid geteuid getgid getpeername getpgrp getpid getppid getrandom getuid ioctl mmap mprotect munmap newfstatat openat pread64 prlimit64 read rseq rt_sigaction rt_sigprocmask set_robust_list set_tid_address sysinfo uname',
    ],
    [
      'a start script of BusyBox',
      'arch_prctl brk close dup2 execve exit_group fcntl getpid getppid getrandom getuid mprotect newfstatat openat prctl prlimit64 readlink rseq rt_sigaction set_robust_list set_tid_address uname write',
    ],
    [
      'its httpd',
      'arch_prctl bind brk chdir execve getcwd getrandom getuid listen mprotect openat prctl prlimit64 readlink rseq rt_sigaction set_robust_list set_tid_address setsockopt socket',
    ],
    [
      'the same as a daemon',
      'arch_prctl bind brk chdir clone close dup2 execve exit_group getcwd getrandom getuid listen mprotect openat prctl prlimit64 readlink rseq rt_sigaction set_robust_list set_tid_address setsid setsockopt socket',
    ],
    [
      'a program of Go',
      'arch_prctl clone close epoll_create1 epoll_ctl epoll_pwait execve exit_group fcntl fstat futex getpid getrlimit gettid ioctl madvise mmap nanosleep openat pipe2 pread64 read readlinkat rt_sigaction rt_sigprocmask rt_sigreturn sched_getaffinity sched_yield sigaltstack tgkill uname write',
    ],
    [
      'Python',
      'access arch_prctl brk chdir clone close dup2 execve exit_group faccessat2 fcntl futex getdents64 getegid geteuid getgid getpgrp getpid getppid getrandom getuid ioctl lseek mmap mprotect munmap newfstatat openat pipe2 pread64 prlimit64 read readlink rseq rt_sigaction rt_sigprocmask rt_sigreturn set_robust_list set_tid_address sysinfo uname wait4 write',
    ],
  ])('are those of %s', (_, traced) => {
    expect(traced.split(' ').filter((name) => !START_CALLS.includes(name))).toEqual([])
  })

  test('are system calls, each once', () => {
    expect(() => seccompProfile({ syscalls: START_CALLS, base: 'none' })).not.toThrow()
    expect(new Set(START_CALLS).size).toBe(START_CALLS.length)
  })
})
